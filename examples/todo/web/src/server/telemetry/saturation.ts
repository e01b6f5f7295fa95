// How full this process is: whether its one thread keeps up, and what it uses. Read at each scrape.

import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import type { Meter } from "@opentelemetry/api";

const RESOLUTION_MS = 10;

export function observeProcess(meter: Meter): void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let before = performance.eventLoopUtilization();

  meter
    .createObservableGauge("nodejs.eventloop.delay.p99_seconds", { description: "How late the event loop was since the last scrape, at worst but for 1 % of the time." })
    .addCallback((result) => {
      // What is measured is the time between two ticks of a timer. Before the first there is none.
      const late = delay.percentile(99) / 1e9 - RESOLUTION_MS / 1000;
      result.observe(Number.isFinite(late) ? Math.max(0, late) : 0);
      delay.reset();
    });
  meter
    .createObservableGauge("nodejs.eventloop.utilization_ratio", { description: "For which part of the time since the last scrape the event loop was busy." })
    .addCallback((result) => {
      const now = performance.eventLoopUtilization();
      result.observe(performance.eventLoopUtilization(now, before).utilization);
      before = now;
    });
  meter
    .createObservableCounter("process.cpu_seconds", { description: "CPU time, user and system." })
    .addCallback((result) => {
      const { user, system } = process.cpuUsage();
      result.observe((user + system) / 1e6);
    });
  meter
    .createObservableGauge("process.resident_memory_bytes", { description: "Memory that is in the machine's memory." })
    .addCallback((result) => result.observe(process.memoryUsage.rss()));
}
