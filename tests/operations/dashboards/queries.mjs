// Every query of the dashboards, asked of a Prometheus as the dashboards would ask it. Those of Grafana and of Perses are the
// same (a unit test), so both are held by it.

// What the viewer would have chosen, and the lengths of the windows.
const VALUES = {
  job: "todo", namespace: "todo", environment: "production", instance: ".*", route: ".*", method: ".*", slo: ".*",
  __rate_interval: "20s", __range: "5m",
};
// How long a panel may take to show something: Prometheus' first scrapes, two evaluations of the rules, a sample.
const PATIENCE = 90;
// What may be empty in a healthy service.
const MAY_BE_EMPTY = [
  // No alert fires, so none is marked.
  "Alerts (annotation)",
  // Only a container with limits has these.
  "saturation: Memory of the limit", "saturation: Memory (limit)", "saturation: CPU (quota)", "saturation: CPU throttled",
];
export const mayBeEmpty = (name) => MAY_BE_EMPTY.some((one) => name.includes(one));

export function queries(name, board) {
  const of = (title, expr, legend) => ({
    name: `${name}: ${title} (${legend})`,
    query: expr.replaceAll(/\$(\w+)/g, (_, variable) => VALUES[variable]),
  });
  const targets = board.panels.flatMap(({ title, targets }) => targets.map((target) => ({ title, ...target })));
  const metrics = targets.filter(({ datasource }) => datasource.type === "prometheus");
  return [
    ...metrics.map(({ title, expr, legendFormat }) => of(title, expr, legendFormat)),
    ...board.annotations.list.map(({ name, expr }) => of(name, expr, "annotation")),
  ];
}

async function isEmpty(prometheus, query) {
  const answered = await fetch(`${prometheus}/api/v1/query`, { method: "POST", body: new URLSearchParams({ query }) });
  const { data, error } = await answered.json();
  if (error && answered.status === 400) throw new Error(`Prometheus refuses ${query}: ${error}`);
  return !data?.result.some(({ value }) => value[1] !== "NaN");
}

// Those that stay empty, and may not.
export async function empty(prometheus, wanted) {
  let left = wanted.filter(({ name }) => !mayBeEmpty(name));
  for (const end = Date.now() + PATIENCE * 1000; left.length > 0 && Date.now() < end; ) {
    await new Promise((time) => setTimeout(time, 1000));
    try {
      const found = await Promise.all(left.map(({ query }) => isEmpty(prometheus, query)));
      left = left.filter((_, at) => found[at]);
    } catch (error) {
      // Prometheus is not ready yet.
      if (error.cause?.code !== "ECONNREFUSED") throw error;
    }
  }
  return left;
}
