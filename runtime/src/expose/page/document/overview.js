// What a person sees first: whether something is wrong, and what.

// A limit is near its end, and at it; a request waits long, and very long, in seconds; a thread is blocked, in seconds.
const NEAR = 0.8;
const FULL = 0.95;
const LONG = 10;
const VERY_LONG = 60;
const BLOCKED = 1;
// An objective in trouble: so many times as many failures as it allows.
const FAST = 6;

const overLast = (seconds) => (seconds > 45 ? "in the last minute" : `in the last ${wholeDuration(Math.max(seconds, 1))}`);

// What needs attention, the most urgent first: [{ level: "bad" | "warn", words: [text or element, …], view, detail?, about }].
function judge(snapshot, waiting) {
  const found = [...burning(snapshot), ...failing(snapshot), ...running_out(snapshot), ...blocked(waiting), ...stuck(snapshot)];
  return found.map((item, at) => ({ ...item, at })).sort((a, b) => (a.level === b.level ? a.at - b.at : a.level === "bad" ? -1 : 1));
}

function burning({ objectives = [] }) {
  const hot = objectives.filter(({ burn }) => burn?.rate > 1).sort((a, b) => b.burn.rate - a.burn.rate);
  return hot.map((objective) => ({
    level: objective.burn.rate >= FAST ? "bad" : "warn", view: "overview", about: `objective ${objective.name} ${objective.kind}`,
    words: [
      "Objective ", foreign(objective.name, 80, { class: "strong" }), ": ", `${short(digits(objective.burn.rate))} times as many requests `,
      objective.kind === "latency" ? `take longer than ${short(duration(objective.threshold_seconds))}` : "fail", ` as it allows in the last ${wholeDuration(objective.burn.seconds)}.`,
    ],
  }));
}

function failing({ endpoints = [] }) {
  const count = ({ recent: { rate: each, error_ratio: ratio } }) => each * ratio;
  const broken = endpoints.filter(({ recent: past }) => past?.error_ratio > 0).sort((a, b) => count(b) - count(a));
  return broken.map((row) => ({
    level: row.recent.error_ratio >= 0.01 ? "bad" : "warn", view: "endpoints", detail: nameOf(row), about: `failures of ${nameOf(row)}`,
    words: [endpointName(row, 80), `: ${percent(row.recent.error_ratio)} of its requests failed ${overLast(row.recent.seconds)}.`],
  }));
}

function running_out({ saturation = [] }) {
  const share = ({ used, limit }) => (limit > 0 ? used / limit : 0);
  const near = saturation.filter((limit) => share(limit) >= NEAR).sort((a, b) => share(b) - share(a));
  return near.map((limit) => ({
    level: share(limit) >= FULL ? "bad" : "warn", view: "overview", about: `limit ${limit.name} ${limit.detail}`,
    words: [limitName(limit), `: ${percent(share(limit))} in use, ${amount(limit.used, limit.unit)} of ${amount(limit.limit, limit.unit)}.`],
  }));
}

function blocked(waiting) {
  const first = (waiting?.blocking ?? []).map((each) => ({ ...each, seconds: each.age_seconds }));
  const later = (waiting?.waiting ?? []).map((each) => ({ ...each, seconds: each.in_poll_seconds }));
  return [...first, ...later].filter(({ seconds }) => seconds >= BLOCKED).map((each) => ({
    level: "bad", view: "requests", about: `a blocked thread in ${nameOf(each)}`,
    words: [endpointName(each, 80), ` has blocked a thread for ${wholeDuration(each.seconds)}: other requests have to wait for it.`],
  }));
}

function stuck({ in_flight: { oldest_seconds: oldest = 0, total = 0 } = {} }) {
  if (!(oldest >= LONG)) return [];
  return [{
    level: oldest >= VERY_LONG ? "bad" : "warn", view: "requests", about: "a request that waits long",
    words: [total === 1 ? "A request has waited" : `${number(total)} requests are waiting, the oldest`, ` for ${wholeDuration(oldest)}.`],
  }];
}

const limitName = ({ name, detail }) => make("span", {}, foreign(name, 80), detail ? [" (", foreign(detail, 80), ")"] : []);

// The sentence at the top, with what it is about.
class Verdict {
  constructor(open) {
    this.open = open;
    this.more = make("button", { type: "button", class: "more" });
    this.more.addEventListener("click", () => {
      this.all = !this.all;
      this.show(...this.shown);
    });
  }

  show(snapshot, waiting) {
    this.shown = [snapshot, waiting];
    const found = judge(snapshot, waiting);
    const worst = found[0]?.level;
    const title = found.length === 0 ? "Nothing is wrong" : `${plural(found.length, "thing needs", "things need")} attention`;
    setText(byId("verdict-title"), title);
    for (const name of ["bad", "warn"]) setClass(byId("verdict"), name, worst === name);
    setText(byId("verdict-calm"), found.length === 0 ? calm(snapshot) : "");
    setHidden(byId("verdict-calm"), found.length > 0);
    const listed = this.all ? found : found.slice(0, 5);
    keyed(byId("verdict-list"), listed, ({ about }) => about, () => make("li", { class: "finding" }), (element, item) => this.item(element, item));
    if (found.length > 5) {
      setText(this.more, this.all ? "show the first five" : `and ${number(found.length - 5)} more`);
      if (!this.more.isConnected) byId("verdict-list").after(this.more);
    } else this.more.remove();
    if (this.said !== title) announce(title);
    this.said = title;
    return found;
  }

  // A link keeps the focus while its numbers change.
  item(element, { level, words, view, detail }) {
    const link = element.firstElementChild ?? element.appendChild(make("a", { href: "#" }));
    setAttribute(link, "href", hash(view, detail));
    for (const name of ["bad", "warn"]) setClass(element, name, level === name);
    const text = make("a", {}, make("span", { class: "unseen" }, level === "bad" ? "Urgent: " : "Soon: "), ...words.flat());
    if (link.textContent !== text.textContent) link.replaceChildren(...text.childNodes);
  }
}

function calm({ requests }) {
  if (!requests || requests.total === 0) return "No request was answered yet: the numbers come with the first ones.";
  const past = requests.recent ?? {};
  if (!(past.rate > 0)) return `No request was answered ${overLast(past.seconds ?? 60)}.`;
  const when = overLast(past.seconds).replace("in", "In");
  return `${when}: ${short(rate(past.rate)).replace(" /s", "")} requests per second, ${percent(past.error_ratio)} of them failed, 99 of 100 were answered within ${short(duration(past.p99))}.`;
}

// The four golden signals, and the moment at which they are looked at.
class Signals {
  constructor() {
    this.charts = [
      new Chart({ title: "Traffic", about: "requests per second", format: rate, series: [{ key: "rate", label: "requests", class: "main", area: true }] }),
      new Chart({ title: "Errors", about: "share of the requests", format: percent, series: [{ key: "error_ratio", label: "failed", class: "bad", area: true }, { key: "client_error_ratio", label: "rejected", class: "warn dashed" }] }),
      new Chart({ title: "Response time", about: "p99: 99 of 100 within", format: duration, series: [{ key: "p99", label: "p99", class: "main" }, { key: "p50", label: "p50", class: "second dashed" }] }),
    ];
    const busy = new Chart({ title: "Fullest limit", about: "", full: 1, height: 52, format: percent, series: [{ key: "busy", label: "in use", class: "main", area: true }] });
    const flight = new Chart({ title: "In flight", about: "", height: 52, format: (value) => (isNumber(value) ? number(Math.round(value * 10) / 10) : NONE), series: [{ key: "in_flight", label: "requests", class: "second" }] });
    byId("charts").append(...this.charts.map(({ element }) => element), make("div", { class: "pair" }, busy.element, flight.element));
    this.charts.push(busy, flight);
    for (const chart of this.charts) {
      chart.frame.addEventListener("pointermove", (event) => this.look(chart.time?.(event.clientX - chart.frame.getBoundingClientRect().left)));
      chart.frame.addEventListener("pointerleave", () => this.look(null));
    }
    byId("moment").addEventListener("input", ({ target }) => {
      const back = Number(target.value);
      this.held = back === 0 ? null : this.end + back;
      this.draw();
    });
    byId("numbers").addEventListener("toggle", () => this.draw());
  }

  look(time) {
    this.hovered = time;
    this.draw();
  }

  show(points, interval) {
    Object.assign(this, { points, interval });
    this.draw();
  }

  draw() {
    if (!this.points) return;
    const span = windowOf(this.points, 600);
    this.end = this.points.at(-1)?.time ?? Date.now() / 1000;
    const from = this.end - span;
    if (this.held && this.held < from) this.held = null;
    const at = this.hovered ?? this.held ?? null;
    for (const chart of this.charts) chart.draw(this.points, from, this.end, at, this.interval);
    const slider = byId("moment");
    setAttribute(slider, "min", String(-span));
    const back = this.held ? Math.round((this.held - this.end) / 2) * 2 : 0;
    if (Number(slider.value) !== back) slider.value = String(back);
    const point = at === null ? null : nearest(this.points, at);
    const when = point ? `${clock(point.time)}, ${ago(this.end - point.time)}` : "now";
    setText(byId("moment-text"), when);
    const told = nearest(this.points, at ?? this.end);
    setAttribute(slider, "aria-valuetext", told ? `${when}: ${rate(told.rate)} requests, ${percent(told.error_ratio)} failed, 99 of 100 within ${duration(told.p99)}, ${number(told.in_flight)} in flight` : when);
    if (byId("numbers").open) this.table(from);
  }

  // Every half minute a row.
  table(from) {
    const every = this.points.filter(({ time }) => time >= from).reverse().filter((_, at) => at % Math.max(1, Math.round(30 / this.interval)) === 0);
    const head = ["Time", "Requests", "Failed", "Rejected", "p50", "p99", "In flight", "Fullest limit"];
    const cells = (point) => [rate(point.rate), percent(point.error_ratio), percent(point.client_error_ratio), duration(point.p50), duration(point.p99), number(point.in_flight), percent(point.busy)];
    const body = every.map((point) => make("tr", {}, make("th", { scope: "row" }, clock(point.time)), ...cells(point).map((text) => make("td", { class: "numeric" }, text))));
    byId("numbers-table").replaceChildren(make("table", {}, make("caption", { class: "unseen" }, "The charts, the newest first"), make("thead", {}, make("tr", {}, ...head.map((text, at) => make("th", { scope: "col", class: at ? "numeric" : undefined }, text)))), make("tbody", {}, ...body)));
  }
}

// Objectives: what they promise, what is left, how fast it goes.
function showObjectives(parent, objectives) {
  setHidden(byId("no-objectives"), objectives.length > 0);
  keyed(parent, objectives, ({ name, kind }) => `${kind} ${name}`, objectiveCard, updateObjective);
}

function objectiveCard(objective) {
  const promise = objective.kind === "latency"
    ? `${short(percent(objective.target))} within ${short(duration(objective.threshold_seconds))}`
    : `${short(percent(objective.target))} succeed`;
  return make("article", { class: "objective" },
    make("h3", {}, foreign(objective.name, 80), make("span", { class: "quiet" }, ` ${promise}`)),
    make("div", { class: "meter", "aria-hidden": "true" }, make("div", {})),
    make("p", { class: "line" }, make("span", { "data-figure": "left" }), make("span", { "data-figure": "burn" })),
    make("p", { class: "quiet", "data-figure": "events" }));
}

function updateObjective(element, { kind, good, total, budget_left: left, burn = {} }) {
  const [, meter, line, events] = element.children;
  const missed = total - good;
  const all = kind === "latency" ? "slow" : "failed";
  const allowed = kind === "latency" ? "slow requests" : "failures";
  setText(line.children[0], !isNumber(left) ? "nothing to judge yet" : left < 0 ? `${percent(1 - left)} of the allowed ${allowed} used` : `${percent(left)} of the allowed ${allowed} left`);
  setText(line.children[1], !isNumber(burn.rate) ? "no requests lately" : `now ${short(digits(burn.rate))}× the allowed rate`);
  line.children[1].title = isNumber(burn.rate) ? `In the last ${wholeDuration(burn.seconds)}` : "";
  setText(events, `Since the start: ${number(missed)} of ${number(total)} ${all}.`);
  meter.firstElementChild.style.inlineSize = `${Math.max(0, Math.min(1, isNumber(left) ? left : 1)) * 100}%`;
  const known = isNumber(left);
  const state = burn.rate >= FAST || (known && left <= 0) ? "bad" : burn.rate > 1 || (known && left < 0.2) ? "warn" : "";
  for (const name of ["bad", "warn"]) setClass(element, name, state === name);
}

// Limits: how much of each is in use, the fullest first.
function showLimits(parent, saturation) {
  const share = ({ used, limit }) => (limit > 0 ? used / limit : 0);
  const sorted = [...saturation].sort((a, b) => share(b) - share(a));
  keyed(parent, sorted, ({ name, detail }) => `${name} ${detail ?? ""}`, (limit) => make("div", { class: "limit" }, make("span", { class: "name" }, limitName(limit)), make("span", { class: "numeric strong" }), make("div", { class: "meter", "aria-hidden": "true" }, make("div", {})), make("span", { class: "numeric quiet" })), (element, limit) => {
    const [, value, meter, of] = element.children;
    const known = limit.limit > 0;
    setText(value, known ? percent(share(limit)) : NONE);
    setText(of, `${amount(limit.used, limit.unit)}${known ? ` of ${amount(limit.limit, limit.unit)}` : ", no limit"}`);
    meter.firstElementChild.style.inlineSize = `${Math.min(1, share(limit)) * 100}%`;
    for (const [name, on] of [["bad", share(limit) >= FULL], ["warn", share(limit) >= NEAR && share(limit) < FULL]]) setClass(element, name, on);
  });
}
