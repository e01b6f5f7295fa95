// Next.js has a span of its own for each pass of a request: one for the proxy, one for the page. The request has a span
// already (requests.ts), and those of Next.js never end when the client leaves. So they are hidden: what is inside of them
// becomes a child of the request.

import type { Attributes, Context, SpanContext } from "@opentelemetry/api";
import type { ReadableSpan, SpanProcessor } from "@opentelemetry/sdk-trace-node";

export interface RequestRecord {
  readonly span: SpanContext;
  /** The template of the route, when Next.js has found it. */
  route?: string;
}

/** More requests than are in flight. The oldest are forgotten. */
const MOST = 4096;

const requests = new Map<string, RequestRecord>();

/** Makes the request known by its span, before anything happens inside. */
export function remember(record: RequestRecord, id = record.span.spanId): void {
  requests.set(id, record);
  if (requests.size <= MOST) return;
  const [oldest] = requests.keys();
  if (oldest !== undefined) requests.delete(oldest);
}

export function isPass(attributes: Attributes): boolean {
  return attributes["next.span_type"] === "BaseServer.handleRequest";
}

export class PassProcessor implements SpanProcessor {
  onStart(span: ReadableSpan, _context: Context): void {
    const record = requests.get(span.parentSpanContext?.spanId ?? "");
    if (!record) return;
    if (isPass(span.attributes)) return remember(record, span.spanContext().spanId);
    const route = span.attributes["next.route"];
    if (typeof route === "string") record.route ??= route;
    (span as { parentSpanContext?: SpanContext }).parentSpanContext = record.span;
  }

  onEnd(): void {}
  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}
}
