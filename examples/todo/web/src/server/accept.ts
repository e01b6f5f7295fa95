// How a report of a page is taken: limits first, then its content, then what it is for.

import { address, Limits } from "./limits";
import { isForeign, isJson, readText, TooLarge } from "./body";
import { log } from "./log";
import { problem } from "./problem";
import { Invalid } from "./reports";
import { instruments } from "./telemetry/metrics";

const MOST_BYTES = 8 * 1024;

/** Reports a second, of all pages and of those at one address. */
const limits = new Limits(100, 10);

/**
 * Reads a report with `parse` and gives it to `use`, which returns whether it could be passed on. Each report is counted by
 * what became of it; a page is told, but need not care.
 */
export async function accept<T>(kind: string, request: Request, parse: (text: string) => T, use: (report: T) => Promise<boolean> | boolean): Promise<Response> {
  const end = (outcome: string, response: Response): Response => {
    instruments().browserReports.add(1, { kind, outcome });
    return response;
  };
  if (!limits.take(address(request.headers))) return end("too_many", problem(429, "too_many"));
  if (isForeign(request.headers)) return end("foreign", problem(403, "foreign"));
  if (!isJson(request.headers)) return end("not_json", problem(415, "not_json"));
  let report: T;
  try {
    report = parse(await readText(request, MOST_BYTES));
  } catch (error) {
    if (error instanceof TooLarge) return end("too_large", problem(413, "too_large"));
    if (error instanceof Invalid) return end("invalid", problem(422, "invalid", error.message));
    return end("invalid", problem(400, "malformed"));
  }
  if (await use(report)) return end("accepted", new Response(null, { status: 204 }));
  log("WARN", "a report of a page could not be passed on", { kind });
  return end("lost", problem(503, "unreachable"));
}
