"""Callbacks: when they are sent, from which thread, to a receiver or over HTTP."""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import threading
import time
from collections.abc import Collection, Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from liangxin_mock.apis import APIS
from liangxin_mock.clock import VirtualClock
from liangxin_mock.hosts import is_loopback
from liangxin_mock.jobs.job import Delivery
from liangxin_mock.jobs.store import Jobs
from liangxin_mock.messages import JSON
from liangxin_mock.receivers import Callback, Receiver
from liangxin_mock.state import State

CALLBACK_TIMEOUT = 15.0
"""Seconds that a receiver of callbacks has for its answer. LiangXin names none; Kie.ai, whose API
it copies, waits as long."""

# Several, so that a receiver that hangs for its 15 s holds up no other; few, as a load test may end
# thousands of jobs at a time.
_MAX_THREADS = 8
# What is due while all threads are busy must not make the watch spin; and `Event.wait` takes no
# wait of centuries, which `after_seconds(1e12)` asks for.
_SHORTEST_WAIT, _LONGEST_WAIT = 0.001, 3600.0
_logger = logging.getLogger("liangxin_mock")


class _Due(NamedTuple):
    store: Jobs
    """The store that it is from: `reset` replaces it."""
    delivery: Delivery


class Dispatcher:
    """Sends the callbacks of a simulator.

    On a virtual clock they are sent when the clock is moved, by the thread that moves it, so that
    they have arrived when `advance` returns. Other threads send them in three cases: on a clock
    that runs; over HTTP from an event loop, since the server that is called may run on that very
    loop; and to a receiver from an event loop in another thread than the one that made the
    simulator. That loop is the application's, which the receiver calls: blocked, it could not
    answer.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._home = threading.get_ident()
        self._is_delivering = False
        self._senders: set[threading.Thread] = set()
        self._alarm = threading.Event()
        # The thread that sends as time passes; only a clock that runs has one.
        self._watch: threading.Thread | None = None
        self._is_closed = False

    def send_before(self, deliveries: Iterable[Delivery], store: Jobs) -> None:
        """Send the callbacks that precede a response, unless a reset has dropped them."""
        for delivery in deliveries:
            if store is self._state.store and not self._is_closed:
                # In this thread: the create is answered only when its callback is.
                self._send(_Due(store, delivery))

    def deliver(self) -> None:
        """Send all that is due, one after the other, and return when they are answered.

        Return at once while another call sends them, since a receiver's own requests lead here, by
        whatever thread they come; that call sends what has fallen due meanwhile, too.
        """
        with self._state.lock:
            if self._is_delivering:
                return
            self._is_delivering = True
        try:
            while (due := self._next_to_deliver()) is not None:
                self._send(due)
        except BaseException:  # a receiver may fail the test, or be interrupted
            self._is_delivering = False
            raise

    def is_behind(self) -> bool:
        """Return whether callbacks have to be sent before the next request is answered."""
        # First what needs no lock: this is asked at every request.
        if self._watch is not None or self._is_delivering or not self._state.store.has_callbacks:
            return False
        with self._state.lock:
            return self._state.store.has_callback_due(self._state.clock.time())

    def must_not_block(self) -> bool:
        """Return whether this thread runs the loop of an application that a receiver may call."""
        return self._state.receiver is not None and (
            _in_event_loop() and threading.get_ident() != self._home
        )

    def watch(self) -> None:
        """Send callbacks as they fall due, if the clock runs."""
        if isinstance(self._state.clock, VirtualClock):
            return  # whoever moves it sends them
        with self._state.lock:
            if self._watch is None and not self._is_closed:
                self._watch = threading.Thread(target=self._watching, daemon=True)
                self._watch.start()
        self._alarm.set()

    def clock_moved(self) -> asyncio.Future[None] | None:
        """Send what has fallen due; where another thread sends it, return a future to await."""
        if self._watch is not None:
            self._alarm.set()
        elif self._state.receiver is None and _in_event_loop():
            self._send_in_threads()
        elif self.must_not_block():
            if self.is_behind():
                return asyncio.get_running_loop().run_in_executor(None, self.deliver)
        else:
            self.deliver()
        return None

    def close(self, *, wait: bool = True) -> None:
        """Stop sending; with `wait`, return when callbacks on their way are answered."""
        self._is_closed = True
        self._alarm.set()
        # First: until it has ended, it may start senders, which nobody would wait for.
        if self._watch is not None:
            self._watch.join()
        with self._state.lock:
            senders, self._senders, self._watch = self._senders, set(), None
        # A receiver on this very event loop could not answer while we wait for it.
        if wait and not _in_event_loop():
            for sender in senders:
                sender.join()

    def open(self) -> None:
        """Send again, after `close`."""
        self._is_closed = False

    def _watching(self) -> None:
        clock = self._state.clock
        while not self._is_closed:
            # Cleared before anything is looked up, or an alarm in between would be lost.
            self._alarm.clear()
            self._send_in_threads()
            with self._state.lock:
                due = self._state.store.next_due()
            seconds = _LONGEST_WAIT
            if due is not None:
                seconds = (due - clock.time()) / getattr(clock, "speed", 1.0)
            self._alarm.wait(min(max(seconds, _SHORTEST_WAIT), _LONGEST_WAIT))

    def _send_in_threads(self) -> None:
        with self._state.lock:
            while len(self._senders) < _MAX_THREADS and (due := self._due()) is not None:
                sender = threading.Thread(
                    target=self._send_all, args=(due,), name="liangxin-callbacks", daemon=True
                )
                self._senders.add(sender)
                sender.start()

    def _send_all(self, due: _Due | None) -> None:
        try:
            while due is not None:
                self._send(due)
                # In one step, or what falls due in between would wait for a sender that has left.
                with self._state.lock:
                    due = self._due()
                    if due is None:
                        self._senders.discard(threading.current_thread())
        finally:  # a receiver may fail the test
            self._senders.discard(threading.current_thread())

    def _next_to_deliver(self) -> _Due | None:
        # In one step: a move of the clock by another thread in between would leave its callbacks to
        # this one, which has just stopped looking.
        with self._state.lock:
            due = self._due()
            self._is_delivering = due is not None
            return due

    def _due(self) -> _Due | None:
        with self._state.lock:
            if self._is_closed:
                return None
            store = self._state.store
            delivery = store.deliver(self._state.clock.time())
            return None if delivery is None else _Due(store, delivery)

    def _send(self, due: _Due) -> None:
        # Without the lock: a receiver's own requests may come by another thread.
        store, delivery = due
        job, status, outcome = delivery.job, None, ""
        url, receiver = str(job.callback_url), self._state.receiver
        # Over HTTP, who verifies a signature compares its time with the system's.
        at = time.time() if receiver is None else self._state.clock.time()
        content, headers = APIS[job.api].webhook(
            job, delivery.state, at=at, secret=self._state.webhook_secret
        )
        if receiver is not None:
            callback = Callback(
                url, json.loads(content), content, job.id, delivery.attempt, headers
            )
            status = self._receive(receiver, callback)
        elif may_call(url, self._state.callback_hosts):
            status = post(url, content, headers)
        else:
            outcome = "blocked"
        with self._state.lock:
            clock = self._state.clock
            # A virtual clock may have leapt: repeats are planned from when this one was due.
            now = None if isinstance(clock, VirtualClock) else clock.time()
            store.delivered(delivery, status, outcome, now)
        attempt = f"attempt {delivery.attempt} {delivery.outcome}"
        _logger.info("callback  %s  %s  %s", status or "-", job.id, attempt)
        self._alarm.set()  # its repeat may be what is due next

    def _receive(self, receiver: Receiver, callback: Callback) -> int | None:
        """Return the receiver's status; None if it raised or returned anything else."""
        try:
            status: object = receiver(callback)
        except Exception as error:
            problem = f"raised {error!r}"
            _logger.warning("the receiver of callbacks raised", exc_info=True)
        else:
            if status is None:
                return 200
            if isinstance(status, int) and not isinstance(status, bool):
                return status
            if inspect.iscoroutine(status):
                status.close()  # or Python would warn that it was never awaited
            problem = f"must return an HTTP status or None, not {status!r}"
        self._state.add_problem(f"the receiver of callbacks {problem}")
        return None


def may_call(url: str, hosts: Collection[str]) -> bool:
    """Return whether a callback may be sent there: to this machine, or to an allowed host."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    # `hostname` is in lower case.
    return is_loopback(host) or host in map(str.lower, hosts) or "*" in hosts


def post(url: str, content: bytes, headers: dict[str, str]) -> int | None:
    """Send a callback, and return the status of its answer; None if there was none in 15 s."""
    statuses: list[int | None] = []
    # httpx bounds each read, not the answer: one that drips would last for ever.
    sender = threading.Thread(
        target=lambda: statuses.append(_post(url, content, headers)), daemon=True
    )
    sender.start()
    sender.join(CALLBACK_TIMEOUT)
    return statuses[0] if statuses else None


def _post(url: str, content: bytes, headers: dict[str, str]) -> int | None:
    """Send a callback, and return the status of its answer, whose body is not read."""
    import httpx  # noqa: PLC0415 - slow to import, and only callbacks over HTTP need it

    try:
        with httpx.stream(
            "POST",
            url,
            content=content,
            headers={"content-type": JSON, "user-agent": "liangxin-mock", **headers},
            timeout=CALLBACK_TIMEOUT,
            # It goes to this machine or its network, and no proxy is to see it.
            trust_env=False,
            # A server on this machine has a certificate of its own.
            verify=not is_loopback(urlsplit(url).hostname or ""),
        ) as answer:
            return answer.status_code
    except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError):
        return None


def _in_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
