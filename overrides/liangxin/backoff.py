"""Exponential backoff with jitter: pure figures, no sleeping."""

import random
from typing import NamedTuple


class Backoff(NamedTuple):
    """Delays before repeated tries; durations in seconds."""

    first: float
    """The delay after the first failure."""
    growth: float
    """By which factor each further delay is longer."""
    longest: float
    jitter: float = 0.0
    """By which share `delay` varies, either way."""

    def nominal(self, failures: int) -> float:
        """Return the delay after so many failures in a row, without jitter."""
        # Growth that is stopped early overflows no float, however long an outage lasts.
        return min(self.first * self.growth ** min(failures - 1, 64), self.longest)

    def delay(self, failures: int, rng: random.Random) -> float:
        """Return the delay after so many failures in a row."""
        return jittered(self.nominal(failures), self.jitter, rng)


def jittered(seconds: float, share: float, rng: random.Random) -> float:
    """Vary a duration by up to a share of it, either way."""
    return seconds * rng.uniform(1 - share, 1 + share)
