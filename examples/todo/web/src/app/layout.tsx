import type { Metadata, Viewport } from "next";
import { connection } from "next/server";
import type { ReactNode } from "react";
import { trace, TraceFlags } from "@opentelemetry/api";
import { traceparent } from "../shared/trace";
import "./globals.css";

export const metadata: Metadata = { title: { default: "Tasks", template: "%s · Tasks" }, description: "A small list of tasks", icons: "/icon.svg" };

export const viewport: Viewport = {
  colorScheme: "light dark",
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f6f5f2" },
    { media: "(prefers-color-scheme: dark)", color: "#16181c" },
  ],
};

export default async function Layout({ children }: { children: ReactNode }) {
  // Each answer has a nonce of its own, so no page can be rendered ahead.
  await connection();
  const span = trace.getActiveSpan()?.spanContext();
  const isSampled = span && (span.traceFlags & TraceFlags.SAMPLED) !== 0;
  return (
    <html lang="en">
      <head>{isSampled && <meta name="traceparent" content={traceparent(span)} />}</head>
      <body>
        <div className="page">{children}</div>
      </body>
    </html>
  );
}
