"""Learn how long tasks take, from polls that find them unfinished or ended.

By a life table, as actuaries use it: of the tasks that were alive in a span of age, how many ended
in it. It counts tasks that have not ended, too, and those whose end lies between two polls. Spans
grow with age, so that a task may take 2 seconds or 20 minutes.
"""

import math
from bisect import bisect_right
from itertools import accumulate, pairwise

_MEMORY = 64
"""Tasks; at each age about the last so many count."""

_SPANS_PER_E = 20
_FIRST_EDGE = 0.5
_SPANS = 192
EDGES = [0.0, *(_FIRST_EDGE * math.exp(n / _SPANS_PER_E) for n in range(_SPANS))]
WIDTHS = [end - start for start, end in pairwise(EDGES)]
"""Spans of age, each 5 % longer than the one before; the last ends after two hours."""

_STRAYS = 0.01
"""Share of tasks expected anywhere, evenly over the spans, however far from the usual."""

_STRAY_END = 0.003
"""The same, for guessing at which age within a long interval a task ended. Without it, quick
failures would be taken for early ends of the usual kind, and polled too late."""


class LifeTable:
    """For each span of age, how long tasks stayed, and how many ended.

    A stay is in tasks: a task that was alive for a third of the span counts for a third.

    Args:
        median: Seconds that half of the tasks are expected to take.
        spread: Sigma of the logarithm of the expected times.

    Attributes:
        shares: The share of tasks that end in each span; a new list whenever it has changed.

    """

    shares: list[float]

    def __init__(self, median: float, spread: float) -> None:
        self._expected = _log_normal(median, spread)
        self._expected_spread = spread * _SPANS_PER_E
        self._expected_stays = alive_in(self._expected)
        self._stays = [0.0] * _SPANS
        self._ended = [0.0] * _SPANS
        self._news = 0
        self._update()

    def outlive(self, since: float, age: float) -> None:
        """Count a task that was alive from `since` to `age`."""
        for n in range(span_of(since), span_of(age) + 1):
            self._spend(n, _overlap(n, since, age))

    def end(self, after: float, before: float) -> float:
        """Count a task that was alive at `after` and had ended at `before`; return its likely age.

        It is distributed over the spans between, in proportion to how many tasks end in each.
        """
        first, last = span_of(after), max(span_of(before), span_of(after))
        overlaps = [_overlap(n, after, before) for n in range(first, last + 1)]
        shares = [
            (share + _STRAY_END / _SPANS) * overlap
            for share, overlap in zip(self.shares[first : last + 1], overlaps, strict=True)
        ]
        total = sum(shares)
        still_there = 1.0
        age = 0.0
        for n, (share, overlap) in enumerate(zip(shares, overlaps, strict=True), first):
            ended = share / total if total else 1.0 / len(shares)
            self._spend(n, (still_there - ended / 2) * overlap)
            self._ended[n] += ended
            still_there -= ended
            from_, to = max(after, EDGES[n]), min(before, EDGES[n + 1])
            age += ended * min((from_ + to) / 2, EDGES[n + 1])
        self._news += 1
        if self._news * 16 >= sum(self._ended):  # fewer tasks would change too little
            self._update()
        return age

    @property
    def has_ends(self) -> bool:
        """Whether any task has ended."""
        return any(self._ended)

    def quantile(self, share: float) -> float:
        """Return the age before which this share of the tasks ends."""
        sums = list(accumulate(self.shares, initial=0.0))
        return self._age_at(sums, sums[-1] * share)

    def left(self, age: float) -> float:
        """Return the time within which half of the tasks that are there at `age` end."""
        if age >= EDGES[-1]:
            return 0.0
        age = max(age, 0.0)
        sums = list(accumulate(self.shares, initial=0.0))
        n = span_of(age)
        gone = sums[n] + self.shares[n] * (age - EDGES[n]) / WIDTHS[n]
        return max(self._age_at(sums, (gone + sums[-1]) / 2) - age, 0.0)

    def _age_at(self, sums: list[float], gone: float) -> float:
        """Return the age at which so many have ended; `sums` are the ends before each span."""
        n = min(bisect_right(sums, gone), _SPANS) - 1
        return EDGES[n] + WIDTHS[n] * (gone - sums[n]) / self.shares[n]

    def _spend(self, n: int, stay: float) -> None:
        # Older counts of both kinds fade by the same share: the hazard does not change.
        kept = max(1 - stay / _MEMORY, 0.0)
        self._stays[n] = self._stays[n] * kept + stay
        self._ended[n] *= kept

    def _update(self) -> None:
        """Compute the share of tasks that end in each span."""
        seen = sum(self._ended)
        # The expectation counts as two tasks at first, and less as more have been seen.
        weight = 4 / (2 + seen)
        shares = []
        alive = 1.0
        # By the hazard of each span, as a wait that ends early still shows that its task was alive.
        for ended, stays, expected, expected_stays in zip(
            self._ended, self._stays, self._expected, self._expected_stays, strict=True
        ):
            hazard = (ended + weight * expected) / (stays + weight * expected_stays)
            left = alive * math.exp(-hazard)
            shares.append(alive - left)
            alive = left
        if seen:
            # Few tasks are a coarse sample: smoothed by their spread, less the more there are. At
            # least one span, so that tasks which all take the same time do not pin the polls.
            spread = (3 * self._expected_spread + seen * _spread(shares)) / (3 + seen)
            shares = _smoothed(shares, max(spread / max(seen, 1.0) ** 0.4, 1.0))
        self.shares = shares
        self._news = 0


def span_of(age: float) -> int:
    """Return the number of the span that `age` is in; the last one for any greater age."""
    return min(max(bisect_right(EDGES, age), 1), _SPANS) - 1


def _log_normal(median: float, spread: float) -> list[float]:
    """Return the share of tasks expected to end in each span, strays included."""
    scale = spread * math.sqrt(2)
    until = [0.0, *(math.erfc(math.log(median / edge) / scale) / 2 for edge in EDGES[1:])]
    usual = [end - start for start, end in pairwise(until)]
    return [(1 - _STRAYS) * share + _STRAYS / _SPANS for share in usual]


def _overlap(n: int, start: float, end: float) -> float:
    """Return the share of a span that lies between two ages."""
    return max(min(end, EDGES[n + 1]) - max(start, EDGES[n]), 0.0) / WIDTHS[n]


def alive_in(shares: list[float]) -> list[float]:
    """Return the share of tasks alive in each span, on average over the span."""
    at_start = list(accumulate(reversed(shares)))[::-1]
    return [start - share / 2 for start, share in zip(at_start, shares, strict=True)]


def _spread(shares: list[float]) -> float:
    """Return the spread, in spans: the sigma of a normal distribution with the same narrowest half.

    A second group of tasks, such as quick failures, does not widen it.
    """
    sums = list(accumulate(shares, initial=0.0))
    half = sums[-1] / 2
    widths = []
    for start, before in enumerate(sums):
        if before >= half:
            break
        n = min(bisect_right(sums, before + half), _SPANS) - 1
        widths.append(n + (before + half - sums[n]) / shares[n] - start)
    return min(widths) / 1.349  # width of the middle half of a normal distribution, in sigmas


def _smoothed(shares: list[float], width: float) -> list[float]:
    """Return `shares` blurred by a two-sided exponential with a standard deviation of `width`."""
    variance = width * width / 2  # of each side
    kept = (2 * variance + 1 - math.sqrt(4 * variance + 1)) / (2 * variance)

    def blur(total: float, share: float) -> float:
        return kept * total + (1 - kept) * share

    forward = list(accumulate(shares, blur))
    return list(accumulate(reversed(forward), blur))[::-1]
