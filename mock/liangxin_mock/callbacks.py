"""Callbacks: when they are sent, to whom, and over what."""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import threading
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

from liangxin_mock.clock import VirtualClock
from liangxin_mock.errors import RuleError
from liangxin_mock.faults import Fault, early

if TYPE_CHECKING:
    from liangxin_mock.jobs import Delivery, Job, Jobs
    from liangxin_mock.matching import Rule
    from liangxin_mock.simulator import Simulator

_logger = logging.getLogger("liangxin_mock")
_AT_ONCE = 8
_SHORTEST_WAIT, _LONGEST_WAIT = 0.001, 3600.0


class Callback(NamedTuple):
    """A call to a callback URL, for a receiver in this process."""

    url: str
    body: dict[str, Any]
    """The record, as recordInfo answers it."""
    content: bytes
    """The same, as it is on the wire."""
    task_id: str
    attempt: int


Receiver = Callable[[Callback], int | None]
"""Takes a callback and returns the HTTP status to answer with; None stands for 200."""


def check_receiver(receiver: object) -> None:
    """Raise RuleError unless a receiver can be called and answers when it returns."""
    if not callable(receiver):
        raise RuleError(f"receiver must be a function, not {receiver!r}", "receiver")
    if any(map(inspect.iscoroutinefunction, (receiver, type(receiver).__call__))):
        raise RuleError(
            "receiver must be a plain function that returns a status or None: the simulator calls "
            f"it wherever the clock is moved and can't await {receiver!r}; for an application on "
            "an event loop, leave it None and name a URL on which the application listens",
            "receiver",
        )


class _Due(NamedTuple):
    store: Jobs
    """Where it comes from: a reset forgets that."""
    delivery: Delivery


class Courier:
    """Sends the callbacks of a simulator.

    On a virtual clock they are sent when the clock is moved, in the thread that moves it, so that
    they have arrived when it returns. Two cases are sent from other threads: on a clock that runs,
    and over HTTP from an event loop, since the receiver may live on that very loop.

    Args:
        simulator: Whose callbacks.
        hosts: Hosts beside loopback that may be called; "*" for any.

    """

    def __init__(self, simulator: Simulator, hosts: Collection[str]) -> None:
        self._simulator = simulator
        self._hosts = hosts
        self._here = threading.local()
        self._threads: ThreadPoolExecutor | None = None
        self._alarm = threading.Event()
        self._watch: threading.Thread | None = None
        self._is_closed = False

    def delays(self, job: Job) -> list[float]:
        """Return how many seconds after its end the callbacks of a job are sent."""
        delays, chance = [0.0], self._chance(job)
        for rule in self._simulator.faults:
            # An early callback is for the create to decide; one that is lost has no more to suffer.
            if delays and not isinstance(rule.action, early) and self._is_for(rule, job):
                delays = rule.action.delays(delays, chance)
        self.watch()
        return delays

    def is_early(self, job: Job) -> bool:
        """Whether the callback of a new job is to come before the create's answer."""
        rules = self._simulator.faults
        return any(isinstance(rule.action, early) and self._is_for(rule, job) for rule in rules)

    def take(self, job: Job) -> list[_Due]:
        """Take what is due for a new job, for its create to send."""
        store = self._simulator.store
        return [_Due(store, d) for d in store.take(job, self._simulator.clock.time())]

    def send(self, taken: list[_Due]) -> None:
        """Send what was taken, unless a reset has forgotten it."""
        for due in taken:
            if due.store is self._simulator.store and not self._is_closed:
                self._send(due)

    def deliver(self) -> None:
        """Send all that is due, one after the other, and return when they are answered."""
        if getattr(self._here, "is_sending", False):
            return  # a receiver that asks the simulator something
        self._here.is_sending = True
        try:
            while not self._is_closed and (due := self._due()) is not None:
                self._send(due)
        finally:
            self._here.is_sending = False

    def catch_up(self) -> None:
        """Send what is due by now, on a clock that stands still: before the next request."""
        # Mostly there are none, and every request comes by here.
        if self._watch is None and self._simulator.store.has_deliveries:
            with self._simulator.lock:
                is_due = self._simulator.store.has_callback_due(self._simulator.clock.time())
            if is_due:
                self.clock_moved()

    def watch(self) -> None:
        """Send callbacks as they fall due, if the clock runs."""
        if isinstance(self._simulator.clock, VirtualClock):
            return
        with self._simulator.lock:
            if self._watch is None and not self._is_closed:
                self._watch = threading.Thread(target=self._watching, daemon=True)
                self._watch.start()
        self._alarm.set()

    def clock_moved(self) -> None:
        """Send what has fallen due."""
        if self._watch is not None:
            self._alarm.set()
        elif self._must_not_wait():
            self._hand_over()
        else:
            self.deliver()

    def close(self) -> None:
        """Send no more."""
        self._is_closed = True
        self._alarm.set()
        if self._watch is not None:
            self._watch.join()
        if self._threads is not None:
            # A receiver on this very event loop could not answer while we wait for it.
            self._threads.shutdown(wait=not _in_event_loop(), cancel_futures=True)
        self._watch, self._threads = None, None

    def open(self) -> None:
        """Send again, after `close`."""
        self._is_closed = False

    def serve_here(self) -> None:
        """Never send from this thread: it is a server's, which a receiver may ask something."""
        self._here.is_serving = True

    def _must_not_wait(self) -> bool:
        is_serving = getattr(self._here, "is_serving", False)
        return is_serving or (self._simulator.receiver is None and _in_event_loop())

    def _watching(self) -> None:
        clock = self._simulator.clock
        while not self._is_closed:
            self._alarm.clear()
            self._hand_over()
            due = self._simulator.next_due()
            if due is None:
                self._alarm.wait()
            else:
                seconds = (due - clock.time()) / getattr(clock, "speed", 1.0)
                self._alarm.wait(min(max(seconds, _SHORTEST_WAIT), _LONGEST_WAIT))

    def _hand_over(self) -> None:
        """Let other threads send what is due."""
        while (due := self._due()) is not None:
            with self._simulator.lock:
                if self._is_closed:
                    return
                if self._threads is None:
                    self._threads = ThreadPoolExecutor(_AT_ONCE, "liangxin-callbacks")
                self._threads.submit(self._send_apart, due)

    def _send_apart(self, due: _Due) -> None:
        self._send(due)
        if self._watch is None:
            self._hand_over()  # its repeat may be due, too

    def _due(self) -> _Due | None:
        with self._simulator.lock:
            store = self._simulator.store
            delivery = store.deliver(self._simulator.clock.time())
            return None if delivery is None else _Due(store, delivery)

    def _send(self, due: _Due) -> None:
        from liangxin_mock.transport import may_call, post  # noqa: PLC0415 - HTTP, if need be

        store, delivery = due
        job, status, outcome = delivery.job, None, ""
        content, url = job.record(), str(job.callback_url)
        receiver = self._simulator.receiver
        if receiver is not None:
            callback = Callback(url, json.loads(content), content, job.id, delivery.attempt)
            status = self._receive(receiver, callback)
        elif may_call(url, self._hosts):
            status = post(url, content)
        else:
            outcome = "blocked"
        with self._simulator.lock:
            clock = self._simulator.clock
            now = None if isinstance(clock, VirtualClock) else clock.time()
            store.delivered(delivery, status, outcome, now=now)
        _logger.info(
            "callback  %s  %s  attempt %d %s",
            status or "-",
            job.id,
            delivery.attempt,
            delivery.outcome,
        )
        self._alarm.set()

    def _receive(self, receiver: Receiver, callback: Callback) -> int | None:
        """Return the receiver's status; None if it raised, or returned what is none."""
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
                status.close()
            problem = f"must return an HTTP status or None, not {status!r}"
        self._simulator.problems.append(f"the receiver of callbacks {problem}")
        return None

    def _is_for(self, rule: Rule[Fault], job: Job) -> bool:
        """Whether a rule is used on the callback of a job, at the time of its last transition."""
        try:
            matches = rule.matches("callback", job.body, job.transitions[-1].at)
        except Exception as error:  # noqa: BLE001 - it is the user's code
            self._simulator.problems.append(f"{rule.text} raised {error!r}")
            return False
        if not matches or not rule.takes(self._chance(job)):
            return False
        rule.used += 1
        return True

    def _chance(self, job: Job) -> Any:
        return self._simulator.chance.of(b"callback", job.id.encode())


def _in_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
