"""What the tests share: Prism, started once, and the table of the conformance matrix."""

from __future__ import annotations

import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, settings

from liangxin_api.variants import VARIANTS
from liangxin_mock import Prism, Server, Simulator
from liangxin_mock.clock import VirtualClock
from liangxin_mock.contract import prism_document
from tests.support.acme import make_acme

# A proxy of this machine's must not come between the tests and their servers on loopback.
for name in ("no_proxy", "NO_PROXY"):
    os.environ[name] = "127.0.0.1,localhost"

# The same bodies in every run; no clock decides.
settings.register_profile(
    "deterministic",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
settings.load_profile("deterministic")


@pytest.fixture
def virtual_clock() -> VirtualClock:
    """A clock that stands still until somebody sleeps on it."""
    return VirtualClock()


@pytest.fixture(scope="session")
def acme(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The generated package of an invented second API."""
    return make_acme(tmp_path_factory.mktemp("acme"))


@pytest.fixture(scope="session")
def prism() -> Iterator[str]:
    """URL of a Prism that plays the contract."""
    with prism_document() as document, Prism(document) as server:
        yield server.url


@pytest.fixture(scope="session")
def strict_prism() -> Iterator[str]:
    """URL of a Prism that enforces inferred limits as well."""
    with prism_document(strict=True) as document, Prism(document) as server:
        yield server.url


class Checked(NamedTuple):
    """A simulator with Prism in front of it."""

    url: str
    """Prism's."""
    simulator: Simulator


@pytest.fixture(scope="session")
def checked() -> Iterator[Checked]:
    """A simulator behind a Prism that checks each request and each answer."""
    simulator = Simulator()
    with (
        Server(simulator) as server,
        prism_document() as document,
        Prism(document, upstream=server.url) as proxy,
    ):
        yield Checked(proxy.url, simulator)


@pytest.fixture
def own_modules(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Files in the test's folder can be imported, and are forgotten afterwards."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    before = {*sys.modules}
    yield
    for name in {*sys.modules} - before:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


# --- the conformance matrix ----------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--conformance", type=Path, help="write the variant matrix to this JSON file")


class Matrix:
    """What the conformance tests say of each variant, gathered from their reports."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Any]] = defaultdict(
            lambda: {"passed": 0, "failed": 0, "seconds": 0.0}
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
        row["seconds"] = round(row["seconds"] + report.duration, 2)
        for name, count in properties.items():
            row[name] = row.get(name, 0) + count

    def table(self) -> list[str]:
        head = (
            "model",
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
        lines = ["{:34} {:5} {:>6} {:>7} {:>9} {:>10} {:>5} {:>7} {:>6}  {}".format(*head)]
        for model, row in sorted(self.rows.items()):
            kind = VARIANTS[model].kind if model in VARIANTS else ""
            checks = f"{row['passed']}/{row['passed'] + row['failed']}"
            lines.append(
                f"{model:34} {kind:5} {row.get('valid', 0):6}"
                f" {row.get('faults', 0):7} {row.get('inferred', 0):9}"
                f" {row.get('simulator', 0):10} {row.get('ends', 0):5} {checks:>7}"
                f" {row['seconds']:6.1f}  {'FAILED' if row['failed'] else 'ok'}"
            )
        return lines


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--conformance") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Matrix(), "conformance-matrix")


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    matrix = config.pluginmanager.get_plugin("conformance-matrix")
    if matrix is None:
        return
    terminalreporter.section("variant conformance")
    for line in matrix.table():
        terminalreporter.write_line(line)
    path: Path = config.getoption("--conformance")
    path.write_text(json.dumps(matrix.rows, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    terminalreporter.write_line(f"written to {path}")
