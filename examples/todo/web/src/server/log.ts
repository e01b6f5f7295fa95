// The log: one JSON object a line on standard output, with the members that the todo service uses. Nothing that people
// typed goes in: no title, no name, no address of a page, and no message of an error, which may quote them.

import { isSpanContextValid, trace, type SpanContext } from "@opentelemetry/api";

export type Level = "INFO" | "WARN" | "ERROR";
export type Fields = Record<string, string | number | boolean | undefined>;

export function log(level: Level, message: string, fields: Fields = {}, span = trace.getActiveSpan()?.spanContext()): void {
  process.stdout.write(line(level, message, fields, span, new Date()));
}

export function line(level: Level, message: string, fields: Fields, span: SpanContext | undefined, now: Date): string {
  const ids = span && isSpanContextValid(span) ? { trace_id: span.traceId, span_id: span.spanId } : {};
  return `${JSON.stringify({ timestamp: now.toISOString(), level, target: "todo_web", message, ...ids, ...fields })}\n`;
}

/** What an error says without its message: its type, its code and where it was thrown. */
export function describe(error: unknown): Fields {
  if (!(error instanceof Error)) return { error_type: typeof error };
  const cause = error.cause as { code?: unknown } | undefined;
  const code = (error as { code?: unknown }).code ?? cause?.code;
  const digest = (error as { digest?: unknown }).digest;
  return {
    error_type: error.name,
    ...(typeof code === "string" && { error_code: code }),
    ...(typeof digest === "string" && { digest }),
    "code.stacktrace": frames(error.stack ?? ""),
  };
}

/** The lines of a stack that name places in the code. What precedes them is the message. */
function frames(stack: string): string {
  return stack.split("\n").filter((text) => /^\s+at /.test(text)).slice(0, 10).map((text) => text.trim()).join("; ");
}
