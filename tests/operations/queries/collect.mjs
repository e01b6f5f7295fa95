// The folders of what is deployed together: the service, the MCP server and the front end.
export const parts = (folder) => [folder, join(folder, "../mcp/deploy"), join(folder, "../web/deploy")];

// Every query in the deployment folder, with the place where it stands.
import { readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { parseAllDocuments } from "yaml";

// A query: its language (`promql` or `logql`), its text, where it stands, and whether it is a rule's.
export function collect(folder) {
  const found = [];
  for (const file of files(folder)) {
    const text = readFileSync(file, "utf8");
    const add = (language, query, what) =>
      found.push({ language, query, place: `${relative(folder, file)}: ${what}` });
    if (file.endsWith(".json")) dashboard(JSON.parse(text), add);
    else if (file.endsWith(".md")) fences(text, add);
    else if (/\.ya?ml$/.test(file) && !file.includes("/templates/")) documents(text, add);
  }
  return found;
}

// What the recording rules of the folder record, with the labels that they state and by which their expressions group last.
export function recorded(folder) {
  const series = new Map();
  for (const file of files(folder).filter((file) => /\.ya?ml$/.test(file) && !file.includes("/templates/"))) {
    for (const group of groups(readFileSync(file, "utf8"))) {
      for (const { record, labels, expr } of group.rules.filter((rule) => rule.record)) {
        const known = series.get(record) ?? new Set();
        const grouped = /^\w+ by \(([^)]*)\)/.exec(expr)?.[1] ?? "";
        grouped.split(", ").filter(Boolean).forEach((label) => known.add(label));
        Object.keys(labels ?? {}).forEach((label) => known.add(label));
        series.set(record, known);
      }
    }
  }
  return series;
}

function files(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? files(path) : [path];
  });
}

function groups(text) {
  const documents = parseAllDocuments(text).map((document) => document.toJS());
  const groups = documents.flatMap((document) => document?.groups ?? document?.spec?.groups ?? []);
  // A registry of conventions has groups, too, but no rules in them.
  return groups.filter((group) => group.rules);
}

// Rules, bare or in a PrometheusRule; dashboards in a ConfigMap; the queries of data sources.
function documents(text, add) {
  for (const group of groups(text)) group.rules.forEach((rule) => ofRule(rule, add));
  for (const document of parseAllDocuments(text).map((document) => document.toJS())) {
    if (document?.kind === "ConfigMap") {
      const dashboards = Object.entries(document.data ?? {}).filter(([name]) => name.endsWith(".json"));
      dashboards.forEach(([, text]) => dashboard(JSON.parse(text), add));
    }
    for (const { name, jsonData } of document?.datasources ?? []) {
      for (const query of jsonData?.tracesToMetrics?.queries ?? []) {
        add("promql", query.query.replaceAll("$$__tags", 'endpoint="x"'), `${name}: ${query.name}`);
      }
      const logs = jsonData?.tracesToLogsV2?.query;
      if (logs) add("logql", logs.replaceAll("$$", "$"), `${name}: logs`);
    }
  }
}

function ofRule(rule, add) {
  const name = rule.alert ?? rule.record;
  add("promql", rule.expr, name);
  for (const [key, text] of Object.entries(rule.annotations ?? {})) {
    if (key === "logs_query") add("logql", text, `${name} ${key}`);
    for (const [, query] of text.matchAll(/query `([^`]*)`/g)) add("promql", query, `${name} ${key}`);
  }
}

// Panels, annotations and variables of a dashboard. Grafana puts intervals into a query before it sends it.
function dashboard(board, add) {
  const visit = (value, what) => {
    if (Array.isArray(value)) return value.forEach((item) => visit(item, what));
    if (value === null || typeof value !== "object") return;
    const title = value.title ? `${what} / ${value.title}` : what;
    if (typeof value.expr === "string") {
      const language = value.datasource?.type === "loki" ? "logql" : "promql";
      add(language, intervals(value.expr), title);
    }
    const values = /^label_values\((.*),\s*(\w+)\)$/.exec(value.query?.query ?? value.query ?? "");
    if (values) add("promql", `group by (${values[2]}) (${values[1]})`, `${title} variable ${value.name}`);
    Object.values(value).forEach((item) => visit(item, title));
  };
  visit(board, board.title ?? "dashboard");
}

function intervals(query) {
  return query.replaceAll(/\$\{?__(rate_interval|interval|range|auto)\}?/g, "5m");
}

function fences(text, add) {
  for (const [, language, query] of text.matchAll(/```(promql|logql)\n([\s\S]*?)```/g)) {
    add(language, query.trim(), query.trim().split("\n")[0]);
  }
}
