"""What a batch may spend."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liangxin.batch.ceilings import NO_CEILINGS, NOTHING, Amounts, Ceilings, Spent, in_micros
from liangxin.errors import UsageError

AMOUNTS = st.builds(
    Amounts,
    st.just(1),
    st.none() | st.integers(0, 15).map(float),
    st.none() | st.integers(0, 4),
    st.none() | st.integers(0, 10**7),
)
LIMITS = st.builds(
    Ceilings,
    st.none() | st.integers(0, 9),
    st.none() | st.integers(0, 60).map(float),
    st.none() | st.integers(0, 9),
    st.none() | st.integers(0, 10**8),
)


@given(LIMITS, st.lists(AMOUNTS))
def test_what_is_admitted_fits(ceilings: Ceilings, wanted: list[Amounts]) -> None:
    """What is admitted exceeds no ceiling, and the next that is not would."""
    count, stopped_by = ceilings.admit(NOTHING, wanted)
    spent = NOTHING
    for amounts in wanted[:count]:
        spent = spent.plus(amounts)
        assert ceilings.exceeded_by(spent) is None
    if count < len(wanted):
        assert ceilings.exceeded_by(spent.plus(wanted[count])) == stopped_by
        assert stopped_by is not None
    else:
        assert stopped_by is None


@given(st.lists(AMOUNTS))
def test_what_is_taken_back_leaves_nothing(taken: list[Amounts]) -> None:
    """Amounts that are added and taken back leave what was before, unknown ones included."""
    spent = Spent(3, 1.0, 2, 5, 1)
    for amounts in taken:
        spent = spent.plus(amounts)
    for amounts in taken:
        spent = spent.plus(amounts, -1)
    assert spent == Spent(3, 1.0, 2, 5, 1)


def test_unknown_is_not_0() -> None:
    """The sum of what is known and what is not is unknown, and exceeds any ceiling."""
    spent = NOTHING.plus(Amounts(1, None, 0, 5)).plus(Amounts(1, 4.0, 1, None))
    assert spent.amounts == Amounts(2, None, 1, None)
    assert Ceilings(cost=10**9).exceeded_by(spent) == "cost"
    assert Ceilings(seconds=1e9).exceeded_by(spent) == "seconds"
    assert Ceilings(creates=2, images=1).exceeded_by(spent) is None


def test_ceilings_hold_until_they_are_changed() -> None:
    """A ceiling that is not named is that of before, and infinity is none."""
    before = Ceilings(creates=5, seconds=9.0, cost=7)
    assert Ceilings().following(before) == before
    assert Ceilings(creates=6, cost=math.inf).following(before) == Ceilings(6, 9.0)
    assert Ceilings(images=math.inf).following(NO_CEILINGS) == NO_CEILINGS
    assert in_micros(math.inf) == math.inf


@pytest.mark.parametrize("value", [10**400, 1e305, -1, float("nan"), True, "5"])
def test_bad_ceilings(value: Any) -> None:
    """A ceiling that is no number from 0 is refused by its name."""
    with pytest.raises(UsageError, match="max_seconds must be a number from 0 to"):
        Ceilings(seconds=value).check()


def test_costs() -> None:
    """Costs are whole millionths."""
    assert in_micros(0.1) == 100_000
    for value in (float("nan"), -2):
        with pytest.raises(UsageError, match="max_cost must be a number from 0 to"):
            in_micros(value)
