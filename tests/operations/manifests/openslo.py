"""Checks OpenSLO documents against what the specification asks of them (https://github.com/OpenSLO/OpenSLO, v1)."""

FIELDS = {"apiVersion", "kind", "metadata", "spec"}
SLO = {"description", "service", "indicator", "timeWindow", "budgetingMethod", "objectives"}


def check(documents, faults):
    services = {one["metadata"]["name"] for one in documents if one["kind"] == "Service"}
    faults.expect(services, "openslo", "there is no Service")
    objectives = [one for one in documents if one["kind"] == "SLO"]
    faults.expect(objectives, "openslo", "there is no SLO")
    for document in documents:
        place = f"openslo {document['kind']} {document['metadata'].get('name')}"
        faults.expect(set(document) == FIELDS, place, f"has the fields {sorted(document)}")
        faults.expect(document["kind"] in ("Service", "SLO"), place, "is of an unexpected kind")
    for document in objectives:
        objective(f"openslo SLO {document['metadata']['name']}", document["spec"], services, faults)


def objective(place, spec, services, faults):
    faults.expect(set(spec) <= SLO, place, f"has unknown fields {sorted(set(spec) - SLO)}")
    faults.expect(spec["service"] in services, place, f"belongs to no service: {spec['service']}")
    faults.expect(spec["budgetingMethod"] == "Occurrences", place, f"budgets by {spec['budgetingMethod']}")
    (window,) = spec["timeWindow"]
    faults.expect(window["isRolling"] is True and window["duration"].endswith("d"), place, f"has the window {window}")
    (target,) = spec["objectives"]
    faults.expect(0 < target["target"] < 1, place, f"has the target {target}")
    ratio = spec["indicator"]["spec"]["ratioMetric"]
    faults.expect(ratio["counter"] is True, place, "is made of counters")
    for part in ("good", "total"):
        source = ratio[part]["metricSource"]
        faults.expect(source["type"] == "Prometheus" and source["spec"]["query"], place, f"has the source {source}")
