// Texts of others are inert, whatever they contain.
import { hostile, intercept } from "./data.mjs";
import { until } from "./service.mjs";

export const VIEWS = ["overview", "endpoints", "functions", "requests", "business", "catalog", "settings"];

// What must not be in the document, and what it did.
const found = () => {
  const faults = [];
  if (window.harmed) faults.push("a script of others ran");
  for (const element of document.querySelectorAll("img, iframe, object, embed, base, meta[http-equiv], audio, video, [onerror], [onclick], [style*='url']")) faults.push(`an element of others: ${element.outerHTML.slice(0, 80)}`);
  if (document.scripts.length !== 1) faults.push(`${document.scripts.length} scripts`);
  for (const { href } of document.links) if (new URL(href).origin !== location.origin) faults.push(`a link to ${href.slice(0, 80)}`);
  const text = document.body.innerText;
  if (/[\u202a-\u202e\u2066-\u2069\0\u0007]/.test(text)) faults.push("characters that turn the text, or cannot be seen");
  if (text.length > 400_000) faults.push(`${text.length} characters of text`);
  if (document.documentElement.scrollWidth > innerWidth + 1) faults.push(`wider than the window: ${document.documentElement.scrollWidth}`);
  return faults;
};

export async function hostileTexts(context, { admin }) {
  const page = await context.newPage();
  const faults = [];
  page.on("dialog", (dialog) => {
    faults.push(`a dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  await intercept(page, hostile);
  await page.goto(admin);
  // Texts of 20 MB take their time on a machine that has other work.
  await until(() => page.evaluate(() => state.snapshot !== null), "a hostile snapshot", 30_000);
  for (const view of VIEWS) {
    await page.evaluate((view) => (location.hash = view), view);
    await page.waitForTimeout(150);
    faults.push(...(await page.evaluate(found)).map((fault) => `${view}: ${fault}`));
  }
  for (const place of ["#requests/17"]) {
    await page.evaluate((place) => (location.hash = place), place);
    await page.waitForSelector("dialog[open]");
    // What was cut is there, whole, for those who ask.
    const more = page.locator("dialog button.more", { hasText: /^show all/ }).first();
    if ((await more.count()) > 0) await more.click();
    faults.push(...(await page.evaluate(found)).filter((fault) => !/characters of text/.test(fault)).map((fault) => `${place}: ${fault}`));
  }
  // The control: what is looked for is found.
  const control = await page.evaluate((found) => {
    document.body.append(document.createElement("img"));
    return new Function(`return (${found})()`)().length;
  }, String(found)).catch((error) => String(error));
  if (control === 0) throw new Error("an element of others is not found");
  await page.close();
  return faults;
}

// The same as a client would try it: paths, headers and bodies of real requests.
export async function hostileRequests({ api }) {
  const bad = encodeURIComponent('<img src=x onerror="window.harmed=1">\u202e');
  const headers = { "x-request-id": "<script>window.harmed=1</script>", "user-agent": "<script>window.harmed=1</script>", "content-type": "application/json" };
  const title = '<img src="x" onerror="window.harmed=1">';
  await fetch(`${api}/${bad}/tasks`, { headers });
  await fetch(`${api}/../../${bad}`, { headers });
  await fetch(`${api}/ada/tasks`, { method: "POST", headers, body: JSON.stringify({ title }) });
  await fetch(`${api}/ada/tasks/${bad}`, { headers });
  await fetch(`${api}/${"x".repeat(8000)}/tasks`, { headers });
}
