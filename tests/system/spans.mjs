// Traces as the trace view's JSON has them.
import { until } from "./parts.mjs";

// A trace's spans: `{ id, parent, service, name, kind, error, tags, start, end }`.
async function read(system, trace) {
  const response = await fetch(`${system.page}/api/traces/${trace}`);
  if (!response.ok) return [];
  const { data: [{ spans = [], processes = {} }] } = await response.json();
  return spans.map((span) => {
    const tags = Object.fromEntries(span.tags.map(({ key, value }) => [key, value]));
    const parent = span.references?.find(({ refType }) => refType === "CHILD_OF")?.spanID;
    return { id: span.spanID, parent, service: processes[span.processID].serviceName, name: span.operationName, kind: tags["span.kind"], error: tags.error === true, tags, start: span.startTime, end: span.startTime + span.duration };
  });
}

// Ancestors of a span, the outermost first, and the span itself.
function path(spans, span) {
  const above = spans.find(({ id }) => id === span.parent);
  return above ? [...path(spans, above), span] : [span];
}

const shown = ({ service, name, kind }) => `${service}: ${name} (${kind})`;

// The spans on the way from the root to `leaf`, as texts, without what Next.js tells of its own inside.
function way(spans, leaf) {
  const inside = ({ service, kind }) => service === "todo-web" && kind === "internal";
  return path(spans, leaf).filter((span) => !inside(span)).map(shown);
}

// Waits until the trace has the way that is expected, as one way from one root, and says what else is wrong with it.
export async function judge(system, { trace, wanted, services }, faults, patience = 10_000) {
  const leafOf = (spans) => spans.find((span) => shown(span) === wanted.at(-1) && String(way(spans, span)) === String(wanted));
  let spans = [];
  const complete = () => spans.every(({ parent }) => !parent || spans.some(({ id }) => id === parent));
  const found = await until(async () => {
    spans = await read(system, trace);
    return leafOf(spans) && complete() && spans.filter(({ parent }) => !parent).length === 1;
  }, "its spans", patience).catch(() => false);
  if (!found) {
    const ways = spans.filter(({ id }) => !spans.some(({ parent }) => parent === id)).map((span) => way(spans, span).join(" > "));
    faults.push(`the trace ${trace} has not\n  ${wanted.join(" > ")}\nbut\n  ${ways.join("\n  ") || "no span"}`);
    return spans;
  }
  const there = [...new Set(spans.map(({ service }) => service))].sort();
  if (String(there) !== String([...services].sort())) faults.push(`the trace ${trace} has spans of ${there}`);
  // Each once: nothing is sent a second time, and nobody retries.
  for (const text of wanted) {
    const count = spans.filter((span) => shown(span) === text).length;
    if (count !== 1) faults.push(`the trace ${trace} has ${text} ${count} times`);
  }
  // A child begins within its parent, but for what clocks of different processes may differ.
  for (const span of path(spans, leafOf(spans)).slice(2)) {
    const above = spans.find(({ id }) => id === span.parent);
    if (span.service === above.service && (span.start < above.start || span.start > above.end)) faults.push(`${shown(span)} of ${trace} begins outside of its parent`);
  }
  return spans;
}
