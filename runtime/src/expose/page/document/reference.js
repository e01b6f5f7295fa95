// Business metrics, the catalog, settings and the filter of the log.

// How many values of a metric a chart remembers, and of how many series.
const PAST = 30;
const MOST_LINES = 1024;

class Business {
  constructor(parent) {
    this.parent = parent;
    this.past = new Map();
    this.note = make("p", { class: "quiet" });
    this.list = make("div", { class: "metrics" });
    parent.append(this.note, this.list);
  }

  // The past, as the service remembers it.
  begin(metrics, interval) {
    this.interval = interval;
    this.past.clear();
    for (const [name, all] of Object.entries(metrics)) for (const series of all) this.past.set(seriesName({ name }, series), series.values);
    this.added = undefined;
  }

  // Remembers each value, whether it is looked at or not.
  add(time, metrics) {
    if (time - this.added < this.interval - 0.5) return;
    const first = this.added === undefined;
    this.added = time;
    if (first) return;
    for (const metric of metrics) for (const series of metric.series) {
      const name = seriesName(metric, series);
      let past = this.past.get(name);
      if (!past) {
        if (this.past.size >= MOST_LINES) continue;
        past = [];
      }
      this.past.set(name, [...past, grows(metric) ? series.recent_rate : series.value].slice(-PAST));
    }
  }

  show(metrics) {
    setText(this.note, metrics.length > 0 ? "Lines show the last 5 minutes: of a counter how fast it grows, of a gauge its value." : "The service declares no metrics of its own.");
    keyed(this.list, metrics, ({ name }) => name, (metric) => this.card(metric), (element, metric) => this.update(element, metric));
  }

  card(metric) {
    const unit = metric.unit ? `, in ${visible(metric.unit, 40)}` : "";
    const head = ["Labels", metric.kind === "histogram" ? "Values" : "Value", "Per minute", "Trend"];
    const shown = grows(metric) ? head : head.filter((text) => text !== "Per minute");
    return make("section", { class: "metric" },
      make("h3", {}, foreign(metric.name, 120, { class: "code" })), make("p", { class: "quiet" }, foreign(metric.help, 300), ` (${visible(metric.kind, 20)}${unit})`),
      metric.heaviest && heaviestKeys(),
      make("table", {}, make("caption", { class: "unseen" }, "Series"), make("thead", {}, make("tr", {}, ...shown.map((text, at) => make("th", { scope: "col", class: at > 0 && at < shown.length - 1 ? "numeric" : undefined }, text)))), make("tbody")),
      make("p", { class: "quiet" }));
  }

  update(element, metric) {
    const [table, left] = [...element.children].slice(-2);
    keyed(table.tBodies[0], metric.series, (series) => seriesName(metric, series), (series) => make("tr", {}, make("th", { scope: "row" }, ...labelsOf(series)), ...[grows(metric) ? ["numeric", "numeric", ""] : ["numeric", ""]].flat().map((name) => make("td", { class: name || undefined }))), (row, series) => {
      const [, value, ...others] = row.children;
      setText(value, worth(metric, series));
      if (grows(metric)) setText(others[0], isNumber(series.recent_rate) ? short(digits(series.recent_rate * 60)) : NONE);
      if (!isMoment(metric)) others.at(-1).replaceChildren(sparkline(this.past.get(seriesName(metric, series)) ?? [], [], 160, 32));
    });
    setText(left, metric.series_left_out > 0 ? `${plural(metric.series_left_out, "further series is", "further series are")} not shown.` : "");
    setHidden(left, !(metric.series_left_out > 0));
    if (metric.heaviest) showHeaviest(element.children[2], metric.heaviest);
  }
}

// The keys that a metric of the heaviest keys has, by rank: hashes or names.
const heaviestKeys = () => make("table", {}, make("caption", {}, "Heaviest keys of the last 5 to 10 minutes"), make("thead", {}, make("tr", {}, ...["Rank", "Key", "Weight", "Share"].map((text, at) => make("th", { scope: "col", class: at > 1 ? "numeric" : undefined }, text)))), make("tbody"));

function showHeaviest(table, { keys = [], total } = {}) {
  const rows = keys.map(({ key, weight, share }, at) => ({ rank: `${at + 1}`, key, weight, share }));
  setHidden(table, !(total > 0));
  keyed(table.tBodies[0], rows, ({ rank }) => rank, ({ rank }) => make("tr", {}, make("th", { scope: "row" }, rank), make("td", { class: "code" }), make("td", { class: "numeric" }), make("td", { class: "numeric" })), (row, { key, weight, share }) => {
    const [, name, ...numbers] = row.children;
    name.replaceChildren(foreign(key, 80));
    setText(numbers[0], number(weight));
    setText(numbers[1], percent(share));
  });
}

const isMoment = ({ name }) => name.endsWith("_timestamp_seconds");
const grows = ({ kind }) => kind !== "gauge";
const seriesName = (metric, { labels }) => `${metric.name}${JSON.stringify(labels)}`;

function labelsOf({ labels }) {
  const pairs = Object.entries(labels ?? {});
  if (pairs.length === 0) return [make("span", { class: "quiet" }, "all")];
  return pairs.flatMap(([name, value], at) => [at > 0 && ", ", foreign(name, 60, { class: "quiet" }), ": ", foreign(value, 80)]).filter(Boolean);
}

// A gauge of Unix seconds is a moment; a counter and a histogram count.
function worth(metric, { value }) {
  if (metric.kind === "histogram") return number(value);
  if (isMoment(metric)) return value > 0 ? moment(value) : "never";
  return amount(value, metric.unit);
}

// The functions and metrics that the program declares, with their source lines.
class Catalog {
  constructor(parent) {
    this.operations = new Table({
      caption: "Observed functions", what: ["function"], key: ({ name }) => name, sort: "name", ascending: true, empty: "None.",
      words: ({ name, location, doc, route, routes, objective }) => [name, location, doc, route, routes, objective].flat().join(" "),
      columns: [
        { id: "name", title: "Function", first: true, value: ({ name }) => name, make: (cell, { name, doc }) => cell.append(foreign(name, 160, { class: "code" }), doc ? make("div", { class: "quiet" }, foreign(doc, 300)) : "") },
        { id: "route", title: "Route", value: ({ route }) => route ?? "", make: (cell, { route, routes }) => cell.append(foreign((routes ?? [route ?? ""]).join(", "), 160)) },
        { id: "objective", title: "Objective", value: ({ objective }) => objective ?? "", make: (cell, { objective }) => cell.append(foreign(objective, 80)) },
        { id: "location", title: "Source line", minor: true, value: ({ location }) => location, make: (cell, { location }) => cell.append(foreign(location, 200, { class: "code quiet" })) },
      ],
    });
    this.metrics = new Table({
      caption: "Declared metrics", what: ["metric"], key: ({ name }) => name, sort: "name", ascending: true, empty: "None.",
      words: ({ name, help, location, labels = [] }) => [name, help, location, ...labels].join(" "),
      columns: [
        { id: "name", title: "Metric", first: true, value: ({ name }) => name, make: (cell, { name, help }) => cell.append(foreign(name, 160, { class: "code" }), make("div", { class: "quiet" }, foreign(help, 300))) },
        { id: "kind", title: "Kind", value: ({ kind }) => kind, make: (cell, { kind, unit }) => cell.append(visible(kind, 20), unit ? ` (${visible(unit, 30)})` : "") },
        { id: "labels", title: "Labels", value: ({ labels = [] }) => labels.join(", "), make: (cell, { labels = [] }) => cell.append(foreign(labels.map(textOf).join(", "), 200)) },
        { id: "location", title: "Source line", minor: true, value: ({ location }) => location ?? "", make: (cell, { location }) => cell.append(foreign(location, 200, { class: "code quiet" })) },
      ],
    });
    parent.append(
      make("section", { "aria-labelledby": "catalog-operations" }, make("h2", { id: "catalog-operations" }, "Observed functions"), this.operations.element),
      make("section", { "aria-labelledby": "catalog-metrics" }, make("h2", { id: "catalog-metrics" }, "Declared metrics"), this.metrics.element),
    );
  }

  show({ operations = [], metrics = [] }) {
    this.operations.show(operations);
    this.metrics.show(metrics);
  }
}

function showSettings(parent, catalog, snapshot) {
  const rows = (catalog.settings ?? []).map(({ name, value, source }) => make("tr", {}, make("th", { scope: "row" }, foreign(name, 120, { class: "code" })), make("td", {}, long(textOf(value), 200)), make("td", { class: "quiet" }, foreign(source, 120))));
  const head = ["Setting", "Value", "From"].map((text) => make("th", { scope: "col" }, text));
  parent.replaceChildren(
    part2("Settings", rows.length > 0 ? make("div", { class: "scroll" }, make("table", {}, make("caption", { class: "unseen" }, "Settings"), make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows))) : make("p", { class: "quiet" }, "None.")),
    part2("Versions", facts([
      ["Service", foreign(catalog.service ?? snapshot.service, 120)],
      ["Version", foreign(catalog.version ?? snapshot.version, 120)],
      catalog.goldsignal && ["goldsignal", foreign(catalog.goldsignal, 40)],
      ["Features of goldsignal", foreign((catalog.features ?? []).join(", "), 1000)],
    ])),
  );
}

const part2 = (title, ...children) => make("section", {}, make("h2", {}, title), ...children);

// Which lines the log gets, and for how long it gets others.
class LogFilter {
  constructor() {
    const field = byId("filter");
    byId("filter-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send("PUT", `log-filter?for=${byId("filter-time").value}`, field.value);
    });
    byId("filter-end").addEventListener("click", () => this.send("DELETE", "log-filter"));
  }

  async send(method, path, body) {
    const answer = byId("filter-answer");
    try {
      const response = await ask(path, { method, body, accept: "text/plain" });
      const [filter, state] = (await response.text()).split("\n");
      answer.replaceChildren("Done: ", foreign(filter, 200, { class: "code" }), state ? ` (${visible(state, 80)})` : "");
      setClass(answer, "bad", false);
    } catch (error) {
      answer.replaceChildren("Not changed: ", foreign(error.message, 400));
      setClass(answer, "bad", true);
    }
  }

  show(filter) {
    const chip = byId("filter-chip");
    const other = isNumber(filter?.seconds_left);
    setHidden(byId("filter-form"), !filter);
    setHidden(chip, !other);
    const left = other ? wholeDuration(filter.seconds_left) : "";
    if (other) setText(chip, `Log: ${visible(filter.filter, 40)}, ends in ${left}`);
    const words = !filter
      ? "The filter of the log cannot be changed here, since the service has a subscriber of its own."
      : `${visible(filter.filter, 400)} – ${other ? `for another ${left}, then the service’s own again` : "the service’s own"}`;
    setText(byId("filter-now"), words);
    byId("filter-end").disabled = !other;
  }
}
