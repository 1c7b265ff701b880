"""Faults of responses, beyond what the table in docs/simulator.md shows."""

from __future__ import annotations

import httpx
import pytest

from liangxin_mock import Simulator, status


@pytest.mark.parametrize(
    ("seconds", "header"), [(2, "2"), (2.0, "2"), (0.5, "0.5"), (1_000_000, "1000000")]
)
def test_retry_after_is_a_number_of_seconds(seconds: float, header: str) -> None:
    """Retry-After has the seconds in digits, as HTTP knows no other form, however many they are."""
    simulator = Simulator()
    simulator.inject(status(503, retry_after=seconds))
    with httpx.Client(transport=simulator.transport(), base_url=simulator.base_url) as client:
        answer = client.post("/api/v1/jobs/createTask")
    assert answer.headers["retry-after"] == header
