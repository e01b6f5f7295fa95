// Starts the server that `npm run build` made, and stops it.
//
// Next.js writes text to the log: its banner, warnings, errors. Here each becomes an object of the log, as src/server/log.ts
// writes them. At the end, spans that wait are sent before the process goes.

import { format } from "node:util";

const ENDS_AFTER_MS = 5000;

process.env.NODE_ENV = "production";
process.env.NEXT_TELEMETRY_DISABLED = "1";
process.env.HOSTNAME = process.env.HOST || "127.0.0.1";
process.env.PORT ||= "3000";

for (const [method, level] of Object.entries({ debug: "DEBUG", log: "INFO", info: "INFO", warn: "WARN", error: "ERROR" })) {
  console[method] = (...values) => {
    const error = values.find((value) => value instanceof Error);
    const message = error ? `Next.js reports ${error.name}` : strip(format(...values));
    if (message === "") return;
    process.stdout.write(`${JSON.stringify({ timestamp: new Date().toISOString(), level, target: "next", message, ...where(error) })}\n`);
  };
}

/** Text without colours and signs. */
function strip(text) {
  return text.replace(/\u001b\[[0-9;]*m/g, "").replace(/[▲✓⨯⚠]/g, "").replace(/\s+/g, " ").trim();
}

/** Where an error was thrown. Its message is left out: it may quote what people typed. */
function where(error) {
  if (!error) return {};
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return { error_type: error.name, "code.stacktrace": frames.slice(0, 10).map((line) => line.trim()).join("; ") };
}

// Next.js closes the listener at SIGTERM and SIGINT, waits for requests in flight, and then exits.
const exit = process.exit.bind(process);
process.exit = (code) => {
  const flush = globalThis[Symbol.for("todo-web.telemetry")]?.flush;
  setTimeout(exit, ENDS_AFTER_MS, code).unref();
  Promise.resolve(flush?.()).catch(() => {}).finally(() => exit(code));
};

await import("./server.js");
