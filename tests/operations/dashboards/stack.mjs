// The todo service under its demo's traffic, and a Prometheus that scrapes it and evaluates the generated rules.
import { spawn } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freeAddress } from "../../lib/free-port.mjs";

export async function start(root) {
  const folder = mkdtempSync(join(tmpdir(), "goldsignal-dashboards-"));
  const [service, admin, prometheus] = [await freeAddress(), await freeAddress(), await freeAddress()];
  // At once, where Prometheus would wait for up to five minutes. Ratios stay what they are, though events count several times.
  const rules = readFileSync(join(root, "examples/todo/deploy/generated/prometheus/rules.yaml"), "utf8");
  if (!rules.includes("interval: 5m")) throw new Error("no group is evaluated every five minutes");
  writeFileSync(join(folder, "rules.yaml"), rules.replaceAll(/interval: (5m|30s)/g, "interval: 5s"));
  const labels = "{namespace: todo, environment: production, pod: todo-local}";
  const config = `global: {scrape_interval: 2s, evaluation_interval: 2s}
rule_files: [rules.yaml]
scrape_configs: [{job_name: todo, static_configs: [{targets: ['${admin}'], labels: ${labels}}]}]
`;
  writeFileSync(join(folder, "prometheus.yml"), config);
  const log = join(folder, "todo.log");
  const run = (file, output, words, environment) =>
    spawn(file, words, { cwd: folder, stdio: ["ignore", output, "ignore"], env: { ...process.env, ...environment } });
  const children = [
    run(join(root, "target/debug/todo"), openSync(log, "w"), ["--demo", "--listen", service], { GOLDSIGNAL_ADMIN_ADDR: admin }),
    run("prometheus", "ignore", [
      "--config.file=prometheus.yml", "--storage.tsdb.path=data", `--web.listen-address=${prometheus}`,
    ]),
  ];
  const ended = children.map((child) => new Promise((end) => child.once("exit", end)));
  return {
    prometheus: `http://${prometheus}`,
    // What the service logged.
    lines: () => readFileSync(log, "utf8").split("\n").filter((line) => line.startsWith("{")),
    async stop() {
      children.forEach((child) => child.kill());
      await Promise.all(ended);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
