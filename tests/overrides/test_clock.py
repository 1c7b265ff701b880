"""The system's clock."""

import asyncio
import runpy
import time
from collections.abc import Callable, Coroutine
from typing import Any

import httpx
import pytest

import liangxin
from liangxin import clock as clock_module
from liangxin.clock import SystemClock
from tests.support.samples import INPUT, KEY, MODEL, TASK_ID
from tests.support.scripted_api import BASE_URL, WAITING, created


def test_system_clock() -> None:
    """The default clock is the system's."""
    clock = SystemClock()
    before, started = clock.time(), clock.monotonic()
    clock.sleep(0.001)
    asyncio.run(clock.async_sleep(0.001))
    assert clock.monotonic() - started >= 0.001
    assert clock.time() >= before


# --- tools that freeze time ----------------------------------------------------------------------


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Freeze time as freezegun does: in `time`, and so for event loops."""
    monkeypatch.setattr(time, "monotonic", lambda: 5.0)


class Api:
    """An API whose tasks never end, and the creates that it was sent."""

    def __init__(self) -> None:
        self.creates = 0

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        self.creates += request.method == "POST"
        reply = created() if request.method == "POST" else WAITING
        return httpx.Response(200, content=reply.content)

    def client(self, kind: Any, http: Any) -> Any:
        """Make a client of this API."""
        transport = httpx.MockTransport(self.answer)
        return kind(KEY, BASE_URL, http_client=http(transport=transport))


@pytest.mark.usefixtures("frozen")
def test_monotonic_time_passes_where_time_is_frozen() -> None:
    """Deadlines pass under freezegun, also if the SDK is imported while time is frozen."""
    for monotonic in (SystemClock().monotonic, runpy.run_path(clock_module.__file__)["monotonic"]):
        before = monotonic()
        while monotonic() == before:
            pass


@pytest.mark.usefixtures("frozen")
def test_a_wait_ends_where_time_is_frozen() -> None:
    """A sync wait ends at its timeout, though time stands still."""
    task = Api().client(liangxin.LiangXin, httpx.Client).tasks.handle(TASK_ID)
    with pytest.raises(liangxin.TaskTimeoutError):
        task.wait(timeout=0.05, poll_interval=0.01)


def run_frozen(main: Coroutine[Any, Any, object]) -> object:
    """Run a coroutine in an event loop whose time stands still."""
    return asyncio.run(main)


def run_without_loop(main: Coroutine[Any, Any, object]) -> object:
    """Run a coroutine as a library other than asyncio does."""
    return main.send(None)


@pytest.mark.usefixtures("frozen")
@pytest.mark.parametrize(
    ("drive", "reason"),
    [(run_frozen, "real_asyncio=True"), (run_without_loop, "event loop of asyncio")],
)
def test_an_async_client_says_what_it_needs(
    drive: Callable[[Coroutine[Any, Any, object]], object], reason: str
) -> None:
    """Where an async wait could never end, or under trio, nothing is sent, and the error says why."""
    api = Api()
    client = api.client(liangxin.AsyncLiangXin, httpx.AsyncClient)
    with pytest.raises(liangxin.UsageError, match=reason):
        drive(client.tasks.create(model=MODEL, input=INPUT))
    assert api.creates == 0
    with pytest.raises(liangxin.UsageError, match=reason):
        drive(client.tasks.handle(TASK_ID).wait(timeout=1))
