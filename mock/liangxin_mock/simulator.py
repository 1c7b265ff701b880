"""The simulator: the state behind all doors, and what tests say and ask."""

from __future__ import annotations

import random
import threading
from collections import deque
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, Self

from liangxin_mock.callbacks import Courier, Receiver, check_receiver
from liangxin_mock.chance import Chance
from liangxin_mock.clock import VirtualClock
from liangxin_mock.contract import Contract
from liangxin_mock.errors import RuleError
from liangxin_mock.faults import FAULTS, OPERATIONS, Fault, Operation
from liangxin_mock.jobs import Delivery, Job, Jobs
from liangxin_mock.limits import rate_limit as _rate_limit
from liangxin_mock.matching import Rule, Where
from liangxin_mock.results import Files
from liangxin_mock.service import handle
from liangxin_mock.timelines import TIMELINES, Timeline, lognormal
from liangxin_mock.vocabulary import parse

if TYPE_CHECKING:
    from liangxin_mock.exchange import Reply, Request, Seen
    from liangxin_mock.transport import SimulatorTransport

IN_PROCESS_URL = "https://liangxin.test"
"""The base URL at which the httpx transport answers; the name is reserved and resolves nowhere."""

RETRY_DELAYS = (1.0, 5.0, 15.0)
"""Seconds between a callback that was not answered 2xx and its repeats. LiangXin repeats "for a
short while"; count and spacing are not documented."""

LINK_LIFETIME = 86_400.0
"""Seconds for which links to results work. LiangXin names none; Kie says about 24 hours."""

_KEPT_REQUESTS = 10_000


class Clock(Protocol):
    """What the simulator reads time from; `VirtualClock` and `RunningClock` are two."""

    def time(self) -> float:
        """Return the Unix time in seconds."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...

    async def async_sleep(self, seconds: float) -> None:
        """Wait, and let other coroutines run."""
        ...


class Simulator:
    """LiangXin's API with the state of jobs, for tests: no key, no credit, no waiting.

    Args:
        seed: Decides ids, durations, faults, the order of callbacks and the pictures: the same seed
            gives the same run.
        clock: What time is read from; by default a `VirtualClock` that tests move, and that an
            SDK client can share.
        timeline: What jobs do unless a rule says otherwise; by default `lognormal()`.
        api_key: The only key that is let in; by default any.
        strict: Whether limits that are only inferred refuse, too.
        balance: How many creates the account can pay; None for any number.
        rate_limit: How many requests it may send, as `rate_limit(20, per=10)`; None for any number.
        receiver: Called with each callback, in place of a request to its URL.
        callback_hosts: Hosts beside loopback that callbacks may be sent to, by plain http, too;
            "*" for any.
        retry_delays: Seconds from each callback that was not answered 2xx to its repeat.
        link_lifetime: Seconds for which links to results work.

    Attributes:
        seed, clock, timeline, api_key, balance, rate_limit, receiver: As above; can be set.
        base_url: Where it answers: for clients.
        creates: How many creates it accepted: what would have been billed.
        polls: How many queries it answered.
        requests: What it saw, the oldest first; the last 10,000.
        refused: Those of them that were refused, but not by a fault; the last 10,000.

    Raises:
        RuleError: An argument cannot work.

    """

    def __init__(
        self,
        seed: int = 0,
        clock: Clock | None = None,
        *,
        timeline: Timeline | str | None = None,
        api_key: str | None = None,
        strict: bool = False,
        balance: int | None = None,
        rate_limit: _rate_limit | None = None,
        receiver: Receiver | None = None,
        callback_hosts: Collection[str] = (),
        retry_delays: Sequence[float] = RETRY_DELAYS,
        link_lifetime: float = LINK_LIFETIME,
    ) -> None:
        if balance is not None:
            _check("balance", balance, int)
        _check("link_lifetime", link_lifetime, float)
        for delay in retry_delays:
            _check("retry_delays", delay, float)
        if isinstance(callback_hosts, str):
            raise RuleError(
                f"callback_hosts must be a list, not {callback_hosts!r}", "callback_hosts"
            )
        for host in callback_hosts:
            if not isinstance(host, str) or "/" in host or host.count(":") == 1:
                raise RuleError(
                    f"callback_hosts lists hosts, without scheme and port, not {host!r}",
                    "callback_hosts",
                )
        self.clock: Any = VirtualClock() if clock is None else clock
        if rate_limit is not None and not isinstance(rate_limit, _rate_limit):
            raise RuleError(f"rate_limit must be rate_limit(…), not {rate_limit!r}", "rate_limit")
        self.api_key: str | None = api_key
        self._balance = balance
        self.rate_limit: _rate_limit | None = rate_limit
        self.receiver = receiver
        self.link_lifetime = link_lifetime
        self.base_url = IN_PROCESS_URL
        self.contract = Contract(strict=strict, callback_hosts=callback_hosts)
        self.timeline: Timeline = _timeline(timeline or lognormal())
        self.lock = threading.RLock()
        self.courier = Courier(self, callback_hosts)
        self._retry_delays = retry_delays
        self.reseed(seed)
        self._forget()
        if hasattr(self.clock, "on_move"):
            self.clock.on_move(self.courier.clock_moved)

    def _forget(self) -> None:
        self.store = Jobs(callback_delays=self.courier.delays, retry_delays=self._retry_delays)
        self.plays: list[Rule[Timeline]] = []
        self.faults: list[Rule[Fault]] = []
        self.expected: list[Rule[None]] = []
        self.refusals: list[_Refusals] = []
        self.requests: deque[Seen] = deque(maxlen=_KEPT_REQUESTS)
        self.refused: deque[Seen] = deque(maxlen=_KEPT_REQUESTS)
        self.window: deque[float] = deque()
        self.balance = self._balance
        self.creates = 0
        self.polls = 0
        self.problems: list[str] = []

    @property
    def receiver(self) -> Receiver | None:
        """What is called with each callback, in place of a request to its URL.

        It can be set; RuleError if it is no function, or an async one.
        """
        return self._receiver

    @receiver.setter
    def receiver(self, receiver: Receiver | None) -> None:
        if receiver is not None:
            check_receiver(receiver)
        self._receiver = receiver

    # --- what is to happen --------------------------------------------------------------------

    def play(
        self,
        timeline: Timeline | str,
        *,
        model: str | None = None,
        where: Where | None = None,
        times: int | None = None,
    ) -> Rule[Timeline]:
        """Let jobs follow `timeline`: all, or those that match.

        Where several rules match, the one declared last is used.

        Args:
            timeline: Such as `after_polls(3)`; as a text, too.
            model: A model's id, or a pattern with `*`.
            where: Fields of the input with the values wanted, or a function of the body.
            times: For so many jobs only.

        Raises:
            RuleError: The rule can't match anything; the message names the nearest valid name.

        """
        rule = Rule(
            "play", _timeline(timeline), self.contract, model=model, where=where, times=times
        )
        with self.lock:
            rule.number_among(self.plays)
            self.plays.insert(0, rule)
        return rule

    def inject(
        self,
        fault: Fault | str,
        *,
        on: Operation | None = None,
        model: str | None = None,
        where: Where | None = None,
        times: int | None = None,
        probability: float = 1.0,
        seconds: float | None = None,
    ) -> Rule[Fault]:
        """Let something go wrong: once, unless `times`, `probability` or `seconds` says otherwise.

        A request is struck by one fault: of those that are for it and not used up, the one declared
        first. A callback is struck by all of them, in that order. `times`, `probability` and
        `seconds` limit together; only requests that were struck count for `times`.

        Args:
            fault: Such as `status(503)`; as a text, too.
            on: `createTask`, `recordInfo`, `result` (the download) or `callback`; by default the
                first of these at which the fault can happen.
            model: A model's id, or a pattern with `*`.
            where: Fields of the input with the values wanted, or a function of the body.
            times: So often; without it any number of times if `probability` or `seconds` is given.
            probability: With this probability each time, drawn by the seed.
            seconds: For so long from now, by the simulator's clock.

        Raises:
            RuleError: The rule can't match anything; the message names the nearest valid name.

        """
        fault = parse(fault, FAULTS, "fault") if isinstance(fault, str) else fault
        if not isinstance(fault, Fault):
            raise RuleError(f"a fault is one of {', '.join(FAULTS)}, not {fault!r}")
        if times is None and probability == 1 and seconds is None:
            times = 1
        rule = Rule(
            "inject",
            fault,
            self.contract,
            on=next(o for o in OPERATIONS if o in fault.on) if on is None else on,
            model=model,
            where=where,
            times=times,
            probability=probability,
            seconds=seconds,
            now=self.clock.time(),
        )
        with self.lock:
            rule.number_among(self.faults)
            self.faults.append(rule)
        return rule

    def expect(
        self, creates: int = 1, *, model: str | None = None, where: Where | None = None
    ) -> Rule[None]:
        """Expect so many creates that match; `verify` tells if there were more or fewer.

        From the first expectation on, a create that matches none is refused with 400. With 0, those
        that match are, and no others.
        """
        if isinstance(creates, bool) or not isinstance(creates, int) or creates < 0:
            raise RuleError(f"creates must be at least 0, not {creates!r}", "creates")
        rule = Rule("expect", None, self.contract, model=model, where=where, times=creates)
        self.expected.append(rule)
        return rule

    def expect_refusals(self, status: int, times: int = 1) -> None:
        """Expect so many requests that are refused with `status`, without a fault's doing."""
        for name, value, least in (("status", status, 400), ("times", times, 1)):
            if isinstance(value, bool) or not isinstance(value, int) or value < least:
                raise RuleError(f"{name} must be at least {least}, not {value!r}", name)
        self.refusals.append(_Refusals(status, times))

    def reseed(self, seed: int) -> None:
        """Let `seed` decide what comes from now on."""
        if isinstance(seed, bool) or not isinstance(seed, int):
            raise RuleError(f"a seed is a whole number, not {seed!r}", "seed")
        with self.lock:
            self.seed = seed
            self.chance = Chance.seeded(seed)
            self.occurrences: dict[bytes, int] = {}
            self.files = Files(seed, self.contract)

    def reset(self, seed: int | None = None) -> None:
        """Forget all jobs, rules and requests, and start from `seed`, by default the same.

        The balance is again what the simulator was made with.
        """
        with self.lock:
            self.reseed(self.seed if seed is None else seed)
            self._forget()

    # --- what happened ------------------------------------------------------------------------

    @property
    def jobs(self) -> list[Job]:
        """All jobs in their state now, the oldest first."""
        with self.lock:
            self.store.advance(self.clock.time())
            return [*self.store.by_id.values()]

    @property
    def rules(self) -> list[Rule[Any]]:
        """All rules that `inject` and `play` made, each in the order in which they are tried."""
        return [*self.faults, *self.plays]

    @property
    def deliveries(self) -> list[Delivery]:
        """All callbacks so far, job by job."""
        return [delivery for job in self.jobs for delivery in job.deliveries]

    def job(self, task_id: str) -> Job:
        """Return the job of a task, in its state now.

        Raises UnknownTaskError, a RuleError and KeyError, if there is none, as do the methods that
        move a job.
        """
        with self.lock:
            self.store.advance(self.clock.time())
            return self.store.find(task_id)

    def verify(self) -> list[str]:
        """Say what was not as expected; nothing if all was.

        That is: creates that match no expectation, expectations that were not met, rules that
        were never used, requests that were refused without a fault's doing, receivers that raised.
        """
        with self.lock:
            unmet = [
                f"{rule.text}: {rule.seen} came"
                for rule in self.expected
                if rule.seen != rule.times
            ]
            declared: list[Rule[Any]] = [*reversed(self.plays), *self.faults]
            unused = [f"{rule.text} was never used" for rule in declared if not rule.used]
            left = [refusal for refusal in self.refusals for _ in range(refusal.times)]
            refused = []
            for seen in self.refused:
                match = next((r for r in left if r.status == seen.status), None)
                if match:
                    left.remove(match)
                else:
                    where = f"{seen.method} {seen.path}"
                    refused.append(f"{where} was refused with {seen.status}: {seen.problem}")
            missing = [f"expect_refusals({refusal.status}): did not come" for refusal in left]
            return [*self.problems, *refused, *unmet, *missing, *unused]

    # --- doors --------------------------------------------------------------------------------

    def transport(self) -> SimulatorTransport:
        """Return a transport for `httpx.Client` and `httpx.AsyncClient`: no socket, no thread."""
        from liangxin_mock.transport import SimulatorTransport  # noqa: PLC0415

        return SimulatorTransport(self)

    def client_options(self, *, asynchronous: bool = False) -> dict[str, Any]:
        """Return arguments for `liangxin.LiangXin` (or `AsyncLiangXin`) that reach this simulator.

        They make the client share the simulator's clock: its waits take no time. Its polls vary by
        the simulator's seed: the same seed gives the same run.
        """
        from liangxin_mock.transport import http_client  # noqa: PLC0415

        return {
            "api_key": self.api_key or "any-key-works",
            "base_url": self.base_url,
            "http_client": http_client(self, asynchronous=asynchronous),
            "clock": self.clock,
            "rng": random.Random(self.seed),  # noqa: S311  it is no secret when polls come
        }

    @property
    def app(self) -> Any:
        """An ASGI application; what it cannot do is close a connection without an answer."""
        from liangxin_mock.asgi import app  # noqa: PLC0415

        return app(self)

    def handle(self, request: Request) -> Reply:
        """Answer a request: what every door calls. Safe to call from any thread."""
        return handle(self, request)

    # --- jobs ---------------------------------------------------------------------------------

    def step(self, task_id: str) -> Job:
        """Bring a job to its next state, before its time; RuleError if it has ended."""
        return self._move(task_id, Jobs.step)

    def finish(self, task_id: str) -> Job:
        """End a job in state success; RuleError if it has ended."""
        return self._move(task_id, Jobs.finish)

    def fail(self, task_id: str, code: str | int = "500", msg: str = "upstream error") -> Job:
        """End a job in state fail; RuleError if it has ended."""
        return self._move(task_id, lambda store, job, now: store.fail(job, now, str(code), msg))

    def expire(self, task_id: str) -> Job:
        """Let the links of a job work no longer."""
        with self.lock:
            job = self.job(task_id)
            job.expired_at = self.clock.time()
            return job

    def _move(self, task_id: str, move: Callable[[Jobs, Job, float], None]) -> Job:
        with self.lock:
            job = self.store.find(task_id)
            move(self.store, job, self.clock.time())
        self.courier.clock_moved()
        return job

    def next_due(self) -> float | None:
        """Return when something happens by time alone; None if nothing will."""
        with self.lock:
            return self.store.next_due()

    # --- callbacks ----------------------------------------------------------------------------

    def deliver(self) -> None:
        """Send all callbacks that are due, and return when they are answered."""
        self.courier.deliver()

    def close(self) -> None:
        """Send no more callbacks."""
        self.courier.close()

    def __enter__(self) -> Self:
        """Return the simulator."""
        return self

    def __exit__(self, *_exception: object) -> None:
        """Close it."""
        self.close()

    def __repr__(self) -> str:
        return f"Simulator(seed={self.seed}, jobs={len(self.store.by_id)}, creates={self.creates})"


class _Refusals(NamedTuple):
    status: int
    times: int


def _timeline(timeline: Timeline | str) -> Timeline:
    if isinstance(timeline, str):
        return parse(timeline, TIMELINES, "timeline")
    if not isinstance(timeline, Timeline):
        raise RuleError(f"a timeline is one of {', '.join(TIMELINES)}, not {timeline!r}")
    return timeline


def _check(name: str, value: object, kind: type) -> None:
    """Raise RuleError unless `value` is a number of at least 0."""
    kinds: Any = int if kind is int else (int, float)
    is_number = isinstance(value, kinds) and not isinstance(value, bool)
    if not (is_number and value >= 0):  # type: ignore[operator]
        raise RuleError(f"{name} must be a number of at least 0, not {value!r}", name)
