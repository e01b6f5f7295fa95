// Judges the live page in a browser, with the todo service behind it: its figures, hostile texts, accessibility, the token,
// a planted failure, and that nothing leaves its origin. Leaves pictures for people.
//
//   node check.mjs [PICTURES]
import { mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { accessible, keyboard } from "./access.mjs";
import { intercept, troubled } from "./data.mjs";
import { figures, wrongFigures } from "./figures.mjs";
import { hostileRequests, hostileTexts } from "./hostile.mjs";
import { pictures } from "./pictures.mjs";
import { lost, plantedStory, smooth, withToken } from "./rest.mjs";
import { start, until } from "./service.mjs";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const PICTURES = resolve(process.argv[2] ?? join(ROOT, "target/page"));

// What each page asks for and says, beside what the tests look at.
function watch(context, admin, faults) {
  context.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== admin && protocol !== "data:") faults.push(`a request leaves the page's origin: ${request.url().slice(0, 200)}`);
  });
  context.on("weberror", (error) => faults.push(`the page throws: ${error.error().stack}`));
  context.on("console", (message) => {
    // The browser reports each answer that is an error; those are looked at elsewhere.
    if (["error", "warning"].includes(message.type()) && !/Failed to load resource/.test(message.text())) faults.push(`the browser says: ${message.text()}`);
  });
}

async function timed(name, work) {
  const began = Date.now();
  const result = await work();
  console.log(`${name}: ${((Date.now() - began) / 1000).toFixed(1)} s`);
  return result;
}

async function main() {
  mkdirSync(PICTURES, { recursive: true });
  const faults = [];
  const service = await start(ROOT);
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, reducedMotion: "reduce" });
    watch(context, service.admin, faults);
    const page = await context.newPage();
    const { headers } = await page.goto(service.admin).then((response) => ({ headers: response.headers() }));
    if (!/default-src 'none'/.test(headers["content-security-policy"])) faults.push("the document has no strict policy");
    await until(async () => (await page.locator("#link").innerText()) === "Live", "live");

    // In the first minute, which is all that "recent" means then.
    const compared = await timed("figures", () => figures(page, service));
    faults.push(...compared.faults);
    if ((await wrongFigures(page, service)).length === 0) throw new Error("a wrong figure is believed");
    const { reached, faults: walked } = await timed("keyboard", () => keyboard(page));
    faults.push(...walked);
    await hostileRequests(service);
    faults.push(...(await timed("hostile texts", () => hostileTexts(context, service))));
    const scrolled = await timed("scrolling", () => smooth(context, service));
    faults.push(...scrolled.faults);
    const trouble = await context.newPage();
    await intercept(trouble, troubled);
    await trouble.goto(service.admin);
    await until(() => trouble.evaluate(() => state.snapshot !== null && state.waiting !== null), "a troubled service");
    faults.push(...(await timed("accessibility", () => accessible(trouble))));
    await trouble.close();
    const taken = await timed("pictures", () => pictures(browser, service, PICTURES));
    faults.push(...(await timed("token", () => withToken(browser, ROOT))));
    const story = await timed("story", () => plantedStory(page, service));
    faults.push(...story.faults);
    await page.evaluate(() => (location.hash = "overview"));
    await page.screenshot({ path: join(PICTURES, "planted.png") });
    faults.push(...(await timed("lost", () => lost(page, service))));
    console.log(`page: ${compared.count} figures compared, ${reached} controls reached by keyboard, a failure shown after ${story.seconds.toFixed(1)} s, ` +
      `300 endpoints scroll at ${scrolled.ratio.toFixed(2)} times the frame of 11, ${taken} pictures, ${faults.length} faults`);
  } finally {
    await browser.close();
    await service.stop().catch(() => {});
    faults.forEach((fault) => console.error(fault));
  }
  if (faults.length > 0) process.exit(1);
}

await main();
