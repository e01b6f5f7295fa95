// W3C Trace Context, version 00: https://www.w3.org/TR/trace-context/

export interface SpanIds {
  readonly traceId: string;
  readonly spanId: string;
}

const HEADER = /^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/;

export function isTraceId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text) && !/^0+$/.test(text);
}

export function isSpanId(text: string): boolean {
  return /^[0-9a-f]{16}$/.test(text) && !/^0+$/.test(text);
}

/** The header of a sampled span. */
export function traceparent({ traceId, spanId }: SpanIds): string {
  return `00-${traceId}-${spanId}-01`;
}

export function parseTraceparent(header: string): SpanIds | undefined {
  const [, traceId, spanId] = HEADER.exec(header) ?? [];
  if (!traceId || !spanId || !isTraceId(traceId) || !isSpanId(spanId)) return undefined;
  return { traceId, spanId };
}

/** Random ids of a new trace. An id of zeros is invalid, so it is drawn again. */
export function newTrace(): SpanIds {
  const traceId = hex(16);
  const spanId = hex(8);
  return isTraceId(traceId) && isSpanId(spanId) ? { traceId, spanId } : newTrace();
}

export function newSpan(traceId: string): SpanIds {
  const spanId = hex(8);
  return isSpanId(spanId) ? { traceId, spanId } : newSpan(traceId);
}

function hex(bytes: number): string {
  const random = crypto.getRandomValues(new Uint8Array(bytes));
  return Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
