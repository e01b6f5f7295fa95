"""Renders kube-prometheus-stack, in the version that the generated values are for, with them.

    monitoring.py FOLDER

The chart is taken from where KUBE_PROMETHEUS_STACK says, an archive or a folder with its subcharts, else pulled from its
registry once. The suite asks for no registry of charts: it judges by this where the variable is set.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import helm_python as helm
import yaml

sys.path.insert(0, str(Path(__file__).parent.parent / "manifests"))
from read import Faults, documents

REGISTRY = "oci://ghcr.io/prometheus-community/charts/kube-prometheus-stack"
CACHE = Path(__file__).resolve().parents[2] / ".cache"
# What its defaults do not name, though it reads them: `grafana` looks for their effects.
UNNAMED = {"grafana.grafana.ini.server.root_url", "grafana.sidecar.dashboards.folderAnnotation"}
SELECTORS = ["podMonitor", "rule", "serviceMonitor", "probe", "scrapeConfig"]


def chart(version):
    """Where the chart is; none where it cannot be had."""
    if told := os.environ.get("KUBE_PROMETHEUS_STACK"):
        return told
    archive = CACHE / f"kube-prometheus-stack-{version}.tgz"
    if not archive.is_file():
        CACHE.mkdir(exist_ok=True)
        # A program of its own, since pulling knows no limit of time.
        pull = f"import helm_python; helm_python.pull({REGISTRY!r}, version={version!r}, destination={str(CACHE)!r})"
        try:
            subprocess.run([sys.executable, "-c", pull], timeout=60, check=True, capture_output=True)
        except subprocess.SubprocessError:
            return None
    return archive


def unknown(values, defaults, path=""):
    """Keys of the values that the chart does not have. What it leaves open, an empty map, takes any."""
    found = []
    for key, value in values.items():
        if key not in defaults:
            found.append(f"{path}{key}")
        elif isinstance(value, dict) and isinstance(defaults[key], dict) and defaults[key]:
            found += unknown(value, defaults[key], f"{path}{key}.")
    return found


def prometheus(spec, faults):
    for kind in SELECTORS:
        for selector in (f"{kind}Selector", f"{kind}NamespaceSelector"):
            faults.expect(spec.get(selector) == {}, "Prometheus", f"selects by {selector}: {spec.get(selector)}")
    days = int(re.fullmatch(r"(\d+)d", spec["retention"])[1])
    faults.expect(days > 30, "Prometheus", f"keeps samples for {days} days")
    faults.expect("exemplar-storage" in spec["enableFeatures"], "Prometheus", "keeps no exemplars")
    faults.expect(spec["exemplars"]["maxSize"] > 0, "Prometheus", "has no room for exemplars")
    claim = spec["storage"]["volumeClaimTemplate"]["spec"]["resources"]["requests"]["storage"]
    right = claim == "50Gi" and spec["retentionSize"] == "46080MB"
    faults.expect(right, "Prometheus", f"fills a volume of {claim} with {spec['retentionSize']}")


def alertmanager(spec, faults):
    for selector in ("alertmanagerConfigSelector", "alertmanagerConfigNamespaceSelector"):
        faults.expect(spec.get(selector) == {}, "Alertmanager", f"selects by {selector}: {spec.get(selector)}")
    strategy = spec["alertmanagerConfigMatcherStrategy"]
    faults.expect(strategy == {"type": "None"}, "Alertmanager", f"adds matchers of its own: {strategy}")
    faults.expect("volumeClaimTemplate" in spec["storage"], "Alertmanager", "forgets silences")


def grafana(objects, faults):
    made = [one["metadata"]["name"] for one in objects if one["kind"] == "Secret" and "admin-password" in one.get("data", {})]
    faults.expect(not made, "Grafana", f"has a password of the chart's own: {made}")
    (deployment,) = [one for one in objects if one["kind"] == "Deployment" and one["metadata"]["name"].endswith("grafana")]
    environment = {
        variable["name"]: variable
        for container in deployment["spec"]["template"]["spec"]["containers"]
        for variable in container["env"]
    }
    secret = environment["GF_SECURITY_ADMIN_PASSWORD"]["valueFrom"]["secretKeyRef"]
    faults.expect(secret == {"name": "grafana-admin", "key": "password"}, "Grafana", f"has its password from {secret}")
    folder = environment.get("FOLDER_ANNOTATION", {}).get("value")
    faults.expect(folder == "grafana_folder", "Grafana", f"has folders by {folder}")
    ini = "".join((one.get("data") or {}).get("grafana.ini", "") for one in objects if one["kind"] == "ConfigMap")
    faults.expect("root_url = https://grafana.example.org" in ini, "Grafana", "does not know where it is")
    maps = [one["data"]["datasource.yaml"] for one in objects if "datasource.yaml" in (one.get("data") or {})]
    (source, *_) = yaml.safe_load(maps[0])["datasources"]
    (destination,) = source["jsonData"]["exemplarTraceIdDestinations"]
    right = source["uid"] == "prometheus" and destination["name"] == "trace_id" and destination["datasourceUid"] == "jaeger"
    faults.expect(right, "Grafana", f"has the data source {source}")


def rendered(path, values, version, faults):
    with helm.Chart.load(str(path)) as loaded:
        faults.expect(loaded.version == version, "chart", f"is {loaded.version}")
        for key in set(unknown(values, loaded.merge_values({}))) - UNNAMED:
            faults.add("values", f"the chart has no `{key}`")
        texts = loaded.render(values, name="monitoring", namespace="monitoring")
    found = [yaml.safe_load_all(text) for name, text in texts.items() if name.endswith(".yaml")]
    return [document for text in found for document in text if document]


def main(folder):
    (path,) = (folder / "generated/helm").iterdir()
    version = re.fullmatch(r"kube-prometheus-stack-(\d+\.\d+\.\d+)\.yaml", path.name)[1]
    (values,) = documents(path)
    assert unknown({"a": {"b": 1}, "c": {"d": 1}}, {"a": {"x": 1}, "c": {}}) == ["a.b"]
    faults = Faults()
    archive = chart(version)
    if archive is None:
        print(f"kube-prometheus-stack: {version} cannot be pulled from {REGISTRY}; say where it is by KUBE_PROMETHEUS_STACK")
        return False
    objects = rendered(archive, values, version, faults)
    specs = {one["kind"]: one["spec"] for one in objects if one["kind"] in ("Prometheus", "Alertmanager")}
    prometheus(specs["Prometheus"], faults)
    alertmanager(specs["Alertmanager"], faults)
    grafana(objects, faults)
    print(f"kube-prometheus-stack: {version} makes {len(objects)} objects, {faults.count} faults")
    return faults.count == 0


if __name__ == "__main__":
    sys.exit(0 if main(Path(sys.argv[1])) else 1)
