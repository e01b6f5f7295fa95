// Spans of browsers, made anew of what pages report. Nothing of a report is passed on but ids, times, a finite name and a
// status, so that a page cannot write into the traces what it likes.

import { SpanKind, SpanStatusCode, TraceFlags, type HrTime } from "@opentelemetry/api";
import { millisToHrTime } from "@opentelemetry/core";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { ACTIONS, type BrowserSpan } from "../../shared/actions";

type OwnParts = Omit<ReadableSpan, "resource" | "instrumentationScope">;

/** The span of a report that arrived at `now`, in milliseconds since 1970. */
export function browserSpan(reported: BrowserSpan, now: number): OwnParts {
  const { action, trace_id: traceId, span_id: spanId, parent_id: parentId, age_ms, duration_ms, status } = reported;
  const start = now - age_ms;
  const isError = action !== "load_page" && (status === 0 || status >= 400);
  return {
    name: ACTIONS[action],
    kind: action === "load_page" ? SpanKind.INTERNAL : SpanKind.CLIENT,
    spanContext: () => ({ traceId, spanId, traceFlags: TraceFlags.SAMPLED }),
    ...(parentId && { parentSpanContext: { traceId, spanId: parentId, traceFlags: TraceFlags.SAMPLED, isRemote: true } }),
    startTime: time(start),
    endTime: time(start + duration_ms),
    duration: time(duration_ms),
    ended: true,
    status: { code: isError ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
    attributes: {
      ...(status > 0 && { "http.response.status_code": status }),
      ...(isError && { "error.type": status === 0 ? "_OTHER" : String(status) }),
    },
    links: [],
    events: [],
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

function time(milliseconds: number): HrTime {
  return millisToHrTime(milliseconds);
}
