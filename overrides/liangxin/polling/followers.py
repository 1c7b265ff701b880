"""Match waits with their followers: the bookkeeping that both pollers share."""

import logging
import math
from collections.abc import Callable, Coroutine, Iterable
from contextlib import AbstractContextManager
from contextvars import Context
from functools import partial
from typing import Any, Protocol, TypeAlias

from liangxin.clock import Clock, SystemClock
from liangxin.errors import LiangXinError
from liangxin.polling.hints import Hints, Topic
from liangxin.polling.poll_rate import POLLS_PER_SECOND, Budget, check_rate
from liangxin.polling.request_turns import Turns
from liangxin.polling.schedule import Schedule
from liangxin.polling.wait import Wait
from liangxin.records import TaskRecord

_logger = logging.getLogger("liangxin")

HINT_SLICE = 0.5
"""Seconds that any clock but the system's is moved at a time while hints may come: its sleep cannot
be interrupted."""

Poll: TypeAlias = Callable[[Wait], Coroutine[Any, Any, TaskRecord]]
"""Makes one request. Raises LiangXinError; any other exception becomes the wait's `failure`."""

Observe: TypeAlias = Callable[[Wait, TaskRecord | LiangXinError], None]
"""Called with the outcome of each poll of a followed wait, before its follower is notified."""

News: TypeAlias = Wait | BaseException | None
"""A wait that has ended or has an update, an exception for the caller, or None for a wake-up."""


class BasePoller:
    """What both pollers are made of.

    Args:
        poll: Makes one request; in the sync client its coroutine never suspends.
        observe: Called in the thread or the task that made the poll.
        clock: The client's clock.
        polls_per_second: The budget that all waits share.
        counts_requests: Whether the budget is one of all requests, and not of polls alone.
        schedule: How long tasks take, and when to poll one.

    Raises:
        UsageError: `polls_per_second` is not a positive number.

    """

    def __init__(
        self,
        poll: Poll,
        observe: Observe,
        clock: Clock,
        *,
        polls_per_second: float = POLLS_PER_SECOND,
        counts_requests: bool = False,
        schedule: Schedule,
    ) -> None:
        self.schedule = schedule
        self.is_real = isinstance(clock, SystemClock)
        self._clock = clock
        self.rate = check_rate(polls_per_second)
        """The budget: polls per second."""
        self.turns = Turns(round(60 * self.rate)) if counts_requests else None
        """Those of creates and other requests; None if the API does not limit them."""
        followers = partial(Followers, self.rate, self.turns)
        self._settings = (poll, observe, clock, followers)
        self._start_over()

    def spend(self) -> None:
        """Take a request other than a poll out of the budget. Safe to call from any thread."""
        if self.turns is not None:
            now = self._clock.monotonic()
            self.turns.record(now)
            self.turns.spent.append(now)

    def take_turn(self, now: float) -> float:
        """Reserve the turn of a request, and return when that is. Safe to call from any thread."""
        return now if self.turns is None else self.turns.take(now)

    def give_back(self, turn: float) -> None:
        """Cancel a turn: nothing was sent."""
        if self.turns is not None:
            self.turns.give_back(turn)

    def use(self, turn: float) -> None:
        """Take the request of a turn out of the budget of polls, as it is sent now."""
        if self.turns is not None:
            self.turns.spent.append(turn)

    def _start_over(self) -> None:
        """Forget what was followed so far."""
        raise NotImplementedError


class Mailbox(Protocol):
    """Where a follower receives its news."""

    context: Context
    """The caller's, in which its polls run: log filters and tracing read context variables."""

    @property
    def is_closed(self) -> bool:
        """Whether the follower has left."""
        ...

    def post(self, news: News) -> None:
        """Deliver news; a wait that is still in the mailbox is not added again."""
        ...


class Listening:
    """The hints that a follower listens for."""

    def __init__(self) -> None:
        self._topics: dict[Wait, Topic] = {}

    def begin(self, wait: Wait, hints: Hints, listener: Callable[[], None]) -> None:
        """Have `listener` called at the hint of a wait, at once if it came already."""
        self._topics[wait] = hints.listen(wait.task_id, listener, key=wait)

    def end(self, wait: Wait) -> None:
        """Stop listening for a wait, if there was one. Takes no lock."""
        topic = self._topics.pop(wait, None)
        if topic is not None:
            topic.listeners.pop(wait, None)

    def end_all(self) -> None:
        """Stop listening. Takes no lock."""
        for wait in [*self._topics]:
            self.end(wait)


class Followers:
    """All waits that are followed, each with its follower's mailbox, under one budget."""

    def __init__(self, polls_per_second: float, turns: Turns | None = None) -> None:
        self._budget = Budget(polls_per_second, turns)
        self._mailboxes: dict[Wait, Mailbox] = {}
        self._polled: set[Wait] = set()  # from `take` until `finish`
        self._alarms: dict[Mailbox, float] = {}

    def __len__(self) -> int:
        return len(self._mailboxes)

    def set_rate(self, polls_per_second: float, now: float) -> None:
        """Change the budget that all waits share."""
        self._budget.set_rate(polls_per_second, now)

    def mailbox(self, wait: Wait) -> Mailbox:
        """Return the mailbox of a wait that `take` has just returned."""
        return self._mailboxes[wait]

    def join(self, mailbox: Mailbox, waits: Iterable[Wait], now: float) -> None:
        """Follow waits."""
        for wait in waits:
            self._mailboxes[wait] = mailbox
            if wait in self._polled:
                continue  # for its last follower, and no poll may be in flight twice
            if wait.is_open:
                self._budget.put_back(wait, now)
            else:
                self._notify(wait)

    def leave(self, mailbox: Mailbox, waits: Iterable[Wait], now: float) -> None:
        """Stop following waits."""
        del now
        for wait in waits:
            if self._mailboxes.get(wait) is mailbox:
                del self._mailboxes[wait]
                if wait not in self._polled:
                    self._budget.remove(wait)

    def hint(self, mailbox: Mailbox, waits: Iterable[Wait], now: float) -> None:
        """Have waits polled now, as their tasks are said to have ended."""
        for wait in waits:
            is_followed = self._mailboxes.get(wait) is mailbox
            if is_followed and wait.hint(now) and wait not in self._polled:
                self._budget.hurry(wait, now)

    def set_alarm(self, mailbox: Mailbox, at: float) -> None:
        """Let `pause` end at a time; infinite removes the alarm."""
        if at < math.inf:
            self._alarms[mailbox] = at
        else:
            self._alarms.pop(mailbox, None)

    def take(self, now: float) -> Wait | None:
        """Return the next wait to poll now; None if none is due."""
        while (wait := self._budget.take(now)) is not None:
            if self._mailboxes[wait].is_closed:  # an interrupt kept its follower from leaving
                self._budget.remove(wait)
                del self._mailboxes[wait]
            elif wait.end is not None:
                self._notify(wait)
            else:
                self._polled.add(wait)
                return wait
        return None

    def pause(self, now: float) -> float:
        """Return the seconds until `take` may return a wait, or the next alarm; may be infinite."""
        alarm = min(self._alarms.values(), default=math.inf)
        return max(min(self._budget.pause(now), alarm - now), 0.0)

    def observe(
        self, wait: Wait, outcome: TaskRecord | LiangXinError, now: float
    ) -> tuple[bool, str | None]:
        """Record the outcome of a poll; return whether anybody follows, and a line for the log."""
        mailbox = self._mailboxes.get(wait)
        if mailbox is None or mailbox.is_closed:
            return False, None
        wait.is_settling = True
        return True, self._budget.observe(wait, outcome, now)

    def finish(self, wait: Wait, now: float, *, has_record: bool) -> None:
        """Publish the outcome of a poll, and schedule the next one."""
        self._polled.discard(wait)
        is_news = wait.publish(has_record=has_record)
        if wait in self._mailboxes and wait.is_open:
            self._budget.put_back(wait, now)
        else:
            self._budget.remove(wait)
        if is_news and wait in self._mailboxes:
            self._notify(wait)

    def _notify(self, wait: Wait) -> None:
        mailbox = self._mailboxes[wait]
        if not wait.is_open:
            del self._mailboxes[wait]
        mailbox.post(wait)


class Polling:
    """Makes polls for followers, which `lock` guards."""

    def __init__(
        self,
        followers: Followers,
        poll: Poll,
        observe: Observe,
        clock: Clock,
        lock: AbstractContextManager[Any],
    ) -> None:
        self._followers = followers
        self._poll = poll
        self._observe = observe
        self._clock = clock
        self._lock = lock

    async def make(self, wait: Wait) -> None:
        """Make one poll, and notify the follower."""
        has_record = False
        try:
            outcome = await self._outcome(wait)
            with self._lock:
                now = self._clock.monotonic()
                is_followed, line = self._followers.observe(wait, outcome, now)
            if is_followed:
                # Not under the lock: a log handler may be slow.
                if line is not None:
                    _logger.warning("Task %s: %s", wait.task_id, line)
                self._observe(wait, outcome)
                has_record = isinstance(outcome, TaskRecord)
        except Exception as exc:  # noqa: BLE001  raised where the caller is
            wait.failure = exc
        finally:
            with self._lock:
                self._followers.finish(wait, self._clock.monotonic(), has_record=has_record)

    async def _outcome(self, wait: Wait) -> TaskRecord | LiangXinError:
        try:
            return await self._poll(wait)
        except LiangXinError as error:
            return error
