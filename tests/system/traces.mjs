// Each action is one trace, from who began it to the database.
import { judge } from "./spans.mjs";

const TASKS = "/api/{user_id}/tasks";
const ONE = `${TASKS}/{task_id}`;

// What the service does for each action, down to the database. Where it refuses before it asks, the last two are missing.
const SERVICE = {
  list: { request: `GET ${TASKS}`, handler: "todo::api::list::list_tasks", database: ["list"] },
  create: { request: `POST ${TASKS}`, handler: "todo::api::create::create_task", database: ["create"] },
  complete: { request: `POST ${ONE}/complete`, handler: "todo::api::complete::complete_task", database: ["complete"] },
  delete: { request: `DELETE ${ONE}`, handler: "todo::api::delete::delete_task", database: ["delete"] },
};
const OWN = "/api/u/[user]/tasks";
const PAGE = {
  "load page": { does: "list", route: "GET /u/[user]" },
  "create task": { does: "create", route: `POST ${OWN}` },
  "complete task": { does: "complete", route: `POST ${OWN}/[task]/complete` },
  "delete task": { does: "delete", route: `DELETE ${OWN}/[task]` },
};
const TOOL = { create_task: "create", list_tasks: "list", search_tasks: "list", complete_task: "complete", delete_task: "delete" };

function inService({ request, handler, database }, refused) {
  const spans = [`todo: ${request} (server)`];
  return refused ? spans : [...spans, `todo: ${handler} (internal)`, ...database.map((call) => `todo: todo::store::${call} (internal)`)];
}

export function ofPage({ action, status }) {
  const { does, route } = PAGE[action];
  const service = SERVICE[does];
  // A task that was not completed is read, to tell whether it is there.
  const database = status === 404 ? [...service.database, "read"] : service.database;
  const down = inService({ ...service, database }, status === 422);
  // The server begins the trace of a page, a person that of everything else.
  const start = action === "load page" ? [] : [`todo-web-browser: ${action} (client)`];
  return { wanted: [...start, `todo-web: ${route} (server)`, `todo-web: ${service.request} (client)`, ...down], services: ["todo", "todo-web", "todo-web-browser"] };
}

export function ofTool({ action, failed }) {
  const service = SERVICE[TOOL[action]];
  const database = failed && action === "complete_task" ? [...service.database, "read"] : service.database;
  const down = inService({ ...service, database }, failed && action === "create_task");
  const start = [`agent: tools/call ${action} (client)`, `todo-mcp: tools/call ${action} (server)`, "todo-mcp: todo_api (internal)"];
  return { wanted: [...start, ...down], services: ["agent", "todo", "todo-mcp"] };
}

// Traces of all actions, beside each other: none is another's.
export async function judgeTraces(system, { browser, agent }, faults) {
  const wanted = [...browser.map((one) => ({ ...one, ...ofPage(one) })), ...Object.values(agent).flat().map((one) => ({ ...one, ...ofTool(one) }))];
  if (new Set(wanted.map(({ trace }) => trace)).size !== wanted.length) faults.push("two actions share a trace");
  // The control: a way that is not there is not found.
  const wrong = [];
  await judge(system, { ...wanted[1], wanted: [...wanted[1].wanted.slice(0, -1), "todo: todo::store::nothing (internal)"] }, wrong, 500);
  if (wrong.length === 0) throw new Error("a span that is not there is believed");
  await Promise.all(wanted.map((one) => judge(system, one, faults)));
}
