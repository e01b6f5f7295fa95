import assert from "node:assert/strict";
import { test } from "node:test";
import { newSpan, newTrace, parseTraceparent, traceparent } from "../src/shared/trace";

test("a new trace has a header that every propagator reads", () => {
  const ids = newTrace();
  assert.match(traceparent(ids), /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  assert.deepEqual(parseTraceparent(traceparent(ids)), ids);
  const child = newSpan(ids.traceId);
  assert.equal(child.traceId, ids.traceId);
  assert.notEqual(child.spanId, ids.spanId);
  assert.equal(new Set(Array.from({ length: 1000 }, () => newTrace().traceId)).size, 1000);
});

test("what is no header is not read", () => {
  const trace = "0af7651916cd43dd8448eb211c80319c";
  const span = "b7ad6b7169203331";
  const wrong = ["", "00", `00-${trace}-${span}`, `ff-${trace}-${span}-01`, `00-${"0".repeat(32)}-${span}-01`, `00-${trace}-${"0".repeat(16)}-01`, `00-${trace}-${span}-01-x`];
  for (const header of wrong) assert.equal(parseTraceparent(header), undefined, header);
});
