// Every request once, however it ends: a span, a measurement and a line of the log. Like OpenTelemetry's instrumentation of
// Node's `http`, this stands around the event of the server, so that nothing of Next.js can answer before it.

import { Server, type IncomingMessage, type ServerResponse } from "node:http";
import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Context, type Span } from "@opentelemetry/api";
import { suppressTracing } from "@opentelemetry/core";
import { log } from "../log";
import { instruments, methodLabel, requestLabels } from "./metrics";
import { remember, type RequestRecord } from "./passes";

/** Probes come every few seconds and say nothing. */
const IGNORED = /^\/healthz(\?|$)/;
/** Files are measured, but have neither a line nor a trace. */
const FILES = /^\/(_next\/|icon\.svg|favicon\.ico)/;
/** A report of spans is no trace of its own: each action would make a second one. */
const UNTRACED = /^\/telemetry\/spans(\?|$)/;

/** Begins to observe what servers of this process answer, but for those on `otherPort`. */
export function observeRequests(otherPort: number | undefined): void {
  const emit = Server.prototype.emit as (this: Server, event: string, ...rest: unknown[]) => boolean;
  Server.prototype.emit = function observed(this: Server, event: string, ...rest: unknown[]): boolean {
    const run = (): boolean => emit.call(this, event, ...rest);
    if (event !== "request") return run();
    const [request, response] = rest as [IncomingMessage, ServerResponse];
    const isOther = otherPort !== undefined && request.socket.localPort === otherPort;
    return isOther || IGNORED.test(request.url ?? "") ? run() : context.with(begin(request, response), run);
  };
}

/** Begins a request. Returns the context in which it is answered. */
function begin(request: IncomingMessage, response: ServerResponse): Context {
  const began = performance.now();
  const path = request.url ?? "";
  const method = methodLabel(request.method ?? "");
  instruments().activeRequests.add(1, { "http.request.method": method });
  if (FILES.test(path) || UNTRACED.test(path)) {
    const isFile = FILES.test(path);
    const route = isFile ? "/_next/static" : "/telemetry/spans";
    response.once("close", () => end({ method, route, response, began, hasLine: !isFile }));
    return suppressTracing(ROOT_CONTEXT);
  }
  const parent = propagation.extract(ROOT_CONTEXT, request.headers);
  const attributes = { "http.request.method": method, "url.scheme": "http" };
  const span = trace.getTracer("todo-web").startSpan(method, { kind: SpanKind.SERVER, attributes }, parent);
  const record: RequestRecord = { span: span.spanContext() };
  remember(record);
  // The event comes once, after the last byte or when the client has left; Next.js may still have something to say then.
  response.once("close", () => setImmediate(() => end({ method, route: record.route, response, began, span, hasLine: true })));
  return trace.setSpan(parent, span);
}

interface Ended {
  readonly method: string;
  readonly route: string | undefined;
  readonly response: ServerResponse;
  readonly began: number;
  readonly span?: Span;
  readonly hasLine: boolean;
}

function end({ method, route, response, began, span, hasLine }: Ended): void {
  const milliseconds = performance.now() - began;
  const status = response.headersSent ? response.statusCode : undefined;
  const outcome = outcomeOf(response.writableFinished, status);
  instruments().activeRequests.add(-1, { "http.request.method": method });
  const labels = requestLabels(method, route, status, outcome);
  instruments().serverDuration.record(milliseconds / 1000, labels);
  const endpoint = String(labels["http.route"]);
  if (span) {
    span.updateName(`${method} ${endpoint}`).setAttributes(labels);
    if (outcome === "server_error") span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  }
  if (!hasLine) return;
  const fields = { method, endpoint, status, outcome, duration_ms: Math.round(milliseconds * 1000) / 1000 };
  log(outcome === "server_error" ? "ERROR" : "INFO", `${method} ${endpoint} ${status ?? outcome}`, fields, span?.spanContext());
}

/** As the todo service names them: a client may leave before the answer begins, or within it. */
function outcomeOf(isFinished: boolean, status: number | undefined): string {
  if (!isFinished) return status === undefined ? "cancelled" : "aborted";
  if (status === undefined || status >= 500 || status === 408) return "server_error";
  return status >= 400 ? "client_error" : "ok";
}
