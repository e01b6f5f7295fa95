// What a service might tell: made up of a real one's answers, which tests change on their way to the page.

// Answers what the page asks for under `api/v1`, and `inflight`, by these functions of what the service says.
export async function intercept(page, change) {
  for (const part of ["snapshot", "history", "catalog", "stories"]) {
    await page.route(`**/api/v1/${part}`, async (route) => {
      const json = await route.fetch().then((response) => (response.ok() ? response.json() : {})).catch(() => ({}));
      await route.fulfill({ json: change(part, json) }).catch(() => {});
    });
  }
  await page.route("**/api/v1/stories/*", (route) => route.fulfill({ json: change("story", {}) }));
  await page.route("**/inflight", (route) => route.fulfill({ json: change("inflight", {}) }));
  // A stream that ends at once: the page asks again.
  await page.route("**/api/v1/stream", async (route) => {
    const snapshot = await route.fetch({ url: route.request().url().replace("stream", "snapshot") }).then((response) => response.json()).catch(() => null);
    if (!snapshot) return route.abort().catch(() => {});
    const body = `event: snapshot\ndata: ${JSON.stringify(change("snapshot", snapshot))}\n\n`;
    return route.fulfill({ contentType: "text/event-stream", body }).catch(() => {});
  });
}

const recent = (rate, errors, p99) => ({ seconds: 60, rate, error_ratio: errors, client_error_ratio: 0.02, p50: p99 / 20, p99 });

// A service in trouble: each kind of fault, and each kind of element that the page has for it.
export function troubled(part, json) {
  const now = Date.now() / 1000;
  switch (part) {
    case "snapshot":
      return {
        ...json, uptime_seconds: 7500, log_filter: { filter: "info,todo::store=debug", seconds_left: 118 },
        requests: { ...json.requests, in_flight: 9, recent: recent(182, 0.031, 0.412) },
        endpoints: json.endpoints.map((row, at) => ({ ...row, total: 34_000 - at * 3000, server_errors: at ? 0 : 480, in_flight: at % 3, recent: recent(60 - at * 9, at === 0 ? 0.12 : at === 1 ? 0.004 : 0, at === 0 ? 1.2 : 0.045) })),
        functions: json.functions.map((row, at) => ({ ...row, recent: recent(50 - at * 8, at ? 0 : 0.02, 0.02) })),
        objectives: json.objectives.map((objective, at) => ({ ...objective, total: 120_000, good: [119_832, 119_000, 120_000][at % 3], budget_left: [-0.4, 0.17, 1][at % 3], burn: { seconds: 300, rate: [31.2, 2.4, 0][at % 3] } })),
        saturation: [...json.saturation.filter(({ name }) => name !== "Connections"), { name: "Memory", detail: "", used: 4.9e8, limit: 5.2e8, unit: "bytes" }, { name: "Connections", detail: "db", used: 10, limit: 10, unit: "" }],
        in_flight: { total: 3, oldest_seconds: 41.2, blocked: 1 },
        point: point(now, 299),
      };
    case "history":
      return {
        ...json, interval_seconds: 2, endpoint_interval_seconds: 10, service: Array.from({ length: 300 }, (_, at) => point(now - 600 + at * 2, at)),
        endpoints: Object.fromEntries(Object.keys(json.endpoints ?? {}).map((name, at) => [name, {
          rate: wave(30, (step) => 60 - at * 9 + 4 * Math.sin(step * 1.7 + at)), errors: wave(30, (step) => (at === 0 && step > 21 ? 6 + Math.sin(step * 2) : 0)), p99: wave(30, (step) => (at === 0 && step > 21 ? 1.2 : 0.04 + 0.004 * Math.sin(step + at))),
        }])),
      };
    case "inflight":
      return {
        total: 3, blocking: [{ age_seconds: 3.2, method: "POST", endpoint: "/api/{user_id}/tasks" }],
        waiting: [{
          age_seconds: 41.2, method: "GET", endpoint: "/api/{user_id}/tasks", operation: "todo::api::list::list_tasks", request_id: "606cf06d61162fd4715d829be44b04f8", others_at_same_point: 2,
          calls: ["todo::api::list::list_tasks", "todo::store::Store::list"].map((name) => ({ function: name, age_seconds: 41.2, polls: 1, last_poll_seconds_ago: 41.2, location: "examples/todo/src/store/mod.rs:80" })),
        }],
      };
    case "stories": return { kept: 3, dropped: 2, stories: [head("17", now - 4), { ...head("16", now - 44), kind: "slow", status: "200", outcome: "ok", error_type: undefined, duration_seconds: 0.91 }, { ...head("15", now - 90), outcome: "panic", status: "500", error_type: "panic" }] };
    case "story": return story(now);
    default: return json;
  }
}

const wave = (length, of) => Array.from({ length }, (_, at) => of(at));
const point = (time, at) => ({
  time, rate: 180 + 25 * Math.sin(at / 23) + 6 * Math.sin(at * 1.3), error_ratio: at > 235 ? 0.03 + 0.008 * Math.sin(at / 3) : 0, client_error_ratio: 0.02 + 0.004 * Math.sin(at / 5),
  p50: 0.0021, p99: at > 235 ? 0.4 + 0.05 * Math.sin(at / 2) : 0.045 + 0.006 * Math.sin(at / 3), in_flight: at > 235 ? 9 : 3 + Math.round(2 * Math.sin(at / 9)), busy: Math.min(1, 0.35 + (at > 225 ? (at - 225) / 80 : 0) + 0.03 * Math.sin(at / 11)),
});

const head = (id, time) => ({
  id, time, kind: "bad", method: "GET", endpoint: "/api/{user_id}/tasks", operation: "todo::api::list::list_tasks", status: "503", outcome: "server_error", error_type: "database", duration_seconds: 1.2034,
  request_id: "606cf06d61162fd4715d829be44b04f8", trace_id: "4bf92f3577b34da6a3ce929d0e0e4736", events: 6,
});

const call = (at_seconds, depth, name, duration_seconds, location) => ({ at_seconds, depth, kind: "call", name, duration_seconds, outcome: "error", location });
const event = (at_seconds, depth, level, message, fields) => ({ at_seconds, depth, kind: "event", level, target: "todo::store", message, fields: Object.entries(fields).map(([name, value]) => ({ name, value })) });

const story = (now) => ({
  ...head("17", now - 4),
  fields: [{ name: "user", value: "aa098ad98d28d547" }],
  error: { message: "database: the pool timed out", causes: ["no connection became free within 1 s", "connection refused (os error 111)"] },
  panic: { message: "index out of bounds: the len is 0 but the index is 3", location: "examples/todo/src/api/list.rs:31:9", backtrace: "   0: todo::api::list::list_tasks\n   1: core::ops::function::FnOnce::call_once" },
  entries: [
    call(0, 0, "todo::api::list::list_tasks", 1.2, "examples/todo/src/api/list.rs:14"), event(0.0012, 1, "DEBUG", "asking for a connection", { in_use: 10, idle: 0 }),
    call(0.0013, 1, "todo::store::Store::list", 1.1987, "examples/todo/src/store/mod.rs:80"), event(0.5, 2, "WARN", "no connection is free yet", { waited: "500 ms" }),
    event(1.001, 2, "ERROR", "no connection became free", { limit: 10 }), call(1.0011, 2, "todo::store::retry", 0.198, "examples/todo/src/store/mod.rs:120"),
  ],
  entries_dropped: 3,
});

// 300 endpoints more.
export function many(part, json) {
  if (part !== "snapshot") return part === "history" ? { ...json, endpoints: Object.fromEntries(wave(300, (at) => [`GET /v2/resource-${at}/{id}/part/{part_id}`, { rate: wave(30, (step) => at + Math.sin(step)), errors: wave(30, () => 0), p99: wave(30, () => 0.1) }])) } : json;
  const more = wave(300, (at) => ({ method: "GET", endpoint: `/v2/resource-${at}/{id}/part/{part_id}`, operation: `shop::resource_${at}`, location: `src/r${at}.rs:1`, total: at * 100 + (Date.now() % 99), server_errors: 0, client_errors: at, cancelled: 0, in_flight: at % 5, recent: recent(Math.random() * 90, 0, Math.random()) }));
  return { ...json, endpoints: [...json.endpoints, ...more] };
}

// Every text is somebody's attempt; names of members, and what the page compares with, stay.
const ATTEMPTS = [
  '<img src="x" onerror="window.harmed=1">', '"><script>window.harmed=1</script>', "javascript:window.harmed=1", "\u202egnp.exe\u2066\u202e", "</style></script><iframe srcdoc='<script>parent.harmed=1</script>'>",
  "__proto__", "\0\u0007\u001b[31m", "x".repeat(1 << 20), "السلام عليكم", "{{constructor.constructor('window.harmed=1')()}}", "https://elsewhere.example/?q=<a href=//elsewhere.example>",
];

export function hostile(part, json) {
  let next = part.length;
  const walk = (value, name) => {
    if (typeof value === "string") return ["kind", "outcome", "level"].includes(name) ? value : `${ATTEMPTS[next++ % ATTEMPTS.length]}${next}`;
    if (Array.isArray(value)) return value.map((each) => walk(each, name));
    if (value === null || typeof value !== "object") return value;
    const isMap = ["endpoints", "labels"].includes(name) && !Array.isArray(value);
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [isMap ? `${ATTEMPTS[next++ % 5]}${key}` : key, key === "id" || key === "newest" ? each : walk(each, key)]));
  };
  return walk(troubled(part, json), "");
}
