"""What a simulator keeps is bounded: one may run for weeks."""

from __future__ import annotations

import pytest

from liangxin_mock import Simulator, state
from tests.support import api_requests


def test_problems_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a problem that comes with each request, the first ones are kept for `verify`."""
    monkeypatch.setattr(state, "_MOST_PROBLEMS", 3)
    simulator = Simulator()

    def broken(_body: object) -> bool:
        raise ZeroDivisionError

    simulator.inject("drop()", where=broken, times=100)
    for _ in range(5):
        simulator.handle(api_requests.create({"model": "z-image", "input": {"prompt": "A cup"}}))
    assert len(simulator.problems) == 3
    assert "ZeroDivisionError" in simulator.verify()[0]


def test_counts_of_equal_requests_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The count of those that were not sent for longest is forgotten; ids stay different."""
    monkeypatch.setattr(state, "_KEPT_OCCURRENCES", 2)
    simulator = Simulator()
    assert [simulator.next_occurrence(key) for key in (b"a", b"b", b"a", b"c")] == [1, 1, 2, 1]
    assert [simulator.next_occurrence(key) for key in (b"a", b"b")] == [3, 1]
    prompts = ["A cup", "A tram", "A ship", "A cup"]
    for prompt in prompts:
        simulator.handle(api_requests.create({"model": "z-image", "input": {"prompt": prompt}}))
    assert len({job.id for job in simulator.jobs}) == len(prompts)
