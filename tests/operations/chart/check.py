"""Lints and renders the chart, and holds it against the plain manifests.

    check.py FOLDER
"""

import sys
from collections import Counter
from pathlib import Path

import helm_python as helm
import yaml

sys.path.insert(0, str(Path(__file__).parent.parent / "manifests"))
import kubernetes_validate
import policy
from read import Faults, canonical, documents

OWN_LABELS = {"app.kubernetes.io/version", "app.kubernetes.io/managed-by", "helm.sh/chart"}


def lint(chart, faults):
    report = helm.lint(str(chart), strict=True, namespace="todo")
    faults.expect(report["total_charts_linted"] == 1, "lint", "no chart was read")
    for message in report["messages"]:
        # Severity 1 is advice, such as an icon for a catalog of charts.
        faults.expect(message["severity"] <= 1, f"lint {message['path']}", message["error"])
    for error in report["errors"]:
        faults.add("lint", error)


def rendered(chart, values, name="todo"):
    with helm.Chart.load(str(chart)) as loaded:
        texts = loaded.render(values, name=name, namespace="todo")
    found = [yaml.safe_load_all(text) for path, text in texts.items() if path.endswith(".yaml")]
    return [document for text in found for document in text if document]


def without_own_labels(document):
    labels = document["metadata"]["labels"]
    document["metadata"]["labels"] = {key: labels[key] for key in labels.keys() - OWN_LABELS}
    return document


def same_as_plain(folder, objects, faults):
    """As the chart's defaults make them, the parts are those of the plain manifests."""
    folders = [folder / "kubernetes/todo", folder / "../mcp/deploy/kubernetes", folder / "../web/deploy/kubernetes"]
    plain = [document for part in folders for path in part.glob("*.yaml") for document in documents(path)]

    def name(document):
        return f"{document['kind']} {document['metadata']['name']}"

    plain = {name(document): canonical(document) for document in plain}
    charts = {name(document): canonical(without_own_labels(document)) for document in objects}
    faults.expect(plain.keys() == charts.keys(), "chart", f"{sorted(plain)} beside {sorted(charts)}")
    for kind in plain.keys() & charts.keys():
        lines = zip(plain[kind].splitlines(), charts[kind].splitlines())
        first = next((pair for pair in lines if pair[0] != pair[1]), None)
        faults.expect(plain[kind] == charts[kind], f"chart {kind}", f"differs from the plain one: {first}")


def refuses(chart, values, what, faults):
    try:
        with helm.Chart.load(str(chart)) as loaded:
            loaded.validate_schema(loaded.merge_values(values))
    except helm.HelmError:
        return
    faults.add("chart", f"takes {what}")


def main(folder):
    chart, faults = folder / "chart", Faults()
    lint(chart, faults)
    all_parts = {"web": {"enabled": True}, "mcp": {"enabled": True}}
    same_as_plain(folder, rendered(chart, all_parts), faults)
    faults.expect(len(rendered(chart, {})) == 5, "chart", "has other parts than the service without being asked")
    variants = [
        {"replicas": 5, "image": {"tag": "1.2.3"}},
        {"traces": {"endpoint": ""}},
        {**all_parts, "traces": {"endpoint": ""}},
        {"web": {"enabled": True, "replicas": 3, "image": {"tag": "1.2.3"}}},
        {"resources": {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"memory": "1Gi"}}},
    ]
    counts = Counter()
    for values in [{}, *variants]:
        objects = rendered(chart, values, name="other")
        policy.links([(f"chart {values}", document) for document in objects], faults)
        for document in objects:
            kubernetes_validate.validate(document, "1.33", strict=True)
            policy.check(f"chart {values}", document, faults)
            counts[document["kind"]] += 1
    refuses(chart, {"image": {"tag": "latest"}}, "an image that is not pinned", faults)
    refuses(chart, {"mcp": {"image": {"tag": "latest"}}}, "an image of the MCP server that is not pinned", faults)
    refuses(chart, {"replica": 3}, "an unknown value", faults)
    refuses(chart, {"secrets": {"database": ""}}, "a secret without a name", faults)
    print(f"chart: {1 + len(variants)} renderings, {dict(counts)}, {faults.count} faults")
    return faults.count == 0 and len(counts) == 5


if __name__ == "__main__":
    sys.exit(0 if main(Path(sys.argv[1])) else 1)
