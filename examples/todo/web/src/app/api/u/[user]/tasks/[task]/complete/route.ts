// POST /api/u/[user]/tasks/[task]/complete

import { changeTask } from "../../../../../../../server/requests";

export async function POST(request: Request, { params }: { params: Promise<{ user: string; task: string }> }): Promise<Response> {
  return changeTask(request, params, "complete");
}
