"""Interrupts and cancellation: they pass at once, cost nobody else a task, and name what runs on."""

import asyncio
import functools
import gc
import itertools
import json
import logging
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

import liangxin
from liangxin_mock import Simulator, after_seconds, drop
from tests.support.interrupts import at_step, in_thread, interrupt, when_blocked
from tests.support.samples import KEY
from tests.support.scripted_api import BASE_URL, Fault, Reply, created, record, success
from tests.support.thoroughness import is_thorough

IMAGE: dict[str, Any] = {"model": "z-image", "input": {"prompt": "Tea"}}
MAIN = threading.main_thread().ident or 0
FIRST, SECOND = ({"model": "z-image", "input": {"prompt": name}} for name in ("first", "second"))


def answer_of(request: httpx.Request, *, is_done: bool) -> Reply:
    """Make the answer about the task that a request asks for."""
    task_id = request.url.params["taskId"]
    if is_done:
        return success("https://files.test/cup.png", taskId=task_id)
    return record("waiting", taskId=task_id)


# --- one wait --------------------------------------------------------------------------------------


def interrupted(test: Callable[[], None]) -> Callable[[], None]:
    """Ignore warnings of Python about an interrupt at an odd moment.

    It may come just before a coroutine begins, or while a generator is closed as garbage.
    """
    for warning in (
        "ignore:coroutine .* was never awaited",
        "ignore::pytest.PytestUnraisableExceptionWarning",
    ):
        test = pytest.mark.filterwarnings(warning)(test)
    return test


def steps() -> Iterator[int]:
    """Yield numbers of steps at which something happens, in rising order."""
    return itertools.count(0, 7 if is_thorough() else 53)


def waiting_client() -> tuple[liangxin.LiangXin, list[Any]]:
    """Make a client with three tasks that take a while, on a virtual clock."""
    simulator = Simulator(timeline=after_seconds(5))
    client = liangxin.LiangXin(**simulator.client_options())
    return client, [client.tasks.create(**IMAGE) for _ in range(3)]


@interrupted
def test_an_interrupt_is_one_wherever_it_comes() -> None:
    """Ctrl-C at any step of a wait is a KeyboardInterrupt, and costs the client nothing."""

    def interrupt_all() -> None:
        for number in steps():
            client, (task, other, _) = waiting_client()
            with client:
                try:
                    with at_step(number, interrupt) as step:
                        task.wait()
                except KeyboardInterrupt:
                    assert step.is_reached
                else:
                    assert not step.is_reached
                    return
                assert client.tasks.wait_all([task, other]) == [task, other]
                assert task.state == other.state == "success"

    # In a thread of its own: CPython 3.11 mixes up a thread's exceptions if one is raised so.
    in_thread(interrupt_all)


@interrupted
@pytest.mark.parametrize("fault", [None, drop(accepted=True)], ids=["answered", "dropped"])
def test_an_interrupt_speaks_of_the_task_wherever_it_comes(fault: Any) -> None:
    """Ctrl-C at any step of a run names the task, or says that there may be one."""

    def interrupt_all() -> None:
        for number in steps():
            simulator = Simulator(timeline=after_seconds(5))
            if fault is not None:
                simulator.inject(fault)
            with liangxin.LiangXin(**simulator.client_options()) as client:
                try:
                    with at_step(number, interrupt) as step:
                        client.run(**IMAGE)
                except KeyboardInterrupt as exc:
                    if simulator.creates:
                        assert speaks_of(exc, simulator.jobs[0].id), number
                except liangxin.SubmissionUnknownError:
                    pass
                if not step.is_reached:
                    return

    in_thread(interrupt_all)


@interrupted
def test_an_interrupt_of_map_speaks_of_a_create_that_may_be_billed() -> None:
    """Ctrl-C at any step of map, after a lost response, says that there may be a task."""

    def interrupt_all() -> None:
        for number in itertools.count():  # one step in 300 was the wrong one
            simulator = Simulator()
            simulator.inject(drop(accepted=True))
            outcomes: list[Any] = []
            with liangxin.LiangXin(**simulator.client_options()) as client:
                try:
                    with at_step(number, interrupt) as step:
                        outcomes += client.map([IMAGE])
                except KeyboardInterrupt as exc:
                    if simulator.creates and not outcomes:
                        assert speaks_of(exc, simulator.jobs[0].id), number
                if not step.is_reached:
                    assert outcomes
                    return

    in_thread(interrupt_all)


def speaks_of(exc: BaseException | None, task_id: str) -> bool:
    """Whether an exception, or one behind it, names a task, or says that there may be one."""
    while exc is not None:
        text = "\n".join([str(exc), *getattr(exc, "__notes__", ())])
        if task_id in text or "may have been accepted" in text:
            return True
        exc = exc.__context__
    return False


def test_an_iterator_may_be_collected_wherever_another_wait_is() -> None:
    """A forgotten iterator that is collected as garbage amid another wait hangs nothing."""
    # What is there already need not be looked through at each collection.
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        for number in steps():
            client, tasks = waiting_client()
            with client:
                events = tasks[0].events()
                completed = client.tasks.as_completed(tasks[:2])
                cycle: list[Any] = [events, completed, next(completed), next(events)]
                cycle.append(cycle)
                del events, completed, cycle
                with at_step(number, gc.collect) as step:
                    tasks[2].wait()
                assert tasks[2].state == "success"
                assert client.tasks.create(**IMAGE).wait().state == "success"
            if not step.is_reached:
                break
    finally:
        gc.enable()
        gc.unfreeze()


def test_an_interrupt_of_one_wait_leaves_the_others() -> None:
    """Ctrl-C ends the wait of the main thread at once, though its poll hangs; others go on."""
    is_polled, may_answer = threading.Event(), threading.Event()
    ends: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.params["taskId"] == "task_first":
            is_polled.set()
            may_answer.wait()
        reply = answer_of(request, is_done=may_answer.is_set())
        return httpx.Response(200, content=reply.content)

    http = httpx.Client(transport=httpx.MockTransport(answer))
    client = liangxin.LiangXin(KEY, BASE_URL, http_client=http)

    def wait() -> None:
        ends.append(client.tasks.handle("task_second").wait(poll_interval=0.01).state)

    def interrupt_main() -> None:
        is_polled.wait()
        when_blocked(lambda: None, MAIN).join()
        signal.pthread_kill(MAIN, signal.SIGINT)

    threads = [threading.Thread(target=target, daemon=True) for target in (wait, interrupt_main)]
    for thread in threads:
        thread.start()
    with pytest.raises(KeyboardInterrupt) as stopped:
        client.tasks.handle("task_first").wait(poll_interval=0.01)
    may_answer.set()
    for thread in threads:
        thread.join()
    assert "client.tasks.handle('task_first').wait()" in stopped.value.__notes__[0]
    assert ends == ["success"]


class Gate:
    """A server that answers for a task `task_<prompt>` at once if it is the first, or when told."""

    def __init__(self) -> None:
        self.is_in_flight, self.may_end = threading.Event(), threading.Event()
        self.async_may_end = asyncio.Event()
        self.answer_of_second: Reply | Fault = created("task_second")

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer, and block the thread where that takes time."""
        reply = self._reply(request)
        if reply is self.answer_of_second:
            self.is_in_flight.set()
            self.may_end.wait()
        if isinstance(reply, Fault):
            raise reply.error("scripted")
        return httpx.Response(reply.status, content=reply.content)

    async def async_answer(self, request: httpx.Request) -> httpx.Response:
        """Answer, and let others run where that takes time."""
        reply = self._reply(request)
        if reply is self.answer_of_second:
            self.is_in_flight.set()
            await self.async_may_end.wait()
        if isinstance(reply, Fault):
            raise reply.error("scripted")
        return httpx.Response(reply.status, content=reply.content)

    def _reply(self, request: httpx.Request) -> Reply | Fault:
        if request.method == "GET":
            return answer_of(request, is_done=request.url.params["taskId"] == "task_first")
        prompt = json.loads(request.content)["input"]["prompt"]
        return created("task_first") if prompt == "first" else self.answer_of_second


@pytest.fixture
def gate() -> Gate:
    """A server whose second create ends when told."""
    return Gate()


def sync_map(gate: Gate) -> Any:
    http = httpx.Client(transport=httpx.MockTransport(gate.answer))
    client = liangxin.LiangXin(KEY, BASE_URL, http_client=http)
    return client.map([FIRST, SECOND], poll_interval=0.01)


def async_map(gate: Gate) -> Any:
    http = httpx.AsyncClient(transport=httpx.MockTransport(gate.async_answer))
    client = liangxin.AsyncLiangXin(KEY, BASE_URL, http_client=http)
    return client.map([FIRST, SECOND], poll_interval=0.01)


# --- map -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (created("task_second"), "task_second"),
        (Reply(status=502), "It is unknown whether"),
        (Fault(httpx.ReadError), "It is unknown whether"),
    ],
    ids=["accepted", "unknown", "dropped"],
)
def test_who_leaves_hears_of_creates_in_flight(
    gate: Gate, caplog: pytest.LogCaptureFixture, answer: Reply | Fault, told: str
) -> None:
    """Who leaves the loop is told what became of the creates that were in flight."""
    gate.answer_of_second = answer
    outcomes = sync_map(gate)
    assert next(outcomes).task.id == "task_first"
    gate.is_in_flight.wait()
    when_blocked(gate.may_end.set)
    outcomes.close()
    assert told in caplog.text


async def cancelled(gate: Gate, *, times: int) -> asyncio.Task[Any]:
    """Cancel a map so many times while its second create is in flight; return its task."""
    outcomes = async_map(gate)
    await anext(outcomes)
    waiting = asyncio.create_task(anext(outcomes))
    await asyncio.to_thread(gate.is_in_flight.wait)
    for _ in range(times):
        waiting.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    return waiting


def test_who_is_cancelled_hears_of_creates_in_flight(
    gate: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    """A cancelled map lets its creates end, and its cancellation carries their ids."""

    async def main() -> None:
        waiting = await cancelled(gate, times=1)
        assert not waiting.done()
        gate.async_may_end.set()
        with pytest.raises(asyncio.CancelledError) as caught:
            await waiting
        assert "task_second" in caught.value.__notes__[0]

    asyncio.run(main())
    assert "task_second" in caplog.text


@pytest.mark.parametrize("is_answered", [True, False])
def test_a_second_cancellation_is_obeyed(
    gate: Gate, caplog: pytest.LogCaptureFixture, is_answered: bool
) -> None:
    """Who cancels twice need not wait; creates in flight end by themselves and tell of it."""

    async def main() -> None:
        waiting = await cancelled(gate, times=2)
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert caplog.text == ""
        if is_answered:
            gate.async_may_end.set()
            await asyncio.wait(asyncio.all_tasks() - {asyncio.current_task()})

    asyncio.run(main())
    told = "task_second" if is_answered else "it may have been accepted and billed"
    assert told in caplog.text


def test_a_second_interrupt_is_obeyed(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while map waits for its creates to end leaves at once; they tell of themselves."""
    notes: list[str] = []
    is_told = threading.Event()

    def warn(_: str, note: str) -> None:
        notes.append(note)
        if "task_second" in note:
            is_told.set()

    monkeypatch.setattr(logging.getLogger("liangxin"), "warning", warn)
    outcomes = sync_map(gate)
    next(outcomes)
    gate.is_in_flight.wait()
    interrupter = when_blocked(functools.partial(signal.pthread_kill, MAIN, signal.SIGINT))
    with pytest.raises(KeyboardInterrupt):
        outcomes.close()
    interrupter.join()
    assert notes == []
    gate.may_end.set()
    is_told.wait()


def test_an_interrupt_at_the_start_of_a_create_waits_for_it(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C while the thread of a create is being started lets it end, and names its task."""
    start = threading.Thread.start

    def interrupted(thread: threading.Thread) -> None:
        start(thread)
        if thread.name == "liangxin-create":
            gate.is_in_flight.wait()
            when_blocked(gate.may_end.set)
            raise KeyboardInterrupt

    http = httpx.Client(transport=httpx.MockTransport(gate.answer))
    client = liangxin.LiangXin(KEY, BASE_URL, http_client=http)
    monkeypatch.setattr(threading.Thread, "start", interrupted)
    with pytest.raises(KeyboardInterrupt) as stopped:
        next(client.map([SECOND]))
    assert "task_second" in stopped.value.__notes__[0]


def test_map_keeps_nothing_of_creates_that_ended() -> None:
    """A map of very many requests does not grow with those that are done."""
    requests = ({"model": "z-image", "input": {"prompt": "first"}} for _ in range(300))

    async def main() -> int:
        http = httpx.AsyncClient(transport=httpx.MockTransport(Gate().async_answer))
        client = liangxin.AsyncLiangXin(KEY, BASE_URL, http_client=http, polls_per_second=1e6)
        outcomes: Any = client.map(requests, poll_interval=0.001)
        for _ in range(280):
            await anext(outcomes)
        gc.collect()
        kept = [
            thing
            for thing in gc.get_objects()
            if issubclass(type(thing), asyncio.Task) and thing.get_name() == "liangxin-creates"
        ]
        await outcomes.aclose()
        return len(kept)

    assert asyncio.run(main()) < 50
