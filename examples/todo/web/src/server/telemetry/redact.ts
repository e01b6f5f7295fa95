// What leaves this server in spans. Next.js writes addresses of pages into them, which contain names of users, and messages of
// errors, which may quote what people typed. Only attributes that are listed here pass.

import type { Attributes } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";

const PASSED = new Set([
  "error.type",
  "exception.type",
  "http.request.method",
  "http.response.status_code",
  "http.route",
  "next.route",
  "next.rsc",
  "next.segment",
  "next.span_type",
  "operation.name",
  "server.address",
  "server.port",
  "url.scheme",
  "url.template",
]);

export function redact(span: ReadableSpan): ReadableSpan {
  return {
    ...copy(span),
    name: withoutAddress(span.name),
    // Its message is that of an error.
    status: { code: span.status.code },
    attributes: passed(span.attributes),
    events: span.events.map((event) => ({ ...event, attributes: passed(event.attributes ?? {}) })),
  };
}

function passed(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([key]) => PASSED.has(key)));
}

/** Names of spans have templates in them. An address that matched no route is cut off. */
function withoutAddress(name: string): string {
  return name.replace(/\/u\/(?!\[user\])[^/\s]*/g, "/u/[user]").replace(/https?:\/\/\S*/g, "").replace(/\?\S*/g, "").trim();
}

/** A span's parts without its class. */
function copy(span: ReadableSpan): ReadableSpan {
  return {
    name: span.name,
    kind: span.kind,
    spanContext: () => span.spanContext(),
    ...(span.parentSpanContext && { parentSpanContext: span.parentSpanContext }),
    startTime: span.startTime,
    endTime: span.endTime,
    duration: span.duration,
    ended: span.ended,
    status: span.status,
    attributes: span.attributes,
    links: span.links,
    events: span.events,
    resource: span.resource,
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
  };
}
