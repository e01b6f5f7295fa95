// The logs of all parts: every line is an object, those of an action have its trace, and none names a person or what was typed.
import * as agent from "./agent.mjs";
import * as browser from "./browser.mjs";
import { TOKEN } from "./parts.mjs";

const PARTS = ["todo", "web", "mcp", "stdio"];
const SECRETS = [TOKEN, browser.USER, agent.USER, ...Object.values(browser.TITLES), ...Object.values(agent.TITLES), "willow"];

// A secret is one in any case, in an address, or cut into words that nobody else uses.
const forms = SECRETS.flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]).map((text) => text.toLowerCase());

export function secretsIn(line) {
  return forms.filter((secret) => line.toLowerCase().includes(secret));
}

// A report of spans is no part of their traces, and begins none: its line has no trace.
const REPORT = "/telemetry/spans";

// The lines that end a request or a call, of a part.
const ends = (line) => line.endpoint !== undefined && line.status !== undefined || line.tool !== undefined || line["gen_ai.tool.name"] !== undefined;

export async function judgeLogs(system, { browser: done, agent: { overHttp, overStdio } }, faults) {
  if (secretsIn(`{"title":"${browser.TITLES.first}"}`).length === 0) throw new Error("a title is not found");
  const lines = Object.fromEntries(PARTS.map((part) => [part, system.lines(part).map((text) => parsed(part, text, faults)).filter(Boolean)]));
  for (const part of PARTS) {
    if (lines[part].length === 0) faults.push(`${part} has no log`);
    for (const line of lines[part]) judgeLine(part, line, faults);
  }
  // Each part that an action goes through has its trace in the log, in one line that ends it.
  const through = (actions, parts) => {
    for (const { action, trace } of actions) {
      for (const part of parts) {
        const count = lines[part].filter((line) => line.trace_id === trace && ends(line)).length;
        if (count !== 1) faults.push(`${part} ends ${action} of the trace ${trace} in ${count} lines`);
      }
    }
  };
  through(done, ["web", "todo"]);
  through(overHttp, ["mcp", "todo"]);
  through(overStdio, ["stdio", "todo"]);
  // What the trace view itself says would be a fault.
  faults.push(...system.lines("traces").map((line) => `the trace view says: ${line}`));
  console.log(`logs: ${PARTS.map((part) => `${lines[part].length} lines of ${part}`).join(", ")}`);
}

function parsed(part, text, faults) {
  for (const secret of secretsIn(text)) faults.push(`${part} writes \`${secret}\`: ${text}`);
  try {
    return JSON.parse(text);
  } catch {
    faults.push(`${part} writes no object: ${text}`);
    return undefined;
  }
}

function judgeLine(part, line, faults) {
  for (const name of ["timestamp", "level", "target", "message"]) {
    if (typeof line[name] !== "string") faults.push(`${part} writes a line without ${name}: ${JSON.stringify(line)}`);
  }
  if (Number.isNaN(Date.parse(line.timestamp))) faults.push(`${part} writes the time ${line.timestamp}`);
  if (ends(line) && line.endpoint !== REPORT && !(/^[0-9a-f]{32}$/.test(line.trace_id) && /^[0-9a-f]{16}$/.test(line.span_id))) faults.push(`${part} ends something outside of a trace: ${JSON.stringify(line)}`);
}
