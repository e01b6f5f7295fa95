import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { PageTelemetry } from "../../../components/PageTelemetry";
import { TaskList } from "../../../components/TaskList";
import { listTasks } from "../../../server/todo";
import { isUserName } from "../../../shared/user";

export const metadata: Metadata = { title: "Your list" };

export default async function UserTasks({ params }: { params: Promise<{ user: string }> }) {
  const { user } = await params;
  if (!isUserName(user)) notFound();
  const listed = await listTasks(user);
  return (
    <main>
      <PageTelemetry page="/u/[user]" />
      <header className="top">
        <h1>Tasks of {user}</h1>
        <a href="/">Change user</a>
      </header>
      <TaskList user={user} listed={listed} />
    </main>
  );
}
