"""How far a batch is: orders per state, rate, failures, time left."""

from collections import Counter, deque
from collections.abc import Callable, Mapping

from liangxin.batch.states import State

ENDED = frozenset({State.SAVED, State.FAILED, State.REFUSED})
"""States in which nothing more is done for an order that was worked on."""

_LEFT = frozenset({State.PENDING, State.SENDING, State.RUNNING, State.SUCCEEDED})
_WINDOW = 200
"""Ends by which the rate is measured."""

_FEWEST = 5


class Progress:
    """The progress of a batch while it runs.

    Attributes:
        counts: How many orders are in each state.
        failures: How many failed or were refused since the run began.
        held_by: Why creates are held back, for a while; None if they are not.

    """

    def __init__(self, now: Callable[[], float], usual: Callable[[str], float | None]) -> None:
        self._now = now
        self._usual = usual
        self._ends = deque[float](maxlen=_WINDOW)
        self._begun = now()
        self._left = Counter[str]()
        self._concurrency = 1
        self.counts = Counter[State]()
        self.failures = 0
        self.held_by: str | None = None

    def begin(self, counts: Mapping[State, int], left: Mapping[str, int], concurrency: int) -> None:
        """Set the state at the begin of the run; `left` has the unfinished orders per model."""
        self.counts = Counter(counts)
        self._left = Counter(left)
        self._concurrency = concurrency
        self._begun = self._now()

    def moved(self, model: str, before: State, after: State) -> None:
        """Record that an order has changed its state."""
        self.counts[before] -= 1
        self.counts[after] += 1
        if after in ENDED:
            self._ends.append(self._now())
            self._left[model] -= 1
            self.failures += after is not State.SAVED

    def update(self, counts: Mapping[State, int]) -> None:
        """Set what the ledger says, where other processes work on the batch as well."""
        before, self.counts = self.counts, Counter(counts)
        ended = sum(self.counts[state] - before[state] for state in ENDED)
        self._ends.extend([self._now()] * ended)

    @property
    def total(self) -> int:
        """How many orders there are."""
        return sum(self.counts.values())

    @property
    def rate(self) -> float | None:
        """Orders that ended per second; None before there are enough."""
        if len(self._ends) < _FEWEST:
            return None
        since = self._begun if len(self._ends) < _WINDOW else self._ends[0]
        seconds = self._now() - since
        return len(self._ends) / seconds if seconds > 0 else None

    @property
    def seconds_left(self) -> float | None:
        """About how long the rest takes; None if that is not known."""
        if self.held_by is not None:
            return None
        left = sum(count for state, count in self.counts.items() if state in _LEFT)
        if not left:
            return 0.0
        if self.rate is not None:
            return left / self.rate
        usual = [(self._usual(model), count) for model, count in self._left.items() if count > 0]
        known = [(seconds, count) for seconds, count in usual if seconds is not None]
        if not known:
            return None
        longest = max(seconds for seconds, _ in known)
        together = sum(seconds * count for seconds, count in known)
        return max(longest, together / self._concurrency)
