// Every metric and label that a query names is in a scrape of the running service, recorded by a rule, or one of
// the few that others provide.
//
//   node queries/live.mjs FOLDER METRICS …    where METRICS are the addresses of the scrapes
import { readFileSync } from "node:fs";
import { parser } from "@prometheus-io/lezer-promql";
import { collect, parts, recorded } from "./collect.mjs";

// What Prometheus itself and kube-state-metrics add, with their labels.
const PROVIDED = {
  up: [],
  scrape_samples_scraped: [],
  scrape_duration_seconds: [],
  ALERTS: ["alertname", "alertstate", "severity", "service", "slo", "team"],
  kube_pod_container_status_waiting_reason: ["reason", "namespace", "pod", "container"],
  kube_deployment_spec_replicas: ["namespace", "deployment"],
  kube_statefulset_replicas: ["namespace", "statefulset"],
  kube_pod_container_status_restarts_total: ["namespace", "pod", "container"],
};
// What OpenTelemetry's SDK for Node exposes only once it has happened: reports of pages, and lost spans.
const LATER = { todo_web_browser_reports_total: ["kind", "outcome"], todo_web_spans_dropped_total: [] };
// What only a process in a container with limits exposes; without labels.
const OF_CONTAINERS = /^\s*metric_name: ["']?(process_(?:cgroup|pressure)_\w+)/gm;
const OF_TARGETS = ["__name__", "job", "instance", "namespace", "environment", "cluster", "pod", "container"];

function scraped(text) {
  const series = new Map();
  for (const [, name, labels] of text.matchAll(/^([a-zA-Z_:][\w:]*)(?:\{(.*?)\})? [^\n]*$/gm)) {
    const known = series.get(name) ?? new Set();
    for (const [, label] of (labels ?? "").matchAll(/([a-zA-Z_]\w*)="(?:[^"\\]|\\.)*"/g)) known.add(label);
    series.set(name, known);
  }
  return series;
}

// The selectors of a query, and the labels that it groups or joins by.
function named(query) {
  const selectors = [];
  const grouped = [];
  const made = [];
  let selector;
  parser.parse(query).iterate({
    enter({ name, node }) {
      const text = () => query.slice(node.from, node.to);
      if (name === "VectorSelector") selectors.push((selector = { metric: undefined, labels: [] }));
      if (name === "Identifier" && node.parent?.name === "VectorSelector") selector.metric = text();
      if (name === "LabelName" && node.parent?.name.endsWith("LabelMatcher")) selector.labels.push(text());
      if (name === "LabelName" && /Grouping/.test(node.parent?.name)) grouped.push(text());
      if (name === "StringLiteral" && node.parent?.name === "FunctionCallBody") made.push(text().slice(1, -1));
    },
  });
  return { selectors, grouped, made };
}

function faultsOf(query, known) {
  const { selectors, grouped, made } = named(query);
  const faults = [];
  const there = new Set([...OF_TARGETS, ...made]);
  for (const { metric, labels } of selectors.filter(({ metric }) => metric)) {
    const has = known.get(metric);
    if (!has) {
      faults.push(`there is no \`${metric}\``);
      continue;
    }
    has.forEach((label) => there.add(label));
    for (const label of labels.filter((label) => !has.has(label) && !OF_TARGETS.includes(label))) {
      faults.push(`\`${metric}\` has no label \`${label}\``);
    }
  }
  for (const label of grouped.filter((label) => !there.has(label))) {
    faults.push(`no series of it has the label \`${label}\``);
  }
  return faults;
}

const [folder, ...addresses] = process.argv.slice(2);
const known = new Map();
const add = (labels, name) => known.set(name, new Set([...(known.get(name) ?? []), ...labels]));
for (const address of addresses) scraped(await (await fetch(address)).text()).forEach(add);
const live = known.size;
if (live < 60) throw new Error(`only ${live} series names in the scrapes of ${addresses}`);
const folders = parts(folder);
folders.map(recorded).forEach((series) => series.forEach(add));
Object.entries({ ...LATER, ...PROVIDED }).forEach(([name, labels]) => known.set(name, new Set(labels)));
const registry = readFileSync(`${folder}/generated/otel/registry.yaml`, "utf8");
const ofContainers = [...registry.matchAll(OF_CONTAINERS)].map(([, name]) => name);
if (ofContainers.length < 5) throw new Error("the registry has no metrics of containers");
ofContainers.filter((name) => !known.has(name)).forEach((name) => known.set(name, new Set()));
for (const broken of ["sum(rate(http_request_total[5m]))", 'up{stage="x"}', "sum by (path) (up)"]) {
  if (faultsOf(broken, known).length === 0) throw new Error(`\`${broken}\` is believed`);
}

const queries = folders.flatMap(collect).filter(({ language }) => language === "promql");
const metrics = new Set(queries.flatMap(({ query }) => named(query).selectors.map(({ metric }) => metric)));
let faults = 0;
for (const { query, place } of queries) {
  for (const fault of faultsOf(query, known)) {
    faults += 1;
    console.error(`${place}: ${fault}\n  ${query.replaceAll("\n", "\n  ")}`);
  }
}
console.log(`names: ${metrics.size} metrics in ${queries.length} queries, ${live} in the scrape, ${faults} faults`);
if (faults > 0 || metrics.size < 10) process.exit(1);
