"""Checks the configurations of Prometheus, Alertmanager, Grafana and Loki by their tools, and what these do not see.

    stack.py FOLDER
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "manifests"))
from read import Faults, canonical, documents

# What each job asks Kubernetes for: pods, of these namespaces, and nothing else.
DISCOVERED = {"todo/todo/production": ["todo"], "kube-state-metrics": ["monitoring"], "monitoring": ["monitoring"]}
# Which alert reaches whom.
TODO = ["service=todo", "namespace=todo", "environment=production"]
ROUTES = [
    ("page", ["severity=page", *TODO, "slo=api-availability"]),
    ("ticket", ["severity=ticket", *TODO, "slo=api-availability"]),
    ("ticket", ["severity=ticket", *TODO]),
    ("ticket", ["severity=unknown", *TODO]),
    ("watchdog", ["severity=watchdog", *TODO]),
    # The alerts of others reach nobody: another service, another environment, no service at all.
    ("blackhole", ["severity=page", "service=shop", "namespace=todo", "environment=production"]),
    ("blackhole", ["severity=page", "service=todo", "namespace=todo", "environment=staging"]),
    ("blackhole", ["severity=watchdog", "alertname=Watchdog"]),
]


def run(*command):
    """Whether the program is content, and what it says."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stdout + done.stderr


def one(path):
    (document,) = documents(path)
    return document


def prometheus(folder, faults):
    path = folder / "kubernetes/prometheus/prometheus.yml"
    config = one(path)
    # Debian's promtool is older than files of scrapes: theirs are held to be its own.
    asked = config.pop("scrape_config_files", None)
    faults.expect(asked == ["/etc/prometheus/scrapes/*.yaml"], path.name, f"scrapes {asked}")
    config["scrape_configs"] += one(folder / "generated/prometheus/scrape-kubernetes.yaml")["scrape_configs"]
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
    of_todo = next(job for job in config["scrape_configs"] if job["job_name"] == "todo/todo/production")
    rules = (folder / "generated/prometheus/rules.yaml").read_text()
    near = int(re.search(r"scrape_samples_scraped\{[^}]*\} > (\d+)", rules)[1])
    limit = of_todo["sample_limit"]
    faults.expect(near == limit * 8 // 10, path.name, f"the limit of samples is {limit}, but {near} is near it")
    labels = {rule.get("target_label") for rule in of_todo["relabel_configs"]}
    faults.expect({"namespace", "environment", "pod"} <= labels, path.name, "no namespace, environment and pod in the series")
    local = one(folder / "generated/prometheus/scrape-local.yaml")["scrape_configs"]
    file = of_todo["authorization"]["credentials_file"]
    (mounted,) = one(folder / "kubernetes/prometheus/statefulset.yaml")["spec"]["template"]["spec"]["containers"]
    folders = [mount["mountPath"] for mount in mounted["volumeMounts"]]
    faults.expect(str(Path(file).parent) in folders, path.name, f"{file} is not mounted")
    with tempfile.TemporaryDirectory() as directory:
        token = Path(directory) / "token"
        token.write_text("a")
        of_todo["authorization"]["credentials_file"] = str(token)
        config["scrape_configs"] += [job | {"job_name": f"{job['job_name']}-local"} for job in local]
        config["rule_files"] = [str((folder / "generated/prometheus/rules.yaml").resolve())]
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


def alertmanager(path, faults):
    text = path.read_text()
    literal = re.search(r"^\s*(- )?(url|api_url|password|token|service_key|routing_key):", text, re.MULTILINE)
    faults.expect(not literal, path.name, f"holds a secret, written down: {literal and literal[0]}")
    with tempfile.TemporaryDirectory() as directory:
        # Debian's amtool is older than `url_file`.
        copy = Path(directory) / "alertmanager.yaml"
        copy.write_text(re.sub(r"\burl_file: (\S+)", r"url: http://127.0.0.1\1", text))
        right, said = run("amtool", "check-config", str(copy))
        faults.expect(right and "SUCCESS" in said, path.name, said)
        for receiver, labels in ROUTES:
            right, said = run(
                "amtool", "config", "routes", "test", f"--config.file={copy}", f"--verify.receivers={receiver}", *labels
            )
            faults.expect(right, path.name, f"{labels} should reach {receiver}: {said}")
        wrong = run(
            "amtool", "config", "routes", "test", f"--config.file={copy}", "--verify.receivers=page",
            "severity=ticket", *TODO,
        )
        faults.expect(not wrong[0], path.name, "amtool takes anything")
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
    configs = [
        path
        for path in sorted(folder.rglob("*.y*ml"))
        if "chart" not in path.parts and re.search(r"^receivers:", path.read_text(), re.MULTILINE)
        and re.search(r"^route:", path.read_text(), re.MULTILINE)
    ]
    faults.expect(configs, "alertmanager", "there is no configuration of Alertmanager")
    for path in configs:
        alertmanager(path, faults)
    print(f"stack: Prometheus, {len(configs)} of Alertmanager with {len(ROUTES)} routes each, {faults.count} faults")
    return faults.count == 0


if __name__ == "__main__":
    sys.exit(0 if main(Path(sys.argv[1])) else 1)
