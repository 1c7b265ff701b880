"""Leaving `map` while creates are in flight: whatever was or may be paid for is named."""

import asyncio
import concurrent.futures
import gc
import json
import logging
import threading
from typing import Any

import httpx
import pytest

import liangxin
from tests.support.scripted_api import BASE_URL, DONE, KEY, WAITING, Fault, Reply, created

FIRST, SECOND = ({"model": "z-image", "input": {"prompt": name}} for name in ("first", "second"))


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
            assert self.may_end.wait(20)
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
            return DONE if request.url.params["taskId"] == "task_first" else WAITING
        prompt = json.loads(request.content)["input"]["prompt"]
        return created("task_first") if prompt == "first" else self.answer_of_second


@pytest.fixture
def gate() -> Gate:
    """A server whose second create ends when told."""
    return Gate()


def sync_map(gate: Gate) -> Any:
    http = httpx.Client(transport=httpx.MockTransport(gate.answer))
    client = liangxin.LiangXin(KEY, BASE_URL, http_client=http)
    return client.map([FIRST, SECOND], timeout=60, poll_interval=0.01)


def async_map(gate: Gate) -> Any:
    http = httpx.AsyncClient(transport=httpx.MockTransport(gate.async_answer))
    client = liangxin.AsyncLiangXin(KEY, BASE_URL, http_client=http)
    return client.map([FIRST, SECOND], timeout=60, poll_interval=0.01)


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
    assert gate.is_in_flight.wait(20)
    threading.Timer(0.05, gate.may_end.set).start()
    outcomes.close()
    assert told in caplog.text


def test_who_is_cancelled_hears_of_creates_in_flight(
    gate: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    """A cancelled map lets its creates end, and its cancellation carries their ids."""

    async def main() -> None:
        outcomes = async_map(gate)
        await anext(outcomes)
        waiting = asyncio.create_task(anext(outcomes))
        await asyncio.to_thread(gate.is_in_flight.wait, 20)
        waiting.cancel()
        asyncio.get_running_loop().call_later(0.05, gate.async_may_end.set)
        with pytest.raises(asyncio.CancelledError) as cancelled:
            await waiting
        assert "task_second" in cancelled.value.__notes__[0]

    asyncio.run(main())
    assert "task_second" in caplog.text


@pytest.mark.parametrize("is_answered", [True, False])
def test_a_second_cancellation_is_obeyed(
    gate: Gate, caplog: pytest.LogCaptureFixture, is_answered: bool
) -> None:
    """Who cancels twice need not wait; creates in flight end by themselves and tell of it."""

    async def main() -> None:
        outcomes = async_map(gate)
        await anext(outcomes)
        waiting = asyncio.create_task(anext(outcomes))
        await asyncio.to_thread(gate.is_in_flight.wait, 20)
        for _ in range(2):
            waiting.cancel()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(asyncio.shield(waiting), 10)
        assert caplog.text == ""
        if is_answered:
            gate.async_may_end.set()
            await asyncio.wait(asyncio.all_tasks() - {asyncio.current_task()}, timeout=20)

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

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    outcomes = sync_map(gate)
    next(outcomes)
    assert gate.is_in_flight.wait(20)
    monkeypatch.setattr(logging.getLogger("liangxin"), "warning", warn)
    monkeypatch.setattr(concurrent.futures.ThreadPoolExecutor, "shutdown", interrupted)
    with pytest.raises(KeyboardInterrupt):
        outcomes.close()
    assert notes == []
    gate.may_end.set()
    assert is_told.wait(20)


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
