"""What every pod of the stack must have, whoever wrote it."""

import re

from read import pod

PINNED = re.compile(r"^[\w.-]+\.[\w.-]+/.+:v?\d+\.\d+\.\d+$")
SECRET = re.compile(r"PASSWORD|SECRET|TOKEN$|_KEY$|DATABASE_URL")


def check(place, document, faults):
    """The security of a workload's pod, and that its containers are pinned, probed and bounded."""
    spec = pod(document)
    if spec is None:
        return
    place = f"{place} {document['kind']} {document['metadata']['name']}"
    security = spec.get("securityContext", {})
    faults.expect(security.get("runAsNonRoot") is True, place, "may run as root")
    faults.expect(security.get("runAsUser", 0) > 0, place, "does not say as whom it runs")
    faults.expect(
        security.get("seccompProfile") == {"type": "RuntimeDefault"}, place, "has no seccomp profile"
    )
    account = spec.get("serviceAccountName")
    faults.expect(
        account or spec.get("automountServiceAccountToken") is False, place, "has a token that it does not need"
    )
    for container in spec["containers"] + spec.get("initContainers", []):
        of_container(f"{place} {container['name']}", container, faults)


def of_container(place, container, faults):
    security = container.get("securityContext", {})
    faults.expect(security.get("allowPrivilegeEscalation") is False, place, "may gain privileges")
    faults.expect(security.get("readOnlyRootFilesystem") is True, place, "may write its own files")
    faults.expect(security.get("capabilities") == {"drop": ["ALL"]}, place, "keeps capabilities")
    faults.expect(PINNED.match(container["image"]), place, f"`{container['image']}` is not pinned")
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        faults.expect(probe in container, place, f"has no {probe}")
        port = container.get(probe, {}).get("httpGet", {}).get("port")
        names = [port["name"] for port in container.get("ports", [])]
        faults.expect(port in names, place, f"{probe} asks the port {port}, which is none of {names}")
    resources = container.get("resources", {})
    for needed in (("requests", "cpu"), ("requests", "memory"), ("limits", "memory")):
        faults.expect(
            resources.get(needed[0], {}).get(needed[1]), place, f"has no {' '.join(needed)} of its own"
        )
    for variable in container.get("env", []):
        literal = SECRET.search(variable["name"]) and "value" in variable
        faults.expect(not literal, place, f"`{variable['name']}` is a secret, written down")


def links(objects, faults):
    """Services reach ports, budgets and policies select pods, and what is mounted is made."""
    pods = [
        (document["metadata"]["namespace"], document["spec"]["template"]["metadata"]["labels"], pod(document))
        for _, document in objects
        if pod(document)
    ]

    def selected(namespace, selector):
        return [spec for at, labels, spec in pods if at == namespace and selector.items() <= labels.items()]

    for place, document in objects:
        kind, spec, place = document["kind"], document.get("spec", {}), f"{place} {document['kind']}"
        namespace = document.get("metadata", {}).get("namespace")
        if kind == "Service":
            ports = {
                port["name"]
                for spec in selected(namespace, spec["selector"])
                for container in spec["containers"]
                for port in container["ports"]
            }
            for port in document["spec"]["ports"]:
                faults.expect(port["targetPort"] in ports, place, f"no pod has the port {port['targetPort']}")
        if kind == "PodDisruptionBudget":
            found = selected(namespace, spec["selector"]["matchLabels"])
            faults.expect(found, place, "selects no pod")
        if kind == "NetworkPolicy":
            found = selected(namespace, spec["podSelector"].get("matchLabels", {}))
            faults.expect(found, place, "selects no pod")
