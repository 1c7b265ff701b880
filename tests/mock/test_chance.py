"""Draws depend on the seed and their name alone."""

import random

from hypothesis import given
from hypothesis import strategies as st

from liangxin_mock.chance import Chance

NAMES = st.lists(st.binary(max_size=20), unique=True, min_size=2, max_size=8)


@given(seed=st.integers(), names=NAMES, order=st.randoms())
def test_order_does_not_matter(seed: int, names: list[bytes], order: random.Random) -> None:
    """A name is drawn the same, whatever was drawn before it and how often."""
    first = {name: Chance.seeded(seed).draw(name) for name in names}
    shuffled = [*names, *names]
    order.shuffle(shuffled)
    again = Chance.seeded(seed)
    assert {name: again.draw(name) for name in shuffled} == first


@given(names=NAMES)
def test_derived_sources_differ(names: list[bytes]) -> None:
    """Sources of different names draw differently from each other and from their parent."""
    parent = Chance.seeded(1)
    draws = [parent.draw(b"x"), *(parent.of(name).draw(b"x") for name in names)]
    assert len(set(draws)) == len(draws)
    assert parent.of(*names).draw(b"x") == parent.of(*names).draw(b"x")


def test_borders_between_names_count() -> None:
    """Two names are not the same as their parts put together otherwise."""
    parent = Chance.seeded(1)
    assert parent.of(b"ab", b"c").key != parent.of(b"a", b"bc").key
    assert parent.of(b"a").of(b"b").key != parent.of(b"b").of(b"a").key


@given(name=st.binary(), below=st.integers(1, 2**64))
def test_numbers_stay_in_range(name: bytes, below: int) -> None:
    """A number is from 0 to under its limit, and a draw lies strictly between 0 and 1."""
    chance = Chance.seeded(3)
    assert 0 <= chance.number(name, below) < below
    assert 0 < chance.draw(name) < 1
