"""The fault matrix of benchmarks/faults.py: what it promises of this SDK, on a real port."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture(scope="module")
def peers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What was measured of each client in a quick run."""
    file = tmp_path_factory.mktemp("faults") / "faults.json"
    command = [sys.executable, str(BENCHMARKS / "faults.py"), "--quick", "--json", str(file)]
    subprocess.run(command, check=True, capture_output=True)
    results = json.loads(file.read_bytes())
    assert results["strays"] == []
    found: dict[str, dict[str, Any]] = results["peers"]
    return found


@pytest.fixture(params=["liangxin", "liangxin-magnific"])
def plays(request: pytest.FixtureRequest, peers: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What became of each fault, for the client of each API."""
    found: dict[str, Any] = peers[request.param]["plays"]
    return found


@pytest.mark.parametrize("fault", ["drop", "hang", "502", "503"])
def test_a_create_of_unknown_fate_is_sent_once(plays: dict[str, Any], fault: str) -> None:
    """Where the server may have accepted a create, it receives exactly one."""
    assert plays[fault]["posts"] == 1
    assert plays[fault]["outcome"] == "SubmissionUnknownError"


def test_a_refused_create_is_sent_again(plays: dict[str, Any]) -> None:
    """A create that 429 refuses gets through, and no try comes before `Retry-After` allows it."""
    assert plays["429"]["outcome"] == "ok"
    assert plays["429"]["posts"] > 1
    assert plays["429"]["shortest_gap"] >= 0.95 * plays["429"]["retry_after"]


@pytest.mark.parametrize("fault", ["one-drop", "one-500", "drops", "503s"])
def test_a_wait_survives(plays: dict[str, Any], fault: str) -> None:
    """A wait survives a fault of its polls, after a single create."""
    assert plays[fault]["outcome"] == "ok"
    assert plays[fault]["posts"] == 1
    assert plays[fault]["polls"] > 1
