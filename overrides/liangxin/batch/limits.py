"""The limits of a batch, which all its workers share, and those of each worker."""

import json
import math
from dataclasses import dataclass
from typing import NamedTuple

from liangxin.batch.ceilings import NO_CEILINGS, Ceilings
from liangxin.errors import UsageError
from liangxin.polling.wait import check_times

CONCURRENCY = 50
"""Tasks at a time; LiangXin names no limit."""

CREATES_IN_FLIGHT = 8
"""Creates at a time: as many are unknown after a crash at the worst."""

TIMEOUT = 86_400.0
"""Seconds to wait for a task: a day, for which links to results are likely to work."""


class BatchLimits(NamedTuple):
    """The limits of all workers together, as the last run has set them in the ledger."""

    rate: float | None = None
    """Creates per second; None for any number."""
    polls_per_second: float | None = None
    """Of all tasks together; None leaves it to the client."""
    ceilings: Ceilings = NO_CEILINGS

    def check(self) -> "BatchLimits":
        """Raise UsageError for limits that are no positive numbers."""
        is_number = isinstance(self.rate, int | float) and not isinstance(self.rate, bool)
        if self.rate is not None and not (is_number and 0 < self.rate < math.inf):
            raise UsageError(
                f"must be over 0 creates per second, not {self.rate!r}", argument="rate"
            )
        self.ceilings.check()
        return self

    def to_json(self) -> str:
        """Return them as the ledger has them."""
        rate, polls, ceilings = self
        return json.dumps({"rate": rate, "polls": polls, "ceilings": ceilings})

    @classmethod
    def from_json(cls, text: str) -> "BatchLimits":
        """Return those of `to_json`."""
        found = json.loads(text)
        return cls(found["rate"], found["polls"], Ceilings(*found["ceilings"]))


NO_LIMITS = BatchLimits()


@dataclass(frozen=True)
class WorkerLimits:
    """How much one worker does at a time, and for how long."""

    concurrency: int = CONCURRENCY
    creates_in_flight: int = CREATES_IN_FLIGHT
    timeout: float | None = TIMEOUT
    """Seconds to wait for each task."""

    def check(self) -> "WorkerLimits":
        """Raise UsageError for limits that are no positive numbers."""
        for name in ("concurrency", "creates_in_flight"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise UsageError(f"must be 1 or more, not {value!r}", argument=name)
        check_times(self.timeout, None)
        return self
