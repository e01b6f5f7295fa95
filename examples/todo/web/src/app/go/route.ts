// GET /go?user=ada: where the form of the first page leads. It works without scripts.

import { isUserName } from "../../shared/user";

export function GET(request: Request): Response {
  const user = new URL(request.url).searchParams.get("user")?.trim() ?? "";
  const location = isUserName(user) ? `/u/${user}` : "/?refused";
  return new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } });
}
