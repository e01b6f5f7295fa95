// Writes the dashboards of a folder as TypeScript literals of the types that Grafana publishes, so that the
// compiler finds every key that Grafana does not know, every value that it does not take, and every one missing.
//
//   node literals.mjs FOLDER > dashboards.ts
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const SDK = "@grafana/grafana-foundation-sdk";
// Types of panels, with what they are drawn by; those that have no settings of a field in the SDK take none.
const PANELS = ["timeseries", "stat", "heatmap", "table", "logs"];
const WITH_CUSTOM = ["timeseries", "heatmap", "table"];
const QUERIES = ["prometheus", "loki"];

const folder = process.argv[2];
const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
if (files.length === 0) throw new Error(`no dashboards in ${folder}`);

const lines = [
  ...["dashboard", ...PANELS, ...QUERIES].map((name) => `import type * as ${name} from "${SDK}/${name}";`),
  // JSON has an enumeration's values as they are written, and a query has no methods.
  "type Json<T> = unknown extends T ? T : T extends string ? `${T}` : T extends number ? T | (`${T}` extends `${infer N extends number}` ? N : never)",
  "  : T extends (infer I)[] ? Json<I>[] : T extends object ? { [K in keyof T as T[K] extends Function ? never : K]: Json<T[K]> } : T;",
  // The SDK says that a field's links are a dashboard's; they have less.
  "type Data = { title: string; url: string; targetBlank: boolean };",
];
let count = 0;
const literal = (type, value, what) => lines.push(`// ${what}`, `const _${count++}: ${type} = ${JSON.stringify(value)};`);

for (const file of files) {
  const { panels, ...board } = JSON.parse(readFileSync(join(folder, file), "utf8"));
  literal("Json<dashboard.Dashboard>", { ...board, panels: [] }, file);
  for (const { targets, options, fieldConfig, ...panel } of panels) {
    const what = `${file}: ${panel.title}`;
    if (!PANELS.includes(panel.type)) throw new Error(`${what}: unknown type ${panel.type}`);
    const { custom, links, ...defaults } = fieldConfig.defaults;
    literal("Json<dashboard.Panel>", { ...panel, fieldConfig: { ...fieldConfig, defaults } }, what);
    literal(`Json<${panel.type}.Options>`, options, what);
    links.forEach((link) => literal("Data", link, what));
    if (custom && !WITH_CUSTOM.includes(panel.type)) throw new Error(`${what}: no settings of a field`);
    if (custom) literal(`Json<${panel.type}.FieldConfig>`, custom, what);
    for (const target of targets) {
      const kind = target.datasource.type;
      if (!QUERIES.includes(kind)) throw new Error(`${what}: unknown data source ${kind}`);
      literal(`Json<${kind}.${kind === "loki" ? "dataquery" : "Dataquery"}>`, target, what);
    }
  }
}
lines.push("export {};");
console.log(lines.join("\n"));
console.error(`${files.length} dashboards, ${count} literals`);
