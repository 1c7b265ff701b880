"""Match waits with their followers: whose is each, which is polled next, and who is notified.

A follower is a caller that waits, such as `task.wait`; it receives its news in a mailbox.
"""

import math
from collections.abc import Iterable
from contextvars import Context
from typing import Protocol, TypeAlias

from liangxin.errors import LiangXinError
from liangxin.polling.poll_rate import Budget
from liangxin.polling.request_turns import Turns
from liangxin.polling.wait import Wait
from liangxin.records import TaskRecord

News: TypeAlias = Wait | BaseException | None
"""A wait that has ended or has an update, an exception for the caller, or None for a wake-up."""


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
        del now  # as `join` and `hint` take it: the inbox of a thread carries all three
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
