"""Faults of callbacks: late, out of order, more than once, never, too early."""

from __future__ import annotations

from typing import ClassVar

import attrs

from liangxin_mock import validators
from liangxin_mock.chance import Chance
from liangxin_mock.faults.base import Fault


@attrs.frozen(repr=False)
class CallbackFault(Fault):
    """What happens to a callback."""

    on: ClassVar[frozenset[str]] = frozenset({"callback"})


@attrs.frozen(repr=False)
class delay(CallbackFault):
    """The callback comes `seconds` later."""

    seconds: float = attrs.field(default=10.0, validator=validators.number())

    def delays(self, delays: list[float], chance: Chance) -> list[float]:
        return [at + self.seconds for at in delays]


@attrs.frozen(repr=False)
class shuffle(CallbackFault):
    """Each callback comes at a random time within that many seconds of the end: out of order."""

    within: float = attrs.field(default=10.0, validator=validators.number())

    def delays(self, delays: list[float], chance: Chance) -> list[float]:
        draws = (chance.draw(b"shuffle%d" % n) for n in range(len(delays)))
        return [at + self.within * draw for at, draw in zip(delays, draws, strict=True)]


@attrs.frozen(repr=False)
class duplicate(CallbackFault):
    """The callback comes `copies` more times, `apart` seconds from each other."""

    # Bounded, as all copies are planned at once.
    copies: int = attrs.field(
        default=1, validator=validators.number(least=1, most=1000, whole=True)
    )
    apart: float = attrs.field(default=1.0, validator=validators.number())

    def delays(self, delays: list[float], chance: Chance) -> list[float]:
        return [at + n * self.apart for at in delays for n in range(self.copies + 1)]


@attrs.frozen(repr=False)
class lost(CallbackFault):
    """The callback never comes."""

    def delays(self, delays: list[float], chance: Chance) -> list[float]:
        return []


@attrs.frozen(repr=False)
class early(CallbackFault):
    """The job ends at once, and its callback comes before the response to its create."""

    # It has no `delays`: the create itself ends the job, as `State.is_early` tells it.


FAULTS: tuple[type[Fault], ...] = (delay, shuffle, duplicate, lost, early)
