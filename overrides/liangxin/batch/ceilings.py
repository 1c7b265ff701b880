"""How much a batch may spend. Pure decisions.

What an order takes is reserved when it is claimed, before its create is sent. It stays reserved
unless the create provably made nothing: an unknown create counts as spent.
"""

import math
from collections.abc import Iterable
from typing import NamedTuple

from liangxin.errors import UsageError

MICROS = 1_000_000
"""Costs are whole millionths of the currency, so that sums are exact."""

_MOST = 10**12
"""Sums of more would not fit into a column of the databases."""

_RANGE = f"must be a number from 0 to {_MOST:,}, or infinity for no ceiling"


def in_micros(cost: float) -> float:
    """Return a cost in millionths, or infinity; UsageError if it is none."""
    is_number = isinstance(cost, int | float) and not isinstance(cost, bool)
    if not (is_number and (0 <= cost <= _MOST or cost == math.inf)):
        raise UsageError(_RANGE, argument="max_cost")
    return cost if cost == math.inf else round(cost * MICROS)


class Amounts(NamedTuple):
    """What one order, or several together, will spend."""

    creates: int = 1
    seconds: float | None = 0.0
    """Of video; None if unknown."""
    images: int | None = 0
    cost: int | None = None
    """In millionths of the currency of the price table; None if unknown."""


class Spent(NamedTuple):
    """What creates have spent, as sums of the known amounts and counts of the unknown ones."""

    creates: int = 0
    seconds: float = 0.0
    images: int = 0
    cost: int = 0
    unknown_seconds: int = 0
    """Creates whose seconds are unknown; likewise the others."""
    unknown_images: int = 0
    unknown_cost: int = 0

    def plus(self, amounts: Amounts, times: int = 1) -> "Spent":
        """Return the sum with the amounts of an order, counted so many times."""
        return Spent(
            self.creates + amounts.creates * times,
            self.seconds + (amounts.seconds or 0.0) * times,
            self.images + (amounts.images or 0) * times,
            self.cost + (amounts.cost or 0) * times,
            self.unknown_seconds + times * (amounts.seconds is None),
            self.unknown_images + times * (amounts.images is None),
            self.unknown_cost + times * (amounts.cost is None),
        )

    @property
    def amounts(self) -> Amounts:
        """The sums; None where a part is unknown."""
        return Amounts(
            self.creates,
            None if self.unknown_seconds else self.seconds,
            None if self.unknown_images else self.images,
            None if self.unknown_cost else self.cost,
        )


NOTHING = Spent()


class Ceilings(NamedTuple):
    """What the creates of a batch may take together; None for no limit."""

    creates: float | None = None
    seconds: float | None = None
    images: float | None = None
    cost: float | None = None
    """In millionths of the currency."""

    def check(self) -> "Ceilings":
        """Raise UsageError for ceilings that are negative or not numbers."""
        for name, value in self._asdict().items():
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            most = _MOST * MICROS if name == "cost" else _MOST
            if value is not None and not (is_number and (0 <= value <= most or value == math.inf)):
                raise UsageError(_RANGE, argument=f"max_{name}")
        return self

    def following(self, before: "Ceilings") -> "Ceilings":
        """Return the ceilings of a batch that had others: None keeps one, and infinity lifts it."""
        kept = (old if new is None else new for new, old in zip(self, before, strict=True))
        return Ceilings(*(None if value == math.inf else value for value in kept))

    def exceeded_by(self, spent: Spent) -> str | None:
        """Return the name of a ceiling that is exceeded; None if none is.

        An unknown amount exceeds any ceiling: nobody can say that it does not.
        """
        for name, ceiling in self._asdict().items():
            amount = getattr(spent.amounts, name)
            if ceiling is not None and (amount is None or amount > ceiling):
                return name
        return None

    def admit(self, spent: Spent, wanted: Iterable[Amounts]) -> tuple[int, str | None]:
        """Return how many of the wanted amounts fit, in their order, and what stops the next."""
        admitted = 0
        for amounts in wanted:
            spent = spent.plus(amounts)
            if (name := self.exceeded_by(spent)) is not None:
                # Smaller ones behind it may fit, but then large orders would never be sent.
                return admitted, name
            admitted += 1
        return admitted, None


NO_CEILINGS = Ceilings()
