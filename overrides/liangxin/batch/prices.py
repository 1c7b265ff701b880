"""The user's own price table, `prices.toml`: the APIs publish none.

    currency = "USD"

    [[price]]
    model = "kling-*"                       # a model's id, or a pattern
    where = { resolution = "1080p" }        # values of the input, defaults included; optional
    per_second = 0.10                       # of video; and per_image, per_create

The first entry that matches an order is its price. An order that no entry matches has no known
price, which is not a price of 0; neither has a video whose price is per image. A table is for one
API: a price for a model, field or value that the API does not have is refused as misspelt.
"""

import json
import math
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from decimal import ROUND_UP, Decimal, InvalidOperation
from fnmatch import fnmatchcase
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

from liangxin.apis.base import Api
from liangxin.batch.ceilings import MICROS, Amounts
from liangxin.errors import UsageError

_RATES = ("per_create", "per_second", "per_image")
_MEMBERS = ("model", "where", *_RATES)
_MAX_RATE = 1_000_000
"""Sums of more would not fit into a column of SQLite."""


class _Price(NamedTuple):
    name: str
    """What to call it in errors."""
    model: str
    where: Mapping[str, Any]
    per_create: Decimal | None
    per_second: Decimal | None
    per_image: Decimal | None

    def fits(self, model: str, input: Mapping[str, Any]) -> bool:
        """Whether it is the price of a model with this input; numbers may be texts."""
        return fnmatchcase(model, self.model) and all(
            name in input and _same(input[name], value) for name, value in self.where.items()
        )

    def rates(self, amounts: Amounts) -> dict[str, tuple[Decimal | None, float | None]]:
        """Return the rate of each unit, and how many an order takes."""
        return {
            "per_second": (self.per_second, amounts.seconds),
            "per_image": (self.per_image, amounts.images),
        }

    def gap(self, amounts: Amounts) -> str | None:
        """Return why it does not say what an order costs; None if it does."""
        for name, (rate, amount) in self.rates(amounts).items():
            if amount == 0 or rate == 0:
                continue
            # A rate that is not given is no rate of 0, unless a create has a price of its own.
            if rate is None and self.per_create is None:
                return f"its price has no {name}"
            if rate is not None and amount is None:
                return f"its price is {name}, and nobody knows how many it takes"
        return None


class Prices:
    """The prices of models.

    Args:
        content: The content of the file.
        name: What to call it in errors.

    Attributes:
        currency: For showing costs; may be empty.

    Raises:
        UsageError: It is no price table.

    """

    def __init__(self, content: Mapping[str, Any], name: str = "prices") -> None:
        for member in content:
            if member not in ("currency", "price"):
                raise UsageError(f"{name}: has no {member!r}; it has currency and [[price]]")
        self.currency = content.get("currency", "")
        entries = content.get("price")
        if not isinstance(self.currency, str):
            raise UsageError(f"{name}: currency must be a text")
        if not isinstance(entries, list) or not entries:
            raise UsageError(f"{name}: has no [[price]]")
        self._prices = [
            _price(entry, f"{name}: [[price]] {number}") for number, entry in enumerate(entries, 1)
        ]

    @classmethod
    def read(cls, path: "str | PathLike[str]") -> "Prices":
        """Read a price table. Raises UsageError."""
        try:
            content = tomllib.loads(Path(path).read_text(encoding="utf-8-sig"), parse_float=Decimal)
        except OSError as error:
            raise UsageError(f"cannot read {path}: {error.strerror or error}") from None
        except ValueError as error:  # no TOML, no UTF-8, or a number of too many digits
            raise UsageError(f"{path}: {error}") from None
        return cls(content, str(path))

    def check(self, api: Api) -> None:
        """Raise UsageError for a price that no valid order of an API can have.

        A misspelt one would leave its orders to the prices after it, which may be lower.
        """
        known = [*api.variants.VARIANTS, *api.variants.ALIASES]
        for price in self._prices:
            found = [model for model in known if fnmatchcase(model, price.model)]
            if not found:
                near = api.contract.nearest_models(price.model)
                hint = f"; did you mean {' or '.join(near)}?" if near else ""
                raise UsageError(f"{price.name}: {price.model} fits no model of {api.name}{hint}")
            models = list(dict.fromkeys(map(api.current_model, found)))
            for field, value in price.where.items():
                if problem := _problem_of_condition(api, models, field, value):
                    raise UsageError(f"{price.name}: where: {field} {problem}")

    def cost(self, model: str, input: Mapping[str, Any], amounts: Amounts) -> int | None:
        """Return the cost in millionths, rounded up; None if it is not known."""
        price = self._find(model, input)
        if price is None or price.gap(amounts) is not None:
            return None
        cost = price.per_create or Decimal(0)
        for rate, amount in price.rates(amounts).values():
            cost += (rate or 0) * Decimal(str(amount or 0))
        return int((cost * MICROS).to_integral_value(ROUND_UP))

    def gap(self, model: str, input: Mapping[str, Any], amounts: Amounts) -> str | None:
        """Return why the cost is not known; None if it is."""
        price = self._find(model, input)
        return "no price fits" if price is None else price.gap(amounts)

    def _find(self, model: str, input: Mapping[str, Any]) -> _Price | None:
        return next((one for one in self._prices if one.fits(model, input)), None)


def _same(given: object, value: object) -> bool:
    """Whether two values are equal; a number may be a text, and 5 is 5.0."""
    if isinstance(given, bool) or isinstance(value, bool):
        return given is value
    if given == value or (isinstance(given, str) and isinstance(value, str)):
        return given == value
    try:
        return Decimal(str(given)) == Decimal(str(value))
    except InvalidOperation:
        return False


def _problem_of_condition(api: Api, models: list[str], field: str, value: object) -> str | None:
    """Return why a field cannot have a value in a valid input of any of the models."""
    contract = api.contract
    having = [model for model in models if field in contract.input_schema(model)["properties"]]
    if not having:
        nearest = contract.contract().nearest_field
        near = next(filter(None, (nearest(model, field) for model in models)), None)
        of = models[0] if len(models) == 1 else "its models"
        return f"is no field of {of}" + (f"; did you mean {near}?" if near else "")
    values = [value]
    if isinstance(value, str):
        with suppress(ValueError):
            values.append(float(value))  # as in `_same`
    problems = [_problem_of_value(api, model, field, one) for one in values for model in having]
    return None if None in problems else problems[0]


def _problem_of_value(api: Api, model: str, field: str, value: object) -> str | None:
    contract = api.contract
    try:
        given = contract.own_form(model, {field: json.loads(json.dumps(value, default=float))})
        violations = contract.violations(model, api.body(model, given, None))
    except (TypeError, ValueError):
        return f"can never be {value!s:.60} in an input"
    place = contract.dotted([*api.input_path, field])
    within = (f"{place}.", f"{place}[")
    return next(
        (one.message for one in violations if one.field == place or one.field.startswith(within)),
        None,
    )


def _price(entry: object, where: str) -> _Price:
    if not isinstance(entry, Mapping):
        raise UsageError(f"{where} must be a table")
    for name in entry:
        if name not in _MEMBERS:
            raise UsageError(f"{where} has no {name!r}; it has {', '.join(_MEMBERS)}")
    model, conditions = entry.get("model"), entry.get("where", {})
    if not isinstance(model, str) or not model:
        raise UsageError(f"{where}: model must be a model's id or a pattern")
    if not isinstance(conditions, Mapping):
        raise UsageError(f"{where}: where must be a table of values of the input")
    for name, value in conditions.items():
        if isinstance(value, float | Decimal) and not math.isfinite(value):
            raise UsageError(f"{where}: where.{name} is no value of an input: {value}")
    rates: dict[str, Decimal | None] = dict.fromkeys(_RATES)
    for name in _RATES:
        if name not in entry:
            continue
        value = entry[name]
        if not isinstance(value, int | float | Decimal) or isinstance(value, bool):
            advice = ", without quotation marks" if isinstance(value, str) else ""
            raise UsageError(f"{where}: {name} must be a number{advice}, not {value!r:.60}")
        # An integer may be too large for a float.
        is_finite = isinstance(value, int) or math.isfinite(value)
        if not (is_finite and 0 <= value <= _MAX_RATE):
            raise UsageError(f"{where}: {name} must be from 0 to {_MAX_RATE:,}, not {value!s:.60}")
        rates[name] = Decimal(str(value))
    if not any(name in entry for name in _RATES):
        raise UsageError(f"{where} needs {', '.join(_RATES[:-1])} or {_RATES[-1]}")
    return _Price(where, model, conditions, **rates)
