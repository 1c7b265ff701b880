"""What an order takes."""

from __future__ import annotations

from typing import Any

import pytest

from liangxin.apis.liangxin import LIANGXIN
from liangxin.apis.magnific import MAGNIFIC
from liangxin.batch.amounts import amounts_of
from liangxin.batch.ceilings import Amounts
from liangxin.batch.prices import Prices


@pytest.mark.parametrize(
    ("model", "given", "amounts"),
    [
        ("z-image", {"prompt": "tea"}, Amounts(1, 0.0, 1)),
        ("kling-v3-pro", {"duration": 7}, Amounts(1, 7.0, 0)),
        ("kling-v3-pro", {"duration": "7"}, Amounts(1, 7.0, 0)),
        ("kling-v3-pro", {}, Amounts(1, 5.0, 0)),
        ("kling-v3-pro", {"multi_prompt": [{"duration": 4}, {"duration": 9}]}, Amounts(1, 13.0, 0)),
        ("kling-v3-pro", {"duration": "long"}, Amounts(1, None, 0)),
        ("kling-v3-pro", {"duration": float("inf")}, Amounts(1, None, 0)),
        # Nothing says how long it will be.
        ("runway-act-two", {}, Amounts(1, None, 0)),
        ("no-such-model", {}, Amounts(1, None, None)),
    ],
)
def test_amounts(model: str, given: dict[str, Any], amounts: Amounts) -> None:
    """Defaults count, shots count together, and what is not known is unknown."""
    assert amounts_of(LIANGXIN, model, given) == amounts


def test_magnific_writes_durations_as_texts() -> None:
    """The other API's form of a duration is understood, its default included."""
    assert amounts_of(MAGNIFIC, "kling-v3-pro", {}).seconds == 5.0
    assert amounts_of(MAGNIFIC, "kling-v3-turbo-720p-text-to-video", {}).seconds is None


def test_prices_see_defaults() -> None:
    """A price for a value of the input holds where that is the default."""
    prices = Prices({"price": [{"model": "*", "where": {"duration": 5}, "per_second": 1}]})
    assert amounts_of(LIANGXIN, "kling-v3-pro", {}, prices).cost == 5_000_000
    assert amounts_of(LIANGXIN, "kling-v3-pro", {"duration": 6}, prices).cost is None
