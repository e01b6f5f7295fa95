// Web vitals as they travel: from the page to this server, and from here to the todo service, which has the same rules.

/** Templates of pages, never their addresses: those contain names of users. */
export const PAGES = ["/", "/u/[user]", "/_not-found"] as const;
export type Page = (typeof PAGES)[number];

export const RATINGS = ["good", "needs-improvement", "poor"] as const;
export type Rating = (typeof RATINGS)[number];

/**
 * What is measured, with the bounds of its ratings and the largest value that is believed. Times are in seconds; the layout
 * shift is a score without a unit.
 */
export const METRICS = {
  lcp: { good: 2.5, poor: 4, most: 600 },
  inp: { good: 0.2, poor: 0.5, most: 600 },
  ttfb: { good: 0.8, poor: 1.8, most: 600 },
  cls: { good: 0.1, poor: 0.25, most: 1000 },
} as const;
export type Metric = keyof typeof METRICS;

export interface Vital {
  readonly metric: Metric;
  readonly value: number;
  readonly rating: Rating;
}

export interface VitalsReport {
  readonly page: Page;
  readonly vitals: readonly Vital[];
}

/** How many vitals a report may have. */
export const MOST_VITALS = 8;

export function rate(metric: Metric, value: number): Rating {
  const { good, poor } = METRICS[metric];
  if (value <= good) return "good";
  return value <= poor ? "needs-improvement" : "poor";
}
