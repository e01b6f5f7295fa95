// The todo service with a database of its own, requests to it, and what its scrape says.
import { spawn } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freeAddress } from "../lib/free-port.mjs";

export async function start(root, environment = {}) {
  const folder = mkdtempSync(join(tmpdir(), "goldsignal-page-"));
  const [service, admin] = [await freeAddress(), await freeAddress()];
  const log = join(folder, "todo.log");
  const output = openSync(log, "w");
  const words = ["--listen", service, "--database", join(folder, "todo.db"), "--sample-seconds", "1"];
  const child = spawn(join(root, "target/debug/todo"), words, {
    cwd: folder, stdio: ["ignore", output, output], env: { ...process.env, GOLDSIGNAL_ADMIN_ADDR: admin, ...environment },
  });
  const ended = new Promise((end) => child.once("exit", end));
  const running = {
    api: `http://${service}/api`,
    admin: `http://${admin}`,
    database: join(folder, "todo.db"),
    log: () => readFileSync(log, "utf8"),
    async stop() {
      child.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await until(async () => (await fetch(`${running.admin}/readyz`).catch(() => ({}))).ok, "the service is ready", 10_000);
  return running;
}

// Waits for what should happen; what is thrown names what did not.
export async function until(condition, what, patience = 5_000) {
  for (const end = Date.now() + patience; ; ) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not in ${patience} ms: ${what}`);
    await new Promise((over) => setTimeout(over, 50));
  }
}

// Requests that succeed and requests that are rejected, until `stop` is called.
export function load(api, workers = 4) {
  let stopped = false;
  const json = { "content-type": "application/json" };
  const worker = async (number) => {
    for (let round = 0; !stopped; round += 1) {
      const tasks = `${api}/user-${number}/tasks`;
      const body = JSON.stringify({ title: `Task ${round}`, description: round % 3 ? null : "Words." });
      const created = await (await fetch(tasks, { method: "POST", headers: json, body })).json();
      await (await fetch(`${tasks}/${created.id}`)).text();
      await (await fetch(`${tasks}/0`)).text();
      await (await fetch(tasks)).text();
      await (await fetch(`${tasks}/${created.id}`, { method: "DELETE" })).text();
    }
  };
  const all = Promise.all(Array.from({ length: workers }, (_, number) => worker(number)));
  return async () => {
    stopped = true;
    await all;
  };
}

// A scrape: [{ name, labels, value }].
export async function scrape(admin) {
  const text = await (await fetch(`${admin}/metrics`)).text();
  return text.split("\n").filter((line) => line && !line.startsWith("#")).map((line) => {
    const [, name, all = "", value] = line.match(/^([a-zA-Z_:][\w:]*)(?:\{(.*?)\})? (\S+)/);
    const labels = Object.fromEntries([...all.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, text]) => [key, text]));
    return { name, labels, value: Number(value) };
  });
}
