// The parts of the system, each a process of its own on loopback, and what they say: their metrics and their logs.
import { spawn } from "node:child_process";
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../lib/free-port.mjs";

// What nobody but the parts and this test knows. No log may have it.
export const TOKEN = "token-of-the-admin-listeners";

// Waits for what should happen; what is thrown names what did not.
export async function until(condition, what, patience = 20_000) {
  for (const end = Date.now() + patience; ; ) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not in ${patience} ms: ${typeof what === "function" ? what() : what}`);
    await new Promise((over) => setTimeout(over, 50));
  }
}

const answers = async (url, headers = {}) => (await fetch(url, { headers }).catch(() => ({}))).ok;

// All parts, ready. `logs` is of what each wrote so far, by its name.
export async function start(root) {
  const folder = mkdtempSync(join(tmpdir(), "goldsignal-system-"));
  const name = (port) => `127.0.0.1:${port}`;
  const ports = [];
  while (ports.length < 9) ports.push(await freePort());
  const [service, serviceAdmin, web, webMetrics, mcp, mcpAdmin, page, grpc, http] = ports;
  const children = new Map();
  const run = (part, file, words, environment) => {
    const child = spawn(file, words, { cwd: folder, stdio: ["ignore", "pipe", "pipe"], env: { ...environmentWithout(), ...environment } });
    const log = createWriteStream(join(folder, `${part}.log`));
    for (const output of [child.stdout, child.stderr]) output.on("data", (data) => log.write(data));
    child.once("error", (error) => log.write(`${error}\n`));
    children.set(part, { child, ended: new Promise((end) => child.once("close", () => log.end(end))) });
  };
  const system = {
    folder, children,
    page: `http://${name(page)}`, web: `http://${name(web)}`, api: `http://${name(service)}/api`, mcp: `http://${name(mcp)}/mcp`, otlp: `http://${name(http)}`,
    metrics: { todo: `http://${name(serviceAdmin)}/metrics`, web: `http://${name(webMetrics)}/metrics`, mcp: `http://${name(mcpAdmin)}/metrics` },
    service: `http://${name(service)}`,
    program: (program) => join(root, "target/debug", program),
    lines: (part) => readFileSync(join(folder, `${part}.log`), "utf8").split("\n").filter((line) => line !== ""),
    log: (part, text) => createWriteStream(join(folder, `${part}.log`), { flags: "a" }).end(text),
    // In the order of the calls, so that each can send its last spans to the next.
    async stop(...parts) {
      for (const part of parts.length > 0 ? parts : [...children.keys()].reverse()) {
        const { child, ended } = children.get(part) ?? {};
        child?.kill();
        await ended;
        children.delete(part);
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  const own = { GOLDSIGNAL_ADMIN_TOKEN: TOKEN, OTEL_BSP_SCHEDULE_DELAY: "100", RUST_LOG: "info", GOLDSIGNAL_LOG_FORMAT: "json" };
  // The one by gRPC, the others by HTTP: both fill the same view.
  const byGrpc = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://${name(grpc)}`, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" };
  const byHttp = { OTEL_EXPORTER_OTLP_ENDPOINT: system.otlp };
  system.ofMcp = { ...own, ...byHttp, TODO_URL: system.service };
  try {
    run("traces", system.program("todo-traces"), ["--page", name(page), "--grpc", name(grpc), "--http", name(http)]);
    await until(() => answers(`${system.page}/api/services`), () => `the trace view: ${system.lines("traces").join("\n")}`);
    const words = ["--listen", name(service), "--database", join(folder, "todo.db"), "--sample-seconds", "3600"];
    run("todo", system.program("todo"), words, { ...own, ...byGrpc, GOLDSIGNAL_ADMIN_ADDR: name(serviceAdmin) });
    run("mcp", system.program("todo-mcp"), ["--listen", name(mcp)], { ...system.ofMcp, GOLDSIGNAL_ADMIN_ADDR: name(mcpAdmin) });
    run("web", process.execPath, [join(root, "examples/todo/web/.next/standalone/main.mjs")], {
      ...byHttp, OTEL_BSP_SCHEDULE_DELAY: "100", PORT: String(web), METRICS_PORT: String(webMetrics), TODO_URL: system.service,
    });
    await until(() => answers(`http://${name(serviceAdmin)}/readyz`), () => `the service: ${system.lines("todo").join("\n")}`);
    await until(() => answers(`http://${name(mcpAdmin)}/readyz`), () => `the MCP server: ${system.lines("mcp").join("\n")}`);
    await until(() => answers(`${system.web}/healthz`), () => `the front end: ${system.lines("web").join("\n")}`);
  } catch (error) {
    await system.stop();
    system.remove();
    throw error;
  }
  return system;
}

// Variables that would change what the parts do.
function environmentWithout() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(OTEL|GOLDSIGNAL|TODO|RUST)_/.test(name)));
}

// A scrape: [{ name, labels, value }].
export async function scrape(url) {
  const response = await fetch(url, { headers: { authorization: `Bearer ${TOKEN}` } });
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return parse(await response.text());
}

export function parse(text) {
  return text.split("\n").filter((line) => line && !line.startsWith("#")).map((line) => {
    const [, name, all = "", value] = line.match(/^([a-zA-Z_:][\w:]*)(?:\{(.*?)\})? (\S+)/);
    const labels = Object.fromEntries([...all.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, text]) => [key, text]));
    return { name, labels, value: Number(value) };
  });
}
