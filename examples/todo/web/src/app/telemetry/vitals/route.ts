// POST /telemetry/vitals: web vitals of a page, for the todo service, which counts them.

import { accept } from "../../../server/accept";
import { parseVitals } from "../../../server/reports";
import { callTodo } from "../../../server/todo";

export function POST(request: Request): Promise<Response> {
  return accept("vitals", request, parseVitals, async (report) => {
    const call = { method: "POST", template: "/web-vitals", path: "/web-vitals", body: JSON.stringify(report) } as const;
    return (await callTodo(call)).ok;
  });
}
