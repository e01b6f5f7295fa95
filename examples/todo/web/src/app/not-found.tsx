import type { Metadata } from "next";
import { PageTelemetry } from "../components/PageTelemetry";

export const metadata: Metadata = { title: "No such page" };

export default function NotFound() {
  return (
    <main className="card">
      <PageTelemetry page="/_not-found" />
      <h1>There is no such page</h1>
      <p>The address may be mistyped, or the page was moved.</p>
      <p>
        <a href="/">Go to the first page</a>
      </p>
    </main>
  );
}
