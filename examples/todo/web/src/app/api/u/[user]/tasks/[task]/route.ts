// DELETE /api/u/[user]/tasks/[task]

import { changeTask } from "../../../../../../server/requests";

export async function DELETE(request: Request, { params }: { params: Promise<{ user: string; task: string }> }): Promise<Response> {
  return changeTask(request, params, "delete");
}
