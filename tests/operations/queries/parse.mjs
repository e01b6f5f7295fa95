// Parses every query of the deployment by the grammars that Prometheus' and Grafana's own editors use.
import { parser as logql } from "@grafana/lezer-logql";
import { parser as promql } from "@prometheus-io/lezer-promql";
import { collect, parts } from "./collect.mjs";

const PARSERS = { promql, logql };

function fault(language, query) {
  let at;
  PARSERS[language].parse(query).iterate({
    enter(node) {
      if (node.type.isError) at ??= node.from;
    },
  });
  return at;
}

// A parser that is content with anything proves nothing.
for (const [language, broken] of [["promql", "sum by (job) (rate(x[5m])"], ["logql", '{a="b" | json']]) {
  if (fault(language, broken) === undefined) throw new Error(`the ${language} parser takes \`${broken}\``);
}

const queries = parts(process.argv[2]).flatMap(collect);
const faults = queries
  .map((query) => ({ ...query, at: fault(query.language, query.query) }))
  .filter(({ at }) => at !== undefined);
for (const { language, query, place, at } of faults) {
  console.error(`${place}: no ${language} at character ${at}:\n  ${query.replaceAll("\n", "\n  ")}`);
}
const count = (language) => queries.filter((query) => query.language === language).length;
console.log(`queries: ${count("promql")} in PromQL and ${count("logql")} in LogQL, ${faults.length} faults`);
if (faults.length > 0 || count("promql") < 50 || count("logql") < 10) process.exit(1);
