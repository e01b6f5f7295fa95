"""Runs the local stack: everything is up, its rules are loaded and deliver, every name in a query is in the
scrape, and nothing is left when it is interrupted.

    local.py FOLDER

It runs what was compiled before.
"""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).parent
# How long anything may take, in seconds.
WAIT = 120
# What it prints an address of, and what Prometheus scrapes.
ADDRESSES = {"web", "traces", "todo", "page", "metrics", "MCP", "Prometheus", "Alertmanager"}
SERVICES = ["todo", "todo-mcp", "todo-web"]
JOBS = {*SERVICES, "prometheus", "alertmanager"}
WATCHDOGS = {("ServiceWatchdog", service) for service in ("todo", "todo-mcp")}


def ask(address, path):
    with urllib.request.urlopen(f"{address}{path}", timeout=5) as answer:
        return json.load(answer)["data"] if "/api/v1" in path else json.load(answer)


def until(what, check):
    """What `check` gives, as soon as it gives something."""
    for _ in range(WAIT * 5):
        try:
            if found := check():
                return found
        except OSError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"{what}: not within {WAIT} s")


def addresses(stack):
    """The addresses that it prints, by what is there."""
    found = {}
    for line in stack.stdout:
        print(line, end="")
        if match := re.match(r"(\w+) +(http://\S+)$", line):
            found[match[1]] = match[2]
        if line.startswith("Ctrl-C"):
            return found
    raise AssertionError("the stack did not start")


def watch(where, folder):
    prometheus = where["Prometheus"]

    def up():
        targets = ask(prometheus, "/api/v1/targets")["activeTargets"]
        jobs = {target["labels"]["job"] for target in targets}
        return jobs == JOBS and all(target["health"] == "up" for target in targets) and targets

    targets = until("all targets are up", up)

    def evaluated():
        # Windows of days are evaluated every five minutes: nobody waits for those here.
        groups = [group for group in ask(prometheus, "/api/v1/rules")["groups"] if group["interval"] < WAIT]
        rules = [rule for group in groups for rule in group["rules"]]
        ill = [rule for rule in rules if rule.get("lastError")]
        assert not ill, f"{ill[0]['name']}: {ill[0]['lastError']}"
        return len(rules) > 40 and all(rule["health"] == "ok" for rule in rules) and rules

    rules = until("all rules are evaluated", evaluated)

    def alerts():
        heard = ask(where["Alertmanager"], "/api/v2/alerts")
        return {(alert["labels"]["alertname"], alert["labels"]["service"]) for alert in heard}

    heard = until("the watchdogs are heard", lambda: alerts() >= WATCHDOGS and alerts())
    # The demo's traffic is no incident.
    assert heard == WATCHDOGS, heard
    # A visitor, without whom the front end has nothing to tell.
    urllib.request.urlopen(f"{where['web']}/u/ada", timeout=WAIT).read()
    scrapes = [target["scrapeUrl"] for target in targets if target["labels"]["job"] in SERVICES]
    names = ["node", str(HERE / "queries/live.mjs"), str(folder), *scrapes]
    subprocess.run(names, check=True)
    
    def found():
        # Of the visit: a trace that the front end began.
        services = ask(where["traces"].removesuffix("/search"), "/api/services")["data"]
        return {"todo", "todo-web"} <= set(services)

    until("spans are received", found)
    print(f"local: {len(rules)} rules are evaluated, and the watchdogs are heard")


def is_open(address):
    host, port = re.match(r"http://([\d.]+):(\d+)", address).groups()
    with socket.socket() as client:
        return client.connect_ex((host, int(port))) == 0


def main(folder):
    command = [str(folder / "local/run"), "--built"]
    # As from a terminal: an interrupt reaches the whole group, and is not ignored, which whoever runs these
    # checks in the background would pass on.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    stack = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        where = addresses(stack)
        assert where.keys() == ADDRESSES, where
        watch(where, folder)
    finally:
        os.killpg(stack.pid, signal.SIGINT)
        try:
            code = stack.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(stack.pid, signal.SIGTERM)
            raise
    assert code == 0, f"an interrupt ends it with {code}"
    assert not any(is_open(address) for address in where.values()), "something still listens"
    print("local: an interrupt leaves nothing behind")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
