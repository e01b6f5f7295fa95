// The metrics of every part are what was done, no more and no less.
import { scrape, until } from "./parts.mjs";

const TASKS = "/api/{user_id}/tasks";
const ONE = `${TASKS}/{task_id}`;
const OWN = "/api/u/[user]/tasks";

// How often each of the keys was seen.
function counts(keys) {
  const counted = {};
  for (const key of keys) counted[key] = (counted[key] ?? 0) + 1;
  return counted;
}

// The series of a name that are not 0, by the labels that are asked for.
function told(samples, name, labels, where = () => true) {
  const found = {};
  for (const { labels: has, value } of samples.filter((sample) => sample.name === name && sample.value !== 0 && where(sample.labels))) {
    const key = labels.map((label) => has[label] ?? "").join(" ").trim();
    found[key] = (found[key] ?? 0) + value;
  }
  return found;
}

const sorted = (counted) => JSON.stringify(Object.entries(counted).sort());

// Waits, because what counts a request may do so after its answer.
async function equal(what, read, wanted, faults) {
  let found;
  const same = await until(async () => sorted((found = await read())) === sorted(wanted), what, 5_000).catch((error) => {
    if (found === undefined) throw error;
  });
  if (!same) faults.push(`${what}:\n  wanted ${sorted(wanted)}\n  told   ${sorted(found)}`);
}

const REQUESTS = { list: `GET ${TASKS}`, create: `POST ${TASKS}`, complete: `POST ${ONE}/complete`, delete: `DELETE ${ONE}` };
const PAGE = {
  "load page": ["list", "GET /u/[user]"], "create task": ["create", `POST ${OWN}`],
  "complete task": ["complete", `POST ${OWN}/[task]/complete`], "delete task": ["delete", `DELETE ${OWN}/[task]`],
};
// What the service answers to a tool's request, and to one that fails.
const TOOL = { create_task: ["create", 201, 422], list_tasks: ["list", 200], search_tasks: ["list", 200], complete_task: ["complete", 200, 409], delete_task: ["delete", 204, 404] };

export async function judgeMetrics(system, { browser, agent }, faults) {
  const tools = Object.values(agent).flat();
  const ofTools = tools.map(({ action, failed }) => `${REQUESTS[TOOL[action][0]]} ${TOOL[action][failed ? 2 : 1]}`);
  const ofPages = browser.map(({ action, status }) => `${REQUESTS[PAGE[action][0]]} ${status}`);
  // Two more by the test itself, which deletes a task behind the page's back.
  const requests = counts([...ofPages, ...ofTools, `GET ${TASKS} 200`, `DELETE ${ONE} 204`]);
  const inApi = ({ endpoint }) => endpoint.startsWith("/api/");
  const service = () => scrape(system.metrics.todo);
  await equal("requests of the service", async () => told(await service(), "http_requests_total", ["method", "endpoint", "status"], inApi), requests, faults);
  const succeeded = (request) => requests[request] ?? 0;
  await equal("tasks created", async () => told(await service(), "tasks_created_total", []), { "": succeeded(`POST ${TASKS} 201`) }, faults);
  await equal("tasks completed", async () => told(await service(), "tasks_completed_total", []), { "": succeeded(`POST ${ONE}/complete 200`) }, faults);
  await equal("rows inserted", async () => told(await service(), "function_calls_total", ["outcome"], (labels) => labels.function === "todo::store::create"), { ok: succeeded(`POST ${TASKS} 201`) }, faults);

  const web = () => scrape(system.metrics.web);
  const isAction = ({ http_route }) => http_route.startsWith(OWN) || http_route === "/u/[user]";
  const served = counts(browser.map(({ action, status }) => `${PAGE[action][1]} ${status}`));
  await equal("requests of the front end", async () => told(await web(), "http_server_request_duration_seconds_count", ["http_request_method", "http_route", "http_response_status_code"], isAction), served, faults);
  const isTask = ({ url_template }) => url_template.startsWith(TASKS);
  await equal("requests that the front end sent", async () => told(await web(), "http_client_request_duration_seconds_count", ["http_request_method", "url_template", "http_response_status_code"], isTask), counts(ofPages), faults);
  await equal("spans that were lost", async () => told(await web(), "todo_web_spans_dropped_total", []), {}, faults);

  await judgeVitals(service, web, faults);
  await judgeTools(system, agent, faults);
}

// Web vitals of both pages have arrived, and the front end has passed on each report that it took.
async function judgeVitals(service, web, faults) {
  const of = async () => told(await service(), "web_vitals_total", ["page", "vital"]);
  const wanted = ["/u/[user] lcp", "/u/[user] cls", "/u/[user] ttfb", "/u/[user] inp"];
  let found = {};
  await until(async () => wanted.every((key) => (found[key] ?? 0) > 0) || ((found = await of()), false), "web vitals", 10_000).catch(() => faults.push(`web vitals: ${sorted(found)}`));
  const reports = async () => told(await web(), "todo_web_browser_reports_total", ["kind", "outcome"]);
  let counted = {};
  await until(async () => {
    counted = await reports();
    const accepted = told(await service(), "http_requests_total", ["status"], ({ endpoint }) => endpoint === "/web-vitals");
    return sorted(accepted) === sorted({ 204: counted["vitals accepted"] }) && counted["spans accepted"] > 0;
  }, "the reports", 5_000).catch(() => faults.push(`reports of pages: ${sorted(counted)}`));
  if (Object.keys(counted).some((key) => !key.endsWith(" accepted"))) faults.push(`reports of pages were refused: ${sorted(counted)}`);
}

// Of the server that speaks HTTP; the other one has no listener, and ended with its client.
async function judgeTools(system, { overHttp }, faults) {
  const wanted = counts(overHttp.map(({ action, failed }) => `${action} ${failed ? "client_error" : "ok"}`));
  const read = async () => told(await scrape(system.metrics.mcp), "mcp_tool_calls_total", ["tool", "outcome"]);
  await equal("calls of tools", read, wanted, faults);
}
