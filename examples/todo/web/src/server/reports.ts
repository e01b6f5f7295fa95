// What pages report, checked member by member. A report with anything else in it is refused whole.

import { ACTIONS, MOST_SPANS, type Action, type BrowserSpan } from "../shared/actions";
import { isSpanId, isTraceId } from "../shared/trace";
import { METRICS, MOST_VITALS, PAGES, rate, RATINGS, type Metric, type Page, type Rating, type Vital, type VitalsReport } from "../shared/vitals";

export class Invalid extends Error {
  override readonly name = "Invalid";
}

export function parseVitals(text: string): VitalsReport {
  const { page, vitals } = object(json(text), ["page", "vitals"]);
  return { page: oneOf<Page>(page, PAGES, "page"), vitals: list(vitals, MOST_VITALS, "vitals").map(parseVital) };
}

function parseVital(value: unknown): Vital {
  const vital = object(value, ["metric", "value", "rating"]);
  const metric = oneOf<Metric>(vital.metric, Object.keys(METRICS) as Metric[], "metric");
  const measured = number(vital.value, METRICS[metric].most, "value");
  const rating = oneOf<Rating>(vital.rating, RATINGS, "rating");
  if (rating !== rate(metric, measured)) throw new Invalid("`rating` does not follow from `value`");
  return { metric, value: measured, rating };
}

/** Ten minutes: what is older was kept by a browser that slept. */
const OLDEST_MS = 600_000;

export function parseSpans(text: string): BrowserSpan[] {
  const { spans } = object(json(text), ["spans"]);
  return list(spans, MOST_SPANS, "spans").map(parseSpan);
}

function parseSpan(value: unknown): BrowserSpan {
  const span = object(value, ["action", "trace_id", "span_id", "age_ms", "duration_ms", "status"], ["parent_id"]);
  const { trace_id, span_id, parent_id, status } = span;
  if (typeof trace_id !== "string" || !isTraceId(trace_id)) throw new Invalid("`trace_id` has 32 hexadecimal digits");
  if (typeof span_id !== "string" || !isSpanId(span_id)) throw new Invalid("`span_id` has 16 hexadecimal digits");
  if (parent_id !== undefined && (typeof parent_id !== "string" || !isSpanId(parent_id))) throw new Invalid("`parent_id` has 16 hexadecimal digits");
  const age_ms = number(span.age_ms, OLDEST_MS, "age_ms");
  const duration_ms = number(span.duration_ms, OLDEST_MS, "duration_ms");
  if (status !== 0 && !(Number.isInteger(status) && Number(status) >= 100 && Number(status) <= 599)) throw new Invalid("`status` is 0, or of HTTP");
  const action = oneOf<Action>(span.action, Object.keys(ACTIONS) as Action[], "action");
  return { action, trace_id, span_id, age_ms, duration_ms, status: Number(status), ...(parent_id !== undefined && { parent_id }) };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Invalid("the body is not JSON");
  }
}

function object(value: unknown, needed: readonly string[], optional: readonly string[] = []): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Invalid("an object is expected");
  const missing = needed.find((key) => !Object.hasOwn(value, key));
  if (missing) throw new Invalid(`\`${missing}\` is missing`);
  if (Object.keys(value).some((key) => !needed.includes(key) && !optional.includes(key))) throw new Invalid(`only ${[...needed, ...optional].join(", ")} are known`);
  return value as Record<string, unknown>;
}

function list(value: unknown, most: number, name: string): unknown[] {
  if (!Array.isArray(value) || value.length < 1 || value.length > most) throw new Invalid(`\`${name}\` is a list of 1 to ${most}`);
  return value;
}

function oneOf<T extends string>(value: unknown, known: readonly T[], name: string): T {
  const found = known.find((one) => one === value);
  if (found === undefined) throw new Invalid(`\`${name}\` is one of ${known.join(", ")}`);
  return found;
}

function number(value: unknown, most: number, name: string): number {
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0 || value > most) throw new Invalid(`\`${name}\` is a number from 0 to ${most}`);
  return value;
}
