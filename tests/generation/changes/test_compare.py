"""Two schemas, limit by limit: what is said of each difference."""

from __future__ import annotations

from typing import Any

import pytest

from generation.changes.compare import compare
from generation.changes.kinds import KINDS
from generation.changes.limits import Limits, limits_of
from generation.changes.witness import Search


def no_ref(ref: str) -> Any:
    raise AssertionError(ref)


def size(*values: str | None) -> Limits:
    return limits_of({"type": "object", "properties": {"size": {"enum": [*values]}}}, no_ref)


@pytest.mark.parametrize("answer", [False, True])
def test_a_value_that_comes_or_goes_is_named(answer: bool) -> None:
    """Of an enum, a value that comes is the new one, and one that goes the old one."""
    found = compare(size("small", "medium"), size("medium", "large"), Search(), answer=answer)
    assert {(one.kind, one.old, one.new) for one in found} == {
        ("enum-value-added", None, "large"),
        ("enum-value-removed", "small", None),
    }
    words = {KINDS[one.kind].words.format(old=one.old, new=one.new, rule="") for one in found}
    assert words == {"large is a value now", "small is no longer a value"}
