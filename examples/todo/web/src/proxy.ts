// The Content-Security-Policy of pages: scripts run only with the nonce of this one answer.

import { NextResponse, type NextRequest } from "next/server";

export function proxy(request: NextRequest): NextResponse {
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64");
  const headers = new Headers(request.headers);
  const csp = policy(nonce);
  // Next.js reads the nonce from here, and gives it to its scripts.
  headers.set("content-security-policy", csp);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", csp);
  return response;
}

function policy(nonce: string): string {
  // `next dev` evaluates code, and adds styles and a panel by itself.
  const isDev = process.env.NODE_ENV === "development";
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${isDev ? " 'unsafe-eval'" : ""}`,
    `style-src 'self'${isDev ? " 'unsafe-inline'" : ""}`,
    "img-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    ...(isDev ? ["font-src 'self'"] : []),
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

export const config = {
  // Pages. What programs ask for has a policy that allows nothing: next.config.ts.
  matcher: ["/((?!_next/|api/|telemetry/|healthz$|go$|icon\\.svg$).*)"],
};
