// Web vitals, reported when the page is left: only then are they known.

import { onCLS, onINP, onLCP, onTTFB, type MetricType } from "web-vitals";
import { METRICS, rate, type Metric, type Page, type Vital } from "../shared/vitals";
import { sendReport } from "./send";

const waiting = new Map<Metric, Vital>();
/** A tab that is hidden and shown again goes on measuring; each page counts once. */
const reported = new Set<Metric>();

export function watchVitals(page: Page): void {
  for (const watch of [onLCP, onINP, onCLS, onTTFB]) watch(keep);
  const report = (): void => {
    const vitals = [...waiting.values()];
    waiting.clear();
    for (const { metric } of vitals) reported.add(metric);
    if (vitals.length > 0) sendReport("/telemetry/vitals", { page, vitals });
  };
  // `web-vitals` calls back as the page is hidden, in listeners that come before those of the window.
  addEventListener("visibilitychange", () => document.visibilityState === "hidden" && report());
  addEventListener("pagehide", report);
}

/** Times come in milliseconds and travel in seconds. The rating is that of the value which travels. */
function keep({ name, value }: MetricType): void {
  const metric = name.toLowerCase() as Metric;
  if (!(metric in METRICS) || reported.has(metric)) return;
  const measured = metric === "cls" ? value : value / 1000;
  waiting.set(metric, { metric, value: measured, rating: rate(metric, measured) });
}
