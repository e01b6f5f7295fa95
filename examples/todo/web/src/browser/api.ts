// What the page asks this server for. Each call is an action with a trace of its own.

import type { Action } from "../shared/actions";
import type { Problem, Task } from "../shared/task";
import { traced } from "./trace";

export type Answer<T> = { readonly status: number; readonly value: T } | { readonly status: number; readonly problem: Problem };

export interface Tasks {
  list(): Promise<Answer<Task[]>>;
  create(title: string, description: string): Promise<Answer<Task>>;
  complete(id: number): Promise<Answer<Task>>;
  remove(id: number): Promise<Answer<undefined>>;
}

export function tasksOf(user: string): Tasks {
  const tasks = `/api/u/${encodeURIComponent(user)}/tasks`;
  return {
    list: () => call("list_tasks", "GET", tasks),
    create: (title, description) => call("create_task", "POST", tasks, description === "" ? { title } : { title, description }),
    complete: (id) => call("complete_task", "POST", `${tasks}/${id}/complete`),
    remove: (id) => call("delete_task", "DELETE", `${tasks}/${id}`),
  };
}

const TIMEOUT_MS = 10_000;

function call<T>(action: Action, method: string, path: string, body?: object): Promise<Answer<T>> {
  return traced(action, async (traceparent): Promise<Answer<T>> => {
    const headers = { traceparent, ...(body && { "content-type": "application/json" }) };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const response = await fetch(path, { method, headers, signal, ...(body && { body: JSON.stringify(body) }) });
      return await read<T>(response);
    } catch (error) {
      const isTimeout = error instanceof DOMException && error.name === "TimeoutError";
      return { status: 0, problem: { status: 0, error_type: isTimeout ? "timeout" : "unreachable_server" } };
    }
  });
}

async function read<T>(response: Response): Promise<Answer<T>> {
  const { status } = response;
  const text = await response.text();
  const said = parse(text) as Record<string, unknown> | undefined;
  if (response.ok) return { status, value: said as T };
  const error_type = typeof said?.error_type === "string" ? said.error_type : "_OTHER";
  return { status, problem: { status, error_type, ...(typeof said?.detail === "string" && { detail: said.detail }) } };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
