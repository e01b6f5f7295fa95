// Judges the whole system: a browser uses the front end and an agent's client the MCP server, then metrics, traces and logs of
// all parts say what was done, each action is one trace, and nothing in them names a person. Leaves pictures for people.
//
//   node check.mjs [PICTURES]
import { mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import * as agent from "./agent.mjs";
import * as browser from "./browser.mjs";
import { judgeLogs } from "./logs.mjs";
import { judgeMetrics } from "./metrics.mjs";
import { start } from "./parts.mjs";
import { judgeTraces } from "./traces.mjs";
import { judgeView } from "./view.mjs";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const PICTURES = resolve(process.argv[2] ?? join(ROOT, "target/system"));

let passed = 0;
let failed = 0;
// A named test: it collects faults, or throws.
async function test(name, run) {
  const began = Date.now();
  const faults = [];
  const result = await run(faults).catch((error) => void faults.push(error.stack));
  console.log(`test ${name} ... ${faults.length === 0 ? "ok" : "FAILED"} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  faults.forEach((fault) => console.log(fault));
  if (faults.length === 0) passed += 1;
  else failed += 1;
  return result;
}

async function main() {
  mkdirSync(PICTURES, { recursive: true });
  const system = await start(ROOT);
  const chrome = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  try {
    const context = await chrome.newContext({ viewport: { width: 1000, height: 760 }, reducedMotion: "reduce" });
    const done = {};
    done.browser = await test("a person uses the page", async (faults) => {
      const page = await context.newPage();
      page.on("pageerror", (error) => faults.push(`the page throws: ${error.stack}`));
      return browser.use(page, system, faults, PICTURES);
    });
    done.agent = await test("an agent uses the tools", (faults) => agent.use(system, faults));
    if (done.browser && done.agent) {
      await test("metrics of every part are what was done", (faults) => judgeMetrics(system, done, faults));
      await test("each action is one trace through all parts", (faults) => judgeTraces(system, done, faults));
      await test("the trace view shows them", (faults) => judgeView(context, system, done, PICTURES, faults));
      await system.stop("web", "mcp", "todo", "traces");
      await test("every line parses, has its trace, and names nobody", (faults) => judgeLogs(system, done, faults));
    }
  } finally {
    await chrome.close();
    await system.stop();
    if (failed === 0) system.remove();
    else console.log(`the logs are in ${system.folder}`);
  }
  console.log(`system: ${passed} passed, ${failed} failed`);
  if (failed > 0) process.exit(1);
}

await main();
