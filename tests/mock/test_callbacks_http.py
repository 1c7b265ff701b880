"""Callbacks over HTTP: to whom they may go, and what becomes of them."""

import asyncio
import contextlib
import json
from collections.abc import Iterator
from typing import Any, Self

import pytest

import liangxin
from liangxin_mock import Simulator, after_seconds, callbacks, early, immediate
from tests.support import api_requests
from tests.support.callback_inbox import TIMEOUT, URL, Receiver, ask, create, outcomes
from tests.support.samples import MODEL


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A simulator whose jobs take 20 s."""
    with Simulator(timeline=after_seconds(20)) as simulator:
        yield simulator


# --- who is called -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://127.0.0.1:8000/done", True),
        ("https://127.3.2.1/done", True),
        ("http://localhost/done", True),
        ("http://app.localhost:3000", True),
        ("http://[::1]:8000/", True),
        ("https://app.test/done", True),
        ("https://app.test:8443/done", True),
        ("https://APP.test/done", True),
        ("https://sub.app.test/done", False),
        ("https://app.test.evil.example/done", False),
        ("https://127.0.0.1.evil.example/", False),
        ("https://localhost.evil.example/", False),
        ("https://127.0.0.1@evil.example/", False),
        ("https://evil.example/#127.0.0.1", False),
        ("https://10.0.0.1/", False),
        ("https://169.254.169.254/latest", False),
        ("https://0.0.0.0/", False),
        ("https://[::]/", False),
        ("https://[::1/", False),
        ("https:///done", False),
        ("nonsense", False),
    ],
)
def test_only_loopback_and_named_hosts_are_called(url: str, allowed: bool) -> None:
    """A callback goes to this machine or to a host that was named; nowhere else."""
    assert callbacks.may_call(url, ["app.test"]) == allowed
    assert callbacks.may_call(url, ["*"]) == (url != "https://[::1/")


@pytest.mark.parametrize(
    ("url", "host"), [("http://App:8000/done", "App"), ("http://[FD00::1]/done", "FD00::1")]
)
def test_a_named_host_may_have_capitals(url: str, host: str) -> None:
    """A callback that a create may name is sent: the case of a host's name does not matter."""
    assert callbacks.may_call(url, [host])


def test_other_hosts_are_not_called(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """A callback to a host that may not be called is noted as blocked, and not repeated."""
    called: list[str] = []
    monkeypatch.setattr(callbacks, "post", lambda url, *_: called.append(url))
    create(simulator, "https://app.example.com/done")
    simulator.clock.advance(1000)
    assert outcomes(simulator) == [(20, 1, None, "blocked")]
    assert called == []


def test_named_hosts_are_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that was named gets its callbacks."""
    called: list[str] = []

    def post(url: str, content: bytes, _headers: object) -> int:
        assert json.loads(content)["data"]["state"] == "success"
        called.append(url)
        return 204

    monkeypatch.setattr(callbacks, "post", post)
    for hosts in (["app.test"], ["*"], {"app.test"}):
        simulator = Simulator(timeline=immediate(), callback_hosts=hosts)
        create(simulator)
        simulator.clock.advance(0)
        assert outcomes(simulator) == [(0, 1, 204, "delivered")]
    assert called == [URL] * 3


@pytest.mark.parametrize(
    ("url", "hosts", "accepted"),
    [
        ("http://app:8000/done", ["app"], True),
        ("http://app", ["db", "app"], True),
        ("http://app:8000/done", ["App"], True),
        ("http://host.docker.internal:8000/done", ["host.docker.internal"], True),
        ("http://[fd00::1]:8000/done", ["fd00::1"], True),
        ("http://anything.example/done", ["*"], True),
        ("http://localhost:8000/done", ["app"], True),
        ("https://elsewhere.example/done", ["app"], True),
        ("http://app:8000/done", [], False),
        ("http://apple:8000/done", ["app"], False),
        ("http://app.example/done", ["app"], False),
        ("http://hostXdocker.internal/done", ["host.docker.internal"], False),
        ("http://app@evil.example/done", ["app"], False),
        ("ftp://app/done", ["app", "*"], False),
        ("http://", ["*"], False),
        ("http://a b/", ["*"], False),
        ("app:8000", ["app", "*"], False),
    ],
)
def test_plain_http_goes_to_loopback_and_named_hosts(
    url: str, hosts: list[str], accepted: bool
) -> None:
    """A create may name plain http where it may be called; else it is told so, in plain words."""
    simulator = Simulator(callback_hosts=hosts)
    body = {"model": MODEL, "input": {"prompt": "A cup"}, "callBackUrl": url}
    reply = simulator.handle(api_requests.create(body))
    assert (reply.status == 200) == accepted
    if not accepted:
        message = json.loads(reply.body)["msg"]
        assert message.startswith("callBackUrl ")
        assert message.endswith("http:// to hosts that its callback_hosts lists (z-image)")


# --- over HTTP -----------------------------------------------------------------------------------


def test_over_http(simulator: Simulator) -> None:
    """Over HTTP a callback is a POST of JSON to the very URL, and has arrived when advance returns."""
    with Receiver() as receiver:
        task_id = create(simulator, receiver.url)
        simulator.clock.advance(20)
        ((method, path, headers, content),) = receiver.calls
    assert (method, path) == ("POST", "/done?token=a%20b")
    assert headers["content-type"] == "application/json"
    assert "authorization" not in headers
    assert content == ask(simulator, task_id)
    assert outcomes(simulator) == [(20, 1, 200, "delivered")]


def test_no_proxy_is_used(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """A callback goes straight to its URL, whatever proxy the environment names."""
    for name in ("HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with Receiver() as receiver:
        create(simulator, receiver.url)
        simulator.clock.advance(20)
    assert outcomes(simulator) == [(20, 1, 200, "delivered")]


def test_repeated_over_http(simulator: Simulator) -> None:
    """A refused POST is repeated, and a redirect is not followed."""
    with Receiver(503, 307) as receiver:
        create(simulator, receiver.url)
        simulator.clock.advance(60)
        assert [path for _, path, *_ in receiver.calls] == ["/done?token=a%20b"] * 3
    assert [status for _, _, status, _ in outcomes(simulator)] == [503, 307, 200]


@pytest.mark.parametrize("url", ["http://localhost:99999/", "http://127.0.0.1:0/", "http://[::1"])
def test_impossible_urls_are_no_answer(simulator: Simulator, url: str) -> None:
    """A callback URL that cannot be called harms nobody."""
    body = {"model": MODEL, "input": {"prompt": "A cup"}, "callBackUrl": url}
    status = simulator.handle(api_requests.create(body)).status
    assert status in (200, 400)
    simulator.clock.advance(60)
    if status == 200:
        assert {outcome for *_, outcome in outcomes(simulator)} <= {"failed", "blocked"}


class LoopReceiver:
    """A server on the running event loop."""

    def __init__(self, *statuses: int) -> None:
        self.records: list[dict[str, Any]] = []
        self._statuses = iter(statuses)
        self._came = asyncio.Condition()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/done"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        size = int(head.partition("content-length: ")[2].partition("\r\n")[0])
        record = json.loads(await reader.readexactly(size))
        async with self._came:
            self.records.append(record)
            status = next(self._statuses, 200)
            self._came.notify_all()
        head = f"HTTP/1.1 {status} x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        writer.write(head.encode())
        await writer.drain()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    async def wait(self, count: int) -> None:
        async with self._came:
            enough = self._came.wait_for(lambda: len(self.records) >= count)
            await asyncio.wait_for(enough, TIMEOUT)


def test_receiver_on_the_same_loop(simulator: Simulator) -> None:
    """A receiver on the very event loop that moves the clock gets its callbacks: no deadlock."""

    async def run() -> None:
        options = simulator.client_options(asynchronous=True)
        async with LoopReceiver(500, 503) as receiver, liangxin.AsyncLiangXin(**options) as client:
            task = await client.run(
                model=MODEL, input={"prompt": "A cup"}, callback_url=receiver.url
            )
            await receiver.wait(1)
            assert receiver.records[0]["data"]["taskId"] == task.id
            simulator.clock.advance(60)
            await receiver.wait(3)

    asyncio.run(run())
    simulator.close()
    assert [status for *_, status, _ in outcomes(simulator)] == [500, 503, 200]


def test_early_to_the_same_loop(simulator: Simulator) -> None:
    """An early callback to a receiver on the client's own loop comes before the answer."""
    simulator.inject(early())

    async def run() -> None:
        options = simulator.client_options(asynchronous=True)
        async with LoopReceiver() as receiver, liangxin.AsyncLiangXin(**options) as client:
            task = await client.tasks.create(
                model=MODEL, input={"prompt": "A cup"}, callback_url=receiver.url
            )
            assert [record["data"]["taskId"] for record in receiver.records] == [task.id]

    asyncio.run(run())
