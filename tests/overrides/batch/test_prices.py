"""The user's price table."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from liangxin.apis.base import Api
from liangxin.apis.liangxin import LIANGXIN
from liangxin.apis.magnific import MAGNIFIC
from liangxin.batch.ceilings import MICROS, Amounts
from liangxin.batch.prices import Prices
from liangxin.errors import UsageError
from tests.support import deprecated

TABLE = """
currency = "USD"

[[price]]
model = "kling-*"
where = { resolution = "1080p", duration = 5 }
per_create = 0.01
per_second = 0.1

[[price]]
model = "kling-*"
per_second = 0.05

[[price]]
model = "z-image"
per_image = 0.0000011
"""


@pytest.fixture
def prices(tmp_path: Path) -> Prices:
    """The table above."""
    path = tmp_path / "prices.toml"
    path.write_text(TABLE)
    return Prices.read(path)


@pytest.mark.parametrize(
    ("model", "given", "amounts", "cost"),
    [
        ("kling-v3-pro", {"resolution": "1080p", "duration": "5"}, Amounts(1, 5.0), 510_000),
        ("kling-v3-pro", {"resolution": "720p"}, Amounts(1, 5.0), 250_000),
        ("kling-v3-pro", {}, Amounts(1, None), None),
        ("z-image", {}, Amounts(1, 0.0, 1), 2),
        ("seedream-v4-5", {}, Amounts(1, 0.0, 1), None),
    ],
)
def test_costs(
    prices: Prices, model: str, given: dict[str, Any], amounts: Amounts, cost: int | None
) -> None:
    """The first entry that fits is the price, in millionths, rounded up; none is no price of 0."""
    assert prices.cost(model, given, amounts) == cost
    assert prices.currency == "USD"


VIDEO, IMAGE, UNKNOWN = Amounts(1, 5.0, 0), Amounts(1, 0.0, 1), Amounts(1, None, None)


@pytest.mark.parametrize(
    ("rates", "amounts", "cost"),
    [
        ({"per_image": 1}, VIDEO, None),
        ({"per_second": 1}, IMAGE, None),
        ({"per_second": 1, "per_image": 2}, VIDEO, 5),
        ({"per_second": 1, "per_image": 2}, IMAGE, 2),
        ({"per_second": 1}, UNKNOWN, None),
        ({"per_second": 0}, UNKNOWN, None),
        ({"per_second": 0, "per_image": 0}, UNKNOWN, 0),
        ({"per_second": 0}, VIDEO, 0),
        ({"per_second": 0}, Amounts(1, None, 0), 0),
        ({"per_create": 3}, VIDEO, 3),
        ({"per_create": 0}, UNKNOWN, 0),
        ({"per_create": 3, "per_second": 1}, IMAGE, 3),
        ({"per_create": 3, "per_second": 1}, UNKNOWN, None),
    ],
)
def test_a_price_in_another_unit_is_not_0(
    rates: dict[str, int], amounts: Amounts, cost: int | None
) -> None:
    """A price without the unit in which an order is counted does not say what the order costs."""
    found = Prices({"price": [{"model": "m", **rates}]}).cost("m", {}, amounts)
    assert found == (None if cost is None else cost * MICROS)


@pytest.mark.parametrize(
    ("model", "rates", "amounts", "gap"),
    [
        ("x", {"per_create": 1}, VIDEO, "no price fits"),
        ("m", {"per_image": 1}, VIDEO, "its price has no per_second"),
        ("m", {"per_second": 1}, IMAGE, "its price has no per_image"),
        (
            "m",
            {"per_second": 1},
            UNKNOWN,
            "its price is per_second, and nobody knows how many it takes",
        ),
        ("m", {"per_create": 1}, UNKNOWN, None),
    ],
)
def test_why_a_cost_is_unknown(
    model: str, rates: dict[str, int], amounts: Amounts, gap: str | None
) -> None:
    """Whoever asks for a ceiling is told what the price table lacks."""
    assert Prices({"price": [{"model": "m", **rates}]}).gap(model, {}, amounts) == gap


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ({}, r"has no \[\[price\]\]"),
        ({"prices": []}, "has no 'prices'"),
        ({"currency": 5, "price": [{}]}, "currency must be a text"),
        ({"price": [5]}, r"\[\[price\]\] 1 must be a table"),
        ({"price": [{"per_create": 1}]}, "model must be"),
        ({"price": [{"model": "x", "where": 5, "per_create": 1}]}, "where must be a table"),
        ({"price": [{"model": "x", "per_minute": 5}]}, "has no 'per_minute'"),
        ({"price": [{"model": "x", "per_create": -1}]}, "per_create must be from 0 to"),
        ({"price": [{"model": "x", "per_create": 10**400}]}, "per_create must be from 0 to"),
        (
            {"price": [{"model": "x", "per_create": 1, "where": {"duration": float("nan")}}]},
            "where.duration is no value of an input: nan",
        ),
        ({"price": [{"model": "x", "per_create": Decimal("nan")}]}, "per_create must be"),
        ({"price": [{"model": "x", "per_create": 10**30}]}, "from 0 to 1,000,000, not 1000"),
        (
            {"price": [{"model": "x", "per_image": "0.02"}]},
            "per_image must be a number, without quotation marks, not '0.02'",
        ),
        ({"price": [{"model": "x", "per_image": True}]}, "per_image must be a number, not True"),
        ({"price": [{"model": "x"}]}, "needs per_create, per_second or per_image"),
    ],
)
def test_bad_tables(content: dict[str, Any], problem: str) -> None:
    """A mistake is named with its entry."""
    with pytest.raises(UsageError, match=problem):
        Prices(content)


def test_bad_files(tmp_path: Path) -> None:
    """A file that is missing, or no TOML, is refused by its name."""
    path = tmp_path / "prices.toml"
    with pytest.raises(UsageError, match=r"cannot read .*prices.toml"):
        Prices.read(path)
    path.write_text("[[price")
    with pytest.raises(UsageError, match=r"prices\.toml"):
        Prices.read(path)


@pytest.mark.parametrize(
    ("value", "given", "fits"),
    [
        (5, "5", True),
        (5, 5.0, True),
        (Decimal("0.50"), 0.5, True),
        (True, True, True),
        (True, "True", False),
        (1, True, False),
        ("1080p", "1080p", True),
        ("1080p", 1080, False),
        ("4.50", "4.5", False),
    ],
)
def test_values_are_compared_as_what_they_are(value: Any, given: Any, fits: bool) -> None:
    """A number may be a text and 5 is 5.0, but a boolean is no text, and a text no number."""
    entry = {"model": "m", "where": {"size": value}, "per_create": 1}
    cost = Prices({"price": [entry]}).cost("m", {"size": given}, Amounts())
    assert (cost is not None) is fits


@pytest.mark.parametrize(
    ("api", "model", "where", "problem"),
    [
        (LIANGXIN, "z-imge", {}, "z-imge fits no model of LiangXin; did you mean z-image?"),
        (LIANGXIN, "no-such-*", {}, "no-such-* fits no model of LiangXin"),
        (
            LIANGXIN,
            "kling-v3-pro",
            {"generate_audo": True},
            "where: generate_audo is no field of kling-v3-pro; did you mean generate_audio?",
        ),
        (
            LIANGXIN,
            "kling-*",
            {"generate_audo": True},
            "where: generate_audo is no field of its models; did you mean generate_audio?",
        ),
        (
            LIANGXIN,
            "kling-v3-pro",
            {"duration": 5, "generate_audio": "true"},
            "where: generate_audio must be of type boolean, got string 'true'",
        ),
        (LIANGXIN, "kling-v3-pro", {"duration": 50}, "where: duration must be at most 15, got 50"),
        (LIANGXIN, "kling-v3-pro", {"seed": date(2026, 1, 1)}, "where: seed is no field of"),
        (LIANGXIN, "z-image", {"seed": date(2026, 1, 1)}, "where: seed "),
        (MAGNIFIC, "kling-v3-pro", {"duration": 50}, "where: duration must be "),
    ],
)
def test_prices_that_no_order_can_have(
    api: Api, model: str, where: dict[str, Any], problem: str
) -> None:
    """A misspelt model, field or value is refused, so that no lower price applies instead."""
    entries = [
        {"model": "*", "per_create": 1},
        {"model": model, "where": where, "per_create": 1},
    ]
    with pytest.raises(UsageError) as caught:
        Prices({"price": entries}).check(api)
    assert caught.value.text.startswith(f"prices: [[price]] 2: {problem}")


@pytest.mark.parametrize("api", [LIANGXIN, MAGNIFIC])
@pytest.mark.parametrize(
    "where",
    [
        {"duration": 5},
        {"duration": "5"},
        {"duration": Decimal("5.0")},
        {"generate_audio": True, "cfg_scale": "0.5"},
        {"multi_prompt": [{"prompt": "a", "duration": 5}]},
    ],
)
def test_prices_that_an_order_can_have(api: Api, where: dict[str, Any]) -> None:
    """A value is valid in each form in which it is compared, and a field of one model is enough."""
    entries = [
        {"model": model, "where": where, "per_create": 1} for model in ("kling-v3-pro", "kling-*")
    ]
    Prices({"price": entries}).check(api)


def test_a_price_of_a_former_id(monkeypatch: pytest.MonkeyPatch) -> None:
    """The former id of a model is one that orders may have."""
    deprecated.deprecate(monkeypatch)
    Prices({"price": [{"model": deprecated.ALIAS, "per_create": 1}]}).check(LIANGXIN)
