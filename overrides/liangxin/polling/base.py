"""What `worker_thread`, of the sync clients, and `worker_asyncio` have in common.

A client has one poller. It makes a worker, for its process or event loop, which polls for
followers, one for each caller that waits. Which wait is polled next, and who is notified,
`followers` decides.
"""

import contextvars
import logging
import math
import queue
from collections.abc import Callable, Coroutine, Iterable
from contextlib import AbstractContextManager
from functools import partial
from typing import Any, Self, TypeAlias

from liangxin.clock import Clock, SystemClock
from liangxin.errors import LiangXinError
from liangxin.polling.followers import Followers, News
from liangxin.polling.hints import Topic
from liangxin.polling.poll_rate import POLLS_PER_SECOND, check_rate
from liangxin.polling.request_turns import Turns
from liangxin.polling.schedule import Schedule
from liangxin.polling.wait import Wait
from liangxin.records import TaskRecord

_logger = logging.getLogger("liangxin")

HINT_SLICE = 0.5
"""Seconds that any clock but the system's is moved at a time while hints may come: its sleep cannot
be interrupted."""

LONGEST_SLEEP = 3600.0
"""Seconds; the timeout of a lock is limited, and that of some event loops."""

Poll: TypeAlias = Callable[[Wait], Coroutine[Any, Any, TaskRecord]]
"""Makes one request. Raises LiangXinError; any other exception becomes the wait's `failure`."""

Observe: TypeAlias = Callable[[Wait, TaskRecord | LiangXinError], None]
"""Called with the outcome of each poll of a followed wait, before its follower is notified."""


class BasePoller:
    """The base class of `Poller` and `AsyncPoller`.

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
        """Whether time passes by itself; a virtual clock has to be moved by those who wait."""
        self._clock = clock
        self.rate = check_rate(polls_per_second)
        """The budget: polls per second."""
        self.turns = Turns(round(60 * self.rate)) if counts_requests else None
        """Of creates and other requests, safe to share between threads; None where the API names no
        limit of requests."""
        followers = partial(Followers, self.rate, self.turns)
        self._settings = (poll, observe, clock, followers)
        self._start_over()

    def _start_over(self) -> None:
        """Forget what was followed so far."""
        raise NotImplementedError


class BaseMailbox:
    """Where a follower receives its news."""

    def __init__(self) -> None:
        self.context = contextvars.copy_context()
        self.has_left = False
        # Its methods are reentrant, and a signal interrupts `get` without loss.
        self._news = queue.SimpleQueue[News]()
        self._posted = set[Wait]()

    @property
    def is_closed(self) -> bool:
        """Whether the follower has left."""
        return self.has_left

    @property
    def is_empty(self) -> bool:
        """Whether there is no news."""
        return self._news.empty()

    def post(self, news: News) -> None:
        """Deliver news; a wait that is still in the mailbox is not added again."""
        if isinstance(news, Wait):
            if news in self._posted:
                return
            self._posted.add(news)
        self._news.put(news)

    def take(self, timeout: float = 0.0) -> News:
        """Return the next news; raise queue.Empty after `timeout` seconds."""
        news = self._news.get(timeout=max(timeout, 0.0))
        if isinstance(news, Wait):
            self._posted.discard(news)
        return news


class BaseFollower:
    """The base class of `Follower` and `AsyncFollower`.

    Attributes:
        waits: Those that are still open, as far as `news` has returned them.

    """

    def __init__(self, waits: Iterable[Wait]) -> None:
        self.waits: set[Wait] = set()
        self._first = list(waits)
        self._topics: dict[Wait, Topic] = {}

    async def __aenter__(self) -> Self:
        self._join(self._first)
        return self

    def add(self, wait: Wait) -> None:
        """Follow a further wait."""
        self._join([wait])

    def _join(self, waits: list[Wait]) -> None:
        raise NotImplementedError

    def _received(self, news: News) -> Wait | None:
        """Return the wait that news is about, if it is about one; raise what is for the caller."""
        if isinstance(news, BaseException):
            raise news
        if news is not None and not news.is_open:
            self.waits.discard(news)
            self._stop_listening([news])
        return news

    def _listen(self, waits: Iterable[Wait], hinting: Callable[[Wait], Callable[[], None]]) -> None:
        """Have waits polled at their hints, at once if those came already."""
        for wait in waits:
            if wait.hints is not None:
                topic = wait.hints.listen(wait.task_id, hinting(wait), key=wait)
                self._topics[wait] = topic

    def _stop_listening(self, waits: Iterable[Wait]) -> None:
        """Stop listening for waits. Takes no lock: garbage collection may run this at any point."""
        for wait in waits:
            topic = self._topics.pop(wait, None)
            if topic is not None:
                topic.listeners.pop(wait, None)


class BaseWorker:
    """The base class of the workers, which make the polls of all followers.

    Args:
        poll, observe, clock: See `BasePoller`.
        followers: Makes the followers.
        lock: Guards them; no user code runs under it.

    """

    def __init__(
        self,
        poll: Poll,
        observe: Observe,
        clock: Clock,
        followers: Callable[[], Followers],
        lock: AbstractContextManager[Any],
    ) -> None:
        self.clock = clock
        self.is_real = isinstance(clock, SystemClock)
        self._poll = poll
        self._observe = observe
        self._followers = followers()
        self._lock = lock
        self._longest_sleep = math.inf

    async def make_poll(self, wait: Wait) -> None:
        """Make one poll, and notify the follower."""
        has_record = False
        try:
            outcome = await self._outcome(wait)
            with self._lock:
                now = self.clock.monotonic()
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
                self._followers.finish(wait, self.clock.monotonic(), has_record=has_record)

    async def _outcome(self, wait: Wait) -> TaskRecord | LiangXinError:
        try:
            return await self._poll(wait)
        except LiangXinError as error:
            return error
