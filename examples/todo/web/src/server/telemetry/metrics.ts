// Metrics by OpenTelemetry's conventions for HTTP. The exporter for Prometheus adds no unit to a name, so the names have it. Their labels are finite: methods, templates of routes, statuses.

import { metrics, type Attributes } from "@opentelemetry/api";

/** The todo service has the same bounds. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** Made at first use: what is made before the start of the metrics records nothing. */
let made: ReturnType<typeof make> | undefined;

export function instruments(): ReturnType<typeof make> {
  return (made ??= make());
}

function make() {
  const meter = metrics.getMeter("todo-web");
  const duration = (name: string, description: string) =>
    meter.createHistogram(`${name}_seconds`, { description, advice: { explicitBucketBoundaries: SECONDS } });
  return {
    serverDuration: duration("http.server.request.duration", "Requests that this server answered."),
    clientDuration: duration("http.client.request.duration", "Requests that this server sent to the todo service."),
    activeRequests: meter.createUpDownCounter("http.server.active_requests", { description: "Requests that have not ended." }),
    browserReports: meter.createCounter("todo_web.browser_reports", { description: "Reports that pages sent, by what became of them." }),
    spansDropped: meter.createCounter("todo_web.spans.dropped", { description: "Spans that the receiver did not take." }),
  };
}

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE"]);

export function methodLabel(method: string): string {
  return METHODS.has(method) ? method : "_OTHER";
}

/** The labels of a request. Paths without a route are one, so that nobody can make series. */
export function requestLabels(method: string, route: string | undefined, status: number | undefined, outcome: string): Attributes {
  const error = outcome === "server_error" ? String(status ?? "_OTHER") : outcome;
  return {
    "http.request.method": method,
    "http.route": route ?? "_unmatched",
    ...(status !== undefined && { "http.response.status_code": status }),
    ...(outcome !== "ok" && outcome !== "client_error" && { "error.type": error }),
  };
}
