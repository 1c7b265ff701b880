"""Schemathesis, which knows nothing of us but the bundle, finds nothing wrong with the simulator.

It runs as its command, in a process of its own, against the simulator on a port.
"""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from liangxin_mock import Server, Simulator
from liangxin_mock.faults import Operation
from tests.support import spec

pytestmark = pytest.mark.thorough

KEY = "some-key"

# All checks are on; what answers they expect is narrower than Schemathesis' own lists.
CONFIGS = {
    "liangxin": f"""
headers = {{ Authorization = "Bearer {KEY}" }}
warnings = false

[checks]
positive_data_acceptance.expected-statuses = ["200"]
negative_data_rejection.expected-statuses = ["400", "401", "405"]
missing_required_header.expected-statuses = ["401"]

# An id may be well formed, and no task's.
[[operations]]
include-operation-id = "getRecordInfo"
checks.positive_data_acceptance.expected-statuses = ["200", "422"]
checks.negative_data_rejection.expected-statuses = ["400", "401", "405", "422"]
""",
    # An id may be well formed, and no task's; a slash in it makes another path.
    "magnific": f"""
headers = {{ x-magnific-api-key = "{KEY}" }}
warnings = false

[checks]
positive_data_acceptance.expected-statuses = ["200", "404"]
negative_data_rejection.expected-statuses = ["400", "401", "404", "405"]
missing_required_header.expected-statuses = ["401"]
""",
}


def schemathesis(
    simulator: Simulator,
    folder: Path,
    document: object,
    *options: str,
    api: str = spec.LIANGXIN,
) -> subprocess.CompletedProcess[str]:
    """Run Schemathesis against a simulator, with the same cases each time."""
    config, bundle = folder / "schemathesis.toml", folder / "openapi.json"
    config.write_text(CONFIGS[api], encoding="utf-8")
    bundle.write_text(json.dumps(document), encoding="utf-8")
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(config)]
    command += ["run", str(bundle), "--checks", "all", "--generation-deterministic", "--no-color"]
    # None of our code runs there, so nobody measures its coverage.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COV")}
    with Server(simulator) as server:
        return subprocess.run(
            [*command, "--url", server.url, *options],
            capture_output=True,
            text=True,
            cwd=folder,
            env=environment,
            check=False,
        )


def simple_sums(api: str = spec.LIANGXIN) -> object:
    """The bundle with a stricter rule in place of each sum, for which Schemathesis finds no values.

    One array item alone keeps to the sum, so that all it generates is valid by the bundle, too.
    """
    document = copy.deepcopy(spec.bundle(api))
    for schema in document["components"]["schemas"].values():
        sums = {rule["id"]: rule["sum"] for rule in schema.get("x-rules", ()) if "sum" in rule}
        for number, rule in enumerate(schema.get("allOf", ())):
            if rule.get("x-rule") in sums:
                array = sums[rule["x-rule"]]["of"]
                schema["allOf"][number] = {"properties": {array: {"maxItems": 1}}}
    return document


def test_every_border_of_the_bundle(tmp_path: Path) -> None:
    """Values at and just over each limit of each variant are accepted and refused as documented."""
    simulator = Simulator(api_key=KEY)
    run = schemathesis(simulator, tmp_path, spec.bundle(), "--phases=coverage")
    assert run.returncode == 0, run.stdout + run.stderr
    statuses = Counter((seen.operation, seen.status) for seen in simulator.requests)
    assert statuses["createTask", 200] > 500
    assert statuses["createTask", 400] > 1000
    assert {("recordInfo", 400), ("recordInfo", 422), ("recordInfo", 401)} <= set(statuses)
    assert {job.model for job in simulator.jobs} == set(spec.MODELS)
    assert simulator.problems == []


def test_every_link_of_the_bundle(tmp_path: Path) -> None:
    """Tasks that were created are found along the bundle's link, and stay what the bundle says."""
    simulator = Simulator(api_key=KEY, timeline="after_polls(1)")
    run = schemathesis(
        simulator,
        tmp_path,
        simple_sums(),
        "--phases=stateful",
        # Only valid requests, as the rules that were made stricter refuse too much.
        "--mode=positive",
        "--max-examples=40",
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "API Links:    1 covered / 1 selected / 1 total" in run.stdout
    followed = [job for job in simulator.jobs if job.polls]
    assert len({job.model for job in followed}) > 10
    assert "success" in {job.state for job in followed}
    assert simulator.problems == []


def test_every_border_of_magnifics_bundle(tmp_path: Path) -> None:
    """Values at and just over each limit are accepted and refused as documented there, too."""
    simulator = Simulator(api_key=KEY)
    bundle = spec.bundle("magnific")
    run = schemathesis(simulator, tmp_path, bundle, "--phases=coverage", api="magnific")
    assert run.returncode == 0, run.stdout + run.stderr
    statuses = Counter((seen.operation, seen.status) for seen in simulator.requests)
    assert statuses["createTask", 200] > 100
    assert statuses["createTask", 400] > 300
    assert {("recordInfo", 401), ("recordInfo", 404), ("listTasks", 200)} <= set(statuses)
    assert {("requestUploadUrls", status) for status in (200, 400, 401)} <= set(statuses)
    assert {job.model for job in simulator.jobs} == set(spec.OTHERS)
    assert simulator.problems == []


def test_every_link_of_magnifics_bundle(tmp_path: Path) -> None:
    """Tasks, found along the links to queries and lists, and uploads are what the bundle says."""
    simulator = Simulator(api_key=KEY, timeline="immediate()")
    run = schemathesis(
        simulator,
        tmp_path,
        simple_sums("magnific"),
        # No link leads to uploads: fuzzing asks for them.
        "--phases=fuzzing,stateful",
        "--mode=positive",
        "--max-examples=40",
        api="magnific",
    )
    assert run.returncode == 0, run.stdout + run.stderr
    statuses = Counter((seen.operation, seen.status) for seen in simulator.requests)
    assert statuses["requestUploadUrls", 200] > 20
    assert statuses["listTasks", 200] > 20
    followed = [job for job in simulator.jobs if job.polls]
    assert len({job.model for job in followed}) > 5
    assert "success" in {job.state for job in followed}
    assert simulator.problems == []


@pytest.mark.parametrize(
    ("fault", "operation", "finding"),
    [
        ("status(500)", "createTask", "Server error"),
        ("error_code(500)", "recordInfo", "Response violates schema"),
    ],
)
def test_it_would_find_a_mistake(
    fault: str, operation: Operation, finding: str, tmp_path: Path
) -> None:
    """A simulator that answers wrongly is found out, so that no finding means much."""
    simulator = Simulator(api_key=KEY)
    simulator.inject(fault, on=operation, times=1_000_000)
    options = ("--phases=stateful", "--mode=positive", "--max-examples=2", "--max-failures=1")
    run = schemathesis(simulator, tmp_path, simple_sums(), *options, "--no-shrink")
    assert run.returncode == 1, run.stdout + run.stderr
    assert finding in run.stdout
