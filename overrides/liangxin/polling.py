"""When to ask for a task again, and when to stop: pure decisions.

Nothing here sleeps, reads a clock or does I/O. A driver reports what each request brought and at
what time, and is told when the next one is due; `now` is any monotonic time in seconds.
"""

import enum
import math
import random
import sys

from liangxin.errors import (
    APIConnectionError,
    APIResponseError,
    APIStatusError,
    LiangXinError,
    NotFoundError,
    UnprocessableEntityError,
    UsageError,
    gist,
)
from liangxin.schedule import Schedule
from liangxin.wire import KNOWN_STATES, Record

DEFAULT_TIMEOUT = 900.0
"""Seconds; the sibling API advises to give up and look after 10 to 15 minutes."""

FIRST_BACKOFF = 1.0
BACKOFF_GROWTH = 1.5
LONGEST_BACKOFF = 5.0
"""Seconds from a poll that brought nothing usable to the next one, at least: soon after a single
fault, and never long after the end of an outage. A client's budget bounds what all waits make."""

WATCHED_INTERVAL = 10.0
"""Seconds between polls, at most, of a task whose states somebody watches."""

JITTER = 0.1
"""Intervals vary by this share either way, so that many clients do not ask in step."""

LONGEST_PAUSE = 900.0
"""Seconds; what a Retry-After asks for is honoured up to here, so that nonsense stops no wait."""

GRACE = 15.0
"""Seconds for the server to agree with itself: to know a task it has just created, and to show the
links of one that it calls finished."""

RESEND_FIRST_DELAY = 0.5
RESEND_LONGEST_DELAY = 8.0
RESEND_JITTER = 0.2
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


def check_callbacks(**callbacks: object) -> None:
    """Refuse what cannot be called, by its name, before anything is sent. Raises UsageError."""
    for name, callback in callbacks.items():
        if callback is not None and not callable(callback):
            raise UsageError(f"{name} must be a function, not {callback!r}")


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    # An integer that no float can hold would fail where it is added to one.
    return isinstance(value, float) or abs(value) <= sys.float_info.max


class End(enum.Enum):
    """How a wait ended."""

    FINISHED = "the task reached a final state"
    NO_RESULT = "the task succeeded, but its result stays unreadable"
    REFUSED = "asking again is of no use"
    TIMED_OUT = "the time is over"


class Wait:
    """One wait for one task.

    Ask for the task at `next_poll`, or as soon after it as there is room, but at `latest` at the
    latest; tell `observe` what came; and repeat while `end` is None. There is exactly one poll at
    the deadline, and what it brings counts.

    Args:
        now: The time at which the wait starts.
        timeout: Seconds until the deadline; 0 asks once, None never gives up.
        poll_interval: Seconds between polls; by default what `schedule` says, with jitter.
        age: Seconds since the task was created; None if unknown, in which case the first poll is
            due at once.
        model: The task's model, if known.
        is_watched: Whether its states matter on the way, and not its end alone.
        schedule: How long tasks take, and when to ask for one.
        rng: The source of the jitter.

    Attributes:
        end: How the wait ended; None while it goes on.
        deadline: When it ends at the latest.
        next_poll: When the next poll is wanted.
        interval: The seconds from the last poll to the next, as far as it is free to choose.
        latest: When it is due even if that means to ask out of turn.
        polls: How many were answered or failed so far.
        last_error: The last error that a poll met, or None.

    Raises:
        UsageError: `timeout` is negative or not a number, or `poll_interval` is not positive.

    """

    __slots__ = (
        "__weakref__",
        "_age_known",
        "_born",
        "_failures",
        "_fixed_interval",
        "_model",
        "_result_grace_until",
        "_rng",
        "_saw_unknown_state",
        "_schedule",
        "_seen_at",
        "_unknown_grace_until",
        "asks_once",
        "deadline",
        "end",
        "interval",
        "is_watched",
        "last_error",
        "latest",
        "next_poll",
        "polls",
    )

    def __init__(
        self,
        *,
        now: float,
        timeout: float | None,
        poll_interval: float | None,
        age: float | None,
        model: str | None,
        is_watched: bool = False,
        schedule: Schedule,
        rng: random.Random,
    ) -> None:
        check_times(timeout, poll_interval)
        self.end: End | None = None
        self.last_error: LiangXinError | None = None
        self.polls = 0
        self.deadline = math.inf if timeout is None else now + timeout
        self.latest = self.deadline
        self.asks_once = timeout == 0
        self._fixed_interval = poll_interval
        self._rng = rng
        self.is_watched = is_watched
        self._schedule = schedule
        self._model = model
        self._age_known = age is not None
        self._born = now - (age or 0.0)
        self._failures = 0
        self._unknown_grace_until: float | None = None
        self._result_grace_until: float | None = None
        self._saw_unknown_state = False
        first_poll = self._born + self._next_interval(self._born)
        is_due = age is None or first_poll <= now
        # The age at which it was last seen unfinished; None if that is not known.
        self._seen_at = None if is_due and age != 0 else 0.0
        self.next_poll = now if is_due else min(first_poll, self.deadline)

    def observe(self, outcome: Record | LiangXinError, now: float) -> str | None:
        """Take in what a poll brought at `now`; return a line if it is worth logging."""
        self.polls += 1
        if isinstance(outcome, Record):
            news = self._observe_record(outcome, now)
        else:
            news = self._observe_error(outcome, now)
        if self.end is None:
            self._end_if_over(now)
        if self.end is None:
            floor = outcome.retry_after or 0.0 if isinstance(outcome, APIStatusError) else 0.0
            due = now + max(self._next_interval(now), min(floor, LONGEST_PAUSE))
            grace_until = self._result_grace_until
            if isinstance(outcome, NotFoundError | UnprocessableEntityError):
                grace_until = grace_until or self._unknown_grace_until
            self.latest = min(self.deadline, grace_until or math.inf)
            self.next_poll = min(due, self.latest)
        return news

    def age(self, now: float) -> float | None:
        """Return the seconds since the task was created; None if that is not known."""
        return now - self._born if self._age_known else None

    def give_up(self) -> None:
        """End the wait at its deadline without a last poll."""
        self.end = End.TIMED_OUT

    def _observe_record(self, record: Record, now: float) -> str | None:
        self._unknown_grace_until = None
        self._model = self._model or record.model
        if record.result_problem is not None:
            self._failures += 1
            if self._result_grace_until is None:
                self._result_grace_until = now + GRACE
                self._failures = 1
                return f"the task succeeded, but {record.result_problem}; asking again"
            return None
        self._failures = 0
        self._result_grace_until = None
        self._learn(record, now)
        if record.is_terminal:
            self.end = End.FINISHED
        elif record.state not in KNOWN_STATES and not self._saw_unknown_state:
            self._saw_unknown_state = True
            return f"unknown state {record.state!r}, taken as not finished"
        return None

    def _learn(self, record: Record, now: float) -> None:
        """Tell the schedule what a poll says of how long tasks take, if the task's age is known."""
        if self._age_known:
            age = now - self._born
            if self._seen_at is None:
                pass  # it was asked for late: nobody knows what was before
            elif record.is_terminal:
                self._schedule.learn(self._model, self._seen_at, age, since=self._seen_at)
            else:
                self._schedule.outlived(self._model, self._seen_at, age)
            self._seen_at = age

    def _observe_error(self, error: LiangXinError, now: float) -> str | None:
        self.last_error = error
        if not self._is_tolerated(error, now):
            self.end = End.REFUSED
            return None
        self._failures += 1
        first_in_a_row = self._failures == 1
        return f"a poll failed, asking again: {gist(error)}" if first_in_a_row else None

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
        if self._result_grace_until is None:
            self.end = End.TIMED_OUT if now >= self.deadline else None
        elif now >= min(self.deadline, self._result_grace_until):
            self.end = End.NO_RESULT

    def _next_interval(self, now: float) -> float:
        self.interval = self._fixed_interval or self._wanted_interval(now)
        return self.interval

    def _wanted_interval(self, now: float) -> float:
        interval = 0.0  # it has ended; only its links are waited for
        if self._result_grace_until is None:
            interval = self._schedule.interval(self._model, now - self._born)
            if self.is_watched:
                interval = min(interval, WATCHED_INTERVAL)
        if self._failures:
            backoff = FIRST_BACKOFF * BACKOFF_GROWTH ** min(self._failures - 1, 10)
            interval = max(interval, min(backoff, LONGEST_BACKOFF))
        return _jittered(interval, self._rng, JITTER)


class Resend:
    """When to send a create again that provably was not accepted.

    Attributes:
        has_told: Whether the log has warned that no way leads to the server.

    Args:
        now: The time of the first try.
        rng: The source of the jitter.

    """

    def __init__(self, *, now: float, rng: random.Random) -> None:
        self.has_told = False
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
        delay = max(_jittered(self._delay, self._rng, RESEND_JITTER), floor)
        self._delay = min(self._delay * 2, RESEND_LONGEST_DELAY)
        return delay if now + delay <= self._budget_until else None


def _jittered(seconds: float, rng: random.Random, share: float) -> float:
    return seconds * rng.uniform(1 - share, 1 + share)
