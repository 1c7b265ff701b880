"""How much each test tries: a part every day, everything with `pytest --thorough`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

EVERYDAY, THOROUGH = "everyday", "thorough"


def register_profiles() -> None:
    """Register a Hypothesis profile for each; both draw the same examples in every run."""
    for name, number in ((EVERYDAY, 30), (THOROUGH, 100)):
        settings.register_profile(
            name,
            max_examples=number,
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        )


def is_thorough() -> bool:
    """Return whether pytest runs with `--thorough`."""
    return settings.get_current_profile_name() == THOROUGH


def examples(thorough: int, everyday: int | None = None) -> int:
    """Return how many examples to draw; a quarter every day unless `everyday` is given."""
    if is_thorough():
        return thorough
    return max(thorough // 4, 1) if everyday is None else everyday


def every(number: int, cases: Iterable[Any]) -> list[Any]:
    """Return cases for `parametrize`: one in `number` runs every day, the others are thorough."""
    return [
        pytest.param(case, marks=pytest.mark.thorough if index % number else ())
        for index, case in enumerate(cases)
    ]
