"""Timelines of the simulator's jobs."""

from __future__ import annotations

from hypothesis import strategies as st

from liangxin_mock.jobs.timelines import (
    Timeline,
    after_polls,
    after_seconds,
    fail,
    immediate,
    lognormal,
    stall,
)

SECONDS = st.floats(0, 600, width=16)
TIMED: st.SearchStrategy[Timeline] = st.one_of(
    st.builds(immediate),
    st.builds(after_seconds, SECONDS),
    st.builds(lognormal, st.none() | SECONDS, st.floats(0, 1, width=16)),
)
"""Timelines to a success, by time alone."""
POLLED: st.SearchStrategy[Timeline] = st.builds(after_polls, st.integers(0, 5))
"""Timelines to a success that only queries bring on."""
MESSAGES = st.text(max_size=30)


def failing(after: st.SearchStrategy[Timeline]) -> st.SearchStrategy[Timeline]:
    """Timelines to a failure."""
    return st.builds(fail, st.integers(400, 599) | st.text(max_size=5), MESSAGES, after)


STALLED: st.SearchStrategy[Timeline] = st.builds(
    stall, st.sampled_from(["waiting", "queuing", "generating"])
)
ANY_TIMELINE = st.one_of(TIMED, POLLED, failing(TIMED), failing(POLLED), STALLED)
