"""Every query of the generated dashboards, asked of a live Prometheus that scrapes the todo under its demo's
traffic: none is refused, and none is empty. What the demo does not cause, such as bad events, stands at zero.

    tests/operations/dashboards/panels.py [FOLDER]
"""
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[3]
DEPLOY = ROOT / "examples/todo/deploy"
FOLDER = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else DEPLOY / "generated/grafana"
# How long a panel may take to show something: Prometheus' first scrapes, two evaluations of the rules, a sample.
PATIENCE = 90


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def queries():
    """Each dashboard's queries as Grafana would send them, by what they are for."""
    values = {"job": "todo", "namespace": "todo", "environment": "production", "instance": ".*", "route": ".*", "method": ".*", "slo": ".*"}
    for file in sorted(FOLDER.glob("*.json")):
        for panel in json.loads(file.read_text())["panels"]:
            for target in panel["targets"]:
                if target["datasource"]["type"] != "prometheus":
                    continue
                text = target["expr"].replace("$__rate_interval", "20s").replace("$__range", "5m")
                text = re.sub(r"\$(\w+)", lambda found: values[found[1]], text)
                yield f"{file.stem}: {panel['title']} ({target['legendFormat']})", text


def ask(address: str, query: str):
    data = urllib.parse.urlencode({"query": query}).encode()
    with urllib.request.urlopen(f"http://{address}/api/v1/query", data, timeout=10) as answer:
        return json.load(answer)["data"]["result"]


def empty(address: str, wanted) -> list:
    left = []
    for name, query in wanted:
        found = [one for one in ask(address, query) if one["value"][1] != "NaN"]
        if not found:
            left.append((name, query))
    return left


def main() -> int:
    service, admin, prometheus = (f"127.0.0.1:{free_port()}" for _ in range(3))
    wanted = list(queries())
    assert len(wanted) > 50, f"only {len(wanted)} queries in {FOLDER}"
    with tempfile.TemporaryDirectory() as folder:
        # The windows of days at once, which Prometheus would evaluate for the first time within five minutes.
        rules = pathlib.Path(folder, "rules.yaml")
        text = (DEPLOY / "generated/prometheus/rules.yaml").read_text()
        assert "interval: 5m" in text
        rules.write_text(text.replace("interval: 5m", "interval: 5s"))
        config = pathlib.Path(folder, "prometheus.yml")
        config.write_text(
            "global: {scrape_interval: 2s, evaluation_interval: 2s}\n"
            f"rule_files: ['{rules}']\n"
            f"scrape_configs: [{{job_name: todo, static_configs: [{{targets: ['{admin}'], "
            "labels: {namespace: todo, environment: production}}]}]\n"
        )
        with open(os.devnull, "wb") as nowhere:
            start = lambda *words, **more: subprocess.Popen(words, stdout=nowhere, stderr=nowhere, cwd=folder, **more)
            running = [
                start(ROOT / "target/debug/todo", "--demo", "--listen", service,
                      env={**os.environ, "GOLDSIGNAL_ADMIN_ADDR": admin}),
                start("prometheus", f"--config.file={config}", f"--storage.tsdb.path={folder}/data",
                      f"--web.listen-address={prometheus}"),
            ]
            try:
                end = time.monotonic() + PATIENCE
                left = wanted
                while left and time.monotonic() < end:
                    time.sleep(2)
                    try:
                        left = empty(prometheus, left)
                    except urllib.error.URLError as error:
                        # Not ready yet; a refused query stays an error and is told.
                        if isinstance(error, urllib.error.HTTPError) and error.code == 400:
                            raise
            finally:
                for process in running:
                    process.terminate()
                for process in running:
                    process.wait(timeout=20)
    for name, query in left:
        print(f"empty: {name}\n  {query}")
    print(f"{len(wanted)} queries, {len(left)} empty")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
