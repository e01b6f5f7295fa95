// POST /telemetry/spans: spans of a browser, for the receiver of this server's own.

import { accept } from "../../../server/accept";
import { parseSpans } from "../../../server/reports";
import { browserSpan } from "../../../server/telemetry/browser";
import { telemetry } from "../../../server/telemetry/shared";

export function POST(request: Request): Promise<Response> {
  const now = Date.now();
  return accept("spans", request, parseSpans, (spans) => {
    const forward = telemetry()?.forward;
    if (forward) for (const span of spans) forward(browserSpan(span, now));
    return true;
  });
}
