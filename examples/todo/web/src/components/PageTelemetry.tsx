"use client";

import { useEffect } from "react";
import type { Page } from "../shared/vitals";
import { reportWhenHidden, tracePageLoad } from "../browser/trace";
import { watchVitals } from "../browser/vitals";

let isStarted = false;

/** Measures the page that it stands on. It shows nothing. */
export function PageTelemetry({ page }: { page: Page }): null {
  useEffect(() => {
    // React runs effects twice while developing.
    if (isStarted) return;
    isStarted = true;
    watchVitals(page);
    reportWhenHidden();
    if (document.readyState === "complete") tracePageLoad();
    else addEventListener("load", () => setTimeout(tracePageLoad), { once: true });
  }, [page]);
  return null;
}
