// The page's server: the page itself, Prometheus behind `/prometheus`, and a stand-in for Loki behind `/loki`.
//
// No package has Loki, so the stand-in answers each query with what the service logged last. It proves the panel, not the
// query: queries/parse.mjs parses those.
import { createServer } from "node:http";

const PAGE = `<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/page.css">
<style>html, body, #root { height: 100%; margin: 0 }</style><div id="root"></div><script type="module" src="/page.js"></script>`;

export async function serve(files, prometheus, lines, told) {
  const server = createServer(async (request, response) => {
    const { pathname, search } = new URL(request.url, "http://page");
    const answer = (status, type, body) => response.writeHead(status, { "content-type": type }).end(body);
    if (pathname.startsWith("/prometheus/")) {
      const body = request.method === "POST" ? await text(request) : undefined;
      const headers = { "content-type": request.headers["content-type"] ?? "text/plain" };
      const path = pathname.replace("/prometheus", "") + search;
      const answered = await fetch(prometheus + path, { method: request.method, headers, body });
      const json = await answered.text();
      if (!answered.ok) told(`Prometheus refuses ${new URLSearchParams(body ?? search).get("query")}: ${json}`);
      return answer(answered.status, "application/json", json);
    }
    if (pathname.startsWith("/loki/")) {
      const values = lines().slice(-20).map((line) => [`${Date.parse(JSON.parse(line).timestamp)}000000`, line]);
      const result = [{ stream: { service: "todo" }, values: values.reverse() }];
      return answer(200, "application/json", JSON.stringify({ status: "success", data: { resultType: "streams", result } }));
    }
    if (pathname === "/favicon.ico") return answer(204, "image/x-icon", "");
    const file = files[pathname];
    if (file) return answer(200, pathname.endsWith(".js") ? "text/javascript" : "text/css", file);
    return pathname === "/" ? answer(200, "text/html", PAGE) : answer(404, "text/plain", "");
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return { address: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

async function text(request) {
  let body = "";
  for await (const chunk of request) body += chunk;
  return body;
}
