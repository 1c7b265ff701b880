"""Compute exponential backoff with jitter. Nothing here sleeps."""

import random
from typing import NamedTuple


class Backoff(NamedTuple):
    """Delays between tries, in seconds."""

    first: float
    """The delay after the first failure."""
    growth: float
    """The factor by which each delay is longer than the one before."""
    longest: float
    jitter: float = 0.0
    """The share by which `delay` varies either way."""

    def nominal(self, failures: int) -> float:
        """Return the delay after a number of failures in a row, without jitter."""
        # The exponent is limited, or a long outage would overflow the float.
        return min(self.first * self.growth ** min(failures - 1, 64), self.longest)

    def delay(self, failures: int, rng: random.Random) -> float:
        """Return the delay after a number of failures in a row."""
        return jittered(self.nominal(failures), self.jitter, rng)


def jittered(seconds: float, share: float, rng: random.Random) -> float:
    """Vary a duration by up to a share of it, either way."""
    return seconds * rng.uniform(1 - share, 1 + share)
