import assert from "node:assert/strict";
import { test } from "node:test";
import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { describe, line } from "../src/server/log";
import { browserSpan } from "../src/server/telemetry/browser";
import { requestLabels } from "../src/server/telemetry/metrics";
import { redact } from "../src/server/telemetry/redact";
import { parseSpans } from "../src/server/reports";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";

const ids = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", traceFlags: 1 };

test("a line is one object with the ids of its trace", () => {
  const text = line("INFO", "GET /\n200", { status: 200, method: undefined }, ids, new Date(0));
  assert.equal(text.indexOf("\n"), text.length - 1);
  assert.deepEqual(JSON.parse(text), {
    timestamp: "1970-01-01T00:00:00.000Z",
    level: "INFO",
    target: "todo_web",
    message: "GET /\n200",
    trace_id: ids.traceId,
    span_id: ids.spanId,
    status: 200,
  });
  assert.ok(!line("INFO", "", {}, { ...ids, traceId: "0".repeat(32) }, new Date(0)).includes("trace_id"));
});

test("an error is told without its message", () => {
  const cause = Object.assign(new Error("connect to Buy milk"), { code: "ECONNREFUSED" });
  const told = describe(new TypeError("Buy milk\n    is not JSON", { cause }));
  assert.equal(told.error_type, "TypeError");
  assert.equal(told.error_code, "ECONNREFUSED");
  assert.match(String(told["code.stacktrace"]), /log\.test/);
  assert.ok(!JSON.stringify(told).includes("milk"));
  assert.deepEqual(describe("Buy milk"), { error_type: "string" });
});

test("a span leaves without what people typed", () => {
  const [reported] = parseSpans(JSON.stringify({ spans: [{ action: "create_task", trace_id: ids.traceId, span_id: ids.spanId, age_ms: 100, duration_ms: 40, status: 422 }] }));
  assert.ok(reported);
  const made = browserSpan(reported, 1_000_000_000_000);
  assert.deepEqual(made.startTime, [999_999_999, 900_000_000]);
  assert.deepEqual(made.endTime, [999_999_999, 940_000_000]);
  assert.equal(made.kind, SpanKind.CLIENT);
  assert.equal(made.status.code, SpanStatusCode.ERROR);
  const span = {
    ...made,
    name: "fetch GET http://127.0.0.1:8000/api/ada/tasks?x=1",
    status: { code: SpanStatusCode.ERROR, message: "Buy milk" },
    attributes: { "http.target": "/u/ada", "http.route": "/u/[user]", "error.type": "500" },
    events: [{ name: "exception", time: [0, 0], attributes: { "exception.message": "Buy milk", "exception.type": "TypeError" } }],
  } as unknown as ReadableSpan;
  const shown = redact(span);
  assert.deepEqual(shown.attributes, { "http.route": "/u/[user]", "error.type": "500" });
  assert.equal(shown.name, "fetch GET");
  assert.ok(!JSON.stringify([shown.status, shown.events]).includes("milk"));
  assert.deepEqual(shown.spanContext(), ids);
});

test("labels of requests are finite", () => {
  assert.deepEqual(requestLabels("GET", undefined, 404, "client_error"), { "http.request.method": "GET", "http.route": "_unmatched", "http.response.status_code": 404 });
  assert.deepEqual(requestLabels("POST", "/go", undefined, "cancelled"), { "http.request.method": "POST", "http.route": "/go", "error.type": "cancelled" });
});
