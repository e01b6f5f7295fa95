"""Checks the configurations of Prometheus, Alertmanager, Grafana and Loki by their tools, and what these do not see.

    stack.py FOLDER
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "manifests"))
from read import Faults, canonical, documents, parts

# What each job asks Kubernetes for: pods, of these namespaces, and nothing else.
OF_SERVICES = ["todo/todo/production", "todo-mcp/todo/production", "todo-web/todo/production"]
DISCOVERED = {**{job: ["todo"] for job in OF_SERVICES}, "kube-state-metrics": ["monitoring"], "monitoring": ["monitoring"]}
# Which alert reaches whom.
def routes(service):
    of_service = [f"service={service}", "namespace=todo", "environment=production"]
    return [
        ("page", ["severity=page", *of_service, "slo=api-availability"]),
        ("ticket", ["severity=ticket", *of_service, "slo=api-availability"]),
        ("ticket", ["severity=ticket", *of_service]),
        ("ticket", ["severity=unknown", *of_service]),
        ("watchdog", ["severity=watchdog", *of_service]),
        # The alerts of others reach nobody: another service, another environment, no service at all.
        ("blackhole", ["severity=page", "service=shop", "namespace=todo", "environment=production"]),
        ("blackhole", ["severity=page", f"service={service}", "namespace=todo", "environment=staging"]),
        ("blackhole", ["severity=watchdog", "alertname=Watchdog"]),
    ]


def run(*command):
    """Whether the program is content, and what it says."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stdout + done.stderr


def one(path):
    (document,) = documents(path)
    return document


def files(folder, name):
    """What Prometheus reads of each part: generated, or written by hand for the front end."""
    service, mcp, web = parts(folder)
    return [service / "generated/prometheus" / name, mcp / "generated/prometheus" / name, web / name]


def scrape(job, mounted, faults):
    """Its series say where they come from, and whoever asks for its token has it."""
    place = f"prometheus.yml {job['job_name']}"
    labels = {rule.get("target_label") for rule in job["relabel_configs"]}
    faults.expect({"namespace", "environment", "pod"} <= labels, place, "no namespace, environment and pod in the series")
    file = job.get("authorization", {}).get("credentials_file")
    faults.expect(file is None or str(Path(file).parent) in mounted, place, f"{file} is not mounted")


def prometheus(folder, faults):
    path = folder / "kubernetes/prometheus/prometheus.yml"
    config = one(path)
    # Debian's promtool is older than files of scrapes: theirs are held to be its own.
    asked = config.pop("scrape_config_files", None)
    faults.expect(asked == ["/etc/prometheus/scrapes/*.yaml"], path.name, f"scrapes {asked}")
    config["scrape_configs"] += [job for file in files(folder, "scrape-kubernetes.yaml") for job in one(file)["scrape_configs"]]
    for job in config["scrape_configs"]:
        place = f"prometheus.yml {job['job_name']}"
        # Debian's promtool is built without this kind of discovery: it is held against what is meant.
        found = job.pop("kubernetes_sd_configs", None)
        meant = [{"role": "pod", "namespaces": {"names": DISCOVERED.get(job["job_name"])}}]
        faults.expect(found == meant, place, f"discovers {found}, not {meant}")
        kept = [rule for rule in job["relabel_configs"] if rule.get("action") == "keep"]
        once = any("__meta_kubernetes_pod_container_port_name" in rule["source_labels"] for rule in kept)
        faults.expect(once, place, "scrapes a pod once for each of its ports")
        job["static_configs"] = [{"targets": ["127.0.0.1:1"]}]
    faults.expect({job["job_name"] for job in config["scrape_configs"]} == DISCOVERED.keys(), path.name, "other jobs")
    rules = files(folder, "rules.yaml")
    (prometheus,) = one(folder / "kubernetes/prometheus/statefulset.yaml")["spec"]["template"]["spec"]["containers"]
    mounted = [mount["mountPath"] for mount in prometheus["volumeMounts"]]
    services = [job for job in config["scrape_configs"] if job["job_name"] in OF_SERVICES]
    for job in services:
        scrape(job, mounted, faults)
    for job, path_of_rules in zip(services, rules):
        near = re.search(r"scrape_samples_scraped\{[^}]*\} > (\d+)", path_of_rules.read_text())
        limit = job["sample_limit"]
        right = int(near[1]) == limit * 8 // 10 if near else job["job_name"].startswith("todo-web/")
        faults.expect(right, path.name, f"the limit of samples is {limit}, but {near and near[1]} is near it")
    local = [job for part in parts(folder)[:2] for job in one(part / "generated/prometheus/scrape-local.yaml")["scrape_configs"]]
    with tempfile.TemporaryDirectory() as directory:
        token = Path(directory) / "token"
        token.write_text("a")
        for job in config["scrape_configs"]:
            if "authorization" in job:
                job["authorization"]["credentials_file"] = str(token)
        config["scrape_configs"] += [job | {"job_name": f"{job['job_name']}-local"} for job in local]
        config["rule_files"] = [str(path.resolve()) for path in rules]
        copy = Path(directory) / "prometheus.yml"
        copy.write_text(canonical(config))
        right, said = run("promtool", "check", "config", "--lint=all", "--lint-fatal", str(copy))
        faults.expect(right and re.search(r"SUCCESS: \d+ rules", said), path.name, said)
        copy.write_text(canonical(config | {"scrape_config": []}))
        faults.expect(not run("promtool", "check", "config", str(copy))[0], path.name, "promtool takes anything")


def retention(folder, faults):
    """Samples are kept for longer than an objective's 30 days, logs and traces for seven."""
    arguments = one(folder / "kubernetes/prometheus/statefulset.yaml")["spec"]["template"]["spec"]["containers"][0]["args"]
    kept = next(int(re.search(r"=(\d+)d$", word)[1]) for word in arguments if "retention.time" in word)
    faults.expect(kept > 30, "prometheus", f"keeps samples for {kept} days")
    features = {name for word in arguments if "--enable-feature=" in word for name in word.split("=")[1].split(",")}
    faults.expect({"exemplar-storage", "created-timestamp-zero-ingestion"} <= features, "prometheus", f"has only {features}")
    loki = one(folder / "kubernetes/loki/loki.yaml")
    right = loki["limits_config"]["retention_period"] == "168h" and loki["compactor"]["retention_enabled"]
    faults.expect(right, "loki.yaml", "does not delete lines after seven days")
    jaeger = one(folder / "kubernetes/jaeger/jaeger.yaml")
    spans = jaeger["extensions"]["jaeger_storage"]["backends"]["disk"]["badger"]["ttl"]["spans"]
    faults.expect(spans == "168h", "jaeger.yaml", f"keeps spans for {spans}")


def log_labels(folder, faults):
    """Alloy sends four labels; what identifies a request is none of them."""
    config = (folder / "kubernetes/alloy/config.alloy").read_text()
    kept = re.search(r"stage\.label_keep \{\s*values = \[(.*?)\]", config)[1]
    kept = re.findall(r'"(\w+)"', kept)
    faults.expect(sorted(kept) == ["env", "level", "namespace", "service"], "config.alloy", f"labels {kept}")
    metadata = re.search(r"stage\.structured_metadata \{\s*values = \{(.*?)\}", config, re.DOTALL)[1]
    for needed in ("trace_id", "request_id", "user"):
        faults.expect(re.search(rf"\b{needed}\b", metadata), "config.alloy", f"`{needed}` is no structured metadata")
    limit = one(folder / "kubernetes/loki/loki.yaml")["limits_config"]["max_label_names_per_series"]
    faults.expect(limit == len(kept), "loki.yaml", f"takes {limit} labels")


def alertmanager(path, services, faults):
    text = path.read_text()
    literal = re.search(r"^\s*(- )?(url|api_url|password|token|service_key|routing_key):", text, re.MULTILINE)
    faults.expect(not literal, path.name, f"holds a secret, written down: {literal and literal[0]}")
    with tempfile.TemporaryDirectory() as directory:
        # Debian's amtool is older than `url_file`.
        copy = Path(directory) / "alertmanager.yaml"
        copy.write_text(re.sub(r"\burl_file: (\S+)", r"url: http://127.0.0.1\1", text))
        right, said = run("amtool", "check-config", str(copy))
        faults.expect(right and "SUCCESS" in said, path.name, said)
        for receiver, labels in (route for service in services for route in routes(service)):
            right, said = run(
                "amtool", "config", "routes", "test", f"--config.file={copy}", f"--verify.receivers={receiver}", *labels
            )
            faults.expect(right, path.name, f"{labels} should reach {receiver}: {said}")
        receiver, labels = routes(services[0])[1]
        wrong = run("amtool", "config", "routes", "test", f"--config.file={copy}", "--verify.receivers=page", *labels)
        faults.expect(receiver == "ticket" and not wrong[0], path.name, "amtool takes anything")
    inhibit = one(path).get("inhibit_rules", [])
    faults.expect(any({"service", "namespace", "environment", "slo"} <= set(rule["equal"]) for rule in inhibit), path.name, "inhibits nothing by slo")


def data_sources(folder, faults):
    """Every way between metrics, logs and traces leads to a data source that is there."""
    sources = {one["uid"]: one for one in one(folder / "kubernetes/grafana/datasources.yaml")["datasources"]}
    ways = [
        ("prometheus", "jaeger", sources["prometheus"]["jsonData"]["exemplarTraceIdDestinations"][0]),
        ("loki", "jaeger", sources["loki"]["jsonData"]["derivedFields"][0]),
        ("jaeger", "loki", sources["jaeger"]["jsonData"]["tracesToLogsV2"]),
        ("jaeger", "prometheus", sources["jaeger"]["jsonData"]["tracesToMetrics"]),
    ]
    for start, end, way in ways:
        right = way["datasourceUid"] == end and end in sources
        faults.expect(right, "datasources.yaml", f"{start} does not lead to {end}")
    text = (folder / "kubernetes/grafana/datasources.yaml").read_text()
    faults.expect(not re.search(r"(?<!\$)\$\{", text), "datasources.yaml", "Grafana would expand a variable")


def main(folder):
    faults = Faults()
    prometheus(folder, faults)
    retention(folder, faults)
    log_labels(folder, faults)
    data_sources(folder, faults)
    service, mcp, web = parts(folder)
    together = folder / "kubernetes/alertmanager/alertmanager.yaml"
    generated = [(part / "generated/alertmanager/alertmanager.yaml", [name]) for part, name in ((service, "todo"), (mcp, "todo-mcp"))]
    for path, services in [*generated, (together, ["todo", "todo-mcp", "todo-web"])]:
        alertmanager(path, services, faults)
    for path, _ in generated:
        for key in ("inhibit_rules", "receivers"):
            missing = [entry for entry in one(path)[key] if entry not in one(together)[key]]
            faults.expect(not missing, together.name, f"has not of {key} what is generated: {missing}")
        missing = [route for route in one(path)["route"]["routes"] if route not in one(together)["route"]["routes"]]
        faults.expect(not missing, together.name, f"has not the routes that are generated: {missing}")
    right, said = run("promtool", "test", "rules", str(web / "rules.test.yaml"))
    faults.expect(right, "rules.test.yaml", said)
    right, said = run("promtool", "check", "rules", "--lint=all", "--lint-fatal", str(web / "rules.yaml"))
    faults.expect(right, "rules.yaml", said)
    same = one(web / "operator/prometheus-rule.yaml")["spec"]["groups"] == one(web / "rules.yaml")["groups"]
    faults.expect(same, "prometheus-rule.yaml", "has other groups than rules.yaml")
    print(f"stack: Prometheus, {1 + len(generated)} of Alertmanager with {len(routes('todo'))} routes a service, {faults.count} faults")
    return faults.count == 0


if __name__ == "__main__":
    sys.exit(0 if main(Path(sys.argv[1])) else 1)
