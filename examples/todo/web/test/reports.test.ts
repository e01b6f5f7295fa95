import assert from "node:assert/strict";
import { test } from "node:test";
import { parseSpans, parseVitals } from "../src/server/reports";

const vital = { metric: "lcp", value: 1.5, rating: "good" };
const vitals = { page: "/u/[user]", vitals: [vital, { metric: "cls", value: 0.3, rating: "poor" }] };
const span = { action: "create_task", trace_id: "0af7651916cd43dd8448eb211c80319c", span_id: "b7ad6b7169203331", age_ms: 120.5, duration_ms: 80, status: 201 };

test("a report is taken as it is", () => {
  assert.deepEqual(parseVitals(JSON.stringify(vitals)), vitals);
  const load = { ...span, action: "load_page", parent_id: "00f067aa0ba902b7", status: 0 };
  assert.deepEqual(parseSpans(JSON.stringify({ spans: [span, load] })), [span, load]);
});

test("hostile vitals are refused", () => {
  const one = (change: object) => JSON.stringify({ ...vitals, vitals: [{ ...vital, ...change }] });
  const refused = [
    "", "null", "[]", "7", "{", '"lcp"',
    JSON.stringify({ ...vitals, page: "/u/ada" }),
    JSON.stringify({ ...vitals, more: 1 }),
    JSON.stringify({ page: "/" }),
    JSON.stringify({ ...vitals, vitals: [] }),
    JSON.stringify({ ...vitals, vitals: { length: 1 } }),
    JSON.stringify({ ...vitals, vitals: Array(9).fill(vital) }),
    JSON.stringify({ ...vitals, vitals: [null] }),
    one({ metric: "fid" }), one({ metric: "__proto__" }), one({ metric: "constructor" }),
    one({ value: -0.1 }), one({ value: "1.5" }), one({ value: null }), one({ value: 601 }),
    one({ rating: "poor" }), one({ rating: "great" }), one({ user: "ada" }),
    one({}).replace("1.5", "1e999"), one({}).replace("1.5", "NaN"),
    `{"__proto__":{"page":"/"},"vitals":[]}`,
  ];
  for (const text of refused) assert.throws(() => parseVitals(text), { name: "Invalid" }, text);
});

test("hostile spans are refused", () => {
  const one = (change: object) => JSON.stringify({ spans: [{ ...span, ...change }] });
  const refused = [
    "", "{}", JSON.stringify({ spans: [] }), JSON.stringify({ spans: Array(21).fill(span) }),
    one({ action: "rm -rf" }), one({ action: "toString" }),
    one({ trace_id: "0".repeat(32) }), one({ trace_id: "0AF7651916CD43DD8448EB211C80319C" }), one({ trace_id: 7 }), one({ trace_id: `${span.trace_id}\n` }),
    one({ span_id: "0".repeat(16) }), one({ span_id: "b7ad6b716920333" }), one({ parent_id: "x" }), one({ parent_id: null }),
    one({ age_ms: -1 }), one({ age_ms: 600_001 }), one({ duration_ms: "80" }), one({ duration_ms: 1e12 }),
    one({ status: 99 }), one({ status: 600 }), one({ status: 200.5 }), one({ status: "200" }),
    one({ attributes: { "user.id": "ada" } }), one({ name: "x" }),
  ];
  for (const text of refused) assert.throws(() => parseSpans(text), { name: "Invalid" }, text);
});

test("what is refused is not repeated in the answer", () => {
  const hostile = "<script>alert(1)</script>";
  const text = JSON.stringify({ ...vitals, page: hostile, [hostile]: hostile });
  assert.throws(() => parseVitals(text), (error: Error) => !error.message.includes("script"));
});
