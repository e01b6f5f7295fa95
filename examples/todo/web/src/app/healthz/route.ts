// GET /healthz: this server runs. Whether the todo service does is for its own probes: a front end that is restarted because
// of it would only be missing, too.

export const dynamic = "force-dynamic";

export function GET(): Response {
  return new Response("ok\n", { headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" } });
}
