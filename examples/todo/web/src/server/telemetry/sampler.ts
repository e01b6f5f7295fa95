// Which spans are recorded, and which of these are exported.

import { SpanKind, trace, TraceFlags, type Attributes, type Context } from "@opentelemetry/api";
import { SamplingDecision, type Sampler, type SamplingResult } from "@opentelemetry/sdk-trace-node";

/** How Next.js finds and loads modules. Nothing of ours happens inside. */
const LOADING = new Set([
  "AppRouteRouteModule.loadUserland",
  "LoadComponents.loadRouteModule",
  "NextNodeServer.clientComponentLoading",
  "NextNodeServer.createComponentTree",
  "NextNodeServer.findPageComponents",
  "NextNodeServer.getLayoutOrPageModule",
  "NextNodeServer.startResponse",
  "RouteModule.prepare",
]);

/**
 * Samples what the caller samples, and every trace that begins here. A trace that the caller does not sample is recorded all
 * the same, since the log and the metrics take the route from its spans; it is not exported.
 */
export class RequestSampler implements Sampler {
  shouldSample(context: Context, _traceId: string, _name: string, kind: SpanKind, attributes: Attributes): SamplingResult {
    const type = attributes["next.span_type"];
    if (LOADING.has(String(type))) return { decision: SamplingDecision.NOT_RECORD };
    const parent = trace.getSpan(context);
    if (!parent) {
      // Traces begin with requests, not with the start of Next.js.
      const isRequest = kind === SpanKind.SERVER && type === undefined;
      return { decision: isRequest ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD };
    }
    const { isRemote, traceFlags } = parent.spanContext();
    if (!isRemote && !parent.isRecording()) return { decision: SamplingDecision.NOT_RECORD };
    const isSampled = (traceFlags & TraceFlags.SAMPLED) !== 0;
    return { decision: isSampled ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.RECORD };
  }

  toString(): string {
    return "RequestSampler";
  }
}
