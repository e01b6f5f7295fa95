// Shows every generated Perses dashboard in Chromium, with a live Prometheus behind it: no panel is missing, empty or in
// error, and the browser's console stays silent. The pictures are for people.
//
//   node render.mjs PICTURES
import { build } from "esbuild";
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { empty, mayBeEmpty, queries } from "./queries.mjs";
import { serve } from "./serve.mjs";
import { start } from "./stack.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = resolve(HERE, "../../..");
const GENERATED = join(ROOT, "examples/todo/deploy/generated");
const PICTURES = resolve(process.argv[2]);
// How long a dashboard may take, in milliseconds.
const PATIENCE = 20_000;

const json = (path) => JSON.parse(readFileSync(path, "utf8"));
const boards = (folder) =>
  readdirSync(join(GENERATED, folder)).filter((file) => file.endsWith(".json"))
    .map((file) => [file.replace(".json", ""), json(join(GENERATED, folder, file))]);

async function bundle() {
  const { outputFiles } = await build({
    entryPoints: [join(HERE, "page.jsx")],
    absWorkingDir: HERE,
    outfile: "page.js",
    bundle: true,
    write: false,
    format: "esm",
    jsx: "automatic",
    // A package that some import and others require would be there twice.
    mainFields: ["browser", "module", "main"],
    loader: { ".woff": "dataurl", ".woff2": "dataurl", ".ttf": "dataurl" },
    define: { "process.env.NODE_ENV": '"production"', global: "globalThis" },
    // Only the part that runs in a browser is installed, which has the same names.
    alias: { "@module-federation/enhanced/runtime": "@module-federation/enhanced" },
    logLevel: "error",
  });
  return Object.fromEntries(outputFiles.map(({ path, contents }) => [path.endsWith(".css") ? "/page.css" : "/page.js", contents]));
}

// What is wrong with the panels on the page; nothing as soon as all of them show something.
function faultsOf(titles) {
  const panels = [...document.querySelectorAll('[data-testid="panel"]')].map((panel) => {
    const title = panel.querySelector("header, h2")?.innerText.trim() ?? "";
    const shown = panel.innerText.trim().slice(title.length).trim();
    // Graphs name their series in a table; without series only its head is there.
    const table = panel.querySelector("table");
    const drawn = table ? table.querySelector("tbody td") !== null : shown !== "";
    return { title, shown, failed: panel.querySelector("[role=alert]") !== null, drawn };
  });
  const faults = panels
    .filter(({ shown, failed, drawn }) => failed || !drawn || /no data|no logs/i.test(shown))
    .map(({ title, shown }) => `${title}: ${shown || "empty"}`);
  const missing = titles.filter((title) => !panels.some((panel) => panel.title === title));
  return [...faults, ...missing.map((title) => `${title}: not there`)];
}

async function show(page, name, board, patience = PATIENCE) {
  const { items } = board.spec.layouts[0].spec;
  const rows = Math.max(...items.map(({ y, height }) => y + height));
  // So high that every panel is in view, because only those ask.
  await page.setViewportSize({ width: 1400, height: rows * 40 + 150 });
  await page.evaluate((board) => window.show(board), board);
  const titles = Object.values(board.spec.panels).map(({ spec }) => spec.display.name);
  let faults;
  for (const end = Date.now() + patience; Date.now() < end; ) {
    await page.waitForTimeout(250);
    faults = await page.evaluate(faultsOf, titles);
    if (faults.every((fault) => mayBeEmpty(`${name}: ${fault}`))) break;
  }
  // The charts fade in.
  await page.waitForTimeout(1000);
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
  return { number: titles.length, faults: faults.map((fault) => `${name}: ${fault}`).filter((fault) => !mayBeEmpty(fault)) };
}

// A page that is content with anything proves nothing: a graph and a number without series, and a query that is refused.
const BROKEN = [["traffic", "absent_metric"], ["requests", "absent_metric"], ["saturation", "sum(("]];
function broken(board) {
  const panels = BROKEN.map(([key]) => [key, structuredClone(board.spec.panels[key])]);
  BROKEN.forEach(([, query], at) => (panels[at][1].spec.queries[0].spec.plugin.spec.query = query));
  const items = panels.map(([key], at) => ({ x: at * 8, y: 0, width: 8, height: 8, content: { $ref: `#/spec/panels/${key}` } }));
  return { ...board, spec: { ...board.spec, panels: Object.fromEntries(panels), layouts: [{ kind: "Grid", spec: { items } }] } };
}

async function main() {
  mkdirSync(PICTURES, { recursive: true });
  const stack = await start(ROOT);
  const faults = [];
  const said = [];
  let server, browser;
  try {
    server = await serve(await bundle(), stack.prometheus, stack.lines, (text) => said.push(text));
    browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
    const page = await browser.newPage();
    page.on("console", (message) => ["error", "warning"].includes(message.type()) && said.push(message.text()));
    page.on("pageerror", (error) => said.push(String(error)));
    await page.goto(server.address);
    const wanted = boards("grafana").flatMap(([name, board]) => queries(name, board));
    if (wanted.length < 50) throw new Error(`only ${wanted.length} queries`);
    const left = await empty(stack.prometheus, wanted);
    left.forEach(({ name, query }) => faults.push(`${name} is empty:\n  ${query}`));
    const all = boards("perses");
    let panels = 0;
    for (const [name, board] of all) {
      const shown = await show(page, name, board);
    panels += shown.number;
      faults.push(...shown.faults);
    }
    faults.push(...said.splice(0).map((text) => `the browser says: ${text}`));
    const control = await show(page, "broken", broken(all.find(([name]) => name === "overview")[1]), 3_000);
    if (control.faults.length !== BROKEN.length || said.length === 0) throw new Error(`broken panels are believed: ${control.faults}`);
    console.log(`dashboards: ${wanted.length} queries, ${panels} panels in ${all.length} dashboards, ${faults.length} faults`);
  } finally {
    await browser?.close();
    server?.stop();
    await stack.stop();
  }
  faults.forEach((fault) => console.error(fault));
  if (faults.length > 0) process.exit(1);
}

await main();
