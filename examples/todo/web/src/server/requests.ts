// What each route under /api checks before it calls the todo service.

import { isForeign, isJson, readText, TooLarge } from "./body";
import { problem } from "./problem";
import { callTodo, taskCall } from "./todo";
import { isUserName } from "../shared/user";

/** More than the longest task that the service takes. */
const MOST_BYTES = 16 * 1024;

/** Why a request is refused, if it is. */
export function refused(request: Request, user: string): Response | undefined {
  if (isForeign(request.headers)) return problem(403, "foreign", "only pages of this server may ask");
  return isUserName(user) ? undefined : problem(400, "bad_user");
}

/** The JSON in a request's body, or why it is refused. */
export async function bodyOf(request: Request): Promise<string | Response> {
  if (!isJson(request.headers)) return problem(415, "not_json");
  try {
    return await readText(request, MOST_BYTES);
  } catch (error) {
    if (error instanceof TooLarge) return problem(413, "too_large");
    return problem(400, "malformed");
  }
}

export async function changeTask(request: Request, params: Promise<{ user: string; task: string }>, action: "delete" | "complete"): Promise<Response> {
  const { user, task } = await params;
  const refusal = refused(request, user);
  if (refusal) return refusal;
  return /^\d{1,19}$/.test(task) ? callTodo(taskCall(user, task, action)) : problem(404, "not_found");
}
