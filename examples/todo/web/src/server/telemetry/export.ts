// Sends spans by OTLP over HTTP, as the standard variables say; none of them set, nothing is sent.

import { ExportResultCode, type ExportResult } from "@opentelemetry/core";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter, type SpanProcessor } from "@opentelemetry/sdk-trace-node";
import { log } from "../log";
import { instruments } from "./metrics";
import { isPass } from "./passes";
import { redact } from "./redact";

export function exportingProcessor(env: NodeJS.ProcessEnv): SpanProcessor | undefined {
  const endpoint = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (!endpoint || env.OTEL_TRACES_EXPORTER === "none" || env.OTEL_SDK_DISABLED === "true") return undefined;
  const protocol = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || env.OTEL_EXPORTER_OTLP_PROTOCOL || "http/protobuf";
  // The exporters read endpoint, headers and timeout themselves.
  const exporter = protocol === "http/json" ? new JsonExporter() : new ProtobufExporter();
  return new BatchSpanProcessor(new RedactingExporter(exporter));
}

const WARN_EVERY_MS = 60_000;

class RedactingExporter implements SpanExporter {
  private warned = -Infinity;

  constructor(private readonly inner: SpanExporter) {}

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    const shown = spans.filter((span) => !isPass(span.attributes));
    if (shown.length === 0) return done({ code: ExportResultCode.SUCCESS });
    this.inner.export(shown.map(redact), (result) => {
      if (result.code !== ExportResultCode.SUCCESS) this.failed(shown.length);
      done(result);
    });
  }

  private failed(spans: number): void {
    instruments().spansDropped.add(spans);
    const now = performance.now();
    if (now - this.warned < WARN_EVERY_MS) return;
    this.warned = now;
    log("WARN", "spans were lost, because the receiver did not take them", { spans }, undefined);
  }

  shutdown(): Promise<void> {
    return this.inner.shutdown();
  }

  async forceFlush(): Promise<void> {
    await this.inner.forceFlush?.();
  }
}
