// Writes the Perses documents of a folder as TypeScript literals of the types that Perses and its plugins publish, so that the
// compiler finds every key that they do not know, every value that they do not take, and every one missing.
//
//   node literals-perses.mjs FOLDER > perses.ts
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

// What each plugin's `spec` is, and the module that has the type.
const PLUGINS = {
  PrometheusLabelValuesVariable: ["PrometheusLabelValuesVariableOptions", "prometheus-plugin"],
  PrometheusTimeSeriesQuery: ["PrometheusTimeSeriesQuerySpec", "prometheus-plugin"],
  LokiLogQuery: ["LokiLogQuerySpec", "loki-plugin/lib/queries/loki-log-query/loki-log-query-types"],
  LogsTable: ["LogsOptions", "loki-plugin/lib/panels/logstable/logs-types"],
  TimeSeriesChart: ["TimeSeriesChartOptions", "timeseries-chart-plugin"],
  StatChart: ["StatChartOptions", "stat-chart-plugin"],
  Table: ["TableOptions", "table-plugin"],
};

const folder = process.argv[2];
const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
if (files.length === 0) throw new Error(`no documents in ${folder}`);

const lines = [
  'import type { DashboardResource, Link } from "@perses-dev/core";',
  ...Object.values(PLUGINS).map(([type, module]) => `import type { ${type} } from "@perses-dev/${module}";`),
];
// Types that take anything prove nothing.
for (const [type] of Object.values(PLUGINS)) lines.push("// @ts-expect-error", `const _${type}: ${type} = { unknown: 1 };`);
let count = 0;
const literal = (type, value, what) => lines.push(`// ${what}`, `const _${count++}: ${type} = ${JSON.stringify(value)};`);

function plugins(value, what) {
  if (value === null || typeof value !== "object") return;
  const { plugin } = value;
  if (plugin) {
    const type = PLUGINS[plugin.kind]?.[0];
    if (!type) throw new Error(`${what}: unknown plugin ${plugin.kind}`);
    literal(type, plugin.spec, `${what}: ${plugin.kind}`);
  }
  Object.entries(value).forEach(([key, part]) => key !== "plugin" && plugins(part, `${what} ${key}`));
}

for (const file of files) {
  const document = JSON.parse(readFileSync(join(folder, file), "utf8"));
  // The packages on npm are older than the links of a dashboard, which have a panel's type.
  const { links, ...spec } = document.spec;
  literal("DashboardResource", { ...document, metadata: { version: 0, ...document.metadata }, spec }, file);
  links.forEach((link) => literal("Link", link, file));
  plugins(spec, file);
}
lines.push("export {};");
console.log(lines.join("\n"));
console.error(`${files.length} documents of Perses, ${count} literals`);
