"""Poll every task that callers are waiting for: one worker per client, while anybody waits.

Callers share only queues with the worker: a caller posts the waits that it follows to the worker's
inbox, and blocks on a mailbox of its own. So Ctrl-C, the exception of a signal handler or a
cancellation reaches a caller at once and breaks nothing that others depend on, and an iterator that
is garbage-collected, at any point and in any thread, never waits for a lock.

On any clock but the system's, as in tests, there is no worker: sleeping moves such a clock, so
callers make the steps themselves, one at a time, and the same seed gives the same polls.
"""

import contextlib
import math
import os
import queue
import threading
import weakref
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import TypeAlias

from liangxin import drive
from liangxin.clock import Clock
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
from liangxin.polling.followers import Followers, Mailbox
from liangxin.polling.poll_rate import MAX_IN_FLIGHT
from liangxin.polling.wait import Wait

_SLICE = 1.0
"""Seconds that a caller blocks at a time: on Windows Ctrl-C does not interrupt waiting for a lock.
Also how often it checks that there is a worker, since a forked process has no threads."""

_Change: TypeAlias = tuple[
    Callable[[Followers, Mailbox, Iterable[Wait], float], None], Mailbox, list[Wait]
]
"""`join`, `leave` or `hint` of `Followers` with its arguments."""


class Poller(BasePoller):
    """Polls for `LiangXin`. Safe to share between threads; for the arguments see `BasePoller`."""

    def follow(self, waits: Iterable[Wait] = ()) -> "Follower":
        """Return a context manager that polls the waits while its block runs."""
        return Follower(self._worker_here, waits)

    def _worker_here(self) -> "_Worker":
        """Return the worker of this process."""
        if self._worker.process != os.getpid():
            self._start_over()
        return self._worker

    def _start_over(self) -> None:
        self._worker = _Worker(*self._settings)


class Follower(BaseFollower):
    """Follows waits for one caller."""

    def __init__(self, worker_here: "Callable[[], _Worker]", waits: Iterable[Wait]) -> None:
        super().__init__(waits)
        self._worker_here = worker_here
        self._worker = worker_here()
        self._mailbox = _Mailbox(self)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # Garbage collection may run this at any point: it must not block.
        self._mailbox.has_left = True
        self._stop_listening([*self._topics])
        self._worker.send(Followers.leave, self._mailbox, self.waits)

    def wake(self) -> None:
        """Let `news` return. Safe to call from any thread."""
        self._mailbox.post(None)
        if not self._worker.is_real:  # it may be a step of this caller that sleeps
            self._worker.wake()

    async def news(self, until: float = math.inf) -> Wait | None:
        """Block until a followed wait has news, and return it.

        A wait has news when it has ended, and, if it is watched, when a poll brought a record.
        Returns None at `until`, by the client's clock, or after `wake`.
        """
        while True:
            if self._worker.process != os.getpid():
                self._worker = self._worker_here()
                self._worker.send(Followers.join, self._mailbox, self.waits)
            left = until - self._worker.clock.monotonic()
            is_polled = self._worker.start() if self.waits else self._worker.is_real
            try:
                news = self._mailbox.take(min(left, _SLICE) if is_polled else 0.0)
            except queue.Empty:
                if left <= 0:
                    return None
                if not is_polled:
                    self._worker.step_for(self._mailbox, until)
                continue
            return self._received(news)

    def _join(self, waits: list[Wait]) -> None:
        self.waits.update(waits)
        to_poll = []
        for wait in waits:
            # Checked once: a poll in flight, started for an earlier follower, may end the wait now.
            if wait.is_open:
                to_poll.append(wait)
            else:
                self._mailbox.post(wait)
        self._worker.send(Followers.join, self._mailbox, to_poll)
        self._listen(to_poll, lambda wait: self._worker.hinting(self._mailbox, wait))


class _Mailbox(BaseMailbox):
    """Where a caller's thread waits for news."""

    def __init__(self, follower: Follower) -> None:
        super().__init__()
        # An interrupt may come just before the `with` block starts, or at its very end.
        self._follower = weakref.ref(follower)

    @property
    def is_closed(self) -> bool:
        return self.has_left or self._follower() is None


class _Worker(BaseWorker):
    """The waits of this process, and the thread that polls them."""

    def __init__(
        self, poll: Poll, observe: Observe, clock: Clock, followers: Callable[[], Followers]
    ) -> None:
        super().__init__(poll, observe, clock, followers, threading.Lock())
        self.process = os.getpid()
        self._inbox = queue.SimpleQueue[_Change | None]()
        self._is_running = False
        # Held by the thread that makes steps. Reentrant: a step may call a log handler that waits.
        self._stepping = threading.RLock()

    def send(
        self,
        how: Callable[[Followers, Mailbox, Iterable[Wait], float], None],
        mailbox: Mailbox,
        waits: Iterable[Wait],
    ) -> None:
        """Start or stop following waits."""
        if changed := list(waits):
            self._inbox.put((how, mailbox, changed))

    def hinting(self, mailbox: Mailbox, wait: Wait) -> Callable[[], None]:
        """Return a function that has a wait polled now. It can be called from any thread."""
        self._longest_sleep = HINT_SLICE
        return lambda: self.send(Followers.hint, mailbox, [wait])

    def wake(self) -> None:
        """Wake the worker."""
        self._inbox.put(None)

    def start(self) -> bool:
        """Start the worker thread if needed; return whether there is one."""
        if self.is_real and not self._is_running:
            self.wake()  # a thread has a look if there is a message
            try:
                threading.Thread(target=self._run, name="liangxin-poller", daemon=True).start()
            except RuntimeError:  # no more threads, as when Python shuts down
                return False
        return self.is_real

    def _run(self) -> None:
        """Poll until nobody waits any more."""
        # A caller posts to the inbox and then checks `_is_running`; a thread that stops clears it
        # and then checks the inbox. So no message is lost, and callers need no lock.
        while not self._inbox.empty() and self._stepping.acquire(blocking=False):
            self._is_running = True
            pool = _ThreadPool(self._make)
            try:
                while self._step(pool.submit, LONGEST_SLEEP):
                    pass
            finally:
                self._is_running = False
                self._stepping.release()
                pool.shutdown()

    def step_for(self, mailbox: _Mailbox, until: float) -> None:
        """Make the next step in the thread of a caller, or wait until others have."""
        # Whoever steps sleeps until the first alarm of all, so that no caller wakes up late.
        with self._lock:
            self._followers.set_alarm(mailbox, until)
        try:
            with self._stepping:
                is_idle = mailbox.is_empty and not self._step(self._make_here, _SLICE)
            if is_idle and until == math.inf:
                self._receive(_SLICE)
        finally:
            with self._lock:
                self._followers.set_alarm(mailbox, math.inf)

    def _step(self, submit: Callable[[Wait, Mailbox], None], longest: float) -> bool:
        """Start a poll that is due, or sleep; return whether anybody waits."""
        with self._lock:
            now = self.clock.monotonic()
            # First of all, so that who has left is not polled for.
            with contextlib.suppress(queue.Empty):
                while True:
                    self._apply(self._inbox.get_nowait(), now)
            wait = self._followers.take(now)
            mailbox = None if wait is None else self._followers.mailbox(wait)
            pause = self._followers.pause(now)
            is_needed = len(self._followers) > 0
        if wait is not None and mailbox is not None:
            submit(wait, mailbox)  # not under the lock, which the poll itself takes
        elif pause < math.inf and not self.is_real:
            self.clock.sleep(min(pause, self._longest_sleep))
        elif is_needed:
            self._receive(min(pause, longest))
        return is_needed

    def _receive(self, timeout: float) -> None:
        """Sleep until a message arrives."""
        with contextlib.suppress(queue.Empty):
            change = self._inbox.get(timeout=timeout)
            with self._lock:
                self._apply(change, self.clock.monotonic())

    def _apply(self, change: _Change | None, now: float) -> None:
        if change is not None:
            how, mailbox, waits = change
            how(self._followers, mailbox, waits, now)

    def _make(self, wait: Wait, mailbox: Mailbox) -> None:
        """Make a poll in a thread of the pool."""
        try:
            self._make_here(wait, mailbox)
        except BaseException as exc:  # noqa: BLE001  an interrupt belongs to the caller
            mailbox.post(exc)
        self.wake()

    def _make_here(self, wait: Wait, mailbox: Mailbox) -> None:
        # A copy, since no two threads can be in one context at the same time.
        mailbox.context.copy().run(drive.run, self.make_poll(wait))


class _ThreadPool:
    """Threads that make polls, started as needed, since a poll may hang while others fall due.

    Not a ThreadPoolExecutor, whose threads Python joins at exit: it would hang with them.
    """

    def __init__(self, work: Callable[[Wait, Mailbox], None]) -> None:
        self._work = work
        self._jobs = queue.SimpleQueue[tuple[Wait, Mailbox] | None]()
        self._idle = threading.Semaphore(0)
        self._threads = 0

    def submit(self, wait: Wait, mailbox: Mailbox) -> None:
        """Have a thread make a poll."""
        # An idle thread takes it from the queue; without one, another is started.
        if not self._idle.acquire(blocking=False) and self._threads < MAX_IN_FLIGHT:
            try:
                threading.Thread(target=self._run, name="liangxin-poll", daemon=True).start()
                self._threads += 1
            except RuntimeError:  # no more threads: those that are there must do
                if not self._threads:
                    self._work(wait, mailbox)
                    return
        self._jobs.put((wait, mailbox))

    def shutdown(self) -> None:
        """Let the threads end."""
        for _ in range(self._threads):
            self._jobs.put(None)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            self._work(*job)
            self._idle.release()
