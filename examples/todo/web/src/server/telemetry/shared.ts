// What the start-up leaves to the rest of this server. Next.js bundles the start-up and each route apart from another, so that
// a variable of a module would exist several times; this is one place of the process.

import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";

export interface Telemetry {
  /** Hands a span of a browser to the exporter; absent where spans are not exported. */
  readonly forward?: (span: Omit<ReadableSpan, "resource" | "instrumentationScope">) => void;
  /** Waits until what was recorded is sent. */
  readonly flush: () => Promise<void>;
}

const KEY = Symbol.for("todo-web.telemetry");
const place = globalThis as { [KEY]?: Telemetry };

export function telemetry(): Telemetry | undefined {
  return place[KEY];
}

export function setTelemetry(telemetry: Telemetry): void {
  place[KEY] = telemetry;
}
