// Requests that ended badly or late, with all that happened in them, and requests that wait.

const OUTCOMES = {
  ok: "succeeded", client_error: "was rejected", server_error: "failed", error: "failed", panic: "panicked", cancelled: "was cancelled", aborted: "broke off",
};
// How many steps of a request are listed at first, and how deep they are indented at most.
const FIRST_STEPS = 200;
const DEEPEST = 12;

// `failed with 503 after 1.2 s`
function ending({ kind, outcome, status, duration_seconds: seconds }) {
  const how = kind === "slow" && (outcome === "ok" || !outcome) ? "was slow" : OUTCOMES[outcome] ?? visible(outcome ?? "ended", 40);
  return `${how}${status ? ` with ${visible(status, 10)}` : ""}${isNumber(seconds) ? ` after ${short(duration(seconds))}` : ""}`;
}

const isBad = ({ kind, outcome }) => kind !== "slow" && outcome !== "client_error";

class Stories {
  constructor(open) {
    this.heads = [];
    this.open = open;
    this.table = new Table({
      caption: "Bad and slow requests", what: ["request"], key: ({ id }) => String(id), sort: "time",
      empty: "None was kept yet. Requests that fail, panic or take too long appear here within a second.",
      words: (head) => [head.method, head.endpoint, head.operation, head.status, head.outcome, head.error_type, head.request_id, head.trace_id].join(" "),
      columns: [
        { id: "time", title: "Time", value: ({ time }) => time, down: true, text: ({ time }) => moment(time) },
        {
          id: "name", title: "Request", first: true, value: (head) => `${head.endpoint} ${head.method} ${head.operation}`,
          make: (cell, head) => cell.append(make("button", { type: "button", class: "link", on: { click: () => open("requests", String(head.id)) } }, endpointName(head))),
        },
        { id: "ending", title: "What happened", value: ending, make: (cell, head) => cell.append(tag(head), " ", ending(head)) },
        { id: "type", title: "Error", minor: true, value: ({ error_type: type }) => type ?? "", make: (cell, head) => cell.append(foreign(head.error_type, 80, { class: "code" })) },
        { id: "took", title: "Took", numeric: true, minor: true, value: (head) => head.duration_seconds, text: (head) => duration(head.duration_seconds) },
        { id: "steps", title: "Steps", help: "Calls and messages that were kept", numeric: true, minor: true, value: ({ events }) => events, text: ({ events }) => number(events) },
      ],
    });
    this.dropped = make("p", { class: "quiet" });
    byId("stories").append(this.table.element, this.dropped);
    this.latest = byId("latest");
    this.none = make("p", { class: "quiet" }, "None was kept yet.");
    this.list = make("ul", { class: "latest" });
    this.latest.append(this.list, this.none);
  }

  async read() {
    try {
      const { stories, dropped } = await askJson("api/v1/stories");
      this.heads = stories;
      setText(this.dropped, dropped > 0 ? `${plural(dropped, "further request was", "further requests were")} not kept, for want of memory.` : "");
      this.draw();
    } catch (error) {
      // A service may keep none; the stream says what is wrong with the connection.
      console.debug("stories", error);
    }
  }

  // A story that the service told just now.
  add(head) {
    this.heads = [head, ...this.heads.filter(({ id }) => id !== head.id)].slice(0, 500);
    this.table.sorted = this.table.body.matches(":hover, :focus-within") ? this.table.sorted : 0;
    this.draw();
  }

  draw() {
    this.table.show(this.heads);
    const newest = this.heads.slice(0, 6);
    keyed(this.list, newest, ({ id }) => String(id), (head) => make("li", {}, make("a", { href: hash("requests", String(head.id)) }, make("span", { class: "time" }, moment(head.time)), " ", tag(head), " ", endpointName(head, 80), ` ${ending(head)}`, head.error_type ? [" ", foreign(head.error_type, 80, { class: "code quiet" })] : [])));
    setHidden(this.none, newest.length > 0);
    const count = this.heads.filter(isBad).length;
    setText(byId("bad-count"), count > 0 ? `${number(count)} bad` : "");
    setHidden(byId("bad-count"), count === 0);
  }

  async detail(id) {
    const story = await askJson(`api/v1/stories/${encodeURIComponent(id)}`);
    return { title: [endpointName(story, 160), ` ${ending(story)}`], body: storyBody(story) };
  }
}

function tag(head) {
  const bad = isBad(head);
  return make("span", { class: `tag ${bad ? "bad" : "warn"}` }, bad ? "bad" : head.kind === "slow" ? "slow" : "rejected");
}

function storyBody(story) {
  const ids = [["Request id", story.request_id], ["Trace id", story.trace_id]].filter(([, id]) => id);
  return [
    facts([
      ["When", moment(story.time)],
      ["Took", duration(story.duration_seconds)],
      story.status && ["Status", visible(story.status, 10)],
      story.operation && ["Function", foreign(story.operation, 200, { class: "code" })],
      story.error_type && ["Error type", foreign(story.error_type, 200, { class: "code" })],
      ...ids.map(([name, id]) => [name, copyable(id)]),
    ]),
    story.error && part("Error", make("p", { class: "message" }, long(story.error.message)), causes(story.error.causes)),
    story.panic && part("Panic", make("p", { class: "message" }, long(story.panic.message)), story.panic.location && make("p", { class: "quiet" }, "at ", foreign(story.panic.location, 300, { class: "code" })), backtrace(story.panic.backtrace)),
    part("What happened", ...steps(story)),
    story.fields?.length > 0 && part("Fields", fieldList(story.fields)),
    make("p", {}, copyWhole(story)),
  ].filter(Boolean);
}

const part = (title, ...children) => make("section", {}, make("h3", {}, title), ...children);

function causes(list = []) {
  if (list.length === 0) return null;
  return make("ol", { class: "causes" }, ...list.slice(0, 50).map((cause) => make("li", {}, make("span", { class: "quiet" }, "because: "), long(cause))));
}

function backtrace(text) {
  if (!text) return null;
  return make("details", {}, make("summary", {}, "Backtrace"), make("pre", { class: "whole", tabindex: "0", role: "group", "aria-label": "Backtrace" }, foreign(text, 1 << 20)));
}

function fieldList(fields) {
  return facts(fields.slice(0, 200).map(({ name, value }) => [foreign(name, 100, { class: "code" }), long(textOf(value))]));
}

const textOf = (value) => (typeof value === "string" ? value : JSON.stringify(value) ?? "");

function copyWhole(story) {
  const button = make("button", { type: "button" }, "Copy all of it as JSON");
  button.addEventListener("click", async () => {
    await copy(JSON.stringify(story, null, 2));
    button.textContent = "Copied";
  });
  return button;
}

// The calls and messages in their order, each with its time and how long it took.
function steps(story) {
  const entries = story.entries ?? [];
  if (entries.length === 0) return [make("p", { class: "quiet" }, "No call and no message was kept.")];
  const all = Math.max(story.duration_seconds ?? 0, ...entries.slice(0, 10_000).map((entry) => entry.at_seconds + (entry.duration_seconds ?? 0))) || 1;
  const body = make("tbody", {}, ...entries.slice(0, FIRST_STEPS).map((entry) => step(entry, all)));
  const head = ["At", "What", "Took", "When"].map((text, at) => make("th", { scope: "col", class: at === 0 || at === 2 ? "numeric" : at === 3 ? "bars" : undefined }, text));
  const table = make("table", { class: "steps" }, make("caption", { class: "unseen" }, "Calls and messages in their order"), make("thead", {}, make("tr", {}, ...head)), body);
  const parts = [make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Calls and messages" }, table)];
  if (entries.length > FIRST_STEPS) {
    const more = make("button", { type: "button" }, `Show all ${number(entries.length)} steps`);
    more.addEventListener("click", () => {
      body.append(...entries.slice(FIRST_STEPS).map((entry) => step(entry, all)));
      more.remove();
    });
    parts.push(make("p", {}, more));
  }
  if (story.entries_dropped > 0) parts.push(make("p", { class: "quiet" }, `${plural(story.entries_dropped, "further step was", "further steps were")} not kept.`));
  return parts;
}

function step(entry, all) {
  const { at_seconds: at, depth = 0, kind, level, target, name, message, fields = [], duration_seconds: took, outcome, location } = entry;
  const isCall = kind === "call";
  const failed = outcome && outcome !== "ok";
  const words = [
    isCall ? foreign(name, 160, { class: "code strong" }) : make("span", { class: `level ${/^(ERROR|WARN)$/.test(level) ? level.toLowerCase() : ""}` }, visible(level, 10)),
    !isCall && (message || name) && [" ", long(message ?? name)],
    failed && [" ", make("span", { class: "tag bad" }, OUTCOMES[outcome] ?? visible(outcome, 30))],
    ...fields.slice(0, 50).map((field) => [" ", make("span", { class: "field" }, foreign(field.name, 60, { class: "quiet" }), "=", long(textOf(field.value), 160))]),
    (location || target) && [" ", foreign(location ?? target, 160, { class: "quiet code where" })],
  ];
  const cell = make("td", { class: "what" }, ...words.flat(2).filter(Boolean));
  cell.style.paddingInlineStart = `${Math.min(Math.max(Number(depth) || 0, 0), DEEPEST) * 1.1 + 0.5}rem`;
  const x = ((at || 0) / all) * 100;
  const bar = isNumber(took)
    ? svg("rect", { x, y: 3, width: Math.max((took / all) * 100, 0.6), height: 6, class: failed ? "bad" : "main" })
    : svg("rect", { x, y: 2, width: 0.8, height: 8, class: "event" });
  return make("tr", { class: isCall ? "call" : "event" },
    make("td", { class: "numeric quiet" }, short(duration(at))), cell, make("td", { class: "numeric" }, isNumber(took) ? short(duration(took)) : ""),
    make("td", { class: "bars" }, svg("svg", { viewBox: "0 0 100 12", preserveAspectRatio: "none", "aria-hidden": "true" }, bar)));
}

// What waits for longer than a moment, and where.
function showWaiting(parent, listing, snapshot) {
  const blocking = (listing?.blocking ?? []).map((each) => ({ ...each, in_poll_seconds: each.age_seconds, calls: [], others_at_same_point: 0 }));
  const all = [...blocking, ...(listing?.waiting ?? [])];
  const inFlight = snapshot.requests?.in_flight ?? 0;
  const total = (listing?.total ?? 0) + blocking.length;
  const summary = total === 0
    ? `No request has waited for more than 0.1 s. ${plural(inFlight, "request is", "requests are")} in flight.`
    : `${plural(total, "request has", "requests have")} waited for more than 0.1 s, the oldest first.`;
  if (!parent.summary) parent.append((parent.summary = make("p", { class: "quiet" })), (parent.list = make("ul", { class: "waits" })));
  setText(parent.summary, summary);
  const seen = new Map();
  const keyOf = (each) => {
    const base = each.request_id ?? [each.method, each.endpoint, each.operation].join(" ");
    const count = (seen.get(base) ?? 0) + 1;
    seen.set(base, count);
    return `${base} ${count}`;
  };
  keyed(parent.list, all.map((each) => ({ each, name: keyOf(each) })), ({ name }) => name, () => make("li", {}), (element, { each }) => waitingItem(element, each));
}

function waitingItem(element, each) {
  if (!element.firstChild) {
    element.append(make("p", {}, make("span", { class: "age" }), " ", endpointName(each), " ", make("span", { class: "tag bad" }, "blocks its thread"), each.request_id ? [" ", copyable(each.request_id)] : []), make("ul", { class: "calls" }));
  }
  const [line, calls] = element.children;
  setText(line.querySelector(".age"), wholeDuration(each.age_seconds));
  setHidden(line.querySelector(".tag"), !(each.in_poll_seconds >= 0.1));
  const words = (each.calls ?? []).map((call) => make("li", {}, `${duration(call.age_seconds)} in `, foreign(call.function, 160, { class: "code" }), `, polled ${plural(call.polls, "time")}, last ${duration(call.last_poll_seconds_ago)} ago `, foreign(call.location, 160, { class: "quiet code" })));
  if (isNumber(each.head_after_seconds)) words.push(make("li", {}, `its answer began after ${duration(each.head_after_seconds)} and has not ended`));
  if (each.others_at_same_point > 0) words.push(make("li", {}, `${plural(each.others_at_same_point, "other waits", "others wait")} at the same place`));
  calls.replaceChildren(...words);
}
