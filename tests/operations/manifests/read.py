"""The deployment folder, read."""

import json
import os
from pathlib import Path

import yaml


def documents(path):
    """The YAML documents of a file that are not empty."""
    return [document for document in yaml.safe_load_all(path.read_text()) if document]


def parts(folder):
    """The folders of what is deployed together: the service, the MCP server and the front end."""
    return [folder, folder / "../mcp/deploy", folder / "../web/deploy"]


def place(folder, path):
    """Where a file is, as seen from the service's folder."""
    return os.path.relpath(path, folder)


def manifests(folder):
    """Every Kubernetes object of the parts with its file; the chart's come from rendering it."""
    found = []
    for path in (path for part in parts(folder) for path in sorted(part.rglob("*.yaml"))):
        if "chart" in path.relative_to(folder).parts:
            continue
        for document in documents(path):
            if isinstance(document, dict) and {"apiVersion", "kind"} <= document.keys():
                found.append((place(folder, path), document))
    return found


def is_generated(place):
    """Whether goldsignal wrote the file."""
    return "generated" in Path(place).parts


def pod(document):
    """The pod that a workload makes, and none for other objects."""
    if document["kind"] not in ("Deployment", "StatefulSet", "DaemonSet", "Job"):
        return None
    return document["spec"]["template"]["spec"]


class Faults:
    """What is wrong; printed as it is found."""

    def __init__(self):
        self.count = 0

    def add(self, place, message):
        self.count += 1
        print(f"{place}: {message}")

    def expect(self, right, place, message):
        if not right:
            self.add(place, message)


def canonical(document):
    """A text that is the same for the same values."""
    return json.dumps(document, sort_keys=True, indent=1)
