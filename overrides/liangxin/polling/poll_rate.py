"""Decide which of many waits to poll next, and when, under one budget. Pure decisions.

Each wait has a time at which it wants its next poll. When all together want more than the budget
allows, their time slows down, so that all intervals stretch by the same factor and none starves.
"""

import heapq
import math
from collections.abc import Iterator

from liangxin.errors import APIStatusError, LiangXinError, UsageError
from liangxin.polling.request_turns import Turns
from liangxin.polling.wait import LONGEST_PAUSE, Wait
from liangxin.records import TaskRecord

POLLS_PER_SECOND = 10.0
"""Of one client. LiangXin documents no limit for queries; Kie.ai, whose API it copies, allows 20
creates in 10 s."""

MAX_IN_FLIGHT = 32
"""Polls in flight; enough for the default ten a second while each takes three seconds."""

_EARLY = 1e-6
"""Seconds by which a sleep may end too early, by rounding."""

_LONGEST_WINDOW = 60.0
"""Seconds for which limits of requests are counted; what was spent before is forgotten."""

_LAST_CALLS = 1.0
"""Seconds of the budget that polls at their deadline may use in advance; also how many seconds
after the deadline they may still start if polls were in flight until then."""


def check_rate(polls_per_second: float) -> float:
    """Return the budget; raise UsageError if it is invalid."""
    is_number = isinstance(polls_per_second, int | float) and not isinstance(polls_per_second, bool)
    if not is_number or not 0 < polls_per_second < math.inf:
        raise UsageError(
            f"must be a number over 0, not {polls_per_second!r}", argument="polls_per_second"
        )
    return float(polls_per_second)


class Budget:
    """Decides which wait to poll next, given the time; it neither sleeps nor locks.

    Args:
        polls_per_second: How many polls all waits together make at most.
        turns: The other requests that count as well; None if there is no limit of them.

    """

    def __init__(
        self, polls_per_second: float = POLLS_PER_SECOND, turns: Turns | None = None
    ) -> None:
        self._gap = 1 / polls_per_second
        self._turns = turns
        self._free_at = -math.inf
        self._held_until = -math.inf  # by a Retry-After
        self._spent_until = -math.inf  # by requests other than polls
        self._now: float | None = None
        self._virtual = 0.0
        self._demand = 0.0  # polls per second that the queue would make, had it all it wants
        self._queue = _Queue()  # by the virtual time at which a poll is wanted
        self._last_calls = _Queue()  # by the real time at which one is owed
        self._hurried = _Queue()  # by the real time at which the tasks were said to have ended
        self._in_flight: dict[Wait, float] = {}  # and since when
        self._busy_from = self._busy_until = -math.inf  # when polls were last in flight

    def __len__(self) -> int:
        return len(self._queue) + len(self._in_flight)

    def set_rate(self, polls_per_second: float, now: float) -> None:
        """Change the budget."""
        self._advance(now)
        self._gap = 1 / polls_per_second
        self._demand = sum(map(self._wanted, self._queue))
        if self._turns is not None:
            self._turns.per_minute = max(round(60 * polls_per_second), 1)

    def add(self, wait: Wait, now: float) -> None:
        """Add a wait that has not ended."""
        self._advance(now)
        self._queue.put(wait, self._virtual + max(wait.next_poll - now, 0.0))
        self._demand += self._wanted(wait)
        if wait.latest < math.inf:
            self._last_calls.put(wait, max(wait.latest, now))

    def remove(self, wait: Wait) -> None:
        """Forget a wait, if it is known."""
        if wait in self._queue:
            self._queue.discard(wait)
            self._last_calls.discard(wait)
            self._hurried.discard(wait)
            # Zero when nothing is left, or rounding errors would add up.
            self._demand = self._demand - self._wanted(wait) if self._queue else 0.0
        self._in_flight.pop(wait, None)

    def take(self, now: float) -> Wait | None:
        """Return the wait to poll now; None if none is due.

        A wait that is returned with an `end` reached its deadline without room in the budget: do
        not poll it.
        """
        self._advance(now)
        is_full = len(self._in_flight) >= MAX_IN_FLIGHT
        wait, at = self._last_call(now)
        if wait is not None and now >= at - _EARLY:
            has_room = self._has_room(wait, at, now)
            if not has_room or not is_full:
                self.remove(wait)
                if has_room:
                    self._start(wait, max(now, at))
                else:
                    wait.give_up()
                return wait
        if is_full:
            return None
        wait, _ = self._hurried.first()
        if wait is not None and self._pause_of_turns(now) <= 0:
            self.remove(wait)
            self._start(wait, now)
            return wait
        wait, at = self._queue.first()
        if wait is None or self._pause_of_budget(now) > 0:
            return None
        if at > self._virtual + _EARLY:
            if wait.next_poll > now + _EARLY:
                return None
            self._virtual = at  # the others are not due yet: their room would go to waste
        self.remove(wait)
        self._start(wait, now)
        return wait

    def pause(self, now: float) -> float:
        """Return the seconds until `take` may return a wait; infinite if none is known."""
        self._advance(now)
        is_full = len(self._in_flight) >= MAX_IN_FLIGHT
        last, at = self._last_call(now)
        owed_in = math.inf if last is None else at - now
        if last is not None and is_full and self._has_room(last, at, now):
            # Unless a poll in flight ends before, the next thing to do is to give this one up.
            too_late_in = at + _LAST_CALLS + 2 * _EARLY - now
            owed_in = too_late_in if too_late_in > 0 and not last.polls_once else math.inf
        wait, at = self._queue.first()
        due_in = math.inf
        if wait is not None and not is_full:
            due_in = min((at - self._virtual) / self._speed, wait.next_poll - now)
            due_in = max(due_in, self._pause_of_budget(now))
            if self._hurried.first()[0] is not None:
                due_in = min(due_in, self._pause_of_turns(now))
        return max(min(owed_in, due_in), 0.0)

    def observe(self, wait: Wait, outcome: TaskRecord | LiangXinError, now: float) -> str | None:
        """Record the outcome of a poll; return a line if there is something worth logging.

        If the wait has not ended, `add` it again for its next poll.
        """
        self._advance(now)
        started = self._in_flight.pop(wait, None)
        if started is None:
            return None  # it was removed meanwhile
        # A last poll may start a little before its deadline, by rounding; it counts as at it.
        now = max(now, started)
        line = wait.observe(outcome, now)
        if isinstance(outcome, APIStatusError) and outcome.retry_after:
            # One account has one limit: a Retry-After of one poll holds for all.
            until = now + min(outcome.retry_after, LONGEST_PAUSE)
            self._held_until = max(self._held_until, until)
        return line

    def put_back(self, wait: Wait, now: float) -> None:
        """Schedule a wait again, whether or not its poll is in flight."""
        self.remove(wait)
        self.add(wait, now)

    def hurry(self, wait: Wait, now: float) -> None:
        """Schedule a wait again whose task is said to have ended.

        Where the requests of a minute are limited, its poll keeps to that limit alone: at the even
        pace of the other polls, tasks that end together would be noticed up to a minute late.
        """
        self.put_back(wait, now)
        if self._turns is not None:
            self._hurried.put(wait, now)

    def _start(self, wait: Wait, now: float) -> None:
        if not self._in_flight:
            self._busy_from = now
        self._in_flight[wait] = now
        if self._turns is not None:
            self._turns.record(now)
        # Polls at their deadline must not delay the others for long.
        self._free_at = min(max(self._free_at, now), now + self._most_advance) + self._gap

    def _last_call(self, now: float) -> tuple[Wait | None, float]:
        """Return the next wait to poll at its deadline, and when."""
        wait, at = self._last_calls.first()
        while wait is not None and now >= at - _EARLY and at < wait.deadline:
            if self._has_room(wait, at, now):
                break
            # It is not its deadline yet: it will be polled in order.
            self._last_calls.put(wait, wait.deadline)
            wait, at = self._last_calls.first()
        return wait, at

    def _has_room(self, wait: Wait, at: float, now: float) -> bool:
        """Whether a last poll, owed at a time, may still be made."""
        if wait.polls_once:
            return True
        # A last poll that is late because nothing polled is made. One that is late because polls
        # were in flight is not: if each takes the whole timeout, there would be no end.
        is_held_up = now - at > _LAST_CALLS and self._busy_from <= at <= self._busy_until
        return self._free_at - now <= self._most_advance and not is_held_up

    @property
    def _most_advance(self) -> float:
        """Seconds of the budget that may be used in advance."""
        return max(_LAST_CALLS, self._gap)

    def _pause_of_budget(self, now: float) -> float:
        pause = max(self._free_at, self._spent_until) - now
        return max(pause if pause > _EARLY else 0.0, self._pause_of_turns(now))

    def _pause_of_turns(self, now: float) -> float:
        until = self._held_until
        if self._turns is not None:  # creates that wait for their turn come first
            until = max(until, self._turns.next(now))
        pause = until - now
        return pause if pause > _EARLY else 0.0

    @property
    def _speed(self) -> float:
        """Virtual seconds per real second; less than 1 when over budget."""
        return 1 / max(self._demand * self._gap, 1.0)

    def _wanted(self, wait: Wait) -> float:
        """Return the polls per second that a wait would make."""
        return 1 / max(wait.interval, self._gap)

    def _advance(self, now: float) -> None:
        if self._now is not None:
            self._virtual += max(now - self._now, 0.0) * self._speed
        self._now = now
        if self._in_flight:
            self._busy_until = now
        while self._turns is not None and self._turns.spent:
            # They come first: polls make room for them, but for those at their deadline.
            at = self._turns.spent.popleft()
            until = min(max(self._spent_until, at) + self._gap, at + _LONGEST_WINDOW)
            self._spent_until = max(self._spent_until, until)


class _Queue:
    """A priority queue of waits, from which any can be removed."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Wait]] = []
        self._tickets: dict[Wait, int] = {}
        self._next_ticket = 0

    def __len__(self) -> int:
        return len(self._tickets)

    def __contains__(self, wait: Wait) -> bool:
        return wait in self._tickets

    def __iter__(self) -> Iterator[Wait]:
        return iter(self._tickets)

    def put(self, wait: Wait, at: float) -> None:
        self._next_ticket += 1
        self._tickets[wait] = self._next_ticket
        heapq.heappush(self._heap, (at, self._next_ticket, wait))
        if len(self._heap) > 2 * len(self._tickets) + 64:
            self._heap = [entry for entry in self._heap if self._is_valid(entry)]
            heapq.heapify(self._heap)

    def discard(self, wait: Wait) -> None:
        self._tickets.pop(wait, None)

    def first(self) -> tuple[Wait | None, float]:
        """Return the first wait and its time."""
        while self._heap and not self._is_valid(self._heap[0]):
            heapq.heappop(self._heap)
        return (self._heap[0][2], self._heap[0][0]) if self._heap else (None, math.inf)

    def _is_valid(self, entry: tuple[float, int, Wait]) -> bool:
        return self._tickets.get(entry[2]) == entry[1]
