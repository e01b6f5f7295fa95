// What this server tells about what it does: traces, log, metrics.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { freePort, JSON_TYPE, play, post, spansOf, start, until } from "./harness.mjs";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const BROWSER = "b7ad6b7169203331";
const task = { id: 1, title: "Buy milk", description: null, completed: false, created_at: 0, completed_at: null };

let todo, receiver, web, metrics;

before(async () => {
  todo = await play(({ method, url }) => {
    if (url === "/api/broken/tasks") return [200, { not: "a list" }];
    if (url === "/web-vitals") return [204];
    return method === "POST" ? [201, task] : [200, [task]];
  });
  receiver = await play(() => [200, {}]);
  const port = await freePort();
  metrics = `http://127.0.0.1:${port}/metrics`;
  web = await start({
    METRICS_PORT: String(port),
    OTEL_BSP_SCHEDULE_DELAY: "50",
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    TODO_URL: todo.url,
  });
});
after(async () => {
  await web?.stop();
  await Promise.all([todo?.stop(), receiver?.stop()]);
});

const find = (name, service = "todo-web") => spansOf(receiver).find((span) => span.name === name && span.service === service);

test("an action is one trace from the browser to the service", async () => {
  const headers = { ...JSON_TYPE, traceparent: `00-${TRACE}-${BROWSER}-01` };
  assert.equal((await post(`${web.url}/api/u/ada/tasks`, { title: "Buy milk" }, headers)).status, 201);
  const spans = [{ action: "create_task", trace_id: TRACE, span_id: BROWSER, age_ms: 50, duration_ms: 40, status: 201 }];
  assert.equal((await post(`${web.url}/telemetry/spans`, { spans })).status, 204);
  await until(() => find("create task", "todo-web-browser") && find("POST /api/u/[user]/tasks"));
  const browser = find("create task", "todo-web-browser");
  const request = find("POST /api/u/[user]/tasks");
  const handler = find("executing api route (app) /api/u/[user]/tasks");
  const call = find("POST /api/{user_id}/tasks");
  assert.deepEqual([browser, request, handler, call].map((span) => span.traceId), Array(4).fill(TRACE));
  assert.deepEqual([request, handler, call].map((span) => span.parentSpanId), [browser.spanId, request.spanId, handler.spanId]);
  const { headers: sent, body } = todo.requests.at(-1);
  assert.equal(sent.traceparent, `00-${TRACE}-${call.spanId}-01`);
  assert.equal(body, `{"title":"Buy milk"}`);
  const line = web.lines().find((line) => line.message === "POST /api/u/[user]/tasks 201");
  assert.deepEqual([line.trace_id, line.span_id, line.endpoint, line.status, line.outcome], [TRACE, request.spanId, "/api/u/[user]/tasks", 201, "ok"]);
});

test("a page begins a trace, which it tells the browser", async () => {
  const page = await (await fetch(`${web.url}/u/ada`)).text();
  const [, trace, span] = /name="traceparent" content="00-(\w{32})-(\w{16})-01"/.exec(page);
  await until(() => spansOf(receiver).some(({ spanId }) => spanId === span) && find("GET /u/[user]"));
  const inTrace = spansOf(receiver).filter(({ traceId }) => traceId === trace);
  assert.deepEqual(inTrace.map(({ name }) => name).sort(), ["GET /api/{user_id}/tasks", "GET /u/[user]", "middleware GET", "render route (app) /u/[user]"]);
});

test("no span has a parent that is missing, and probes have none", async () => {
  await fetch(`${web.url}/nowhere`);
  await until(() => find("GET /_not-found"));
  const spans = spansOf(receiver);
  const known = new Set(spans.map(({ spanId }) => spanId));
  assert.deepEqual(spans.filter(({ parentSpanId }) => parentSpanId && !known.has(parentSpanId)).map(({ name }) => name), []);
  assert.ok(!JSON.stringify(spans).includes("healthz"));
});

test("a trace that is not sampled has its line and no spans", async () => {
  const trace = "1".repeat(32);
  await post(`${web.url}/api/u/ada/tasks`, task, { ...JSON_TYPE, traceparent: `00-${trace}-${BROWSER}-00` });
  await until(() => web.lines().some((line) => line.trace_id === trace && line.endpoint === "/api/u/[user]/tasks"));
  assert.match(todo.requests.at(-1).headers.traceparent, new RegExp(`^00-${trace}-\\w{16}-00$`));
  await post(`${web.url}/telemetry/spans`, { spans: [{ action: "list_tasks", trace_id: "2".repeat(32), span_id: BROWSER, age_ms: 1, duration_ms: 1, status: 200 }] });
  await until(() => find("list tasks", "todo-web-browser"));
  assert.ok(!spansOf(receiver).some(({ traceId }) => traceId === trace));
});

test("a client that leaves is counted once", async () => {
  const gone = new AbortController();
  const asked = fetch(`${web.url}/telemetry/vitals`, { method: "POST", headers: JSON_TYPE, duplex: "half", signal: gone.signal, body: new ReadableStream({ start: (control) => control.enqueue(Buffer.from("{")) }) });
  setTimeout(() => gone.abort(), 300);
  await assert.rejects(asked);
  await until(() => web.lines().some(({ outcome }) => outcome === "cancelled"));
  const line = web.lines().find(({ outcome }) => outcome === "cancelled");
  assert.ok(!("status" in line) && line.endpoint === "/telemetry/vitals", JSON.stringify(line));
});

test("a page that fails inside says so, and the log says where", async () => {
  const answer = await fetch(`${web.url}/u/broken`);
  assert.equal(answer.status, 500);
  await until(() => web.lines().some(({ message }) => message === "a request failed inside this server"));
  const line = web.lines().find(({ message }) => message === "a request failed inside this server");
  assert.equal(line.endpoint, "/u/[user]");
  assert.match(line.error_type, /Error$/);
});

test("metrics count what was asked for, by template", async () => {
  const scrape = async () => (await fetch(metrics)).text();
  // A response ends a moment after its last byte has come.
  await until(async () => !/http_server_active_requests\{[^}]*\} [^0]/.test(await scrape()));
  const text = await scrape();
  assert.match(text, /http_server_request_duration_seconds_count\{http_request_method="GET",http_route="\/u\/\[user\]",http_response_status_code="200"\} 1\n/);
  assert.match(text, /http_server_request_duration_seconds_count\{http_request_method="GET",http_route="\/_not-found",http_response_status_code="404"\} 1\n/);
  assert.match(text, /nodejs_eventloop_delay_p99_seconds \d/);
  assert.match(text, /process_cpu_seconds_total \d/);
  assert.match(text, /todo_web_browser_reports_total\{kind="spans",outcome="accepted"\} 2\n/);
  assert.match(text, /http_client_request_duration_seconds_count\{http_request_method="POST",url_template="\/api\/\{user_id\}\/tasks"/);
  assert.ok(!/healthz|\/metrics|\/ada|nowhere/.test(text));
});

test("nothing that people typed is in the log or in spans", async () => {
  const told = web.out() + JSON.stringify(spansOf(receiver)).replaceAll(/"(trace|span|parentSpan)Id":"\w*"/g, "");
  for (const word of ["milk", "/ada", "broken", "nowhere"]) assert.ok(!told.includes(word), word);
  assert.equal(web.errors(), "");
  for (const line of web.lines()) {
    assert.ok(!Number.isNaN(Date.parse(line.timestamp)) && /^(INFO|WARN|ERROR)$/.test(line.level) && line.message && line.target, JSON.stringify(line));
  }
});

test("what waits is sent before the end", async () => {
  const late = await start({ OTEL_BSP_SCHEDULE_DELAY: "60000", OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_EXPORTER_OTLP_PROTOCOL: "http/json", OTEL_SERVICE_NAME: "late", TODO_URL: todo.url });
  await fetch(`${late.url}/`);
  const before = receiver.requests.length;
  const { code } = await late.stop();
  assert.equal(code, 143);
  assert.ok(spansOf({ requests: receiver.requests.slice(before) }).some(({ service, name }) => service === "late" && name === "GET /"));
});
