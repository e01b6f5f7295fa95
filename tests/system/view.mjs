// The trace view in the browser: Jaeger's page shows an action's spans, and finds them by service.
import { join } from "node:path";
import { ofPage, ofTool } from "./traces.mjs";

// Names of spans that the page shows for a trace.
async function shown(page, system, trace, count) {
  await page.goto(`${system.page}/trace/${trace}`);
  const names = page.locator(".endpoint-name");
  await names.nth(count - 1).waitFor();
  return names.allInnerTexts();
}

const nameOf = (text) => text.replace(/^[\w-]+: /, "").replace(/ \(\w+\)$/, "");

export async function judgeView(context, system, { browser, agent }, pictures, faults) {
  const page = await context.newPage();
  await page.setViewportSize({ width: 1400, height: 480 });
  page.on("pageerror", (error) => faults.push(`the trace view throws: ${error.stack}`));
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== system.page && protocol !== "data:") faults.push(`the trace view asks ${request.url()}`);
  });
  const created = browser.find(({ action, status }) => action === "create task" && status === 201);
  const completed = agent.overHttp.find(({ action }) => action === "complete_task");
  const refused = browser.find(({ status }) => status === 404);
  for (const [name, { trace, ...one }, way] of [["trace", created, ofPage], ["trace-agent", completed, ofTool], ["trace-error", refused, ofPage]]) {
    const wanted = way(one).wanted.map(nameOf);
    const texts = await shown(page, system, trace, wanted.length);
    const missing = wanted.filter((name) => !texts.some((text) => text.includes(name)));
    if (missing.length > 0) faults.push(`the trace view shows of ${one.action} no ${missing.join(", ")}, but ${texts.join(", ")}`);
    await page.screenshot({ path: join(pictures, `${name}.png`) });
  }
  // Found by the service that began it, as a person would look for it.
  await page.setViewportSize({ width: 1400, height: 900 });
  await page.goto(`${system.page}/search?service=todo-web-browser&limit=20&lookback=1h`);
  const results = page.locator(`a[href*="${created.trace}"]`);
  await results.first().waitFor({ timeout: 10_000 });
  await page.screenshot({ path: join(pictures, "search.png") });
  await page.close();
}
