"""The door for httpx clients: no socket, both kinds of client, faults as httpx tells them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from liangxin_mock.clock import VirtualClock
from liangxin_mock.errors import MockError
from liangxin_mock.faults import Fault
from liangxin_mock.faults.kinds import drop, hang, html, slow, truncate
from liangxin_mock.jobs.timelines import immediate
from liangxin_mock.server import Server
from liangxin_mock.simulator import Simulator
from tests.support.samples import INPUT, KEY, MODEL
from tests.support.scripted_api import KINDS, Kind, settle

BODY = {"model": MODEL, "input": INPUT}
CREATE, RECORD = "/api/v1/jobs/createTask", "/api/v1/jobs/recordInfo"

both_kinds = pytest.mark.parametrize("kind", KINDS)


def on_client(
    kind: Kind, simulator: Simulator, scenario: Callable[[Any], Awaitable[Any]], **options: Any
) -> Any:
    """Play a scenario on a client of a kind, whose calls it awaits by `settle`."""
    options = {
        "base_url": simulator.base_url,
        "headers": {"authorization": f"Bearer {KEY}"},
        **options,
    }

    async def play() -> Any:
        if kind == "async":
            async with httpx.AsyncClient(transport=simulator.transport(), **options) as client:
                return await scenario(client)
        with httpx.Client(transport=simulator.transport(), **options) as client:
            return await scenario(client)

    return asyncio.run(play())


@both_kinds
def test_answers(kind: Kind) -> None:
    """A client of either kind creates, asks and downloads without a socket."""
    simulator = Simulator(timeline=immediate())

    async def scenario(client: Any) -> None:
        created = await settle(client.post(CREATE, json=BODY))
        task_id = created.json()["data"]["taskId"]
        record = await settle(client.get(RECORD, params={"taskId": task_id}))
        assert record.json()["data"]["state"] == "success"
        (url,) = simulator.job(task_id).result_urls
        file = await settle(client.get(url))
        assert int(file.headers["content-length"]) == len(file.content) > 0
        head = await settle(client.head(url))
        assert (head.headers["content-length"], head.content) == (
            file.headers["content-length"],
            b"",
        )

    on_client(kind, simulator, scenario)
    assert [seen.operation for seen in simulator.requests] == [
        "createTask",
        "recordInfo",
        "result",
        "result",
    ]


@both_kinds
def test_hosts(kind: Kind) -> None:
    """Another host than the simulator's is refused, so that a wrong base URL is found out."""
    simulator = Simulator()

    async def scenario(client: Any) -> None:
        answer = await settle(client.get("https://elsewhere.test/"))
        assert answer.status_code == 421
        assert "not elsewhere.test" in answer.json()["error"]["message"]
        assert (await settle(client.get("/"))).status_code == 200

    on_client(kind, simulator, scenario)
    assert "elsewhere.test" in simulator.verify()[0]


def test_goes_on_when_a_server_opens() -> None:
    """A client made before its simulator was put on a port is still answered, as is a new one."""
    simulator = Simulator()
    before = simulator.base_url
    with Server(simulator) as server, httpx.Client(transport=simulator.transport()) as client:
        assert simulator.base_url == server.url != before
        for base in (before, server.url):
            assert client.get(f"{base}/").status_code == 200


@both_kinds
@pytest.mark.parametrize(
    ("fault", "timeout", "error", "takes"),
    [
        (drop(), 5.0, httpx.RemoteProtocolError, 0),
        (hang(), 5.0, httpx.ReadTimeout, 5),
        (hang(), 4000.0, httpx.ReadTimeout, 4000),
        (hang(seconds=3), 5.0, httpx.RemoteProtocolError, 3),
        (hang(seconds=30), None, httpx.RemoteProtocolError, 30),
        (slow(100), 5.0, httpx.ReadTimeout, 5),
        (slow(40), 5.0, None, 40),
        (slow(40), None, None, 40),
        (truncate(), 5.0, httpx.RemoteProtocolError, 0),
        (html(), 5.0, None, 0),
    ],
)
def test_faults(
    kind: Kind,
    fault: Fault,
    timeout: float | None,
    error: type[httpx.TransportError] | None,
    takes: float,
) -> None:
    """A fault is what httpx makes of it, and takes the clock's time as it would real time."""
    clock = VirtualClock()
    simulator = Simulator(clock=clock)
    simulator.inject(fault, on="recordInfo")

    async def scenario(client: Any) -> Any:
        return await settle(client.get(RECORD, params={"taskId": "x"}))

    def play() -> Any:
        return on_client(kind, simulator, scenario, timeout=timeout)

    if error is None:
        assert play().status_code == (502 if fault == html() else 422)
    else:
        with pytest.raises(error):
            play()
    assert clock.monotonic() == pytest.approx(takes)


@both_kinds
def test_a_hang_that_nobody_would_end(kind: Kind) -> None:
    """A hang of a client that waits for ever is an error that says what to set, not a hang."""
    simulator = Simulator()
    simulator.inject(hang(), on="recordInfo")

    async def scenario(client: Any) -> None:
        await settle(client.get(RECORD, params={"taskId": "x"}))

    with pytest.raises(MockError, match="no read timeout"):
        on_client(kind, simulator, scenario, timeout=None)


@both_kinds
def test_a_stream_that_breaks_off(kind: Kind) -> None:
    """A client that streams gets the beginning of a truncated file."""
    simulator = Simulator(timeline=immediate())
    simulator.inject(truncate(), on="result")

    async def scenario(client: Any) -> int:
        await settle(client.post(CREATE, json=BODY))
        (url,) = simulator.jobs[0].result_urls
        with contextlib.suppress(httpx.RemoteProtocolError):
            if kind == "async":
                async with client.stream("GET", url) as answer:
                    size = int(answer.headers["content-length"])
                    async for part in answer.aiter_bytes():
                        heard.append(len(part))  # noqa: PERF401 - it breaks off
            else:
                with client.stream("GET", url) as answer:
                    size = int(answer.headers["content-length"])
                    for part in answer.iter_bytes():
                        heard.append(len(part))  # noqa: PERF401 - it breaks off
            raise AssertionError
        return size

    heard: list[int] = []
    size = on_client(kind, simulator, scenario)
    assert 0 < sum(heard) < size


def test_answers_are_dated() -> None:
    """Answers have the date of the simulator's clock, while the calendar has one."""
    simulator = Simulator(clock=VirtualClock(0))
    with httpx.Client(transport=simulator.transport(), base_url=simulator.base_url) as client:
        simulator.clock.advance(60)
        assert client.get("/").headers["date"] == "Thu, 01 Jan 1970 00:01:00 GMT"
        simulator.clock.advance(1e300)
        assert "date" not in client.get("/").headers
