"""Whatever happens, nothing is paid twice, nothing paid is lost, and no wait tells an untruth.

Random jobs and faults on the simulator, followed in every way that the SDK has, by both clients on
a virtual clock, and checked against what the simulator knows to be true.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

import liangxin
from liangxin.polling.wait import GRACE
from liangxin_mock import Simulator
from liangxin_mock.faults import Fault
from liangxin_mock.faults.kinds import (
    broken_result,
    drop,
    error_code,
    hang,
    html,
    slow,
    status,
    truncate,
    unknown_state,
    unknown_task,
)
from liangxin_mock.jobs.timelines import Timeline, after_seconds, fail, immediate
from liangxin_mock.transports.httpx_transport import SimulatorTransport
from tests.strategies import timelines
from tests.support.scripted_api import KINDS, Kind, settle
from tests.support.thoroughness import examples

REQUEST_TIMEOUT = 60.0
"""Seconds; the clients' default, which no fault here outlasts."""

MAGNIFICS_GAP = 60 / 50
"""Seconds between polls of a client at its limit."""

# --- what is drawn -------------------------------------------------------------------------------

CLEAN = [400, 401, 402, 403, 404, 422]
"""What refuses a create and proves that none was made. 429 does so, too, and is sent again."""

CREATE_FAULTS: st.SearchStrategy[Fault] = st.one_of(
    st.builds(status, st.sampled_from(CLEAN)),
    st.builds(status, st.just(429), retry_after=st.none() | st.integers(0, 40)),
    st.builds(status, st.sampled_from([408, 500, 502, 503, 504]), accepted=st.booleans()),
    st.builds(drop, accepted=st.booleans()),
    st.builds(hang, accepted=st.booleans()),
    st.builds(html, st.sampled_from([200, 502]), accepted=st.booleans()),
    st.builds(error_code, st.sampled_from([429, 500]), accepted=st.just(value=False)),
    st.builds(truncate),
    st.builds(slow, st.sampled_from([1.0, 40.0])),
)
POLL_FAULTS: st.SearchStrategy[Fault] = st.one_of(
    st.builds(status, st.sampled_from([401, 408, 429, 500, 503]), gateway=st.booleans()),
    st.builds(status, st.just(429), retry_after=st.integers(0, 100)),
    st.builds(drop),
    st.builds(hang),
    st.builds(slow, st.sampled_from([1.0, 40.0])),
    st.builds(truncate),
    st.builds(html, st.sampled_from([200, 503])),
    st.builds(error_code, st.sampled_from([429, 500])),
    st.builds(unknown_state),
    st.builds(unknown_task),
    st.builds(broken_result, st.sampled_from(["empty", "malformed"])),
)


@dataclass(frozen=True)
class Order:
    """A request, and all that goes wrong on its way; the prompt tells it from others."""

    timeline: Timeline
    creates: list[Fault] = field(default_factory=list)
    polls: list[tuple[Fault, int]] = field(default_factory=list)
    model: str = "kling-v3-std"


@dataclass(frozen=True)
class Plan:
    """What is ordered, for how long it is waited for, and whether the caller is stopped."""

    orders: list[Order]
    timeout: float = 300.0
    seed: int = 0
    stop_at: int | None = None
    """After so many requests have been answered by the server, the caller is interrupted."""
    leave_after: int | None = None
    """After so many outcomes the caller leaves the loop."""
    api: str = "LiangXin"
    """The name of the client."""


ORDERS = st.builds(
    Order,
    timeline=timelines.ANY_TIMELINE,
    creates=st.lists(CREATE_FAULTS, max_size=2),
    polls=st.lists(st.tuples(POLL_FAULTS, st.integers(1, 4)), max_size=3),
    model=st.sampled_from(["kling-v3-std", "kling-v3-pro"]),
)
PLANS = st.builds(
    Plan,
    orders=st.lists(ORDERS, min_size=1, max_size=4),
    timeout=st.sampled_from([0.0, 1.0, 30.0, 300.0, 900.0]),
    seed=st.integers(0, 99),
    stop_at=st.none() | st.integers(1, 12),
    leave_after=st.none() | st.integers(1, 3),
)

# --- what a caller sees --------------------------------------------------------------------------


@dataclass(frozen=True)
class Seen:
    """What a caller was told of an order, and when."""

    order: int
    at: float
    what: str
    """A task's final state, or the name of an error."""


@dataclass
class Ledger:
    """What a caller knows at the end, beside what is true."""

    simulator: Simulator
    began: dict[int, float] = field(default_factory=dict)
    """When the wait for an order began."""
    seen: list[Seen] = field(default_factory=list)
    tasks: dict[int, Any] = field(default_factory=dict)
    unknown: set[int] = field(default_factory=set)
    """The orders of which the caller knows that they may have been accepted."""
    texts: list[str] = field(default_factory=list)
    """What errors, their notes, and log lines say."""
    is_stopped: bool = False
    slowest: float = 0.0
    """Seconds that the slowest request took."""

    @property
    def now(self) -> float:
        return float(self.simulator.clock.monotonic())

    def take(self, order: int, task: Any) -> None:
        """Note a task that the caller holds."""
        self.tasks[order] = task
        self.check(task)

    def check(self, task: Any) -> None:
        """Check that a task is as it says, or was so a moment ago."""
        job = self.simulator.job(task.id)
        if task.state is None:  # it was not queried yet
            return
        states = {transition.state for transition in job.transitions}
        assert task.state in states | {"archiving"}
        if task.state == "fail":
            told = (job.fail_code.strip() or None, job.fail_msg.strip() or None)
            if job.api == "magnific":  # which names no reason
                told = (None, None)
            assert (
                (task.fail_code or "").strip() or None,
                task.fail_msg and task.fail_msg.strip(),
            ) == told
        if task.result_urls:
            assert tuple(task.result_urls) == job.result_urls

    def end(self, order: int, what: str) -> None:
        """Note how the wait for an order ended."""
        self.seen.append(Seen(order, self.now, what))

    def fail(self, order: int, error: BaseException) -> None:
        """Note an error that an order ended with."""
        self.end(order, type(error).__name__)
        self.hear(error)
        if isinstance(error, liangxin.SubmissionUnknownError):
            self.unknown.add(order)
        if isinstance(error, liangxin.TaskTimeoutError):
            assert not error.task.is_terminal or error.task.result_problem is not None

    def hear(self, error: BaseException) -> None:
        """Note what an error says."""
        self.texts += [str(error), *getattr(error, "__notes__", [])]


class _Stop(BaseException):
    """What interrupts a caller, as Ctrl-C does."""


class _Door(SimulatorTransport):
    """The simulator's door, at which a caller may be stopped once the server has done its part."""

    def __init__(self, ledger: Ledger, stop_at: int | None) -> None:
        super().__init__(ledger.simulator)
        self.ledger = ledger
        self.left = math.inf if stop_at is None else stop_at

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with self._passing():
            return super().handle_request(request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        with self._passing():
            return await super().handle_async_request(request)

    @contextmanager
    def _passing(self) -> Iterator[None]:
        started = self.ledger.now
        try:
            yield
        finally:
            self.ledger.slowest = max(self.ledger.slowest, self.ledger.now - started)
            self.left -= 1
            if self.left <= 0:
                self.ledger.is_stopped = True
                raise _Stop


def request(plan: Plan, order: int) -> dict[str, Any]:
    """The arguments of an order's create."""
    return {"model": plan.orders[order].model, "input": {"prompt": f"order {order}"}}


def order_of(body: dict[str, Any]) -> int:
    return int(body.get("input", body)["prompt"].split()[-1])


# --- ways to follow orders -----------------------------------------------------------------------

Way = Callable[[Any, Plan, Ledger], Awaitable[None]]


async def run(client: Any, plan: Plan, ledger: Ledger) -> None:
    """One after the other with `run`."""
    for order in range(len(plan.orders)):

        def update(task: Any, order: int = order) -> None:
            ledger.began.setdefault(order, created_at(task))
            ledger.check(task)

        try:
            task = await settle(
                client.run(**request(plan, order), timeout=plan.timeout, on_update=update)
            )
        except liangxin.LiangXinError as error:
            if error.task is not None:
                # Unless an answer that broke off names the task, it was accepted.
                if not isinstance(error, liangxin.SubmissionUnknownError):
                    ledger.began.setdefault(order, created_at(error.task))
                ledger.take(order, error.task)
            ledger.fail(order, error)
        else:
            ledger.take(order, task)
            ledger.end(order, task.state)


async def create_and_wait(client: Any, plan: Plan, ledger: Ledger) -> None:
    """Each created with `create` and waited for with `wait`."""
    for order in await create_all(client, plan, ledger):
        ledger.began[order] = ledger.now
        task = ledger.tasks[order]
        try:
            await settle(task.wait(plan.timeout, on_update=ledger.check))
        except liangxin.LiangXinError as error:
            ledger.fail(order, error)
        else:
            ledger.end(order, task.state)
        ledger.take(order, task)


async def events(client: Any, plan: Plan, ledger: Ledger) -> None:
    """Each followed with `events`."""
    for order in await create_all(client, plan, ledger):
        ledger.began[order] = ledger.now
        count, last = 0, "nothing"
        try:
            async for task in each(ledger.tasks[order].events(plan.timeout)):
                ledger.take(order, task)
                count, last = count + 1, task.state
                if count == plan.leave_after:
                    break
        except liangxin.LiangXinError as error:
            ledger.fail(order, error)
        else:
            if count != plan.leave_after:
                ledger.end(order, last)


async def wait_all(client: Any, plan: Plan, ledger: Ledger) -> None:
    """All at once with `wait_all`."""
    orders = await create_all(client, plan, ledger)
    ledger.began = dict.fromkeys(orders, ledger.now)
    tasks = [ledger.tasks[order] for order in orders]
    try:
        await settle(client.tasks.wait_all(tasks, plan.timeout))
    except liangxin.LiangXinError as error:
        ledger.hear(error)
    for order in orders:
        task = ledger.tasks[order]
        ledger.take(order, task)
        is_finished = task.is_terminal and task.result_problem is None
        ledger.end(order, task.state if is_finished else "not finished")


async def as_completed(client: Any, plan: Plan, ledger: Ledger) -> None:
    """All at once with `as_completed`."""
    orders = await create_all(client, plan, ledger)
    ledger.began = dict.fromkeys(orders, ledger.now)
    by_id = {ledger.tasks[order].id: order for order in orders}
    count = 0
    try:
        async for task in each(
            client.tasks.as_completed(map(ledger.tasks.get, orders), plan.timeout)
        ):
            assert task.is_terminal
            ledger.take(by_id[task.id], task)
            ledger.end(by_id.pop(task.id), task.state)
            count += 1
            if count == plan.leave_after:
                return
    except liangxin.LiangXinError as error:
        ledger.hear(error)
        for order in by_id.values():
            ledger.end(order, "not finished")
        by_id = {}
    assert not by_id


async def mapped(client: Any, plan: Plan, ledger: Ledger) -> None:
    """All with `map`."""
    requests = [request(plan, order) for order in range(len(plan.orders))]
    left = {*range(len(requests))}

    def update(task: Any) -> None:
        order = order_of(ledger.simulator.job(task.id).body)
        ledger.began.setdefault(order, created_at(task))
        ledger.check(task)

    count = 0
    outcomes = client.map(requests, timeout=plan.timeout, concurrency=3, on_update=update)
    async for outcome in each(outcomes):
        left.remove(outcome.index)
        assert outcome.request is requests[outcome.index]
        assert outcome.ok == (outcome.task is not None and outcome.task.state == "success") or (
            outcome.task.result_problem is not None
        )
        if outcome.task is not None:
            ledger.take(outcome.index, outcome.task)
        if outcome.error is None:
            ledger.end(outcome.index, outcome.task.state)
        else:
            ledger.fail(outcome.index, outcome.error)
        if not outcome.sent:
            assert not accepted(ledger, outcome.index)
        count += 1
        if count == plan.leave_after:
            break
    else:
        assert not left
    if hasattr(outcomes, "aclose"):
        await outcomes.aclose()


WAYS: dict[str, Way] = {
    "run": run,
    "create and wait": create_and_wait,
    "events": events,
    "wait_all": wait_all,
    "as_completed": as_completed,
    "map": mapped,
}


async def create_all(client: Any, plan: Plan, ledger: Ledger) -> list[int]:
    """Create what is ordered, and return the orders of which there are tasks."""
    for order in range(len(plan.orders)):
        try:
            ledger.take(order, await settle(client.tasks.create(**request(plan, order))))
        except liangxin.LiangXinError as error:
            ledger.fail(order, error)
    return list(ledger.tasks)


async def each(items: Any) -> AsyncIterator[Any]:
    """Yield the items of either client's iterator, and close it if the caller leaves."""
    try:
        if hasattr(items, "__aiter__"):
            async for item in items:
                yield item
        else:
            for item in items:
                yield item
    finally:
        if hasattr(items, "aclose"):
            await items.aclose()
        else:
            items.close()


def created_at(task: Any) -> float:
    """When a task was created, on the simulator's monotonic clock."""
    assert task._accepted_at is not None
    return float(task._accepted_at)


# --- the play ------------------------------------------------------------------------------------


class _Texts(logging.Handler):
    def __init__(self, texts: list[str]) -> None:
        super().__init__(logging.WARNING)
        self.texts = texts

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


def play(kind: Kind, way: Way, plan: Plan) -> Ledger:
    """Follow a plan, and return what the caller knows in the end."""
    simulator = Simulator(plan.seed)
    for number, order in enumerate(plan.orders):
        where = {"prompt": f"order {number}"}
        simulator.play(order.timeline, where=where)
        for fault in order.creates:
            simulator.inject(fault, on="createTask", where=where)
        for fault, times in order.polls:
            simulator.inject(fault, on="recordInfo", where=where, times=times)
    ledger = Ledger(simulator)
    door = _Door(ledger, plan.stop_at)
    options = simulator.client_options(asynchronous=kind == "async")

    async def live() -> None:
        if kind == "async":
            options["http_client"] = http = httpx.AsyncClient(transport=door)
            make = getattr(liangxin, f"Async{plan.api}")
            async with http, make(**options) as async_client:
                await way(async_client, plan, ledger)
        else:
            options["http_client"] = sync_http = httpx.Client(transport=door)
            with sync_http, getattr(liangxin, plan.api)(**options) as client:
                await way(client, plan, ledger)

    handler = _Texts(ledger.texts)
    logger = logging.getLogger("liangxin")
    logger.addHandler(handler)
    logger.propagate = False
    try:
        asyncio.run(live())
    except _Stop as stop:
        ledger.hear(stop)
    finally:
        logger.propagate = True
        logger.removeHandler(handler)
    return ledger


def accepted(ledger: Ledger, order: int) -> list[str]:
    """The tasks that the server made of an order."""
    return [job.id for job in ledger.simulator.jobs if order_of(job.body) == order]


# --- the truth -----------------------------------------------------------------------------------


def check_money(plan: Plan, ledger: Ledger) -> None:
    """Nothing is sent again that may have been accepted, and nothing accepted is lost."""
    creates = [seen for seen in ledger.simulator.requests if seen.operation == "createTask"]
    text = "\n".join(ledger.texts)
    for order in range(len(plan.orders)):
        sent = [seen for seen in creates if order_of(json.loads(seen.body)) == order]
        for seen in sent[:-1]:
            assert seen.status == 429 or str(seen.fault).startswith("error_code(429")
            assert seen.task_id is None
        task = ledger.tasks.get(order)
        for task_id in accepted(ledger, order):
            is_known = (
                (task is not None and task.id == task_id)
                or task_id in text
                or order in ledger.unknown
                or (ledger.is_stopped and "may have been accepted and billed" in text)
                or f"Request {order} of map: It is unknown" in text
            )
            assert is_known, f"nobody knows of {task_id}"


def check_truth(plan: Plan, ledger: Ledger) -> None:
    """Each outcome is what the server has for the task that it is about."""
    simulator = ledger.simulator
    start = simulator.clock.time() - simulator.clock.monotonic()
    for seen in ledger.seen:
        task = ledger.tasks.get(seen.order)
        assert seen.what in ("success", "fail", "not finished") or hasattr(liangxin, seen.what)
        if seen.what in ("success", "fail", "TaskFailedError"):
            assert task is not None
            job = simulator.job(task.id)
            assert job.state == ("fail" if seen.what == "TaskFailedError" else seen.what)
            assert (task.state, tuple(task.result_urls)) == (job.state, job.result_urls)
        if seen.what == "APIResponseError":
            assert any(isinstance(f, broken_result) for f, _ in plan.orders[seen.order].polls)
        if seen.what in ("NotFoundError", "UnprocessableEntityError") and task is not None:
            assert seen.at >= ledger.began[seen.order] + GRACE
        if seen.what == "TaskTimeoutError":
            assert task is not None
            deadline = ledger.began[seen.order] + plan.timeout
            polls = (r for r in simulator.requests if r.task_id == task.id)
            last_poll = max(r.at + trickled(r.fault) for r in polls) - start
            assert seen.at >= deadline - 1e-6
            is_late = last_poll + ledger.slowest >= deadline - 1e-3
            assert is_late or has_no_room(plan, ledger, deadline), "not asked for at its deadline"


def trickled(fault: str | None) -> float:
    """The seconds that the body of an answer took, of which the door knows nothing."""
    return float(fault[5:-1]) if fault and fault.startswith("slow(") else 0.0


def has_no_room(plan: Plan, ledger: Ledger, deadline: float) -> bool:
    """Whether another poll took what Magnific's limit leaves for last polls at a deadline."""
    simulator = ledger.simulator
    start = simulator.clock.time() - simulator.clock.monotonic()
    earliest = deadline - 2 * MAGNIFICS_GAP - ledger.slowest
    polls = [r.at - start for r in simulator.requests if r.operation == "recordInfo"]
    return plan.api == "Magnific" and any(earliest <= at <= deadline + 1e-3 for at in polls)


def check_deadlines(plan: Plan, ledger: Ledger, way: str) -> None:
    """No wait outlasts its deadline by more than one request and the second that it may wait."""
    assert ledger.slowest <= REQUEST_TIMEOUT + 1e-6
    if way == "map":
        # On a virtual clock a create blocks: nobody polls meanwhile.
        return
    requests = len(plan.orders) if plan.timeout == 0 else 1
    for seen in ledger.seen:
        if seen.order in ledger.began:
            late = seen.at - ledger.began[seen.order] - plan.timeout
            assert late <= requests * REQUEST_TIMEOUT + 1.0 + 1e-3


PROPERTY = settings(
    max_examples=examples(80, everyday=15), phases=[Phase.explicit, Phase.generate, Phase.shrink]
)


@pytest.mark.parametrize("api", ["LiangXin", "Magnific"])
@pytest.mark.parametrize("way", WAYS)
@PROPERTY
@given(plan=PLANS)
@example(plan=Plan([Order(immediate(), [truncate()]), Order(after_seconds(50))], stop_at=4))
@example(plan=Plan([Order(fail(), polls=[(hang(), 4)])] * 4, timeout=30.0))
@example(plan=Plan([Order(after_seconds(99), polls=[(slow(40.0), 1)])], timeout=30.0))
def test_nothing_is_paid_twice_lost_or_told_wrongly(way: str, api: str, plan: Plan) -> None:
    """Whatever goes wrong, both clients of both APIs tell the truth, in time, and agree."""
    ledgers, plan = [], replace(plan, api=api)
    for kind in KINDS:
        ledger = play(kind, WAYS[way], plan)
        check_money(plan, ledger)
        check_truth(plan, ledger)
        check_deadlines(plan, ledger, way)
        ledgers.append(ledger)
    first, second = ledgers
    assert [(seen.order, seen.what) for seen in first.seen] == [
        (seen.order, seen.what) for seen in second.seen
    ]
    assert [seen.at for seen in first.seen] == pytest.approx([seen.at for seen in second.seen])
    assert first.is_stopped == second.is_stopped
