// Who does not see the page, or has no mouse, gets all of it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { VIEWS } from "./hostile.mjs";
import { until } from "./service.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// What axe-core finds; with `colours`, only what depends on them.
export async function violations(page, what, colours = false) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
  const found = await page.evaluate(async (colours) => {
    const options = colours ? { runOnly: { type: "rule", values: ["color-contrast"] } } : { runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] } };
    const { violations } = await window.axe.run(document, { ...options, resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 150)).join(" | ")}`);
  }, colours);
  return found.map((fault) => `${what}: ${fault}`);
}

const PLACES = [...VIEWS, "requests/17", "endpoints/GET%20%2Fapi%2F%7Buser_id%7D%2Ftasks"];

// Each view and each kind of detail, in both colour schemes.
export async function accessible(page) {
  const faults = [];
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const place of PLACES) {
      await page.evaluate((place) => (location.hash = place), place);
      if (place.includes("/")) await page.waitForSelector("dialog[open] #detail-body *");
      else await until(() => page.evaluate((place) => !document.querySelector(`#view-${place}`).hidden && !document.querySelector("dialog[open]"), place), place);
      faults.push(...(await violations(page, `${place} in ${colorScheme}`, colorScheme === "dark")));
    }
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.evaluate(() => (location.hash = "overview"));
  return faults;
}

// Walks through the page by Tab: every control is reached, and it is seen where the focus is.
export async function walk(page, view) {
  await page.evaluate((view) => (location.hash = view), view);
  await page.waitForTimeout(100);
  await page.evaluate(() => {
    state.paused = true;
    document.activeElement?.blur();
    window.getSelection().removeAllRanges();
    scrollTo(0, 0);
    window.unreached = new Set([...document.querySelectorAll("a[href], button:enabled, input:enabled, select:enabled, summary, [tabindex='0']")].filter((element) => element.checkVisibility({ visibilityProperty: true })));
    window.unseen = [];
  });
  const total = await page.evaluate(() => window.unreached.size);
  await page.evaluate(() => document.getElementById("skip").focus());
  for (let at = 0; at < total + 5; at += 1) {
    const left = await page.evaluate(() => {
      const element = document.activeElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      if (element !== document.body && (outlineStyle === "none" || parseFloat(outlineWidth) < 1)) window.unseen.push(element.outerHTML.slice(0, 100));
      window.unreached.delete(element);
      return window.unreached.size;
    });
    if (left === 0) break;
    await page.keyboard.press("Tab");
  }
  const [missed, unseen] = await page.evaluate(() => {
    state.paused = false;
    return [[...window.unreached].map((element) => element.outerHTML.slice(0, 100)), window.unseen];
  });
  return { total, faults: [...missed.map((html) => `${view}: not reached by Tab: ${html}`), ...unseen.map((html) => `${view}: no visible focus: ${html}`)] };
}

// What one does with the keyboard: skip, sort, search, open, close.
export async function keyboard(page) {
  const faults = [];
  const is = async (condition, fault) => {
    if (!(await until(() => page.evaluate(condition), fault, 2_000).catch(() => false))) faults.push(fault);
  };
  let reached = 0;
  for (const view of VIEWS) {
    const { total, faults: found } = await walk(page, view);
    reached += total;
    faults.push(...found);
  }
  await page.evaluate(() => (location.hash = "endpoints"));
  await page.waitForTimeout(100);
  await page.evaluate(() => document.getElementById("skip").focus());
  await page.keyboard.press("Enter");
  await is(() => document.activeElement.id === "main", "the skip link does not lead to the content");
  await page.evaluate(() => document.querySelector('#view-endpoints th[data-column="p99"] button').focus());
  await page.keyboard.press("Enter");
  await is(() => document.querySelector('#view-endpoints th[data-column="p99"]').ariaSort === "descending", "Enter does not sort");
  await page.keyboard.press("Space");
  await is(() => document.querySelector('#view-endpoints th[data-column="p99"]').ariaSort === "ascending", "Space does not sort the other way");
  await page.evaluate(() => document.querySelector("#view-endpoints tbody button").focus());
  await page.keyboard.press("Enter");
  await is(() => document.querySelector("dialog").open && document.querySelector("dialog").contains(document.activeElement), "Enter does not open an endpoint");
  for (let at = 0; at < 6; at += 1) await page.keyboard.press("Tab");
  await is(() => document.activeElement === document.body || document.querySelector("dialog").contains(document.activeElement), "the focus leaves the dialog");
  await page.keyboard.press("Escape");
  await is(() => !document.querySelector("dialog").open && document.activeElement.closest("#view-endpoints tbody") !== null, "Escape does not lead back");
  await page.evaluate(() => document.querySelector("#view-endpoints input").focus());
  await page.keyboard.type("complete");
  await is(() => document.querySelectorAll("#view-endpoints tbody tr").length <= 1, "the search finds too much");
  await page.evaluate(() => (location.hash = "overview"));
  // The control: what no key reaches is missed.
  await page.evaluate(() => (document.getElementById("pause").tabIndex = -1));
  if ((await walk(page, "overview")).faults.length !== 1) throw new Error("a control that no key reaches is not missed");
  await page.evaluate(() => document.getElementById("pause").removeAttribute("tabindex"));
  return { reached, faults };
}
