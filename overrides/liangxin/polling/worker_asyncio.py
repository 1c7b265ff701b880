"""Poll every task that coroutines are waiting for: one timer, and an asyncio task per poll.

`worker_thread` does the same with threads, and explains virtual clocks.
"""

import asyncio
import contextlib
import math
import threading
from collections.abc import Callable, Iterable
from types import TracebackType

from liangxin.clock import Clock, SystemClock, stands_still
from liangxin.errors import UsageError
from liangxin.polling.base import (
    HINT_SLICE,
    LONGEST_SLEEP,
    BaseFollower,
    BaseMailbox,
    BasePoller,
    BaseWorker,
    Observe,
    Poll,
)
from liangxin.polling.followers import Followers, Mailbox, News
from liangxin.polling.wait import Wait


def running_loop(clock: Clock) -> asyncio.AbstractEventLoop:
    """Return the running event loop of asyncio.

    Raises:
        UsageError: There is none, or its time is frozen, so that no wait or timeout would end.

    """
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        raise UsageError(
            "An async client needs a running event loop of asyncio; other libraries, such as trio, "
            "have none: use the sync client in a thread there."
        ) from None
    if isinstance(clock, SystemClock) and stands_still(loop.time):
        raise UsageError(
            "The time of the event loop stands still; with freezegun, use "
            "freeze_time(…, real_asyncio=True)."
        )
    return loop


class AsyncPoller(BasePoller):
    """Polls for `AsyncLiangXin`, in one event loop at a time; for arguments see `BasePoller`."""

    _worker: "_AsyncWorker | None"

    def follow(self, waits: Iterable[Wait] = ()) -> "AsyncFollower":
        """Return a context manager that polls the waits while its block runs.

        Raises:
            UsageError: Waits are followed in another event loop that is running, or this one's
                time is frozen.

        """
        waits = list(waits)
        loop = running_loop(self._clock)
        worker = self._worker
        if worker is None or worker.loop is not loop:
            if worker is not None and worker.loop.is_running() and worker.is_needed:
                raise UsageError(
                    "This client waits in another event loop; make a client for each loop",
                    task_id=waits[0].task_id if waits else None,
                )
            # Waits that were followed in a loop that has ended are dropped.
            self._worker = worker = _AsyncWorker(loop, *self._settings)
        return AsyncFollower(worker, waits)

    def _start_over(self) -> None:
        self._worker = None


class AsyncFollower(BaseFollower):
    """Follows waits for one coroutine, as `Follower` does for a thread."""

    def __init__(self, worker: "_AsyncWorker", waits: list[Wait]) -> None:
        super().__init__(waits)
        self._worker = worker
        self._mailbox = _AsyncMailbox(worker.loop)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._mailbox.has_left = True
        self._stop_listening([*self._topics])
        polls = self._worker.leave(self._mailbox, self.waits)
        # A poll that is still in flight when the loop closes is reported as destroyed. A coroutine
        # that is destroyed itself must not await anything.
        if polls and not isinstance(error, GeneratorExit):
            await asyncio.wait(polls)

    def wake(self) -> None:
        """Let `news` return. To be called in the event loop's thread."""
        self._mailbox.post(None)

    def set_rate(self, polls_per_second: float) -> None:
        """Change the budget of the client's polls, as when it shares one with other processes."""
        self._worker.set_rate(polls_per_second)

    async def news(self, until: float = math.inf) -> Wait | None:
        """Suspend until a followed wait has news, and return it; for details see `Follower`."""
        while self._mailbox.is_empty:
            left = until - self._worker.clock.monotonic()
            if left <= 0:
                return None
            if self._worker.is_real:
                await self._mailbox.wait(left)
            else:
                await self._worker.step_for(self._mailbox, until)
        return self._received(self._mailbox.take())

    def _join(self, waits: list[Wait]) -> None:
        self.waits.update(waits)
        self._worker.join(self._mailbox, waits)
        self._listen(waits, lambda wait: self._worker.hinting(self._mailbox, wait))


class _AsyncMailbox(BaseMailbox):
    """Where a coroutine waits for news."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._loop = loop
        self._arrival: asyncio.Future[None] | None = None

    def post(self, news: News) -> None:
        super().post(news)
        self._end()

    async def wait(self, seconds: float) -> None:
        """Suspend until there is news, for `seconds` at most."""
        if not self.is_empty:
            return
        self._arrival = self._loop.create_future()
        timer = self._loop.call_later(min(seconds, LONGEST_SLEEP), self._end)
        try:
            await self._arrival
        finally:
            self._arrival = None
            timer.cancel()

    def _end(self) -> None:
        if self._arrival is not None and not self._arrival.done():
            self._arrival.set_result(None)


class _AsyncWorker(BaseWorker):
    """The waits of one event loop, and the timer that polls them."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        poll: Poll,
        observe: Observe,
        clock: Clock,
        followers: Callable[[], Followers],
    ) -> None:
        # All of this happens in the thread of the event loop.
        super().__init__(poll, observe, clock, followers, contextlib.nullcontext())
        self.loop = loop
        self._thread = threading.get_ident()
        # The loop itself keeps only weak references to tasks.
        self._polls: dict[Wait, asyncio.Task[None]] = {}
        self._timer: asyncio.Handle | None = None
        self._is_due = False  # whether that comes in the event loop's next step
        self._stepping = asyncio.Lock()
        self._joined = 0

    @property
    def is_needed(self) -> bool:
        return len(self._followers) > 0

    def join(self, mailbox: Mailbox, waits: Iterable[Wait]) -> None:
        self._joined += 1
        self._followers.join(mailbox, waits, self.clock.monotonic())
        self._advance_soon()

    def leave(self, mailbox: Mailbox, waits: Iterable[Wait]) -> list[asyncio.Task[None]]:
        """Follow waits no longer; return their polls in flight, which are cancelled."""
        if self.loop.is_closed():  # a coroutine that outlived its loop is being destroyed
            return []
        self._followers.leave(mailbox, waits, self.clock.monotonic())
        self._advance_soon()
        polls = [self._polls[wait] for wait in waits if wait in self._polls]
        for poll in polls:
            poll.cancel()
        return polls

    def set_rate(self, polls_per_second: float) -> None:
        self._followers.set_rate(polls_per_second, self.clock.monotonic())
        self._advance_soon()

    def hinting(self, mailbox: Mailbox, wait: Wait) -> Callable[[], None]:
        """Return a function that has a wait polled now. It can be called from any thread."""
        self._longest_sleep = HINT_SLICE

        def hint() -> None:
            self._joined += 1
            self._followers.hint(mailbox, [wait], self.clock.monotonic())
            self._advance_soon()

        def hint_from_anywhere() -> None:
            if threading.get_ident() == self._thread:
                hint()
            else:
                with contextlib.suppress(RuntimeError):  # the loop is closed
                    self.loop.call_soon_threadsafe(hint)

        return hint_from_anywhere

    def _advance_soon(self) -> None:
        """Schedule a check for polls that are due."""
        # A check that is scheduled stays where it is: put off again and again, it would never come.
        if not self.is_real or self._is_due:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._is_due = True
        self._timer = self.loop.call_soon(self._advance)

    def _advance(self) -> None:
        """Start the polls that are due, and set the timer for the next."""
        self._timer, self._is_due = None, False
        now = self.clock.monotonic()
        while (wait := self._followers.take(now)) is not None:
            self._start(wait)
        pause = self._followers.pause(now)
        if pause < math.inf:
            self._timer = self.loop.call_later(min(pause, LONGEST_SLEEP), self._advance)

    def _start(self, wait: Wait) -> None:
        mailbox = self._followers.mailbox(wait)
        poll = mailbox.context.run(
            self.loop.create_task, self._make(wait, mailbox), name="liangxin-poll"
        )
        self._polls[wait] = poll
        poll.add_done_callback(lambda done: self._ended(wait, mailbox, done))

    def _ended(self, wait: Wait, mailbox: Mailbox, poll: asyncio.Task[None]) -> None:
        # The next poll of the same wait may have started: callbacks of a task run a step later.
        if self._polls.get(wait) is poll:
            del self._polls[wait]
        # `_make` ends without a cancellation: this one never began, and would count as in flight
        # for ever.
        if poll.cancelled():
            self._followers.finish(wait, self.clock.monotonic(), has_record=False)
            self._make_room(mailbox)

    async def _make(self, wait: Wait, mailbox: Mailbox) -> None:
        try:
            await self.make_poll(wait)
        except asyncio.CancelledError as exc:
            mailbox.post(exc)
            self._make_room(mailbox)
            return
        except BaseException as exc:  # noqa: BLE001  an interrupt belongs to the caller
            mailbox.post(exc)
        self._advance_soon()

    def _make_room(self, mailbox: Mailbox) -> None:
        """Let another poll take the place of one that was cancelled as its caller has left."""
        # If that has not left, all tasks are being cancelled, and the event loop is about to close.
        if mailbox.is_closed:
            self._advance_soon()

    async def step_for(self, mailbox: _AsyncMailbox, until: float) -> None:
        """Make the next step in the task of a caller, or wait until others have."""
        # Whoever steps sleeps until the first alarm of all, so that no caller wakes up late.
        self._followers.set_alarm(mailbox, until)
        is_idle = False
        try:
            async with self._stepping:
                if mailbox.is_empty and self.clock.monotonic() < until:
                    is_idle = not await self._step()
        finally:
            self._followers.set_alarm(mailbox, math.inf)
        if is_idle:
            await mailbox.wait(math.inf)

    async def _step(self) -> bool:
        """Make a poll that is due, or sleep; return whether either happened."""
        now = self.clock.monotonic()
        wait = self._followers.take(now)
        if wait is not None:
            await self.make_poll(wait)
            return True
        pause = self._followers.pause(now)
        if pause == math.inf:
            return False
        joined = self._joined
        await asyncio.sleep(0)
        if joined == self._joined:  # or what has just joined may be due before
            await self.clock.async_sleep(min(pause, self._longest_sleep))
        return True
