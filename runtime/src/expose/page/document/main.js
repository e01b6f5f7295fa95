// What is where: the state of the page, its views and what it does when the service tells something.

const VIEWS = ["overview", "endpoints", "functions", "requests", "business", "catalog", "settings"];
const POINTS = 300;
const TRENDS = 30;

const state = {
  snapshot: null, points: [], interval: 2, waiting: null, catalog: null, paused: false,
  // By endpoint: { rate: […], errors: […], p99: […] }, and the totals from which the next value is made.
  trends: new Map(), totals: null, trendInterval: 10,
};

const hash = (view, detail) => `#${view}${detail === undefined ? "" : `/${encodeURIComponent(detail)}`}`;

function place() {
  const [view, detail] = location.hash.slice(1).split("/");
  try {
    return { view: VIEWS.includes(view) ? view : "overview", detail: detail === undefined ? undefined : decodeURIComponent(detail) };
  } catch {
    return { view: "overview" };
  }
}

const openDetail = (view, detail) => (location.hash = hash(view, detail));

const verdict = new Verdict();
const signals = new Signals();
const endpoints = endpointTable(state, openDetail);
const busiest = endpointTable(state, openDetail, ["rejected", "total"]);
const functions = functionTable();
const stories = new Stories(openDetail);
const business = new Business(byId("business"));
const catalog = new Catalog(byId("view-catalog"));
const logFilter = new LogFilter();

const titled = (id, title, ...children) => make("section", { "aria-labelledby": id }, make("h2", { id }, title), ...children);
const leftOut = { endpoints: make("p", { class: "quiet" }), functions: make("p", { class: "quiet" }) };
byId("view-endpoints").append(titled("endpoints-title", "Endpoints", endpoints.element, leftOut.endpoints));
byId("view-functions").append(titled("functions-title", "Functions", functions.element, leftOut.functions));
const all = make("a", { href: "#endpoints" }, "All endpoints");
busiest.element.querySelector(".search").remove();
busiest.count = null;
byId("top").append(busiest.element, make("p", {}, all));

// Draws the view that is open, and what all views have.
function draw() {
  const { snapshot } = state;
  if (!snapshot || state.paused) return;
  setText(byId("service"), visible(snapshot.service, 60));
  setText(byId("version"), `${visible(snapshot.version, 40)}, up for ${wholeDuration(snapshot.uptime_seconds)}`);
  const found = verdict.show(snapshot, state.waiting);
  const title = `${found.length > 0 ? `(${found.length}) ` : ""}${visible(snapshot.service, 60)} – live`;
  if (document.title !== title) document.title = title;
  logFilter.show(snapshot.log_filter);
  DRAW[place().view](snapshot);
}

const DRAW = {
  overview(snapshot) {
    signals.show(state.points, state.interval);
    showTop(snapshot);
    showObjectives(byId("objectives"), snapshot.objectives ?? []);
    showLimits(byId("limits"), snapshot.saturation ?? []);
    const { total, server_errors: failed, client_errors: rejected, in_flight: flight } = snapshot.requests;
    facts([["Requests", number(total)], ["Failed", number(failed)], ["Rejected", number(rejected)], ["In flight", number(flight)], ["Waiting over 0.1 s", number(snapshot.in_flight?.total ?? 0)]], byId("totals"));
  },
  endpoints(snapshot) {
    endpoints.show(snapshot.endpoints ?? []);
    setText(leftOut.endpoints, snapshot.endpoints_left_out > 0 ? `${plural(snapshot.endpoints_left_out, "endpoint")} with the fewest requests are not shown.` : "");
  },
  functions(snapshot) {
    functions.show(snapshot.functions ?? []);
    setText(leftOut.functions, snapshot.functions_left_out > 0 ? `${plural(snapshot.functions_left_out, "function")} with the fewest calls are not shown.` : "");
  },
  requests: (snapshot) => showWaiting(byId("waiting"), state.waiting, snapshot),
  business: (snapshot) => business.show(snapshot.metrics ?? []),
  catalog: () => readCatalog(({ operations, metrics }) => catalog.show({ operations, metrics })),
  settings: (snapshot) => readCatalog((read) => byId("settings").firstChild ?? showSettings(byId("settings"), read, snapshot)),
};

// Those with failures, then the busiest ones.
function showTop(snapshot) {
  const weight = ({ recent: past, total }) => [(past?.error_ratio ?? 0) * (past?.rate ?? 0), past?.rate ?? 0, total];
  const sorted = [...(snapshot.endpoints ?? [])].map((row) => ({ row, by: weight(row) }));
  sorted.sort((a, b) => b.by[0] - a.by[0] || b.by[1] - a.by[1] || b.by[2] - a.by[2]);
  busiest.show(sorted.slice(0, 8).map(({ row }) => row));
  const count = snapshot.endpoints?.length ?? 0;
  setText(all, count > 8 ? `All ${number(count)} endpoints` : "Search and sort the endpoints");
}

// What the program declares does not change while it runs.
async function readCatalog(then) {
  try {
    state.catalog ??= askJson("api/v1/catalog");
    then(await state.catalog);
  } catch {
    state.catalog = null;
  }
}

// The next value of each endpoint's line, from the totals then and now.
function addTrends({ time, endpoints: rows = [] }) {
  const now = { time, of: new Map(rows.map((row) => [nameOf(row), row])) };
  const before = state.totals;
  if (before && time - before.time < state.trendInterval - 0.5) return;
  state.totals = now;
  if (!before || time - before.time > state.trendInterval * 3) return;
  const seconds = time - before.time;
  for (const [name, row] of now.of) {
    const last = before.of.get(name);
    const past = state.trends.get(name) ?? { rate: [], errors: [], p99: [] };
    const grown = (key) => (last && row[key] >= last[key] ? (row[key] - last[key]) / seconds : null);
    const longer = (values, value) => [...values, value].slice(-TRENDS);
    state.trends.set(name, { rate: longer(past.rate, grown("total")), errors: longer(past.errors, grown("server_errors")), p99: longer(past.p99, row.recent?.p99 ?? null) });
  }
}

const told = {
  async opened() {
    await Promise.all([readHistory(), stories.read()]);
    state.totals = null;
    // Another program may have the address by now.
    state.catalog = null;
    byId("settings").replaceChildren();
  },

  snapshot(snapshot) {
    if (snapshot.api !== 1) {
      told.state("refused", "The service is another version than this page. Load it again.");
      return;
    }
    state.snapshot = snapshot;
    addPoint(snapshot);
    addTrends(snapshot);
    business.add(snapshot.time, snapshot.metrics ?? []);
    draw();
    readWaiting(snapshot);
  },

  story: (head) => stories.add(head),

  state(name, reason = "") {
    if (name === "live") state.seen = true;
    setClass(document.body, "stale", state.seen && name !== "live");
    const words = { connecting: "Connecting …", live: "Live", lost: "Connection lost", token: "Token needed", refused: "Refused", full: "Busy" };
    setText(byId("link"), words[name]);
    byId("link-chip").className = `chip ${name}`;
    setHidden(byId("token-form"), name !== "token");
    setHidden(byId("content"), !state.seen);
    const last = state.snapshot ? ` Shown is what was last seen at ${clock(state.snapshot.time)}.` : "";
    const sentences = {
      lost: `${reason || "The service does not answer."} This page goes on trying.${last}`,
      full: `${visible(reason, 300) || "The service has too many pages open."} This page tries again.${last}`,
      refused: `${visible(reason, 500)}${last}`,
    };
    setText(byId("lost"), sentences[name] ?? "");
    setHidden(byId("lost"), !sentences[name]);
    if (name === "token") askForToken(reason);
  },
};

async function readHistory() {
  try {
    const history = await askJson("api/v1/history");
    state.points = history.service ?? [];
    state.interval = history.interval_seconds ?? 2;
    state.trendInterval = history.endpoint_interval_seconds ?? 10;
    state.trends = new Map(Object.entries(history.endpoints ?? {}));
    business.begin(history.metrics ?? {}, state.trendInterval);
  } catch (error) {
    console.debug("history", error);
  }
}

// The newest point of the charts comes with the snapshot.
function addPoint({ point }) {
  if (!point) return;
  if (state.points.at(-1)?.time >= point.time) return;
  state.points = [...state.points, point].slice(-POINTS);
}

// What waits is asked for while something does.
async function readWaiting({ in_flight: flight = {} }) {
  const needed = flight.oldest_seconds >= 0.1 || flight.total > 0 || flight.blocked > 0;
  if (!needed) {
    if (state.waiting) state.waiting = null;
    return;
  }
  try {
    state.waiting = await askJson("inflight");
    draw();
  } catch (error) {
    console.debug("inflight", error);
  }
}

function askForToken(reason) {
  if (reason) setText(byId("token-why"), reason);
  byId("token").focus();
}

// Views and details are places, so that the browser's history and links lead to them.
function go() {
  const { view, detail } = place();
  for (const name of VIEWS) setHidden(byId(`view-${name}`), name !== view);
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#${view}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  draw();
  if (detail === undefined) closeDialog();
  else showDetail(view, detail);
}

const dialog = byId("detail");

function closeDialog() {
  if (dialog.open) dialog.close();
}

async function showDetail(view, detail) {
  const make = { requests: (id) => stories.detail(id), endpoints: (name) => endpointDetail(name) }[view];
  if (!make) return;
  let content;
  try {
    content = await make(detail);
  } catch (error) {
    content = { title: ["Not there any more"], body: [facts([["The service says", foreign(error.message, 300)]])] };
  }
  if (place().detail !== detail) return;
  byId("detail-title").replaceChildren(...content.title);
  byId("detail-body").replaceChildren(...content.body);
  if (!dialog.open) dialog.showModal();
  byId("detail-title").focus();
  content.shown?.();
}

// An endpoint with the charts of its last five minutes.
function endpointDetail(name) {
  const row = state.snapshot?.endpoints?.find((each) => nameOf(each) === name);
  if (!row) throw new Error("no such endpoint");
  const past = state.trends.get(name) ?? { rate: [], errors: [], p99: [] };
  const end = state.snapshot.time;
  const points = past.rate.map((_, at) => ({ time: end - (past.rate.length - 1 - at) * state.trendInterval, rate: past.rate[at], errors: past.errors[at], p99: past.p99[at] }));
  const charts = [
    new Chart({ title: "Traffic", about: "requests per second", format: rate, series: [{ key: "rate", label: "requests", class: "main", area: true }, { key: "errors", label: "failed", class: "bad" }] }),
    new Chart({ title: "Response time", about: "", format: duration, series: [{ key: "p99", label: "99 of 100 within", class: "main" }] }),
  ];
  const own = stories.heads.filter((head) => nameOf(head) === name).slice(0, 20);
  const list = own.map((head) => make("li", {}, make("a", { href: hash("requests", String(head.id)) }, moment(head.time), " ", tag(head), ` ${ending(head)}`)));
  const past60 = row.recent ?? {};
  const body = [
    facts([
      ["Requests since the start", number(row.total)], ["Failed", number(row.server_errors)], ["Rejected", number(row.client_errors)], ["Cancelled", number(row.cancelled)], ["In flight", number(row.in_flight)],
      ["Rate", rate(past60.rate)], ["Half within", duration(past60.p50)], ["99 of 100 within", duration(past60.p99)],
      row.operation && ["Function", foreign(row.operation, 200, { class: "code" })], row.location && ["Source line", copyable(row.location)],
    ]),
    make("div", { class: "charts" }, ...charts.map(({ element }) => element)),
    part("Bad and slow requests", list.length > 0 ? make("ul", { class: "latest" }, ...list) : make("p", { class: "quiet" }, "None was kept.")),
  ];
  return { title: [endpointName(row, 1024)], body, shown: () => charts.forEach((chart) => chart.draw(points, end - 300, end, null, state.trendInterval)) };
}

const stream = new Stream(told);

dialog.addEventListener("close", () => {
  if (place().detail !== undefined) location.hash = hash(place().view);
});
byId("detail-close").addEventListener("click", () => dialog.close());
byId("skip").addEventListener("click", (event) => {
  event.preventDefault();
  byId("main").focus();
});
byId("pause").addEventListener("click", ({ target }) => {
  state.paused = !state.paused;
  setText(target, state.paused ? `Paused at ${clock(state.snapshot?.time)}: go on` : "Pause");
  draw();
});
byId("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  token.set(byId("token").value.trim());
  byId("token").value = "";
  told.state("connecting");
  stream.start();
});
window.addEventListener("hashchange", go);
go();
stories.draw();
stream.start();
