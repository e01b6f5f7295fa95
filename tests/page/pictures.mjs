// Pictures for people: a service in trouble and one at rest, wide and narrow, light and dark.
import { intercept, troubled } from "./data.mjs";
import { until } from "./service.mjs";
import { join } from "node:path";

const SIZES = { wide: { width: 1280, height: 860 }, narrow: { width: 390, height: 844 } };
const TAKEN = {
  wide: { light: ["overview", "endpoints", "functions", "requests", "requests/17", "business", "catalog", "settings"], dark: ["overview", "requests/17"] },
  narrow: { light: ["overview", "endpoints", "requests/17"], dark: ["overview"] },
};

export async function pictures(browser, { admin }, folder) {
  let count = 0;
  for (const [size, viewport] of Object.entries(SIZES)) {
    const context = await browser.newContext({ viewport, reducedMotion: "reduce" });
    const page = await context.newPage();
    await intercept(page, troubled);
    await page.goto(admin);
    await until(() => page.evaluate(() => state.snapshot !== null && state.waiting !== null && state.points.length > 0), "a troubled service");
    for (const [colorScheme, views] of Object.entries(TAKEN[size])) for (const view of views) {
      await page.emulateMedia({ colorScheme });
      await page.evaluate((view) => (location.hash = view), view);
      if (view.includes("/")) await page.waitForSelector("dialog[open] #detail-body *");
      await page.waitForTimeout(60);
      await page.screenshot({ path: join(folder, `${view.replace("/17", "-story")}-${size}-${colorScheme}.png`) });
      count += 1;
    }
    await context.close();
  }
  return count;
}
