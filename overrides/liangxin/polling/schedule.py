"""Decide when to poll a task, from how long tasks of its model take. Pure decisions.

The best schedule polls at a rate proportional to the square root of the hazard, the chance that a
task which has not ended yet ends now: rarely while that is unlikely, often around the usual end.
docs/polling.md derives it and compares it with fixed and growing intervals.

The hazard comes from the model's life table, in `task_durations`. Ages are seconds since the task
was created, divided by how much longer a task takes that asks for more work.
"""

import math
from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate

from liangxin.errors import UsageError
from liangxin.polling.task_durations import EDGES, WIDTHS, LifeTable, alive_in, span_of
from liangxin.polling.work_scale import WorkScale

DEFAULT_POLLS = 20.0
"""Polls per task on average, including the last. The lag is in inverse proportion."""

SHORTEST_INTERVAL = 0.1
"""Seconds; one task alone takes at most the 10 polls/s that all tasks of a client share."""

LONGEST_INTERVAL = 300.0
"""Seconds; also the interval after two hours, beyond the life table."""

_EXPECTED = {"image": (12.0, 0.7), "video": (120.0, 0.7), None: (38.0, 1.2)}
"""Median in seconds and spread (sigma of the logarithm) until tasks have been seen: nineteen in
twenty tasks within a factor of 4. A model of unknown kind may take anything between, or more."""

_MAX_MODELS = 256
"""Models remembered; a bound in case model names are made up."""


class Schedule:
    """Learn how long tasks of each model take, and decide when to poll one.

    Args:
        polls_per_task: How often a task is polled on average, at least 1.
        kind_of: Returns a model's kind, `image` or `video`, or None if it is not known.

    Raises:
        UsageError: `polls_per_task` is less than 1 or not a number.

    """

    def __init__(
        self,
        polls_per_task: float = DEFAULT_POLLS,
        *,
        kind_of: Callable[[str], str | None] | None = None,
    ) -> None:
        if not (isinstance(polls_per_task, int | float) and 1 <= polls_per_task < math.inf):
            raise UsageError(
                f"must be a number from 1, not {polls_per_task!r}", argument="polls_per_task"
            )
        self._polls = polls_per_task
        self._kind_of = kind_of
        self._expected: dict[str | None, _Model] = {}
        self._seen: dict[str | None, _Model] = {}

    def interval(self, model: str | None, age: float, work: float | None = None) -> float:
        """Return the seconds until the next poll of a task that has not ended at `age`.

        The result depends only on the tasks seen, and is between 0.1 and 300 s.

        Args:
            model: Its model.
            age: The seconds since it was created, or first seen if that is unknown.
            work: How much it asks for, relative to a request without options; None if unknown.

        """
        seen = self._of(model)
        factor = seen.scale.factor(work)
        interval = seen.interval(age / factor, seen.scale.step(work)) * factor
        return min(max(interval, SHORTEST_INTERVAL), LONGEST_INTERVAL)

    def learn(
        self,
        model: str | None,
        after: float,
        before: float,
        *,
        since: float = 0.0,
        work: float | None = None,
    ) -> None:
        """Record that a task ended.

        Args:
            model: Its model.
            after: The age at the last poll that found it unfinished; 0 if none did.
            before: The age at the poll that found it ended.
            since: The age up to which it was reported to `outlived`.
            work: How much it asked for.

        """
        seen = self._seen.get(model) or self._new(model)
        factor = seen.scale.factor(work)
        usual = seen.table.quantile(0.5)  # before this task counts, or it would confirm itself
        seen.table.outlive(since / factor, after / factor)
        age = seen.table.end(after / factor, before / factor)
        seen.scale.learn(work, age * factor, usual * factor)

    def outlived(
        self, model: str | None, since: float, age: float, work: float | None = None
    ) -> None:
        """Record that a task was unfinished at `age`; it was reported up to `since` before.

        Without this, the first tasks of a batch to end would make all look quick. Report each poll
        that finds a task unfinished, with the age at the previous poll (0 at the first).
        """
        seen = self._seen.get(model) or self._new(model)
        factor = seen.scale.factor(work)
        seen.table.outlive(since / factor, age / factor)

    def usual(self, model: str | None) -> float | None:
        """Return the seconds within which half of the tasks of `model` end.

        It is learned, or else the default of the model's kind; None if neither is known.
        """
        return self.quantile(model, 0.5) if self._is_known(model) else None

    def left(self, model: str | None, age: float, work: float | None = None) -> float | None:
        """Return the seconds within which half of such tasks that are there at `age` end.

        None if neither the model nor its kind is known.
        """
        if not self._is_known(model):
            return None
        seen = self._of(model)
        factor = seen.scale.factor(work)
        return seen.table.left(age / factor) * factor

    def quantile(self, model: str | None, share: float, work: float | None = None) -> float:
        """Return the seconds within which a share of the tasks of `model` end, as far as known."""
        seen = self._of(model)
        return seen.table.quantile(share) * seen.scale.factor(work)

    def _is_known(self, model: str | None) -> bool:
        return self._kind(model) is not None or self._of(model).table.has_ends

    def _of(self, model: str | None) -> "_Model":
        seen = self._seen.get(model)
        if seen is None:
            kind = self._kind(model)
            seen = self._expected.get(kind)
            if seen is None:
                seen = self._expected[kind] = _Model(kind, self._polls)
        return seen

    def _new(self, model: str | None) -> "_Model":
        if len(self._seen) >= _MAX_MODELS:  # the model that was seen first goes
            del self._seen[next(iter(self._seen))]
        seen = self._seen[model] = _Model(self._kind(model), self._polls)
        return seen

    def _kind(self, model: str | None) -> str | None:
        kind = None if model is None or self._kind_of is None else self._kind_of(model)
        return kind if kind in _EXPECTED else None


class _Model:
    """A model: how long its tasks take, how that grows with their work, and when to poll them."""

    def __init__(self, kind: str | None, polls: float) -> None:
        self.table = LifeTable(*_EXPECTED[kind])
        self.scale = WorkScale()
        self._polls = polls
        # In one piece: a caller's thread may compute it while another replaces the shares.
        self._plan: tuple[list[float], list[float]] = ([], [])

    def interval(self, age: float, polls: float) -> float:
        """Return the time from `age` until so many more polls are due; inf beyond the table."""
        if age >= EDGES[-1]:
            return math.inf
        due = self._polls_due()
        age = max(age, 0.0)
        n = span_of(age)
        wanted = due[n] + (due[n + 1] - due[n]) * (age - EDGES[n]) / WIDTHS[n] + polls
        if wanted >= due[-1]:
            return math.inf
        n = bisect_right(due, wanted) - 1
        then = EDGES[n] + WIDTHS[n] * (wanted - due[n]) / (due[n + 1] - due[n])
        return then - age

    def _polls_due(self) -> list[float]:
        """Return the polls that are due by the edge of each span of age."""
        shares = self.table.shares
        planned_for, due = self._plan
        if planned_for is not shares:
            alive = alive_in(shares)
            rates = [math.sqrt(s / a * w) for s, a, w in zip(shares, alive, WIDTHS, strict=True)]
            # A task gets the polls due at its end and, on average, half a poll after it.
            on_average = sum(rate * a for rate, a in zip(rates, alive, strict=True))
            scale = (self._polls - 0.5) / on_average
            due = list(accumulate((scale * rate for rate in rates), initial=0.0))
            self._plan = (shares, due)
        return due
