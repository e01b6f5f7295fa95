import type { NextConfig } from "next";

// What every answer says to browsers, beside the Content-Security-Policy of pages, which is in src/proxy.ts.
const HEADERS = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "X-Frame-Options", value: "DENY" },
  // Addresses contain the user's name: no other site learns them.
  { key: "Referrer-Policy", value: "same-origin" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
  { key: "Cross-Origin-Resource-Policy", value: "same-origin" },
  { key: "Permissions-Policy", value: "camera=(), geolocation=(), microphone=()" },
];

const config: NextConfig = {
  output: "standalone",
  // This folder alone, though the repository around it has lock files, too.
  outputFileTracingRoot: import.meta.dirname,
  turbopack: { root: import.meta.dirname },
  // There are no pictures to scale, so nothing that scales them is deployed or can be asked for.
  images: { unoptimized: true },
  outputFileTracingExcludes: { "*": ["node_modules/@img/**", "node_modules/sharp/**"] },
  poweredByHeader: false,
  reactStrictMode: true,
  headers: async () => [
    { source: "/:path*", headers: HEADERS },
    // Here is nothing for a browser to run, nor in what is said about an address that does not exist.
    { source: "/(api|telemetry|_next)/:path*", headers: [{ key: "Content-Security-Policy", value: "default-src 'none'; frame-ancestors 'none'" }] },
  ],
};

export default config;
