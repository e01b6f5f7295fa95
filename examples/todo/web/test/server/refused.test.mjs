// What this server refuses, and what it does without the services around it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { JSON_TYPE, play, post, start, until } from "./harness.mjs";

let todo, web;

before(async () => {
  todo = await play(() => [204]);
  web = await start({ TODO_URL: todo.url });
});
after(async () => {
  await web?.stop();
  await todo?.stop();
});

/** Asks, and says that the answer is this problem. */
async function refuses(answer, status, error_type) {
  assert.equal(answer.status, status);
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
  const { status: said, error_type: type } = await answer.json();
  assert.deepEqual([said, type], [status, error_type]);
}

test("requests that are no page's are refused before the service sees them", async () => {
  const tasks = `${web.url}/api/u/ada/tasks`;
  await refuses(await post(tasks, "{}", { ...JSON_TYPE, "sec-fetch-site": "cross-site" }), 403, "foreign");
  await refuses(await post(tasks, "{}", { "content-type": "text/plain" }), 415, "not_json");
  await refuses(await post(tasks, `{"title":"${"x".repeat(17_000)}"}`), 413, "too_large");
  await refuses(await fetch(tasks, { method: "POST", headers: JSON_TYPE, body: Buffer.from([0xff]) }), 400, "malformed");
  await refuses(await fetch(`${web.url}/api/u/a%20b/tasks`), 400, "bad_user");
  await refuses(await fetch(`${web.url}/api/u/..%2f..%2fadmin/tasks`), 400, "bad_user");
  await refuses(await fetch(`${tasks}/1%2f..%2f2`, { method: "DELETE" }), 404, "not_found");
  await refuses(await fetch(`${tasks}/x`, { method: "DELETE" }), 404, "not_found");
  assert.equal((await fetch(`${tasks}/1`, { method: "PUT" })).status, 405);
  assert.equal((await fetch(`${web.url}/u/a.b`)).status, 404);
  assert.equal((await fetch(`${web.url}/_next/image?url=%2Ficon.svg&w=64&q=75`)).status, 404);
  assert.deepEqual(todo.requests, []);
});

test("reports are refused whole, and not passed on", async () => {
  const vitals = `${web.url}/telemetry/vitals`;
  const good = { page: "/", vitals: [{ metric: "lcp", value: 1, rating: "good" }] };
  await refuses(await post(vitals, { ...good, page: "/u/ada" }), 422, "invalid");
  await refuses(await post(vitals, "{"), 422, "invalid");
  await refuses(await post(vitals, good, { "content-type": "text/plain" }), 415, "not_json");
  await refuses(await post(vitals, good, { ...JSON_TYPE, "sec-fetch-site": "same-site" }), 403, "foreign");
  await refuses(await post(vitals, JSON.stringify(good) + " ".repeat(9000)), 413, "too_large");
  assert.equal((await fetch(vitals)).status, 405);
  assert.deepEqual(todo.requests, []);
  assert.equal((await post(vitals, good)).status, 204);
  assert.deepEqual(JSON.parse(todo.requests[0].body), good);
});

test("reports are limited, and other addresses go on", async () => {
  const spans = { spans: [{ action: "list_tasks", trace_id: "1".repeat(32), span_id: "1".repeat(16), age_ms: 1, duration_ms: 1, status: 200 }] };
  const from = (address) => post(`${web.url}/telemetry/spans`, spans, { ...JSON_TYPE, "x-forwarded-for": address });
  const statuses = [];
  for (let sent = 0; sent < 80; sent += 1) statuses.push((await from("192.0.2.1")).status);
  assert.ok(statuses.slice(0, 40).every((status) => status === 204), statuses.join());
  assert.ok(statuses.includes(429), statuses.join());
  assert.equal((await from("198.51.100.7")).status, 204);
});

test("pages forbid scripts that are not theirs, and nothing is from elsewhere", async () => {
  const [one, two] = await Promise.all([fetch(`${web.url}/`), fetch(`${web.url}/nowhere`)]);
  assert.deepEqual([one.status, two.status], [200, 404]);
  const policies = [one, two].map(({ headers }) => headers.get("content-security-policy"));
  const [nonce, other] = policies.map((policy) => /script-src 'nonce-([^']+)' 'strict-dynamic';/.exec(policy)[1]);
  assert.notEqual(nonce, other);
  for (const rule of ["default-src 'none'", "style-src 'self'", "connect-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"]) assert.ok(policies[0].includes(rule), rule);
  for (const path of ["/gopher", "/healthzz", "/u/a.b", "/icon.svgx"]) assert.match((await fetch(`${web.url}${path}`)).headers.get("content-security-policy") ?? "", /nonce/, path);
  for (const path of ["/api/x", "/telemetry/x", "/_next/x"]) assert.match((await fetch(`${web.url}${path}`)).headers.get("content-security-policy") ?? "", /^default-src 'none'; frame/, path);
  const page = await one.text();
  const scripts = page.match(/<script[^>]*>/g);
  assert.ok(scripts.length > 0 && scripts.every((script) => script.includes(`nonce="${nonce}"`)), scripts.join("\n"));
  assert.doesNotMatch(page.replaceAll("http://www.w3.org", ""), /(src|href)="(https?:)?\/\/|\sstyle="|\son\w+="/);
  assert.equal(one.headers.get("x-powered-by"), null);
  assert.equal(one.headers.get("referrer-policy"), "same-origin");
});

test("the form works without scripts", async () => {
  const go = (user) => fetch(`${web.url}/go?user=${encodeURIComponent(user)}`, { redirect: "manual" });
  assert.equal((await go(" ada ")).headers.get("location"), "/u/ada");
  for (const user of ["", "a b", "//evil.example", "/\\evil.example", "a\r\nb"]) assert.equal((await go(user)).headers.get("location"), "/?refused", user);
  assert.match(await (await fetch(`${web.url}/?refused`)).text(), /This name cannot be used/);
});

test("without the service, people are told, and the server lives", async () => {
  const alone = await start({ TODO_URL: "http://127.0.0.1:9", OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9", OTEL_BSP_SCHEDULE_DELAY: "20", OTEL_EXPORTER_OTLP_TIMEOUT: "500" });
  await refuses(await post(`${alone.url}/api/u/ada/tasks`, { title: "x" }), 503, "unreachable");
  const page = await fetch(`${alone.url}/u/ada`);
  assert.equal(page.status, 200);
  assert.match(await page.text(), /could not be loaded. The service does not work at the moment/);
  await until(() => alone.lines().some(({ message }) => message.startsWith("spans were lost")));
  for (let asked = 0; asked < 20; asked += 1) await fetch(`${alone.url}/`);
  assert.equal(alone.lines().filter(({ message }) => message.startsWith("spans were lost")).length, 1);
  assert.equal(alone.errors(), "");
  assert.equal((await fetch(`${alone.url}/healthz`)).status, 200);
  await alone.stop();
});
