"""Exponential backoff: its figures, its bounds, its jitter."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liangxin.backoff import Backoff, jittered


@pytest.mark.parametrize(
    ("backoff", "delays"),
    [
        (Backoff(1.0, 1.5, 5.0), [1.0, 1.5, 2.25, 3.375, 5.0, 5.0]),
        (Backoff(0.5, 2.0, 8.0), [0.5, 1.0, 2.0, 4.0, 8.0, 8.0]),
        (Backoff(0.5, 2.0, 15.0), [0.5, 1.0, 2.0, 4.0, 8.0, 15.0]),
    ],
)
def test_delays_grow_to_a_limit(backoff: Backoff, delays: list[float]) -> None:
    """Each delay is longer than the one before by the same factor, up to the longest."""
    assert [backoff.nominal(failures) for failures in range(1, 7)] == delays
    assert backoff.nominal(10_000) == delays[-1]


@given(st.integers(1, 10_000), st.integers())
def test_jitter_is_bounded(failures: int, seed: int) -> None:
    """Jitter varies a delay by its share at most, either way, and the same seed gives the same."""
    backoff = Backoff(0.5, 2.0, 8.0, jitter=0.2)
    delay = backoff.delay(failures, random.Random(seed))
    nominal = backoff.nominal(failures)
    assert 0.8 * nominal <= delay <= 1.2 * nominal
    assert delay == jittered(nominal, 0.2, random.Random(seed))
