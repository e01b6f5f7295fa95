/** Sends a report to this page's own origin, also while the page is being left. Nobody waits for the answer. */
export function sendReport(path: "/telemetry/spans" | "/telemetry/vitals", report: object): void {
  navigator.sendBeacon(path, new Blob([JSON.stringify(report)], { type: "application/json" }));
}
