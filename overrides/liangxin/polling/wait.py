"""Decide when to poll a task, and when to stop. Pure decisions.

Nothing here sleeps, reads a clock or does I/O. A driver reports the outcome of each poll and its
time, and polls again when the next poll is due; `now` is any monotonic time in seconds.
"""

import enum
import math
import random
import sys
from typing import Any

from liangxin.backoff import Backoff, jittered
from liangxin.errors import (
    APIStatusError,
    LiangXinError,
    NotFoundError,
    UnprocessableEntityError,
    UsageError,
    may_pass,
    summary,
)
from liangxin.polling.hints import Hints
from liangxin.polling.schedule import Schedule
from liangxin.records import TaskRecord
from liangxin.task_states import KNOWN_STATES

DEFAULT_TIMEOUT = 900.0
"""Seconds; Kie.ai, whose API LiangXin's copies, advises to give up after 10 to 15 minutes."""

BACKOFF = Backoff(first=1.0, growth=1.5, longest=5.0)
"""The least pause after failed polls: short after a single fault, and never long after the end of
an outage. The budget limits all waits together."""

WATCHED_INTERVAL = 10.0
"""Longest interval, in seconds, of a wait with `on_update` or `events`."""

_MOST = 0.7
"""Share of tasks that end, with reliable hints, before their first poll without one. A later poll
is less likely to be needed; an earlier one finds a task sooner whose hint got lost."""

JITTER = 0.1
"""Intervals vary by this share either way, so that many clients do not poll in step."""

LONGEST_PAUSE = 900.0
"""Seconds; a longer Retry-After is cut to this, so that an absurd one stops no wait."""

GRACE = 15.0
"""Seconds for the server to become consistent: to know a new task, to show the links of a finished
one, and that a task has ended which its callback says has."""


def check_times(timeout: float | None, poll_interval: float | None) -> None:
    """Raise UsageError for invalid durations, before anything is sent."""
    if timeout is not None and not (_is_number(timeout) and timeout >= 0):
        raise UsageError(f"must be 0 or more seconds, or None, not {timeout!r}", argument="timeout")
    if poll_interval is not None and not (
        _is_number(poll_interval) and 0 < poll_interval < math.inf
    ):
        raise UsageError(
            f"must be more than 0 seconds, not {poll_interval!r}", argument="poll_interval"
        )


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    # An integer too large for a float would fail when it is added to one.
    return isinstance(value, float) or abs(value) <= sys.float_info.max


class End(enum.Enum):
    """How a wait ended."""

    FINISHED = "the task reached a final state"
    NO_RESULT = "the task succeeded, but its result stays unreadable"
    REFUSED = "polling again is of no use"
    TIMED_OUT = "the deadline has passed"


class Wait:
    """One wait for one task.

    Poll the task at `next_poll`, or as soon after it as the budget allows, but no later than
    `latest`; pass the outcome to `observe`; and repeat while `end` is None. There is exactly one
    poll at the deadline, and its outcome counts.

    Args:
        now: The time at which the wait starts.
        timeout: Seconds until the deadline; 0 polls once, None never gives up.
        poll_interval: Seconds between polls; by default those of `schedule`, with jitter.
        age: Seconds since the task was created; None if unknown, in which case the first poll is
            due at once.
        model: The task's model, if known.
        work: How much it asks for, relative to a request without options; None if unknown.
        is_watched: Whether the caller is notified of each record, and not of the final one alone.
        schedule: How long tasks take, and when to poll one.
        hints: Where hints that the task has ended come from, if there are any.
        rng: The source of the jitter.
        task_id: The task's id, for log lines.
        key: Opaque; for the owner of the wait.

    Attributes:
        end: How the wait ended; None while it goes on.
        failure: What ended it instead, if it was an error that is not the SDK's own.
        deadline: When it ends at the latest.
        next_poll: When the next poll is wanted.
        interval: The seconds from the last poll to the next, without deadlines.
        latest: When a poll is due even if the budget is used up.
        polls: How many polls were answered or failed so far.
        last_error: The last error of a poll, or None.

    Raises:
        UsageError: `timeout` is negative or not a number, or `poll_interval` is not positive.

    """

    __slots__ = (
        "__weakref__",
        "_age_known",
        "_born",
        "_failures",
        "_fixed_interval",
        "_has_update",
        "_hinted_at",
        "_model",
        "_result_grace_until",
        "_rng",
        "_saw_unknown_state",
        "_schedule",
        "_seen_at",
        "_unconfirmed",
        "_unknown_grace_until",
        "_work",
        "deadline",
        "end",
        "failure",
        "hints",
        "interval",
        "is_settling",
        "is_watched",
        "key",
        "last_error",
        "latest",
        "next_poll",
        "polls",
        "polls_once",
        "task_id",
    )

    def __init__(
        self,
        *,
        now: float,
        timeout: float | None,
        poll_interval: float | None,
        age: float | None,
        model: str | None,
        work: float | None = None,
        is_watched: bool = False,
        schedule: Schedule,
        hints: Hints | None = None,
        rng: random.Random,
        task_id: str = "",
        key: Any = None,
    ) -> None:
        check_times(timeout, poll_interval)
        self.task_id = task_id
        self.key = key
        self.end: End | None = None
        self.failure: Exception | None = None
        self.last_error: LiangXinError | None = None
        self.polls = 0
        self.deadline = math.inf if timeout is None else now + timeout
        self.latest = self.deadline
        self.polls_once = timeout == 0
        self.is_watched = is_watched
        self.hints = hints
        # Set by the poller between `observe` and `publish`: a caller in another thread must not see
        # the end before the task has its final state.
        self.is_settling = False
        self._has_update = False
        self._fixed_interval = poll_interval
        self._rng = rng
        self._schedule = schedule
        self._model = model
        self._work = work
        self._age_known = age is not None
        self._born = now - (age or 0.0)
        self._failures = 0
        self._hinted_at: float | None = None
        self._unconfirmed = 0  # polls since the hint
        self._unknown_grace_until: float | None = None
        self._result_grace_until: float | None = None
        self._saw_unknown_state = False
        first_poll = self._born + self._next_interval(self._born)
        is_due = age is None or first_poll <= now
        # The age at which it was last seen unfinished; None if the first poll is late, as then
        # nobody knows what was before.
        self._seen_at = None if is_due and age != 0 else 0.0
        self.next_poll = now if is_due else min(first_poll, self.deadline)

    @property
    def is_open(self) -> bool:
        """Whether the caller has to wait on."""
        return self.is_settling or (self.end is None and self.failure is None)

    def take_update(self) -> bool:
        """Whether a poll brought a record since the last call."""
        had, self._has_update = self._has_update, False
        return had

    def hint(self, now: float) -> bool:
        """Make the next poll due at a hint that the task has ended, unless one came just now.

        Return whether it is due.
        """
        is_another = self._hinted_at is not None and now < self._hinted_at + GRACE
        if is_another or self.end is not None:
            return False
        self._hinted_at = self.next_poll = now
        self._unconfirmed = 0
        return True

    def observe(self, outcome: TaskRecord | LiangXinError, now: float) -> str | None:
        """Record the outcome of a poll; return a line if there is something worth logging."""
        self.polls += 1
        if isinstance(outcome, TaskRecord):
            line = self._observe_record(outcome, now)
        else:
            line = self._observe_error(outcome, now)
        # In this order: a final state beats a deadline that has passed meanwhile.
        if self.end is None:
            self._end_if_over(now)
        if self.end is None:
            floor = outcome.retry_after or 0.0 if isinstance(outcome, APIStatusError) else 0.0
            due = now + max(self._next_interval(now), min(floor, LONGEST_PAUSE))
            # While the server may not know the task yet, or its links, the last poll is at the end
            # of that time: on its outcome the wait ends, or not.
            grace_until = self._result_grace_until
            if isinstance(outcome, NotFoundError | UnprocessableEntityError):
                grace_until = grace_until or self._unknown_grace_until
            self.latest = min(self.deadline, grace_until or math.inf)
            self.next_poll = min(due, self.latest)
        return line

    def publish(self, *, has_record: bool = False) -> bool:
        """Show the last outcome to the caller; return whether to notify the caller."""
        self._has_update = self._has_update or has_record
        self.is_settling = False
        return not self.is_open or (has_record and self.is_watched)

    def age(self, now: float) -> float | None:
        """Return the seconds since the task was created; None if unknown."""
        return now - self._born if self._age_known else None

    def give_up(self) -> None:
        """End the wait at its deadline without a last poll."""
        self.end = End.TIMED_OUT

    def _observe_record(self, record: TaskRecord, now: float) -> str | None:
        self._unknown_grace_until = None
        self._model = self._model or record.model
        if record.result_problem is not None:
            self._failures += 1
            if self._result_grace_until is None:
                self._result_grace_until = now + GRACE
                self._failures = 1
                return f"the task succeeded, but {record.result_problem}; polling again"
            return None
        self._failures = 0
        self._result_grace_until = None
        if record.is_terminal and self.hints is not None:
            is_hinted = self._hinted_at is not None
            # One that ended before anybody listened proves nothing.
            if is_hinted or self._seen_at is not None:
                self.hints.judge(came_in_time=is_hinted)
        self._learn(record, now)
        if record.is_terminal:
            self.end = End.FINISHED
        elif record.state not in KNOWN_STATES and not self._saw_unknown_state:
            self._saw_unknown_state = True
            return f"unknown state {record.state!r}, taken as not finished"
        return None

    def _learn(self, record: TaskRecord, now: float) -> None:
        """Let the schedule learn from a poll how long tasks take, if the task's age is known."""
        if self._age_known:
            age = now - self._born
            if record.is_terminal and self._hinted_at is not None and self._seen_at is not None:
                # It ended just before the hint, however long before that the last poll was.
                ended_at = max(self._hinted_at - self._born, self._seen_at)
                self._schedule.outlived(self._model, self._seen_at, ended_at, self._work)
                self._seen_at = ended_at
            if self._seen_at is None:
                pass  # the first poll was late: what was before is unknown
            elif record.is_terminal:
                seen_at = self._seen_at
                self._schedule.learn(self._model, seen_at, age, since=seen_at, work=self._work)
            else:
                self._schedule.outlived(self._model, self._seen_at, age, self._work)
            self._seen_at = age

    def _observe_error(self, error: LiangXinError, now: float) -> str | None:
        self.last_error = error
        if not self._is_tolerated(error, now):
            self.end = End.REFUSED
            return None
        self._failures += 1
        is_first_in_a_row = self._failures == 1
        return f"a poll failed, polling again: {summary(error)}" if is_first_in_a_row else None

    def _is_tolerated(self, error: LiangXinError, now: float) -> bool:
        if isinstance(error, NotFoundError | UnprocessableEntityError):
            if self._unknown_grace_until is None:
                self._unknown_grace_until = now + GRACE
            return now < self._unknown_grace_until
        # A redirect may be a maintenance page; if it is a wrong base URL, the timeout ends it.
        is_redirect = isinstance(error, APIStatusError) and error.status_code < 400  # noqa: PLR2004
        return is_redirect or may_pass(error)

    def _end_if_over(self, now: float) -> None:
        if self._result_grace_until is None:
            self.end = End.TIMED_OUT if now >= self.deadline else None
        elif now >= min(self.deadline, self._result_grace_until):
            self.end = End.NO_RESULT

    def _next_interval(self, now: float) -> float:
        self.interval = self._fixed_interval or self._wanted_interval(now)
        return self.interval

    def _wanted_interval(self, now: float) -> float:
        interval = 0.0  # it has succeeded, and only its links are missing
        if self._result_grace_until is None:
            interval = self._schedule.interval(self._model, now - self._born, self._work)
            if self.is_watched:
                interval = min(interval, WATCHED_INTERVAL)
            elif self._hinted_at is None and self.hints is not None and self.hints.are_reliable:
                age = now - self._born
                usual_end = self._schedule.quantile(self._model, _MOST, self._work)
                interval = max(interval, usual_end - age, age / 2)
        if self._hinted_at is not None and now < self._hinted_at + GRACE:
            # The record may lag behind the callback.
            self._unconfirmed += 1
            interval = min(interval, BACKOFF.nominal(self._unconfirmed))
        if self._failures:
            backoff = BACKOFF.nominal(self._failures)
            # A task that the server does not know yet gets several polls before that is believed.
            is_unknown = self._unknown_grace_until is not None
            interval = backoff if is_unknown else max(interval, backoff)
        return jittered(interval, JITTER, self._rng)
