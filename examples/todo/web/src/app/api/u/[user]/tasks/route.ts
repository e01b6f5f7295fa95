// GET and POST /api/u/[user]/tasks: the tasks of a user.

import { bodyOf, refused } from "../../../../../server/requests";
import { callTodo, tasksCall } from "../../../../../server/todo";

interface Context {
  params: Promise<{ user: string }>;
}

export async function GET(request: Request, { params }: Context): Promise<Response> {
  const { user } = await params;
  return refused(request, user) ?? callTodo(tasksCall(user, { method: "GET" }));
}

export async function POST(request: Request, { params }: Context): Promise<Response> {
  const { user } = await params;
  const refusal = refused(request, user);
  if (refusal) return refusal;
  const body = await bodyOf(request);
  return typeof body === "string" ? callTodo(tasksCall(user, { method: "POST", body })) : body;
}
