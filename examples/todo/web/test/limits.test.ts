import assert from "node:assert/strict";
import { test } from "node:test";
import { isForeign, isJson, readText } from "../src/server/body";
import { address, Bucket, Limits } from "../src/server/limits";

test("a bucket gives its burst at once and then its rate", () => {
  const bucket = new Bucket(2, 3);
  const at = (now: number, times: number) => Array.from({ length: times }, () => bucket.take(now)).filter(Boolean).length;
  assert.equal(at(1000, 5), 3);
  assert.equal(at(1400, 5), 0);
  assert.equal(at(1500, 5), 1);
  assert.equal(at(100_000, 5), 3);
  // A clock that goes back gives nothing.
  assert.equal(at(0, 5), 0);
});

test("one address does not take what others need", () => {
  const limits = new Limits(100, 10);
  const taken = (address: string) => Array.from({ length: 1000 }, () => limits.take(address, 0)).filter(Boolean).length;
  assert.equal(taken("192.0.2.1"), 40);
  assert.equal(taken("192.0.2.2"), 40);
  const all = Array.from({ length: 200 }, (_, at) => taken(`198.51.100.${at}`));
  assert.equal(all.reduce((sum, one) => sum + one, 80), 200);
});

test("the nearest proxy tells the address", () => {
  assert.equal(address(new Headers({ "x-forwarded-for": "203.0.113.9, 192.0.2.7" })), "192.0.2.7");
  assert.equal(address(new Headers()), "");
});

test("a body is read up to its limit", async () => {
  const request = (body: BodyInit, headers = {}) => new Request("http://localhost/", { method: "POST", body, headers });
  assert.equal(await readText(request("äöü"), 6), "äöü");
  await assert.rejects(readText(request("äöü"), 5), { name: "TooLarge" });
  await assert.rejects(readText(request("", { "content-length": "6" }), 5), { name: "TooLarge" });
  await assert.rejects(readText(request(new Uint8Array([0xff])), 5), TypeError);
  assert.equal(await readText(new Request("http://localhost/"), 5), "");
  // Without end, and without a length.
  let sent = 0;
  const endless = new ReadableStream({
    pull(control) {
      sent += 1;
      control.enqueue(new Uint8Array(1000));
    },
  });
  const streaming = new Request("http://localhost/", { method: "POST", body: endless, duplex: "half" } as RequestInit);
  await assert.rejects(readText(streaming, 8000), { name: "TooLarge" });
  assert.ok(sent < 20, `${sent} chunks were read`);
});

test("only pages of this server may ask", () => {
  assert.ok(isForeign(new Headers({ "sec-fetch-site": "cross-site" })));
  assert.ok(isForeign(new Headers({ "sec-fetch-site": "same-site" })));
  assert.ok(!isForeign(new Headers({ "sec-fetch-site": "same-origin" })));
  assert.ok(!isForeign(new Headers()));
  assert.ok(isJson(new Headers({ "content-type": "application/json; charset=utf-8" })));
  assert.ok(!isJson(new Headers({ "content-type": "application/jsonp" })));
});
