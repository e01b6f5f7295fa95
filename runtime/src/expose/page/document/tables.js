// Tables that are sorted by buttons in their heads and searched by a field above them.

// How long the order of rows stays as it is, in milliseconds: rows that change places cannot be read.
const CALM = 10_000;

class Table {
  // columns: [{ id, title, help, value(row), text(row), cell?(row, element), numeric?, down?, minor?, first? }]
  // `words(row)` is searched. `sort` is the column's id; larger values come first unless `ascending`, and do so at once
  // where the column is `numeric` or `down`.
  constructor({ caption, columns, key, words, what, sort, ascending = false, empty }) {
    Object.assign(this, { columns, key, words, what, sort, ascending, empty, rows: [], sought: "", sorted: 0 });
    this.body = make("tbody");
    this.heads = columns.map((column) => this.head(column));
    this.table = make("table", {}, make("caption", { class: "unseen" }, caption), make("thead", {}, make("tr", {}, ...this.heads)), this.body);
    this.none = make("p", { class: "quiet" });
    this.scroll = make("div", { class: "scroll" }, this.table);
    this.element = make("div", { class: "table" }, words && this.search(caption), this.scroll, this.none);
    this.mark();
  }

  head(column) {
    const button = make("button", { type: "button", class: "sort", title: column.help, on: { click: () => this.sortBy(column) } }, column.title, make("span", { class: "arrow", "aria-hidden": "true" }));
    return make("th", { scope: "col", class: classes(column), "data-column": column.id }, column.value ? button : make("span", { title: column.help }, column.title));
  }

  search(caption) {
    this.count = make("span", { class: "quiet", role: "status" });
    const input = make("input", { type: "search", autocomplete: "off", spellcheck: "false", "aria-label": `Search: ${caption}`, placeholder: "Search" });
    input.addEventListener("input", () => {
      this.sought = input.value.toLowerCase();
      this.show(this.rows);
    });
    this.input = input;
    return make("p", { class: "row search" }, input, this.count);
  }

  sortBy(column) {
    this.ascending = this.sort === column.id ? !this.ascending : !(column.numeric || column.down);
    this.sort = column.id;
    this.mark();
    this.sorted = 0;
    this.show(this.rows);
  }

  mark() {
    this.columns.forEach((column, at) => {
      if (column.id === this.sort) setAttribute(this.heads[at], "aria-sort", this.ascending ? "ascending" : "descending");
      else this.heads[at].removeAttribute("aria-sort");
    });
  }

  show(rows) {
    this.rows = rows;
    const sought = this.sought;
    const found = sought ? rows.filter((row) => this.words(row).toLowerCase().includes(sought)) : rows;
    keyed(this.body, this.ordered(found), this.key, (row) => this.row(row), (element, row) => this.update(element, row));
    if (this.count) setText(this.count, sought ? `${number(found.length)} of ${plural(rows.length, ...this.what)}` : plural(rows.length, ...this.what));
    setText(this.none, found.length > 0 ? "" : rows.length > 0 ? "Nothing of that name." : this.empty);
    setHidden(this.none, found.length > 0);
    setHidden(this.scroll, found.length === 0);
  }

  // Sorts anew when that was asked for, or after a time in which nobody points at a row.
  ordered(rows) {
    const column = this.columns.find(({ id }) => id === this.sort);
    const now = performance.now();
    const held = now - this.sorted < CALM || this.body.matches(":hover, :focus-within");
    if (held && this.sorted > 0 && this.order) {
      const place = (row) => this.order.get(this.key(row)) ?? Infinity;
      return [...rows].sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
    }
    this.sorted = now;
    const sign = this.ascending ? 1 : -1;
    const ordered = [...rows].sort((a, b) => sign * compare(column.value(a), column.value(b)) || compare(recent(b).rate, recent(a).rate) || compare(this.key(a), this.key(b)));
    this.order = new Map(ordered.map((row, at) => [this.key(row), at]));
    return ordered;
  }

  row(row) {
    const cells = this.columns.map((column) => make(column.first ? "th" : "td", { scope: column.first ? "row" : undefined, class: classes(column), "data-column": column.id }));
    this.columns.forEach((column, at) => column.make?.(cells[at], row));
    return make("tr", { "data-key": visible(this.key(row), 200) }, ...cells);
  }

  update(element, row) {
    this.columns.forEach((column, at) => {
      const cell = element.children[at];
      if (column.text) setText(cell, column.text(row));
      column.update?.(cell, row);
      if (column.state) for (const name of ["bad", "warn", "zero"]) setClass(cell, name, column.state(row) === name);
    });
  }
}

const classes = ({ numeric, minor, first }) => [numeric && "numeric", minor && "minor", first && "first"].filter(Boolean).join(" ") || undefined;

// Numbers by size, texts by the alphabet; what is not there comes last when the largest comes first.
function compare(a, b) {
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  const [x, y] = [isNumber(a) ? a : -Infinity, isNumber(b) ? b : -Infinity];
  return x === y ? 0 : x - y;
}

const nameOf = ({ method, endpoint }) => `${method} ${endpoint}`;

// `GET /tasks/{id}`; the direction of the path is its own.
function endpointName({ method, endpoint, operation }, most = 120) {
  if (!endpoint && !method) return foreign(operation ?? "a call", most, { class: "code" });
  const path = endpoint === "_unmatched" ? "paths without a route" : endpoint ?? "(no route yet)";
  const verb = method === "_OTHER" ? "other methods" : visible(method ?? "", 20);
  return make("span", { class: "endpoint" }, make("span", { class: "method" }, verb), " ", foreign(path, most, { class: "path" }));
}

// The columns that tables of endpoints and of functions share.
const recent = (row) => row.recent ?? {};
const rateColumn = { id: "rate", title: "Rate", help: "Per second, in the last minute", numeric: true, value: (row) => recent(row).rate, text: (row) => rate(recent(row).rate), state: (row) => (recent(row).rate > 0 ? "" : "zero") };
const p50Column = { id: "p50", title: "p50", help: "Half of them took less, in the last minute", numeric: true, minor: true, value: (row) => recent(row).p50, text: (row) => duration(recent(row).p50) };
const p99Column = { id: "p99", title: "p99", help: "99 of 100 took less, in the last minute", numeric: true, value: (row) => recent(row).p99, text: (row) => duration(recent(row).p99) };
const failedColumn = { id: "failed", title: "Failed", help: "By the service’s fault, in the last minute", numeric: true, value: (row) => recent(row).error_ratio, text: (row) => percent(recent(row).error_ratio), state: (row) => (recent(row).error_ratio > 0 ? "bad" : "zero") };
const flightColumn = { id: "in-flight", title: "In flight", help: "Begun and not ended", numeric: true, value: (row) => row.in_flight, text: (row) => number(row.in_flight), state: (row) => (row.in_flight > 0 ? "" : "zero") };
const totalColumn = { id: "total", title: "Total", help: "Ended since the start", numeric: true, minor: true, value: (row) => row.total, text: (row) => number(row.total) };

function endpointColumns(state, open) {
  return [
    {
      id: "name", title: "Endpoint", first: true, value: (row) => `${row.endpoint} ${row.method}`,
      make: (cell, row) => cell.append(make("button", { type: "button", class: "link", on: { click: () => open("endpoints", nameOf(row)) } }, endpointName(row))),
    },
    rateColumn,
    { id: "trend", title: "Last 5 minutes", help: "Requests per second; failed ones in red", minor: true, update: (cell, row) => trend(cell, state, nameOf(row)) },
    failedColumn,
    { id: "rejected", title: "Rejected", help: "By the caller’s fault, in the last minute", numeric: true, minor: true, value: (row) => recent(row).client_error_ratio, text: (row) => percent(recent(row).client_error_ratio), state: (row) => (recent(row).client_error_ratio > 0 ? "" : "zero") },
    p50Column,
    p99Column,
    flightColumn,
    totalColumn,
  ];
}

// A new line only where there are new values.
function trend(cell, state, name) {
  const past = state.trends.get(name);
  if (cell.drawn === past) return;
  cell.drawn = past;
  cell.replaceChildren(...(past ? [sparkline(past.rate, past.errors)] : []));
}

// `without` names columns that are left out.
function endpointTable(state, open, without = []) {
  return new Table({
    caption: "Endpoints", what: ["endpoint"], columns: endpointColumns(state, open).filter(({ id }) => !without.includes(id)), key: nameOf, sort: "failed", empty: "No endpoint was asked yet.",
    words: (row) => [row.method, row.endpoint, row.operation, row.location].join(" "),
  });
}

function functionTable() {
  const failedTotal = { ...totalColumn, id: "errors", title: "Failed in all", help: "Since the start", value: (row) => row.errors, text: (row) => number(row.errors), state: (row) => (row.errors > 0 ? "" : "zero") };
  const name = { id: "name", title: "Function", first: true, value: (row) => row.name, make: (cell, row) => cell.append(foreign(row.name, 120, { class: "code" }), " ", foreign(row.location, 120, { class: "quiet code minor" })) };
  return new Table({
    caption: "Functions", what: ["function"], key: (row) => row.name, sort: "rate", empty: "No observed function.",
    columns: [name, rateColumn, failedColumn, p50Column, p99Column, flightColumn, totalColumn, failedTotal],
    words: (row) => `${row.name} ${row.location}`,
  });
}
