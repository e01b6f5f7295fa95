// Every figure on the page, beside the scrapes before and after.
import { load, scrape, until } from "./service.mjs";

const sum = (samples) => samples.reduce((all, { value }) => all + value, 0);

// What the page should say, by the name of the figure.
function expected(samples) {
  const of = (name, matches = () => true) => samples.filter((sample) => sample.name === name && matches(sample.labels));
  const figures = new Map();
  const by = (outcomes) => sum(of("http_requests_total", ({ outcome }) => outcomes.includes(outcome)));
  figures.set("requests", sum(of("http_requests_total")));
  figures.set("failed", by(["server_error", "panic"]));
  figures.set("rejected", by(["client_error"]));
  for (const { labels: { method, endpoint } } of of("http_request_duration_seconds_count")) {
    figures.set(`endpoint ${method} ${endpoint}`, sum(of("http_requests_total", (labels) => labels.method === method && labels.endpoint === endpoint)));
  }
  for (const { labels } of of("function_calls_total")) {
    const calls = of("function_calls_total", (other) => other.function === labels.function);
    figures.set(`function ${labels.function}`, sum(calls));
    figures.set(`failures of ${labels.function}`, sum(calls.filter((call) => !["ok", "client_error", "cancelled", "aborted"].includes(call.labels.outcome))));
  }
  for (const { labels: { slo } } of of("slo_events_total")) {
    const events = of("slo_events_total", (labels) => labels.slo === slo);
    figures.set(`objective ${slo}`, sum(events));
    figures.set(`missed ${slo}`, sum(events.filter(({ labels }) => labels.outcome === "bad")));
  }
  for (const { name, labels, value } of samples.filter(({ name }) => /^tasks_\w+_total$/.test(name))) figures.set(`business ${name} ${labels.described ?? "all"}`, value);
  return figures;
}

// What the page says, all of it from one snapshot that was read after `time`, in milliseconds.
export async function shown(page, time) {
  await until(() => page.evaluate((time) => state.snapshot?.time * 1000 > time, time), "a snapshot", 10_000);
  const texts = await page.evaluate(() => {
    const before = location.hash;
    const figures = [];
    const open = (view) => {
      history.replaceState(null, "", `#${view}`);
      go();
    };
    open("overview");
    const fact = (name) => [...document.querySelectorAll("#totals dt")].find((term) => term.textContent === name).nextElementSibling.textContent;
    figures.push(["requests", fact("Requests")], ["failed", fact("Failed")], ["rejected", fact("Rejected")]);
    for (const card of document.querySelectorAll(".objective")) {
      const [, name, kind] = card.querySelector("h3").textContent.match(/^(\S+) .*(within|succeed)/);
      const [, missed, all] = card.querySelector('[data-figure="events"]').textContent.match(/: ([\d,]+) of ([\d,]+) /);
      const slo = `${name}-${kind === "within" ? "latency" : "availability"}`;
      figures.push([`objective ${slo}`, all], [`missed ${slo}`, missed]);
    }
    const cell = (row, column) => row.querySelector(`[data-column="${column}"]`).textContent;
    open("endpoints");
    for (const row of document.querySelectorAll("#view-endpoints tbody tr")) {
      for (const [column, name] of [["total", "endpoint"], ["in-flight", "in flight"], ["failed", "failed ratio"], ["rejected", "rejected ratio"], ["p50", "p50"], ["p99", "p99"]]) figures.push([`${name} ${row.dataset.key}`, cell(row, column)]);
    }
    open("functions");
    for (const row of document.querySelectorAll("#view-functions tbody tr")) figures.push([`function ${row.dataset.key}`, cell(row, "total")], [`failures of ${row.dataset.key}`, cell(row, "errors")]);
    open("business");
    for (const card of document.querySelectorAll(".metric")) {
      const name = card.querySelector("h3").textContent;
      if (/^tasks_\w+_total$/.test(name)) for (const row of card.querySelectorAll("tbody tr")) figures.push([`business ${name} ${row.cells[0].textContent.replace("described: ", "")}`, row.cells[1].textContent]);
    }
    open(before.slice(1) || "overview");
    return figures;
  });
  return new Map(texts);
}

const UNITS = { "": 1, "%": 0.01, "µs": 1e-6, ms: 1e-3, s: 1 };
const value = (text) => {
  const [, digits, unit] = text.match(/^<?([\d,.]+) ?(\S*)$/) ?? [null, NaN, ""];
  return Number(String(digits).replaceAll(",", "")) * UNITS[unit];
};

// What is shown has to lie between what was scraped before and after.
export function outside(before, figures, after) {
  const [low, high] = [expected(before), expected(after)];
  const faults = [];
  for (const [name, least] of low) {
    const text = figures.get(name);
    // What nobody asked yet need not be listed.
    if (text === undefined && high.get(name) === 0) continue;
    if (text === undefined || !(value(text) >= least && value(text) <= high.get(name))) faults.push(`${name}: ${text} is not between ${least} and ${high.get(name)}`);
  }
  return faults;
}

// As Prometheus' `histogram_quantile` has it.
function quantile(q, buckets) {
  const sorted = buckets.map(({ labels: { le }, value }) => [le === "+Inf" ? Infinity : Number(le), value]).sort((a, b) => a[0] - b[0]);
  const rank = q * sorted.at(-1)[1];
  const at = sorted.findIndex(([, count]) => count >= rank);
  const [low, below] = at > 0 ? sorted[at - 1] : [0, 0];
  const [high, count] = sorted[at];
  return high === Infinity ? low : low + ((high - low) * (rank - below)) / (count - below);
}

// At rest, in the first minute, the last minute is all there was: ratios and quantiles are those of the scrape.
function atRest(samples, figures) {
  const faults = outside(samples, figures, samples);
  for (const [name] of [...figures].filter(([name]) => name.startsWith("endpoint "))) {
    const key = name.slice(9);
    const own = ({ labels: { method, endpoint } }) => `${method} ${endpoint}` === key;
    const requests = samples.filter((sample) => sample.name === "http_requests_total" && own(sample));
    const all = sum(requests);
    if (all === 0) continue;
    const share = (outcome) => sum(requests.filter(({ labels }) => labels.outcome === outcome)) / all;
    const buckets = samples.filter((sample) => sample.name === "http_request_duration_seconds_bucket" && own(sample));
    const wanted = [["failed ratio", share("server_error")], ["rejected ratio", share("client_error")], ["p50", quantile(0.5, buckets)], ["p99", quantile(0.99, buckets)], ["in flight", 0]];
    for (const [figure, number] of wanted) {
      const text = figures.get(`${figure} ${key}`);
      // The page has three digits.
      if (!(Math.abs(value(text) - number) <= Math.abs(number) * 0.006)) faults.push(`${figure} ${key}: ${text} instead of ${number}`);
    }
  }
  return faults;
}

// Under load and at rest. Returns how many figures were compared, and what is wrong.
export async function figures(page, { api, admin }) {
  const faults = [];
  let count = 0;
  const stop = load(api);
  for (let round = 0; round < 3; round += 1) {
    const before = await scrape(admin);
    const seen = await shown(page, Date.now());
    faults.push(...outside(before, seen, await scrape(admin)));
    count += seen.size;
  }
  await stop();
  const rest = await scrape(admin);
  const seen = await shown(page, Date.now());
  // The sampler works on: only what it has to do with lies between two scrapes.
  const after = await scrape(admin);
  const own = ({ labels }) => !/sampler|count_pending/.test(labels.function ?? labels.slo ?? "");
  faults.push(...atRest(rest.filter(own), seen), ...outside(rest, seen, after));
  return { count: count + seen.size, faults };
}

// The control: one request too many in what the service tells has to be noticed.
export async function wrongFigures(page, { admin }) {
  const before = await scrape(admin);
  await page.evaluate(() => {
    state.snapshot.endpoints.find(({ total }) => total > 0).total += 1;
    state.snapshot.time += 10;
  });
  const seen = await shown(page, Date.now());
  return outside(before, seen, await scrape(admin));
}
