// A person: uses the page, makes mistakes, reloads it, and leaves.
import { join } from "node:path";
import { until } from "./parts.mjs";

export const USER = "Hildegard-of-Bingen";
export const TITLES = { first: "Write the Ordo Virtutum", second: "Answer Bernard’s letter", gone: "Gather fennel" };

// What was done, in its order: `{ action, method, route, status, trace }`. The trace is known by what the browser sent; that of a
// page, which the front end began, by what the document says.
export async function use(page, system, faults, pictures) {
  const done = [];
  page.on("request", (request) => {
    const parent = request.headers().traceparent;
    if (new URL(request.url()).origin !== system.web) faults.push(`a request leaves the page's origin: ${request.url()}`);
    if (parent) done.push({ request, trace: parent.split("-")[1], sent: parent.split("-")[2] });
  });
  const requested = async (act, action) => {
    const before = done.length;
    await act();
    const one = await until(() => done[before], `the request of ${action}`);
    const response = await one.request.response();
    await response.finished();
    Object.assign(one, { action, method: one.request.method(), status: response.status() });
  };
  const loaded = async (load, action) => {
    const response = await load();
    await page.locator("#to-do").waitFor();
    const [, trace, span] = (await page.locator("meta[name=traceparent]").getAttribute("content")).split("-");
    done.push({ action, method: "GET", status: response.status(), trace, sent: span });
  };
  const add = async (title) => {
    await page.getByLabel("New task", { exact: true }).last().fill(title);
    await page.getByRole("button", { name: "Add", exact: true }).click();
  };
  const list = `${system.web}/u/${USER}`;
  await loaded(() => page.goto(list), "load page");
  await requested(() => add(TITLES.first), "create task");
  await requested(() => add(TITLES.second), "create task");
  await requested(() => add(TITLES.gone), "create task");
  await requested(() => page.getByRole("button", { name: `Complete ${TITLES.first}` }).click(), "complete task");
  // An empty title: the service refuses it, and the page says how to do it right.
  await requested(() => add(""), "create task");
  const told = await page.getByRole("alert").filter({ hasText: /\S/ }).first().innerText();
  if (!/title/i.test(told)) faults.push(`the page says of an empty title: ${told}`);
  // A task that somebody else has deleted meanwhile.
  await fetch(`${system.api}/${USER}/tasks`).then((response) => response.json()).then((tasks) =>
    fetch(`${system.api}/${USER}/tasks/${tasks.find(({ title }) => title === TITLES.gone).id}`, { method: "DELETE" }));
  await requested(() => page.getByRole("button", { name: `Complete ${TITLES.gone}` }).click(), "complete task");
  await page.getByRole("alert").filter({ hasText: /no longer exists/ }).waitFor();
  await page.screenshot({ path: join(pictures, "page.png") });
  await requested(() => page.getByRole("button", { name: `Delete ${TITLES.second}` }).click(), "delete task");
  await page.getByText(`Deleted “${TITLES.second}”.`).waitFor();
  await loaded(() => page.reload(), "load page");
  await page.getByText(TITLES.first).waitFor();
  if (await page.getByText(TITLES.second).count()) faults.push("a deleted task is there again after the page was loaded");
  // Left: only now does the page know its vitals.
  await page.goto(`${system.web}/nowhere`);
  await page.getByRole("heading", { name: /no such page/i }).waitFor();
  return done.map(({ request, ...action }) => action);
}
