// A language-model agent: the official client of the protocol, over HTTP and over standard input and output.
import { randomBytes } from "node:crypto";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

export const USER = "Trota-of-Salerno";
export const TITLES = { one: "Copy the Practica", two: "Boil the willow bark" };

export const NAMES = ["complete_task", "create_task", "delete_task", "list_tasks", "search_tasks"];

// The calls of one session, in their order: `{ action, failed, trace, sent }`.
async function session(transport, system, calls, faults) {
  const client = new Client({ name: "agent", version: "1.0.0" });
  await client.connect(transport);
  const { tools } = await client.listTools();
  const names = tools.map(({ name }) => name).sort();
  if (String(names) !== String(NAMES)) faults.push(`the server has the tools ${names}`);
  const done = [];
  const call = async (name, words) => {
    const trace = randomBytes(16).toString("hex");
    const sent = randomBytes(8).toString("hex");
    const began = Date.now();
    const result = await client.callTool({ name, arguments: words, _meta: { traceparent: `00-${trace}-${sent}-01` } });
    const failed = result.isError === true;
    await tell(system, { trace, sent, name: `tools/call ${name}`, began, ended: Date.now(), failed });
    done.push({ action: name, failed, trace, sent });
    return failed ? undefined : JSON.parse(result.content[0].text);
  };
  await calls(call);
  // A session ends when its client says so, not when it is gone.
  await transport.terminateSession?.();
  await client.close();
  return done;
}

// The agent's own span, which begins the trace.
async function tell(system, { trace, sent, name, began, ended, failed }) {
  const nanoseconds = (milliseconds) => `${milliseconds}000000`;
  const span = { traceId: trace, spanId: sent, name, kind: 3, startTimeUnixNano: nanoseconds(began), endTimeUnixNano: nanoseconds(ended), status: failed ? { code: 2 } : {} };
  const resource = { attributes: [{ key: "service.name", value: { stringValue: "agent" } }] };
  const body = JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: "tests" }, spans: [span] }] }] });
  const response = await fetch(`${system.otlp}/v1/traces`, { method: "POST", headers: { "content-type": "application/json" }, body });
  if (!response.ok) throw new Error(`the receiver answers ${response.status}: ${await response.text()}`);
}

// One session of each transport.
export async function use(system, faults) {
  const http = new StreamableHTTPClientTransport(new URL(system.mcp), { requestInit: { headers: { "x-todo-user": USER } } });
  const overHttp = await session(http, system, async (call) => {
    const { id } = await call("create_task", { title: TITLES.one });
    await call("create_task", { title: TITLES.two });
    await call("create_task", { title: "" });
    const listed = await call("list_tasks", {});
    if (listed.tasks.length !== 2) faults.push(`an agent sees ${listed.tasks.length} tasks of two`);
    const found = await call("search_tasks", { text: "willow" });
    if (found.tasks.length !== 1) faults.push(`an agent finds ${found.tasks.length} tasks`);
    await call("complete_task", { id });
    await call("complete_task", { id });
    await call("delete_task", { id: found.tasks[0].id });
  }, faults);
  const stdio = new StdioClientTransport({ command: system.program("todo-mcp"), args: ["--stdio"], env: { ...system.ofMcp, TODO_USER: USER }, stderr: "pipe" });
  let said = "";
  stdio.stderr.on("data", (data) => (said += data));
  const overStdio = await session(stdio, system, async (call) => {
    await call("list_tasks", {});
    await call("delete_task", { id: 0 });
  }, faults);
  system.log("stdio", said);
  return { overHttp, overStdio };
}
