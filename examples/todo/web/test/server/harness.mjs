// The built server between a todo service and a receiver of spans that are played here. No Rust is needed.

import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../.next/standalone/main.mjs", import.meta.url));

/** A server that keeps what it is asked for. `answer` returns a status and a body. */
export async function play(answer) {
  const requests = [];
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", async () => {
      const { method, url, headers } = request;
      const asked = { method, url, headers, body: Buffer.concat(chunks).toString() };
      requests.push(asked);
      const [status, body] = await answer(asked);
      const type = status < 400 ? "application/json" : "application/problem+json";
      response.writeHead(status, { "content-type": type }).end(body === undefined ? undefined : JSON.stringify(body));
    });
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const stop = () => new Promise((stopped) => (server.closeAllConnections(), server.close(stopped)));
  return { url: `http://127.0.0.1:${server.address().port}`, requests, stop };
}

/** What a receiver of OTLP in JSON has got, as one list. */
export function spansOf({ requests }) {
  const attributes = (list) => Object.fromEntries(list.map(({ key, value }) => [key, Object.values(value)[0]]));
  return requests.flatMap(({ body }) =>
    JSON.parse(body).resourceSpans.flatMap(({ resource, scopeSpans }) => {
      const service = attributes(resource.attributes)["service.name"];
      return scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ service, ...span, attributes: attributes(span.attributes) })));
    }),
  );
}

/** Starts the built server with these variables and no others of OpenTelemetry. */
export async function start(env) {
  const port = await freePort();
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(OTEL|NEXT|TODO|METRICS|NODE_OPTIONS|HOST|PORT)/.test(name)));
  const child = spawn(process.execPath, [MAIN], { env: { ...inherited, PORT: String(port), METRICS_PORT: "off", ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let errors = "";
  child.stdout.on("data", (chunk) => (out += chunk));
  child.stderr.on("data", (chunk) => (errors += chunk));
  const ended = new Promise((resolve) => child.on("exit", (code, signal) => resolve({ code, signal })));
  const url = `http://127.0.0.1:${port}`;
  await until(async () => (await fetch(`${url}/healthz`)).ok, () => `${out}${errors}`);
  const stop = async () => (child.kill("SIGTERM"), ended);
  return { url, stop, out: () => out, errors: () => errors, lines: () => out.trim().split("\n").map((line) => JSON.parse(line)) };
}

export async function freePort() {
  const server = createServer();
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Waits until `holds`, which may throw. */
export async function until(holds, told = () => "") {
  const end = Date.now() + 20_000;
  for (;;) {
    try {
      if (await holds()) return;
    } catch {}
    if (Date.now() > end) throw new Error(`waited in vain for ${holds}\n${told()}`);
    await sleep(25);
  }
}

export const JSON_TYPE = { "content-type": "application/json" };

export function post(url, body, headers = JSON_TYPE) {
  return fetch(url, { method: "POST", headers, body: typeof body === "string" ? body : JSON.stringify(body) });
}
