"""Who asks for the tasks that are waited for: the callers who wait, taking turns.

There is no background thread. Of all callers in a client, one leads: it sleeps until a poll is due,
hands the lead over, and makes that poll, be it for its own task or for another's. So one caller
with one task polls by itself, many share the work under one budget, and none hangs because
another's request does. The drivers differ in their I/O lines alone.
"""

import asyncio
import contextlib
import logging
import math
import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from liangxin import errors, tracing, wire
from liangxin.clock import Clock, SystemClock
from liangxin.exchange import Exchange
from liangxin.polling import Wait
from liangxin.schedule import Schedule
from liangxin.scheduler import POLLS_PER_SECOND, Scheduler, check_rate
from liangxin.settings import NO_OPTIONS, Options

if TYPE_CHECKING:
    from liangxin.transport import AsyncTransport, Transport

_logger = logging.getLogger("liangxin")

_MOST_HANDS = 16
"""Threads or coroutines that one caller with many tasks has beside itself, at most."""

_LONGEST_NAP = 1.0
"""Seconds; on Windows Ctrl-C does not wake a thread that waits for another one. So late at most are
the polls of others, once, if one hangs that was expected to be quick."""


class Watch(Wait):
    """A wait with the task it is for, and the group of those that one caller waits for."""

    __slots__ = ("failure", "group", "is_news", "is_updated", "options", "task", "trace")

    def __init__(self, task: Any, *, options: Options = NO_OPTIONS, **settings: Any) -> None:
        super().__init__(**settings)
        self.task = task
        self.options = options
        self.trace = tracing.NOTHING
        self.group: Group | None = None
        self.failure: Exception | None = None
        self.is_news = False
        self.is_updated = False

    @property
    def is_open(self) -> bool:
        """Whether there is more to come."""
        return self.end is None and self.failure is None

    def take_update(self) -> bool:
        """Whether a poll brought a record since this was last asked."""
        was, self.is_updated = self.is_updated, False
        return was


class Group:
    """A caller: the watches it waits for, and which of them have news for it."""

    def __init__(self) -> None:
        self.watches: set[Watch] = set()
        self.news: deque[Watch] = deque()
        self.is_called = False
        self.wakeup: Any = None

    def tell(self, watch: Watch) -> None:
        """Note that a watch has news."""
        if not watch.is_news:
            watch.is_news = True
            self.news.append(watch)

    def told(self) -> Watch | None:
        """Return the next watch that has news, if any, and forget that the caller was called."""
        self.is_called = False
        if not self.news:
            return None
        watch = self.news.popleft()
        watch.is_news = False
        if not watch.is_open:
            self.watches.discard(watch)
            watch.group = None
        return watch


class _Turns:
    """What both drivers share: whose turn it is, and what polls bring."""

    def __init__(
        self,
        clock: Clock,
        *,
        polls_per_second: float = POLLS_PER_SECOND,
        schedule: Schedule | None = None,
    ) -> None:
        self.schedule = schedule or Schedule()
        self._rate = check_rate(polls_per_second)
        self._clock = clock
        # A test's clock moves when somebody sleeps on it, so only one may: there are no hands.
        self.is_real = isinstance(clock, SystemClock)
        self._start_over()

    def _start_over(self) -> None:
        self.scheduler = Scheduler(self._rate)
        self._leader: Group | None = None
        self._sleeps_until = -math.inf
        self._followers: dict[Group, None] = {}
        self._hands = 0

    def _admit(self, group: Group, watches: Iterable[Watch]) -> None:
        now = self._clock.monotonic()
        for watch in watches:
            group.watches.add(watch)
            watch.group = group
            if watch.is_open:
                self.scheduler.add(watch, now)
            else:
                group.tell(watch)
        self._rouse(now)

    def _dismiss(self, group: Group) -> None:
        self._leave(group)
        for watch in group.watches:
            watch.group = None
            self.scheduler.remove(watch)
        self._rouse(self._clock.monotonic())
        if not len(self.scheduler):
            for other in (*self._followers, *filter(None, [self._leader])):
                self._wake(other)  # hands may go home

    def _turn(self, group: Group, now: float) -> tuple[Watch | None, float]:
        """Return what to poll now, or for how many seconds to sleep."""
        if self._leader is None:
            self._leader = group
            self._followers.pop(group, None)
        if self._leader is not group:
            self._followers[group] = None
            return None, math.inf
        watch = self.scheduler.take(now)
        if watch is None:
            pause = self.scheduler.pause(now)
            self._sleeps_until = now + pause
            return None, pause
        return watch, 0.0  # type: ignore[return-value]  # pyright: ignore[reportReturnType]

    def _leave(self, group: Group) -> None:
        """Give up the lead, or the wish for it, and wake the next in line."""
        self._followers.pop(group, None)
        if self._leader is group:
            self._leader = None
        self._call_next()

    def _call_next(self) -> None:
        """Wake the next in line if nobody leads."""
        if self._leader is None and self._followers:
            self._wake(next(iter(self._followers)))

    def _rouse(self, now: float) -> None:
        """Wake the leader if a poll is due before it meant to get up."""
        if self._leader is not None and now + self.scheduler.pause(now) < self._sleeps_until:
            self._wake(self._leader)

    def _needs_hand(self) -> bool:
        """Whether polls may fall due with nobody there to make them."""
        return (
            self.is_real
            and self._leader is None
            and not self._followers
            and len(self.scheduler) > 1
            and self._hands < _MOST_HANDS
        )

    def _settle(self, watch: Watch, outcome: wire.Record | errors.LiangXinError) -> str | None:
        """Take in what a poll brought; return a line if it is worth logging."""
        now = self._clock.monotonic()
        news = self.scheduler.observe(watch, outcome, now)
        self._rouse(now)
        if watch.group is None:
            return None
        if isinstance(outcome, wire.Record):
            watch.task._see(outcome)
            watch.is_updated = True
        if watch.end is not None or (watch.is_updated and watch.is_watched):
            self._tell(watch)
        return news

    def _log(
        self, watch: Watch, outcome: wire.Record | errors.LiangXinError, news: str | None
    ) -> None:
        """Log and trace what a poll brought. Not under the lock: that may take its time."""
        if news is not None:
            _logger.warning("Task %s: %s", watch.task.id, news)
        if isinstance(outcome, wire.Record):
            watch.task._log(watch)
        watch.trace.follow(watch)

    def _fail(self, watch: Watch, error: Exception) -> None:
        """Let the caller of the task know of an error that is none of ours."""
        self.scheduler.remove(watch)
        watch.failure = error
        self._tell(watch)

    def _put_back(self, watch: Watch) -> None:
        """Let another make a poll that was broken off, at whatever point."""
        now = self._clock.monotonic()
        if watch.group is None:
            self.scheduler.remove(watch)
        elif watch.is_open:
            self.scheduler.put_back(watch, now)
        else:
            self._tell(watch)
        self._rouse(now)

    def _tell(self, watch: Watch) -> None:
        if watch.group is not None:
            watch.group.tell(watch)
            self._wake(watch.group)

    def _wake(self, group: Group) -> None:
        raise NotImplementedError


class _Alarm:
    """Wakes a thread that waits for it, or the next that will.

    No threading.Event: amid its Python code Ctrl-C becomes a RuntimeError about a lock.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lock.acquire()

    def wait(self, timeout: float) -> None:
        self._lock.acquire(timeout=max(timeout, 0.0))

    def set(self) -> None:
        with contextlib.suppress(RuntimeError):  # it is set
            self._lock.release()


class Poller(_Turns):
    """Drives the waits of `LiangXin`. Safe to share between threads."""

    def __init__(self, transport: "Transport", clock: Clock, **settings: Any) -> None:
        super().__init__(clock, **settings)
        self.transport = transport
        self._lock = threading.RLock()
        self._left = deque[Group]()
        self._usual = 0.0  # seconds that a poll takes, of late
        self._process = os.getpid()

    @contextlib.contextmanager
    def group(self, watches: Iterable[Watch] = ()) -> Iterator[Group]:
        """Have the watches polled for while the block runs and somebody waits."""
        if self._process != os.getpid():  # a fork has none of the threads that led
            self._lock, self._process = threading.RLock(), os.getpid()
            self._start_over()
        group = Group()
        group.wakeup = _Alarm()
        try:
            self.add(group, watches)
            yield group
        finally:
            self._left.append(group)
            # An iterator that was left may be collected as garbage amid a step, by the very thread
            # that makes it: then the next step takes its group out.
            if not self._lock._is_owned():  # type: ignore[attr-defined]
                with self._lock:
                    self._dismiss_left()

    def _dismiss_left(self) -> None:
        while self._left:
            self._dismiss(self._left.popleft())

    def add(self, group: Group, watches: Iterable[Watch]) -> None:
        """Have further watches polled for."""
        with self._lock:
            self._admit(group, watches)

    def call(self, group: Group) -> None:
        """Let `news` return. Safe to call from any thread."""
        with self._lock:
            group.is_called = True
            self._wake(group)

    def news(self, group: Group, until: float = math.inf) -> Watch | None:
        """Wait until a watch of the group has news, and return it.

        None if it is `until` first, or somebody has called.
        """
        while True:
            with self._lock:
                now = self._clock.monotonic()
                if group.news or group.is_called or now >= until:
                    self._leave(group)
                    return group.told()
            self._step(group, until)

    def _step(self, group: Group, until: float = math.inf) -> None:
        """Make a poll that is due, or sleep a while."""
        watch = None
        try:
            with self._lock:
                self._dismiss_left()
                now = self._clock.monotonic()
                watch, pause = self._turn(group, now)
                if watch is not None and watch.end is not None:
                    self._tell(watch)
                    return
                if watch is not None:
                    self._hand_over(now)
                    self._lend_hands()
            if watch is None:
                self._nap(group, min(pause, until - now))
                return
            outcome = self.ask(watch.task.id, watch.options)
            with self._lock:
                self._usual += (self._clock.monotonic() - now - self._usual) / 8
                news = self._settle(watch, outcome)
        except BaseException as exc:
            if watch is None:
                raise
            with self._lock:
                if isinstance(exc, Exception):  # not ours to judge, but its caller's to know
                    self._fail(watch, exc)
                    return
                self._put_back(watch)
            raise
        self._log(watch, outcome, news)

    def ask(
        self, task_id: str, options: Options = NO_OPTIONS
    ) -> wire.Record | errors.LiangXinError:
        """Ask for a task once, out of turn, and return what came, be it an error."""
        try:
            with Exchange(self._clock, task_id) as exchange:
                answer = exchange.brought(self.transport.record(task_id, options))
                return wire.read_record(answer)
        except errors.LiangXinError as error:
            return error

    def _hand_over(self, now: float) -> None:
        """Give up the lead to make a poll; wake the next in line unless that poll ends in time.

        To wake another thread for each poll takes a fifth of the CPU time that a poll takes.
        """
        self._leader = None
        if not self.is_real or self.scheduler.pause(now) <= 2 * self._usual:
            self._call_next()

    def _nap(self, group: Group, pause: float) -> None:
        if pause < math.inf and not self.is_real:
            self._clock.sleep(pause)
            return
        group.wakeup.wait(min(pause, _LONGEST_NAP))

    def _lend_hands(self) -> None:
        """Start another thread that polls, if it is needed."""
        if self._needs_hand():
            hand = threading.Thread(target=self._lend_hand, name="liangxin-polls", daemon=True)
            with contextlib.suppress(RuntimeError):  # no more threads: then without its help
                hand.start()
                self._hands += 1

    def _lend_hand(self) -> None:
        """Make polls until nobody waits any more."""
        hand = Group()
        hand.wakeup = _Alarm()
        try:
            while len(self.scheduler):
                self._step(hand)
        finally:
            with self._lock:
                self._hands -= 1
                self._leave(hand)

    def _wake(self, group: Group) -> None:
        group.wakeup.set()


class AsyncPoller(_Turns):
    """The same for asyncio."""

    def __init__(self, transport: "AsyncTransport", clock: Clock, **settings: Any) -> None:
        super().__init__(clock, **settings)
        self.transport = transport
        self._loop: asyncio.AbstractEventLoop | None = None
        self._kept: set[asyncio.Task[None]] = set()

    @contextlib.contextmanager
    def group(self, watches: Iterable[Watch] = ()) -> Iterator[Group]:
        """Have the watches polled for while the block runs and somebody waits."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            if self._loop is not None and self._loop.is_running() and len(self.scheduler):
                raise errors.UsageError(
                    "This client waits in another event loop; make a client for each loop",
                    task_id=next((watch.task.id for watch in watches), None),
                )
            self._loop = loop  # those who led lived in a loop that has ended
            self._start_over()
        group = Group()
        try:
            self.add(group, watches)
            yield group
        finally:
            self._dismiss(group)

    def add(self, group: Group, watches: Iterable[Watch]) -> None:
        """Have further watches polled for."""
        self._admit(group, watches)

    def call(self, group: Group) -> None:
        """Let `news` return."""
        group.is_called = True
        self._wake(group)

    async def news(self, group: Group, until: float = math.inf) -> Watch | None:
        """Wait until a watch of the group has news, and return it.

        None if it is `until` first, or somebody has called.
        """
        while True:
            now = self._clock.monotonic()
            if group.news or group.is_called or now >= until:
                self._leave(group)
                return group.told()
            await self._step(group, until)

    async def _step(self, group: Group, until: float = math.inf) -> None:
        """Make a poll that is due, or sleep a while."""
        watch = None
        try:
            now = self._clock.monotonic()
            watch, pause = self._turn(group, now)
            if watch is not None and watch.end is not None:
                self._tell(watch)
                return
            if watch is None:
                await self._nap(group, min(pause, until - now))
                return
            self._hand_over(now)
            self._lend_hands()
            outcome = await self.ask(watch.task.id, watch.options)
            news = self._settle(watch, outcome)
        except BaseException as exc:
            if watch is None:
                raise
            if isinstance(exc, Exception):  # not ours to judge, but its caller's to know
                self._fail(watch, exc)
                return
            self._put_back(watch)
            raise
        self._log(watch, outcome, news)

    async def ask(
        self, task_id: str, options: Options = NO_OPTIONS
    ) -> wire.Record | errors.LiangXinError:
        """Ask for a task once, out of turn, and return what came, be it an error."""
        try:
            with Exchange(self._clock, task_id) as exchange:
                answer = exchange.brought(await self.transport.record(task_id, options))
                return wire.read_record(answer)
        except errors.LiangXinError as error:
            return error

    def _hand_over(self, now: float) -> None:
        """Give up the lead to make a poll; the next in line leads if it is not back in time."""
        self._leader = None
        pause = self.scheduler.pause(now)
        if not self.is_real or pause <= 0:
            self._call_next()
        elif self._followers and pause < math.inf:
            asyncio.get_running_loop().call_later(pause, self._call_next)

    async def _nap(self, group: Group, pause: float) -> None:
        loop = asyncio.get_running_loop()
        group.wakeup = loop.create_future()
        timer = None
        try:
            if pause < math.inf and not self.is_real:
                await asyncio.sleep(0)  # who starts at the same time may be due before
                if not group.wakeup.done():
                    await self._clock.async_sleep(pause)
                return
            if pause < math.inf:
                timer = loop.call_later(pause, self._wake, group)
            await group.wakeup
        finally:
            group.wakeup = None
            if timer is not None:
                timer.cancel()

    def _lend_hands(self) -> None:
        """Start another coroutine that polls, if it is needed."""
        if self._needs_hand():
            self._hands += 1
            hand = asyncio.create_task(self._lend_hand(), name="liangxin-polls")
            self._kept.add(hand)  # the loop itself keeps no more than a weak reference
            hand.add_done_callback(self._kept.discard)

    async def _lend_hand(self) -> None:
        """Make polls until nobody waits any more."""
        hand = Group()
        try:
            while len(self.scheduler):
                await self._step(hand)
        finally:
            self._hands -= 1
            self._leave(hand)

    def _wake(self, group: Group) -> None:
        if group.wakeup is not None and not group.wakeup.done():
            group.wakeup.set_result(None)
