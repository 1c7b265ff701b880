"""A rate limit lets so many requests through in any window, and says how long to wait."""

from collections import deque

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liangxin_mock import RuleError
from liangxin_mock.faults.rate_limit import LIMITS, rate_limit
from liangxin_mock.vocabulary import parse
from tests.support.samples import START

PAUSES = st.lists(st.floats(0, 5), min_size=1, max_size=60)


@given(
    requests=st.integers(1, 5),
    per=st.floats(0.5, 20),
    pauses=PAUSES,
)
def test_no_window_holds_more(requests: int, per: float, pauses: list[float]) -> None:
    """No span of `per` seconds lets more requests through, and none is refused needlessly."""
    limit, window = rate_limit(requests, per), deque[float]()
    passed: list[float] = []
    now = START
    for pause in pauses:
        now += pause
        recent = [at for at in passed if at > now - per]
        wait = limit.wait(window, now)
        assert (wait is None) == (len(recent) < requests)
        if wait is None:
            passed.append(now)
        else:
            assert 0 < wait <= per + 1e-6
            assert wait == pytest.approx(min(recent) + per - now)


@given(requests=st.integers(1, 4), per=st.floats(0.5, 20), pauses=PAUSES)
def test_the_wait_suffices(requests: int, per: float, pauses: list[float]) -> None:
    """Who waits as long as a refusal says is let through."""
    limit, window = rate_limit(requests, per), deque[float]()
    now = START
    for pause in pauses:
        now += pause
        wait = limit.wait(window, now)
        if wait is not None:
            now += wait + 1e-6  # what a Unix time can resolve
            assert limit.wait(window, now) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("rate_limit(0)", "requests must be a whole number of at least 1, not 0"),
        ("rate_limit(1.5)", "requests must be a whole number of at least 1, not 1.5"),
        ("rate_limit(True)", "requests must be a whole number of at least 1, not True"),
        ("rate_limit(20, per=-1)", "per must be a number over 0, not -1"),
        ("rate_limit(20, per=0)", "per must be a number over 0, not 0"),
        ("rate_limit()", "missing a required argument: 'requests'"),
        ("rate_limt(20)", "did you mean rate_limit?"),
    ],
)
def test_bad_limits_are_refused(text: str, problem: str) -> None:
    """A limit that cannot work is refused, and the message says what it needs."""
    with pytest.raises(RuleError, match=r"rate_lim") as caught:
        parse(text, LIMITS, "rate limit")
    assert problem in str(caught.value)
