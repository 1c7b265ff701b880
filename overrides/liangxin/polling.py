"""When to ask for a task again, and when to stop: pure decisions.

Nothing here sleeps, reads a clock or does I/O. A driver reports what each request brought and at
what time, and is told when the next one is due; `now` is any monotonic time in seconds.
"""

import enum
import math
import random

from liangxin.errors import (
    APIConnectionError,
    APIResponseError,
    APIStatusError,
    LiangXinError,
    NotFoundError,
    UnprocessableEntityError,
    UsageError,
)
from liangxin.wire import KNOWN_STATES, Record

DEFAULT_TIMEOUT = 900.0
"""Seconds; the sibling API advises to give up and look after 10 to 15 minutes."""

FIRST_INTERVAL = 2.0
INTERVAL_GROWTH = 1.5
LONGEST_INTERVAL = 15.0
"""From 2 s to 15 s: the lower ends of what the sibling API advises; this one advises nothing."""

JITTER = 0.2
"""Intervals vary by this share either way, so that many clients do not ask in step."""

LONGEST_PAUSE = 900.0
"""Seconds; what a Retry-After asks for is honoured up to here, so that nonsense stops no wait."""

GRACE = 15.0
"""Seconds for the server to agree with itself: to know a task it has just created, and to show the
links of one that it calls finished."""

RESEND_FIRST_DELAY = 0.5
RESEND_LONGEST_DELAY = 8.0
RESEND_BUDGET = 30.0
"""Seconds during which a create that provably was not accepted is sent again: enough for a burst
of 429 or a restart, and short enough that a person waits for the error."""


def check_times(timeout: float | None, poll_interval: float | None) -> None:
    """Refuse times that cannot work, before anything is sent. Raises UsageError."""
    if timeout is not None and not (_is_number(timeout) and timeout >= 0):
        raise UsageError(f"timeout must be 0 or more seconds, or None, not {timeout!r}")
    if poll_interval is not None and not (
        _is_number(poll_interval) and 0 < poll_interval < math.inf
    ):
        raise UsageError(f"poll_interval must be more than 0 seconds, not {poll_interval!r}")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


class End(enum.Enum):
    """How a wait ended."""

    FINISHED = "the task reached a final state"
    NO_RESULT = "the task succeeded, but its result stays unreadable"
    REFUSED = "asking again is of no use"
    TIMED_OUT = "the time is over"


class Wait:
    """One wait for one task.

    Ask for the task at `next_poll`, tell `observe` what came, and repeat while `end` is None. There
    is exactly one poll at the deadline, and what it brings counts.

    Args:
        now: The time at which the wait starts.
        timeout: Seconds until the deadline; 0 asks once, None never gives up.
        poll_interval: Seconds between polls; by default 2 s growing to 15 s, with jitter.
        age: Seconds since the task was created; None if unknown, in which case the first poll is
            due at once.
        rng: The source of the jitter.

    Raises:
        UsageError: `timeout` is negative or not a number, or `poll_interval` is not positive.

    """

    def __init__(
        self,
        *,
        now: float,
        timeout: float | None,
        poll_interval: float | None,
        age: float | None,
        rng: random.Random,
    ) -> None:
        check_times(timeout, poll_interval)
        self.end: End | None = None
        self.last_error: LiangXinError | None = None
        self.deadline = math.inf if timeout is None else now + timeout
        self._fixed_interval = poll_interval
        self._interval = FIRST_INTERVAL
        self._rng = rng
        self._unknown_grace_until: float | None = None
        self._result_grace_until: float | None = None
        self._last_poll_failed = False
        self._saw_unknown_state = False
        first_interval = self._next_interval()
        if age is None or age >= first_interval:
            self.next_poll = now
            self._interval = FIRST_INTERVAL
        else:
            self.next_poll = min(now - age + first_interval, self.deadline)

    def observe(self, outcome: Record | LiangXinError, now: float) -> str | None:
        """Take in what a poll brought at `now`; return a line if it is worth logging."""
        if isinstance(outcome, Record):
            news = self._observe_record(outcome, now)
        else:
            news = self._observe_error(outcome, now)
        if self.end is None:
            self._end_if_over(now)
        if self.end is None:
            floor = outcome.retry_after or 0.0 if isinstance(outcome, APIStatusError) else 0.0
            due = now + max(self._next_interval(), min(floor, LONGEST_PAUSE))
            if isinstance(outcome, NotFoundError | UnprocessableEntityError):
                due = min(due, self._unknown_grace_until or due)
            self.next_poll = min(due, self._result_grace_until or due, self.deadline)
        return news

    def _observe_record(self, record: Record, now: float) -> str | None:
        self._last_poll_failed = False
        self._unknown_grace_until = None
        if record.result_problem is not None:
            if self._result_grace_until is None:
                self._result_grace_until = now + GRACE
                self._interval = FIRST_INTERVAL
                return f"the task succeeded, but {record.result_problem}; asking again"
            return None
        self._result_grace_until = None
        if record.is_terminal:
            self.end = End.FINISHED
        elif record.state not in KNOWN_STATES and not self._saw_unknown_state:
            self._saw_unknown_state = True
            return f"unknown state {record.state!r}, taken as not finished"
        return None

    def _observe_error(self, error: LiangXinError, now: float) -> str | None:
        self.last_error = error
        if not self._is_tolerated(error, now):
            self.end = End.REFUSED
            return None
        first_in_a_row = not self._last_poll_failed
        self._last_poll_failed = True
        return f"a poll failed, asking again: {error.args[0]}" if first_in_a_row else None

    def _is_tolerated(self, error: LiangXinError, now: float) -> bool:
        if isinstance(error, NotFoundError | UnprocessableEntityError):
            if self._unknown_grace_until is None:
                self._unknown_grace_until = now + GRACE
            return now < self._unknown_grace_until
        if isinstance(error, APIStatusError):
            status = error.status_code
            # A redirect may be a maintenance page; if it is a wrong base URL, the timeout tells.
            return status < 400 or status in {408, 429} or status >= 500  # noqa: PLR2004
        return isinstance(error, APIConnectionError | APIResponseError)

    def _end_if_over(self, now: float) -> None:
        # `next_poll` is compared, too: a sleep until the deadline may end a rounding error early.
        is_over = now >= self.deadline or self.next_poll >= self.deadline
        if self._result_grace_until is None:
            self.end = End.TIMED_OUT if is_over else None
        elif is_over or max(now, self.next_poll) >= self._result_grace_until:
            self.end = End.NO_RESULT

    def _next_interval(self) -> float:
        if self._fixed_interval is not None:
            return self._fixed_interval
        interval = _jittered(self._interval, self._rng)
        self._interval = min(self._interval * INTERVAL_GROWTH, LONGEST_INTERVAL)
        return interval


class Resend:
    """When to send a create again that provably was not accepted.

    Args:
        now: The time of the first try.
        rng: The source of the jitter.

    """

    def __init__(self, *, now: float, rng: random.Random) -> None:
        self._budget_until = now + RESEND_BUDGET
        self._delay = RESEND_FIRST_DELAY
        self._rng = rng

    def delay(self, error: LiangXinError, now: float) -> float | None:
        """Return the seconds until the next try; None if `error` is to be raised instead."""
        if isinstance(error, APIStatusError):
            if error.status_code != 429:  # noqa: PLR2004
                return None
            floor = error.retry_after or 0.0
        elif isinstance(error, APIConnectionError) and not error.may_have_arrived:
            floor = 0.0
        else:
            return None
        delay = max(_jittered(self._delay, self._rng), floor)
        self._delay = min(self._delay * 2, RESEND_LONGEST_DELAY)
        return delay if now + delay <= self._budget_until else None


def _jittered(seconds: float, rng: random.Random) -> float:
    return seconds * rng.uniform(1 - JITTER, 1 + JITTER)
