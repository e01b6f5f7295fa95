"""Validates every Kubernetes object of the deployment folder.

    check.py FOLDER CUSTOM    writes the objects of custom kinds to CUSTOM, for those who know their types
"""

import json
import sys
from collections import Counter
from pathlib import Path

import kubernetes_validate
import openslo
import policy
from read import Faults, documents, is_generated, manifests, parts, place, pod

VERSION = "1.33"
# Kinds that Kubernetes does not know, by who checks them: `custom.mjs`, `openslo.py`, and the functions here.
CUSTOM = ("monitoring.coreos.com/", "argoproj.io/")
KUSTOMIZE = "kustomize.config.k8s.io/v1beta1"
OPENSLO = "openslo/v1"
FLAGGER = "flagger.app/v1beta1"
PERSES = "perses.dev/v1alpha2"
# What is written by hand. What goes missing is noticed, and so is what is not looked at.
BY_HAND = {
    "AlertmanagerConfig": 1,
    "ClusterRole": 0,
    "Deployment": 6,
    "Kustomization": 3,
    "Namespace": 2,
    "NetworkPolicy": 11,
    "PersistentVolumeClaim": 1,
    "PodDisruptionBudget": 3,
    "PodMonitor": 1,
    "PrometheusRule": 1,
    "Role": 4,
    "RoleBinding": 4,
    "Service": 9,
    "ServiceAccount": 6,
    "StatefulSet": 4,
}


def validate(objects, faults):
    """By Kubernetes' own schemas, strictly; gives the objects that they do not know."""
    unknown = []
    for place, document in objects:
        try:
            kubernetes_validate.validate(document, VERSION, strict=True)
        except kubernetes_validate.SchemaNotFoundError:
            unknown.append((place, document))
        except kubernetes_validate.ValidationError as error:
            faults.add(f"{place} {document['kind']}", f"{list(error.path)}: {error.message}")
    return unknown


def kustomization(folder, objects, faults):
    """All that is written by hand is applied, and all that is mounted is made of files that are there."""
    listed, made, files = set(), set(), set()
    for part in parts(folder):
        (document,) = documents(part / "kustomization.yaml")
        resources = {place(folder, part / resource) for resource in document["resources"]}
        listed |= {resource for resource in resources if resource.endswith(".yaml")}
        others = {place(folder, other) for other in parts(folder)[1:]} if part == folder else set()
        folders = {resource for resource in resources if not resource.endswith(".yaml")}
        faults.expect(folders == others, "kustomization.yaml", f"applies the folders {folders}, not {others}")
        for one in document["configMapGenerator"]:
            made.add((one["name"], one["namespace"]))
            for file in (part / file.split("=")[-1] for file in one["files"]):
                faults.expect(file.is_file(), "kustomization.yaml", f"there is no {file}")
                files.add(place(folder, file))
    written = {where for where, _ in objects if "kubernetes" in Path(where).parts and not is_generated(where)}
    for path in sorted(listed ^ written):
        faults.add("kustomization.yaml", f"{path} is {'not there' if path in listed else 'not listed'}")
    for where, workload in objects:
        for volume in (pod(workload) or {}).get("volumes", []):
            for source in config_maps(volume):
                name = (source["name"], workload["metadata"].get("namespace"))
                faults.expect(name in made, where, f"mounts {name[0]}, which nobody makes")
                faults.expect("optional" not in source, where, f"starts without {name[0]}")
    mounted = {
        (source["name"], workload["metadata"].get("namespace"))
        for _, workload in objects for volume in (pod(workload) or {}).get("volumes", []) for source in config_maps(volume)
    }
    for name, _ in sorted(made - mounted):
        faults.add("kustomization.yaml", f"makes {name}, which nobody mounts")
    boards = [path for part in parts(folder) if (part / "generated").is_dir() for path in (part / "generated/grafana").iterdir()]
    for file in sorted(place(folder, path) for path in boards):
        faults.expect(file in files, "kustomization.yaml", f"does not have {file}")


def metric_template(document):
    """No package has Flagger's types: these are the fields that its CRD requires, and no others."""
    spec = document["spec"]
    return (
        document["kind"] == "MetricTemplate"
        and spec.keys() == {"provider", "query"}
        and spec["provider"].keys() == {"type", "address"}
        and spec["provider"]["type"] == "prometheus"
        and "{{ variables.version }}" in spec["query"]
    )


def perses_dashboards(folder, objects, faults):
    """Each is one of the documents that the suite `dashboards` judges, in the project of its namespace, and none is missing."""
    folders = [part / "generated/perses" for part in parts(folder) if (part / "generated").is_dir()]
    made = [json.loads(path.read_text()) for folder in folders for path in sorted(folder.iterdir())]
    for place, document in objects:
        metadata = document["metadata"]
        meta = {"name": metadata["name"], "project": metadata["namespace"]}
        same = {"kind": "Dashboard", "metadata": meta, "spec": document["spec"]["config"]}
        right = document["kind"] == "PersesDashboard" and document["spec"].keys() == {"config"} and same in made
        faults.expect(right, place, f"{metadata['name']} is no document of Perses")
    faults.expect(len(objects) == len(made), "perses", f"{len(objects)} objects of {len(made)} documents")


def config_maps(volume):
    """The maps of a volume, whether it is one or many."""
    sources = [volume, *volume.get("projected", {}).get("sources", [])]
    return [source["configMap"] for source in sources if "configMap" in source]


def refuses_nonsense():
    """A check that is content with anything proves nothing."""
    wrong = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "x"}, "spec": {"port": []}}
    assert_faults(lambda faults: validate([("self-test", wrong)], faults))
    bare = {"containers": [{"name": "x", "image": "nginx", "env": [{"name": "DB_PASSWORD", "value": "admin123"}]}]}
    workload = {"kind": "Deployment", "metadata": {"name": "x"}, "spec": {"template": {"spec": bare}}}
    assert_faults(lambda faults: policy.check("self-test", workload, faults), least=15)


def assert_faults(run, least=1):
    class Quiet(Faults):
        def add(self, place, message):
            self.count += 1

    faults = Quiet()
    run(faults)
    assert faults.count >= least, f"only {faults.count} faults are found in nonsense"


def main(folder, custom):
    refuses_nonsense()
    faults = Faults()
    objects = manifests(folder)
    unknown = validate(objects, faults)
    openslo.check([document for _, document in unknown if document["apiVersion"] == OPENSLO], faults)
    for place, document in unknown:
        version = document["apiVersion"]
        known = version.startswith(CUSTOM) or version in (KUSTOMIZE, OPENSLO, FLAGGER, PERSES)
        faults.expect(known, place, f"{document['apiVersion']} {document['kind']} is checked by nobody")
        if version == FLAGGER:
            faults.expect(metric_template(document), place, "is no metric template of Flagger")
    perses_dashboards(folder, [one for one in unknown if one[1]["apiVersion"] == PERSES], faults)
    by_hand = [(place, document) for place, document in objects if not is_generated(place)]
    for place, document in by_hand:
        policy.check(place, document, faults)
    policy.links(by_hand, faults)
    kustomization(folder, objects, faults)
    counts = Counter(document["kind"] for _, document in by_hand)
    for kind in sorted(BY_HAND.keys() | counts.keys()):
        faults.expect(
            counts[kind] == BY_HAND.get(kind, 0), "by hand", f"{counts[kind]} of {kind}, not {BY_HAND.get(kind, 0)}"
        )
    to_check = [{"place": place, "document": document} for place, document in unknown]
    to_check = [one for one in to_check if one["document"]["apiVersion"].startswith(CUSTOM)]
    custom.write_text(json.dumps(to_check))
    total = Counter(document["kind"] for _, document in objects)
    print("manifests:", ", ".join(f"{count} {kind}" for kind, count in sorted(total.items())))
    print(f"manifests: {len(objects)} objects, {len(to_check)} of custom kinds, {faults.count} faults")
    return faults.count == 0


if __name__ == "__main__":
    sys.exit(0 if main(Path(sys.argv[1]), Path(sys.argv[2])) else 1)
