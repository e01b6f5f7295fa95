// Line charts in SVG, with one moment that all of them show.

const AXIS = 52;
const FOOT = 16;
const TOP = 6;

// Steps of 1, 2 or 5, at most `most` of them, up to the first one that is not below `limit`.
function ticks(limit, most = 4) {
  const raw = limit / most;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= raw * 0.999_999);
  const count = Math.ceil((limit / step) * 0.999_999);
  return { all: Array.from({ length: count + 1 }, (_, at) => at * step), top: count * step };
}

// Points that are further apart than `gap` are not joined, nor is a point without a value.
function segments(points, key, gap) {
  const all = [];
  let current = null;
  let last = -Infinity;
  for (const point of points) {
    const value = point[key];
    if (!isNumber(value)) current = null;
    else {
      if (current === null || point.time - last > gap) all.push((current = []));
      current.push([point.time, value]);
      last = point.time;
    }
  }
  return all;
}

const line = (segment, x, y) => segment.map(([time, value], at) => `${at ? "L" : "M"}${x(time).toFixed(1)} ${y(value).toFixed(1)}`).join("");

class Chart {
  // series: [{ key, label, class, area? }]; `format` writes a value; `full` is the value at the top, if that is fixed.
  constructor({ title, about, series, format, full, height = 110 }) {
    Object.assign(this, { title, series, format, full, height });
    this.values = series.map((each) => {
      const value = make("span", { class: "figure", "data-figure": each.key });
      return { each, value, element: make("span", { class: `legend ${each.class}` }, svg("svg", { class: "swatch", "aria-hidden": "true", viewBox: "0 0 14 6" }, svg("path", { d: "M0 3H14" })), make("span", { class: "label" }, each.label), " ", value) };
    });
    this.graph = svg("svg", { class: "graph", role: "img", height });
    this.frame = make("div", { class: "plot" }, this.graph);
    this.element = make("figure", { class: "chart" }, make("figcaption", {}, make("h3", {}, title), about && make("span", { class: "quiet" }, about)), make("p", { class: "legends" }, ...this.values.map(({ element }) => element)), this.frame);
    new ResizeObserver(() => this.drawn && this.draw(...this.drawn)).observe(this.frame);
  }

  // Draws `points` from the time `from` to `to`; with the values of the moment `at`, or else the newest ones.
  draw(points, from, to, at, interval) {
    this.drawn = [points, from, to, at, interval];
    const width = this.frame.clientWidth;
    if (width === 0) return;
    const shown = points.filter(({ time }) => time >= from - interval && time <= to + interval);
    const values = this.series.flatMap(({ key }) => shown.map((point) => point[key])).filter(isNumber);
    const { all, top } = ticks(this.full ?? (Math.max(0, ...values) || 1), this.height > 80 ? 4 : 2);
    const y = (value) => TOP + (this.height - TOP - FOOT) * (1 - Math.min(value, top) / top);
    const x = (time) => AXIS + (width - AXIS - 8) * ((time - from) / (to - from));
    this.time = (pixel) => from + ((pixel - AXIS) / (width - AXIS - 8)) * (to - from);
    setAttribute(this.graph, "viewBox", `0 0 ${width} ${this.height}`);
    setAttribute(this.graph, "width", String(width));
    const grid = all.map((value) => [
      svg("path", { class: "grid", d: `M${AXIS} ${y(value).toFixed(1)}H${width - 8}` }),
      values.length > 0 && svg("text", { class: "tick", x: AXIS - 6, y: (y(value) + 3.5).toFixed(1), "text-anchor": "end" }, short(this.format(value))),
    ]);
    const lines = this.series.flatMap(({ key, class: name, area }) => segments(shown, key, interval * 3).map((segment) => {
      const path = segment.length > 1 ? line(segment, x, y) : `M${x(segment[0][0]) - 1} ${y(segment[0][1])}h2`;
      const floor = `L${x(segment.at(-1)[0]).toFixed(1)} ${y(0)}L${x(segment[0][0]).toFixed(1)} ${y(0)}Z`;
      return [area && segment.length > 1 && svg("path", { class: `area ${name}`, d: path + floor }), svg("path", { class: `line ${name}`, d: path })];
    }));
    const point = nearest(shown, at ?? to);
    const cursor = at !== null && point ? [svg("path", { class: "cursor", d: `M${x(point.time).toFixed(1)} ${TOP}V${this.height - FOOT}` })] : [];
    const dots = at !== null && point ? this.series.filter(({ key }) => isNumber(point[key])).map(({ key, class: name }) => svg("circle", { class: `dot-at ${name}`, cx: x(point.time), cy: y(point[key]), r: 3 })) : [];
    this.graph.replaceChildren(...[grid, timeAxis(from, to, x, this.height), lines, cursor, dots].flat(3).filter(Boolean));
    for (const { each, value } of this.values) setText(value, this.format(point?.[each.key]));
    setAttribute(this.graph, "aria-label", this.words(shown));
  }

  // What the chart shows, for those who do not see it.
  words(points) {
    const parts = this.series.map(({ key, label }) => {
      const values = points.map((point) => point[key]).filter(isNumber);
      if (values.length === 0) return `${label}: no values`;
      const [low, high] = [Math.min(...values), Math.max(...values)];
      return `${label}: ${this.format(points.at(-1)[key])} at the end, between ${this.format(low)} and ${this.format(high)}`;
    });
    return `${this.title}. ${parts.join("; ")}.`;
  }
}

function nearest(points, time) {
  let best = null;
  for (const point of points) if (best === null || Math.abs(point.time - time) < Math.abs(best.time - time)) best = point;
  return best;
}

function timeAxis(from, to, x, height) {
  const minutes = (to - from) / 60;
  // As many as there is room for.
  const step = minutes / (x(to) - x(from) < 300 ? 2 : minutes === 2 ? 4 : 5);
  const texts = [];
  for (let back = 0; back <= minutes + 0.001; back += step) {
    const anchor = back === 0 ? "end" : back >= minutes - 0.001 ? "start" : "middle";
    const text = back === 0 ? "now" : back % 0.5 === 0 ? `−${back} min` : `−${back * 60} s`;
    texts.push(svg("text", { class: "tick", x: x(to - back * 60).toFixed(1), y: height - 3, "text-anchor": anchor }, text));
  }
  return texts;
}

// How far back a chart looks: as far as there is something to see.
function windowOf(points, most) {
  const span = points.length > 0 ? points.at(-1).time - points[0].time : 0;
  return [120, 300, 600].find((seconds) => seconds >= Math.min(span, most)) ?? most;
}

// A line without axes, for a cell of a table. `over` is drawn above it on the same scale.
function sparkline(values, over = [], width = 96, height = 20) {
  const top = Math.max(...values.filter(isNumber), ...over.filter(isNumber), 0) || 1;
  const most = Math.max(values.length - 1, 1);
  const path = (all) => segments(all.map((value, time) => ({ time, value })), "value", 1.5)
    .map((segment) => line(segment.length > 1 ? segment : [segment[0], [segment[0][0] + 0.2, segment[0][1]]], (time) => (time / most) * (width - 2) + 1, (value) => height - 2 - (value / top) * (height - 4))).join("");
  const failed = over.some((value) => value > 0);
  return svg("svg", { class: "spark", "aria-hidden": "true", viewBox: `0 0 ${width} ${height}`, width, height }, svg("path", { class: "line main", d: path(values) }), failed && svg("path", { class: "line bad", d: path(over) }));
}
