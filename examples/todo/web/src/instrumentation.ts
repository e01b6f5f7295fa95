// What Next.js calls when the server starts, and when a request fails inside of it.

import type { Instrumentation } from "next";

export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs" || process.env.NEXT_PHASE === "phase-production-build") return;
  const { start } = await import("./server/telemetry/start");
  start();
}

export const onRequestError: Instrumentation.onRequestError = async (error, _request, { routePath, routeType }) => {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { describe, log } = await import("./server/log");
  log("ERROR", "a request failed inside this server", { endpoint: routePath, kind: routeType, ...describe(error) });
};
