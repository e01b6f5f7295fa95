// Answers that are errors, as RFC 9457 has them and as the todo service writes them.

import type { Problem } from "../shared/task";

const TITLES: Record<number, string> = {
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

export function problem(status: number, error_type: string, detail?: string): Response {
  const body = { type: "about:blank", title: TITLES[status] ?? "Error", status, ...(detail && { detail }), error_type };
  const headers = { "content-type": "application/problem+json", "cache-control": "no-store" };
  return new Response(JSON.stringify(body), { status, headers });
}

/** What an answer says went wrong. Proxies answer with pages of their own, so nothing is taken for granted. */
export async function readProblem(response: Response): Promise<Problem> {
  const said: unknown = await response.json().catch(() => undefined);
  const { error_type, detail } = (said ?? {}) as Record<string, unknown>;
  return {
    status: response.status,
    error_type: typeof error_type === "string" ? error_type : "_OTHER",
    ...(typeof detail === "string" && { detail }),
  };
}
