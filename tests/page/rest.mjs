// The token, a lost connection, a list of 300 endpoints, and a planted failure.
import { writeFileSync } from "node:fs";
import { intercept, many } from "./data.mjs";
import { violations } from "./access.mjs";
import { start, until } from "./service.mjs";

const text = (page, selector) => page.locator(selector).innerText();

// It is asked for once, kept by the tab alone, and nowhere to be read.
export async function withToken(browser, root) {
  const TOKEN = "a-token-of-the-test-9f86d081";
  const service = await start(root, { GOLDSIGNAL_ADMIN_TOKEN: TOKEN });
  const faults = [];
  const context = await browser.newContext();
  const urls = [];
  context.on("request", (request) => urls.push(request.url()));
  try {
    const page = await context.newPage();
    const asked = () => page.locator("#token-form").isVisible();
    const live = () => until(async () => (await text(page, "#link")) === "Live", "live with the token");
    await page.goto(service.admin);
    await until(asked, "the page asks for the token");
    faults.push(...(await violations(page, "token")));
    await page.keyboard.type("another");
    await page.keyboard.press("Enter");
    await until(async () => (await text(page, "#token-why")).includes("not the right one"), "the page says that a token is wrong");
    await page.keyboard.type(TOKEN);
    await page.keyboard.press("Enter");
    await live();
    if (await asked()) faults.push("the page goes on asking for the token");
    await page.reload();
    await live();
    if (await asked()) faults.push("the page asks again after it was loaded again");
    const places = await page.evaluate(() => JSON.stringify([location.href, document.cookie, { ...localStorage }, history.state, document.documentElement.outerHTML]));
    if (places.includes(TOKEN)) faults.push("the token is in the document, its address, a cookie or a lasting store");
    await page.close();
    const other = await context.newPage();
    await other.goto(service.admin);
    await until(() => other.locator("#token-form").isVisible(), "another tab asks again");
    if (urls.some((url) => url.includes(TOKEN))) faults.push("the token is in an address");
    if (service.log().includes(TOKEN)) faults.push("the token is in the log");
  } finally {
    await context.close();
    await service.stop();
  }
  return faults;
}

// How long a frame takes while the page scrolls, on average: with `count` endpoints.
const scrolled = (page) => page.evaluate(async () => {
  const next = () => new Promise((frame) => requestAnimationFrame(frame));
  const most = document.documentElement.scrollHeight - innerHeight;
  scrollTo(0, 0);
  await next();
  const times = [await next()];
  for (let at = 1; at <= 90; at += 1) {
    scrollTo(0, (most * at) / 90);
    times.push(await next());
  }
  return (times.at(-1) - times[0]) / 90;
});

// A page of 300 endpoints scrolls as one of 20 does.
export async function smooth(context, { admin }) {
  const page = await context.newPage();
  await intercept(page, many);
  await page.setViewportSize({ width: 1200, height: 500 });
  await page.goto(`${admin}/#endpoints`);
  await until(() => page.evaluate(() => document.querySelectorAll("#view-endpoints tbody tr").length >= 300), "300 endpoints");
  let best = Infinity;
  // The machine does other things, too: one of three comparisons has to show it.
  for (let round = 0; round < 3 && best > 1.5; round += 1) {
    const long = await scrolled(page);
    await page.fill("#view-endpoints input", "resource-1");
    await page.fill("#view-endpoints input", "resource-11");
    const short = await scrolled(page);
    await page.fill("#view-endpoints input", "");
    best = Math.min(best, long / short);
  }
  await page.close();
  return { ratio: best, faults: best > 2 ? [`a frame takes ${best.toFixed(2)} times as long with 300 endpoints`] : [] };
}

// What a request says about its failure is on the page within two seconds.
export async function plantedStory(page, { api, database }) {
  const faults = [];
  writeFileSync(database, Buffer.alloc(1 << 16, 7));
  writeFileSync(`${database}-wal`, "");
  // More than there are connections: those that know the database by heart still answer, new ones cannot be opened.
  const failed = Array.from({ length: 20 }, async () => {
    const response = await fetch(`${api}/ada/tasks`);
    if (response.status !== 503) throw new Error(`the failure could not be planted: ${response.status}`);
    return response.headers.get("x-request-id");
  });
  const id = await Promise.any(failed);
  const began = Date.now();
  await page.evaluate(() => (location.hash = "requests"));
  await page.fill("#stories input", id);
  const shown = page.locator("#stories tbody tr");
  await until(async () => (await shown.count()) === 1, "the failed request is on the page", 2_000).catch((error) => faults.push(error.message));
  const seconds = (Date.now() - began) / 1000;
  await Promise.allSettled(failed);
  if (faults.length > 0) return { seconds, faults };
  await shown.locator("button").click();
  await page.waitForSelector("dialog[open] #detail-body *");
  const said = await text(page, "dialog");
  for (const words of [id, "503", "error returned from database", "list_tasks", "DEBUG", "acquire a connection"]) {
    if (!said.includes(words)) faults.push(`the story does not contain \`${words}\`:\n${said.slice(0, 2000)}`);
  }
  await page.keyboard.press("Escape");
  const named = () => /attention/.test(document.getElementById("verdict-title").textContent) && /\/tasks/.test(document.getElementById("verdict-list").textContent);
  await until(() => page.evaluate(named), "the sentence at the top names the endpoint", 15_000).catch((error) => faults.push(error.message));
  return { seconds, faults };
}

// When the service is gone, the page says so and shows what was last seen.
export async function lost(page, service) {
  await service.stop();
  await until(async () => (await text(page, "#link")) === "Connection lost", "the page says that the connection is lost", 12_000);
  const said = await text(page, "#lost");
  const faults = await violations(page, "lost");
  if (!/last seen at \d\d:\d\d:\d\d/.test(said)) faults.push(`the page does not say when the service was last seen: ${said}`);
  if ((await page.locator("#totals dd").first().innerText()) === "") faults.push("the page no longer shows what was last seen");
  return faults;
}
