"""Which of many waits asks next, and when: pure decisions, under one budget for them all.

Each wait says when it would like to ask. Where all together want more than the budget allows, waits
are told a slower time, so that all intervals stretch by the same factor and nobody starves.
"""

import heapq
import math
from collections.abc import Iterator

from liangxin.errors import APIStatusError, LiangXinError, UsageError
from liangxin.polling import LONGEST_PAUSE, Wait
from liangxin.wire import Record

POLLS_PER_SECOND = 10.0
"""Of one client; LiangXin names no limit of queries, and its sibling's is 20 creates in 10 s."""

MOST_IN_FLIGHT = 32
"""Polls at a time; enough for the budget's ten a second while each takes three."""

_EARLY = 1e-6
"""Seconds; a sleep may end so much too early by rounding."""

_LAST_CALLS = 1.0
"""Seconds of the budget that polls at their deadline may use up in advance, and the seconds after
it that they may begin if until then all who poll were busy."""


def check_rate(polls_per_second: float) -> float:
    """Return the budget; UsageError if it cannot work."""
    is_number = isinstance(polls_per_second, int | float) and not isinstance(polls_per_second, bool)
    if not is_number or not 0 < polls_per_second < math.inf:
        raise UsageError(f"polls_per_second must be a number over 0, not {polls_per_second!r}")
    return float(polls_per_second)


class Scheduler:
    """Decides which wait asks next. It needs to be told the time, and neither sleeps nor locks.

    Args:
        polls_per_second: How many polls all waits together make at most.

    """

    def __init__(self, polls_per_second: float = POLLS_PER_SECOND) -> None:
        self._gap = 1 / polls_per_second
        self._free_at = -math.inf
        self._held_until = -math.inf
        self._now: float | None = None
        self._virtual = 0.0
        self._demand = 0.0  # polls per second that the queue would make, had it all it wants
        self._queue = _Queue()  # by the virtual time at which a poll is wanted
        self._last_calls = _Queue()  # by the real time at which one is owed
        self._asking: dict[Wait, float] = {}  # in flight, and when they were asked
        self._busy_from = self._busy_until = -math.inf  # when polls were last in flight

    def __len__(self) -> int:
        return len(self._queue) + len(self._asking)

    def __contains__(self, wait: Wait) -> bool:
        return wait in self._asking or wait in self._queue

    def __iter__(self) -> Iterator[Wait]:
        return iter([*self._queue, *self._asking])

    def add(self, wait: Wait, now: float) -> None:
        """Take in a wait that has not ended."""
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
            self._demand = self._demand - self._wanted(wait) if self._queue else 0.0
        self._asking.pop(wait, None)

    def take(self, now: float) -> Wait | None:
        """Return the wait whose poll is to be made now; None if none is.

        One that is returned with an `end` has come to its deadline and is not to be polled: the
        budget has no room for it.
        """
        self._advance(now)
        is_full = len(self._asking) >= MOST_IN_FLIGHT
        wait, at = self._last_call(now)
        if wait is not None and now >= at - _EARLY:
            is_asked = self._has_room(wait, at, now)
            if not is_asked or not is_full:
                self.remove(wait)
                if is_asked:
                    self._ask(wait, max(now, at))
                else:
                    wait.give_up()
                return wait
        if is_full:
            return None
        wait, at = self._queue.first()
        if wait is None or self._pause_of_budget(now) > 0:
            return None
        if at > self._virtual + _EARLY:
            if wait.next_poll > now + _EARLY:
                return None
            self._virtual = at  # the others are not due yet: their room would go to waste
        self.remove(wait)
        self._ask(wait, now)
        return wait

    def pause(self, now: float) -> float:
        """Return the seconds until `take` may have something; infinite if nothing is known of."""
        self._advance(now)
        is_full = len(self._asking) >= MOST_IN_FLIGHT
        last, at = self._last_call(now)
        owed_in = math.inf if last is None else at - now
        if last is not None and is_full and self._has_room(last, at, now):
            too_late_in = at + _LAST_CALLS + 2 * _EARLY - now
            owed_in = too_late_in if too_late_in > 0 and not last.asks_once else math.inf
        wait, at = self._queue.first()
        due_in = math.inf
        if wait is not None and not is_full:
            due_in = min((at - self._virtual) / self._speed, wait.next_poll - now)
            due_in = max(due_in, self._pause_of_budget(now))
        return max(min(owed_in, due_in), 0.0)

    def observe(self, wait: Wait, outcome: Record | LiangXinError, now: float) -> str | None:
        """Take in what a poll brought, and plan the next; return a line if worth logging."""
        self._advance(now)
        asked_at = self._asking.pop(wait, None)
        if asked_at is None:
            return None  # nobody waits for it any more
        now = max(now, asked_at)
        news = wait.observe(outcome, now)
        if isinstance(outcome, APIStatusError) and outcome.retry_after:
            # One account, one limit: what the server asks of one poll it asks of all.
            until = now + min(outcome.retry_after, LONGEST_PAUSE)
            self._held_until = max(self._held_until, until)
        if wait.end is None:
            self.add(wait, now)
        return news

    def put_back(self, wait: Wait, now: float) -> None:
        """Take in that a poll was broken off, at whatever point: it is due again."""
        self.remove(wait)
        self.add(wait, now)

    def _ask(self, wait: Wait, now: float) -> None:
        if not self._asking:
            self._busy_from = now
        self._asking[wait] = now
        # What is asked out of turn must not hold up the others for longer than a little.
        self._free_at = min(max(self._free_at, now), now + self._most_advance) + self._gap

    def _last_call(self, now: float) -> tuple[Wait | None, float]:
        """Return the wait that is the next to be asked out of turn, and when."""
        wait, at = self._last_calls.first()
        while wait is not None and now >= at - _EARLY and at < wait.deadline:
            if self._has_room(wait, at, now):
                break
            # It is not its deadline yet: it will be asked in its turn.
            self._last_calls.put(wait, wait.deadline)
            wait, at = self._last_calls.first()
        return wait, at

    def _has_room(self, wait: Wait, at: float, now: float) -> bool:
        """Whether a poll that is owed at a time may still be made."""
        if wait.asks_once:
            return True
        # Who comes late because nobody polled is asked; who does because all were busy, is not:
        # where each poll takes as long as a request may, one after another would never end.
        is_held_up = now - at > _LAST_CALLS and self._busy_from <= at <= self._busy_until
        return self._free_at - now <= self._most_advance and not is_held_up

    @property
    def _most_advance(self) -> float:
        """How many seconds of the budget may be used up in advance."""
        return max(_LAST_CALLS, self._gap)

    def _pause_of_budget(self, now: float) -> float:
        pause = max(self._free_at, self._held_until) - now
        return pause if pause > _EARLY else 0.0

    @property
    def _speed(self) -> float:
        """How fast the time runs that waits are told."""
        return 1 / max(self._demand * self._gap, 1.0)

    def _wanted(self, wait: Wait) -> float:
        """Return the polls per second that a wait would make."""
        return 1 / max(wait.interval, self._gap)

    def _advance(self, now: float) -> None:
        if self._now is not None:
            self._virtual += max(now - self._now, 0.0) * self._speed
        self._now = now
        if self._asking:
            self._busy_until = now


class _Queue:
    """A priority queue of waits, the least first, from which any can be taken out."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Wait]] = []
        self._tickets: dict[Wait, int] = {}
        self._next_ticket = 0

    def __len__(self) -> int:
        return len(self._tickets)

    def __iter__(self) -> Iterator[Wait]:
        return iter(self._tickets)

    def __contains__(self, wait: Wait) -> bool:
        return wait in self._tickets

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
