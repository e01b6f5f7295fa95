"""Reads an OpenMetrics exposition from standard input with the parser of Prometheus' Python client."""

import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families

text = sys.stdin.read()
families = list(text_string_to_metric_families(text))
samples = sum(len(family.samples) for family in families)
if samples < 50:
    sys.exit(f"only {samples} samples")
print(f"{len(families)} families, {samples} samples")
