// The browser's part of traces. The whole OpenTelemetry SDK for browsers would be larger than all of this page's own scripts;
// what is needed of it is an id for each action, the header `traceparent`, and a report of how long the action took.

import { MOST_SPANS, type Action, type BrowserSpan } from "../shared/actions";
import { newSpan, newTrace, parseTraceparent, traceparent } from "../shared/trace";
import { sendReport } from "./send";

interface Ended extends Omit<BrowserSpan, "age_ms"> {
  readonly began: number;
}

const REPORT_AFTER_MS = 1000;
const waiting: Ended[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

/**
 * Runs what a person started. `run` is given the header that its requests carry, and returns the answer's status; 0 when
 * there was no answer.
 */
export async function traced<T extends { status: number }>(action: Action, run: (header: string) => Promise<T>): Promise<T> {
  const ids = newTrace();
  const began = performance.now();
  const result = await run(traceparent(ids));
  end({ action, trace_id: ids.traceId, span_id: ids.spanId, began, duration_ms: performance.now() - began, status: result.status });
  return result;
}

/** Reports how long the page took to load, as a part of the trace in which the server rendered it. */
export function tracePageLoad(): void {
  const server = parseTraceparent(document.querySelector<HTMLMetaElement>("meta[name=traceparent]")?.content ?? "");
  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  if (!server || !navigation) return;
  const { traceId: trace_id, spanId: span_id } = newSpan(server.traceId);
  const duration_ms = Math.max(0, navigation.domContentLoadedEventEnd - navigation.startTime);
  const status = navigation.responseStatus ?? 200;
  end({ action: "load_page", trace_id, span_id, parent_id: server.spanId, began: navigation.startTime, duration_ms, status });
}

function end(span: Ended): void {
  waiting.push(span);
  if (waiting.length >= MOST_SPANS) report();
  timer ??= setTimeout(report, REPORT_AFTER_MS);
}

function report(): void {
  clearTimeout(timer);
  timer = undefined;
  if (waiting.length === 0) return;
  const now = performance.now();
  const spans = waiting.splice(0).map(({ began, ...span }) => ({ ...span, age_ms: now - began }));
  sendReport("/telemetry/spans", { spans });
}

/** What waits is sent when the page is left. */
export function reportWhenHidden(): void {
  addEventListener("visibilitychange", () => document.visibilityState === "hidden" && report());
  addEventListener("pagehide", report);
}
