"""The table of the conformance matrix: what the tests found about each model variant."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from tests.support import spec


class Matrix:
    """Collect what the conformance tests report about each variant, as a pytest plugin."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = defaultdict(
            lambda: {"passed": 0, "failed": 0, "seconds": 0.0, "checks": {}}
        )

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        properties = dict(report.user_properties)
        if report.failed and "model" not in properties:
            # Before the test could say what it is about, such as a mock that did not start.
            properties["model"] = report.nodeid
        if "model" not in properties or (report.when != "call" and not report.failed):
            return
        row = self.rows[str(properties.pop("model"))]
        row["passed" if report.passed else "failed"] += 1
        if check := properties.pop("check", None):
            row["checks"][str(check)] = report.outcome
        row["seconds"] = round(row["seconds"] + report.duration, 2)
        for name, count in properties.items():
            row[name] = row.get(name, 0) + count

    def table(self) -> list[str]:
        head = (
            "API, model",
            "kind",
            "valid",
            "faults",
            "inferred",
            "simulator",
            "ends",
            "checks",
            "s",
            "",
        )
        kinds = {spec.label(model): spec.variant(model).kind for model in spec.EVERY}
        lines = ["{:46} {:5} {:>6} {:>7} {:>9} {:>10} {:>5} {:>7} {:>6}  {}".format(*head)]
        for model, row in sorted(self.rows.items()):
            kind = kinds.get(model, "")
            checks = f"{row['passed']}/{row['passed'] + row['failed']}"
            lines.append(
                f"{model:46} {kind:5} {row.get('valid', 0):6}"
                f" {row.get('faults', 0):7} {row.get('inferred', 0):9}"
                f" {row.get('simulator', 0):10} {row.get('ends', 0):5} {checks:>7}"
                f" {row['seconds']:6.1f}  {'FAILED' if row['failed'] else 'ok'}"
            )
        return lines
