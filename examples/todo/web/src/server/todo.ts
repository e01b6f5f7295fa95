// The todo service: each call is a span, and carries its trace.

import { context, propagation, SpanKind, SpanStatusCode, trace, type Span } from "@opentelemetry/api";
import { log } from "./log";
import { problem, readProblem } from "./problem";
import { instruments } from "./telemetry/metrics";
import type { Problem, Task } from "../shared/task";

const TIMEOUT_MS = 5000;
const tracer = trace.getTracer("todo-web");

export interface Call {
  readonly method: "GET" | "POST" | "DELETE";
  /** The route's template: what the span and the metrics are named by. */
  readonly template: string;
  readonly path: string;
  /** JSON. */
  readonly body?: string;
}

/** Sends a request. When there is no answer, the response is a problem: 503, or 504 after five seconds. */
export async function callTodo(call: Call): Promise<Response> {
  const base = new URL(process.env.TODO_URL || "http://127.0.0.1:8000");
  const labels = { "http.request.method": call.method, "url.template": call.template, "server.address": base.hostname };
  const span = tracer.startSpan(`${call.method} ${call.template}`, { kind: SpanKind.CLIENT, attributes: labels });
  const began = performance.now();
  let error: string | undefined;
  let status: number | undefined;
  try {
    const response = await send(base, call, span);
    status = response.status;
    if (status >= 400) error = String(status);
    return response;
  } catch (thrown) {
    error = thrown instanceof Error && thrown.name === "TimeoutError" ? "timeout" : "unreachable";
    log("WARN", `the todo service does not answer ${call.method} ${call.template}`, { error_type: error }, span.spanContext());
    return error === "timeout" ? problem(504, "timeout") : problem(503, "unreachable");
  } finally {
    const ended = { ...(status && { "http.response.status_code": status }), ...(error && { "error.type": error }) };
    span.setAttributes(ended);
    if (error) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
    instruments().clientDuration.record((performance.now() - began) / 1000, { ...labels, ...ended });
  }
}

/** The whole answer, since a service may break off within it. */
async function send(base: URL, call: Call, span: Span): Promise<Response> {
  const headers: Record<string, string> = { accept: "application/json", ...(call.body !== undefined && { "content-type": "application/json" }) };
  propagation.inject(trace.setSpan(context.active(), span), headers);
  const response = await fetch(new URL(call.path, base), {
    method: call.method,
    headers,
    body: call.body ?? null,
    cache: "no-store",
    redirect: "error",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await response.text();
  const type = response.headers.get("content-type") ?? "application/json";
  const answer = { "content-type": type, "cache-control": "no-store" };
  return new Response(text === "" ? null : text, { status: response.status, headers: answer });
}

const TASKS = "/api/{user_id}/tasks";

/** A user's tasks, the newest first. */
export async function listTasks(user: string): Promise<{ tasks: Task[] } | { problem: Problem }> {
  const response = await callTodo(tasksCall(user, { method: "GET" }));
  if (!response.ok) return { problem: await readProblem(response) };
  return { tasks: (await response.json()) as Task[] };
}

export function tasksCall(user: string, rest: Pick<Call, "method" | "body">): Call {
  return { template: TASKS, path: `/api/${encodeURIComponent(user)}/tasks`, ...rest };
}

export function taskCall(user: string, task: string, action: "delete" | "complete"): Call {
  const path = `/api/${encodeURIComponent(user)}/tasks/${encodeURIComponent(task)}`;
  if (action === "delete") return { method: "DELETE", template: `${TASKS}/{task_id}`, path };
  return { method: "POST", template: `${TASKS}/{task_id}/complete`, path: `${path}/complete` };
}
