// Starts traces and metrics, once for the process, before the first request.

import { randomUUID } from "node:crypto";
import { metrics } from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { PrometheusExporter } from "@opentelemetry/exporter-prometheus";
import { defaultResource, detectResources, envDetector, resourceFromAttributes, type Resource } from "@opentelemetry/resources";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { log } from "../log";
import { exportingProcessor } from "./export";
import { PassProcessor } from "./passes";
import { observeRequests } from "./requests";
import { observeProcess } from "./saturation";
import { RequestSampler } from "./sampler";
import { setTelemetry } from "./shared";

const VERSION = "0.1.0";
const INSTANCE = randomUUID();

export function start(env: NodeJS.ProcessEnv = process.env): void {
  // Its span of each fetch is named by the address, which contains the user; src/server/todo.ts has one of its own.
  env.NEXT_OTEL_FETCH_DISABLED = "1";
  const name = env.OTEL_SERVICE_NAME || "todo-web";
  const metricsPort = startMetrics(env, resource(name));
  startTraces(env, name);
  observeRequests(metricsPort);
}

function startTraces(env: NodeJS.ProcessEnv, name: string): void {
  const exporting = exportingProcessor(env);
  // A queue of their own: reports of spans, however many, do not push out what this server did itself.
  const forwarding = exportingProcessor(env);
  const provider = new NodeTracerProvider({
    resource: resource(name),
    sampler: new RequestSampler(),
    spanProcessors: [new PassProcessor(), ...(exporting ? [exporting] : [])],
  });
  // W3C's trace context alone: `baggage` of strangers is not passed on to the service.
  provider.register({ propagator: new W3CTraceContextPropagator() });
  const browser = { resource: resource(`${name}-browser`), instrumentationScope: { name: "todo-web/browser", version: VERSION } };
  setTelemetry({
    flush: async () => void (await Promise.all([provider.forceFlush(), forwarding?.forceFlush()])),
    ...(forwarding && { forward: (span) => forwarding.onEnd({ ...span, ...browser }) }),
  });
}

/** The name of the service goes before what `OTEL_RESOURCE_ATTRIBUTES` says, as the specification has it. */
function resource(name: string): Resource {
  const own = { "service.name": name, "service.version": VERSION, "service.instance.id": INSTANCE };
  return defaultResource().merge(detectResources({ detectors: [envDetector] })).merge(resourceFromAttributes(own));
}

/** Serves metrics on a port of their own, so that nobody reads them who reads pages. Returns the port. */
function startMetrics(env: NodeJS.ProcessEnv, resource: Resource): number | undefined {
  const port = Number(env.METRICS_PORT || 9466);
  if (env.METRICS_PORT === "off") return undefined;
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    log("WARN", "METRICS_PORT is a port, or `off`; there are no metrics");
    return undefined;
  }
  const host = env.METRICS_HOST || "127.0.0.1";
  const exporter = new PrometheusExporter({ host, port, withoutScopeInfo: true, preventServerStart: true });
  metrics.setGlobalMeterProvider(new MeterProvider({ resource, readers: [exporter] }));
  observeProcess(metrics.getMeter("todo-web"));
  exporter.startServer().catch((error: unknown) => {
    const code = (error as { code?: string }).code ?? "_OTHER";
    log("WARN", "metrics cannot be served; choose another port by METRICS_PORT", { port, error_code: code });
  });
  return port;
}
