"""The deadline: each read gets the time that is left to the whole response."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterator
from typing import Any

import httpcore
import httpx
import pytest

from liangxin.http import deadline as module
from liangxin.http.deadline import AsyncDeadlineTransport, Deadline, DeadlineTransport
from tests.support.connections import Kind, both_kinds

URL = "http://api.test/"
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Time:
    """A monotonic time that moves when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


class Peer(httpcore.MockStream, httpcore.AsyncMockStream):
    """A connection that delivers parts, each after some seconds, and keeps each timeout."""

    def __init__(self, time: Time, parts: Iterator[tuple[float, bytes]]) -> None:
        self._time = time
        self._parts = parts
        self.timeouts: list[float | None] = []
        self.write_takes = 0.0

    def _next(self, timeout: float | None) -> bytes:
        self.timeouts.append(timeout)
        seconds, part = next(self._parts)
        if timeout is not None and seconds > timeout:
            self._time.now += timeout
            raise httpcore.ReadTimeout("timed out")
        self._time.now += seconds
        return part

    def read(self, max_bytes: int, timeout: float | None = None) -> Any:
        del max_bytes
        return self._next(timeout)

    def write(self, buffer: bytes, timeout: float | None = None) -> Any:
        del buffer, timeout
        self._time.now += self.write_takes

    def start_tls(self, *_: Any, **__: Any) -> Any:
        return self

    def close(self) -> None: ...

    def get_extra_info(self, info: str) -> Any:
        del info


class AsyncPeer(Peer):
    """The same for asyncio."""

    async def read(  # type: ignore[override]
        self,
        max_bytes: int,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> Any:
        return super().read(max_bytes, timeout)

    async def write(  # type: ignore[override]
        self,
        buffer: bytes,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> Any:
        super().write(buffer, timeout)

    async def start_tls(self, *_: Any, **__: Any) -> Any:  # type: ignore[override]
        return self

    async def aclose(self) -> None: ...


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    """The time that the deadline goes by."""
    time = Time()
    monkeypatch.setattr(module, "monotonic", time.monotonic)
    return time


@pytest.fixture
def exchange(kind: Kind, time: Time, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Send a GET within 60 s; return the peer, and the body of the response or the error."""

    def exchange(
        parts: Iterator[tuple[float, bytes]], *, url: str = URL, write_takes: float = 0.0
    ) -> tuple[Peer, Any]:
        peer: Any = (Peer if kind == "sync" else AsyncPeer)(time, parts)
        peer.write_takes = write_takes

        def connect_tcp(*_: Any, **__: Any) -> Any:
            return peer

        async def async_connect_tcp(*_: Any, **__: Any) -> Any:
            return peer

        monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect_tcp)
        monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", async_connect_tcp)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        request = httpx.Request("GET", url, extensions={"timeout": httpx.Timeout(30.0).as_dict()})

        async def send() -> Any:
            with Deadline(60.0):
                if kind == "sync":
                    answer: Any = DeadlineTransport(verify=context).handle_request(request)
                    return answer.read()
                transport = AsyncDeadlineTransport(verify=context)
                return await (await transport.handle_async_request(request)).aread()

        try:
            return peer, asyncio.run(send())
        except httpx.TransportError as error:
            return peer, error

    return exchange


def forever(seconds: float, first: bytes, part: bytes) -> Iterator[tuple[float, bytes]]:
    """Yield a part again and again, each after so many seconds."""
    yield seconds, first
    while True:
        yield seconds, part


@both_kinds
@pytest.mark.parametrize(
    ("url", "first", "part"),
    [
        (URL, b"HTTP/1.1 200 OK\r\nX: ", b"a"),
        ("https://api.test/", b"HTTP/1.1 200 OK\r\nX: ", b"a"),
        (URL, b"HTTP/1.1 102 P\r\n\r\n", b"HTTP/1.1 102 P\r\n\r\n"),
        (URL, b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"a"),
    ],
)
def test_each_read_gets_what_is_left(
    exchange: Callable[..., Any], time: Time, url: str, first: bytes, part: bytes
) -> None:
    """The timeouts of reads shrink from httpx's own to nothing, whatever part drips, over TLS too."""
    peer, error = exchange(forever(25.0, first, part), url=url)
    assert isinstance(error, httpx.ReadTimeout)
    assert peer.timeouts == [30.0, 30.0, 10.0]
    assert time.now == 1060.0


@both_kinds
def test_what_has_arrived_counts_after_the_deadline(
    exchange: Callable[..., Any], time: Time
) -> None:
    """After a pause of the whole process, the rest of the response is read if it is there."""

    def parts() -> Iterator[tuple[float, bytes]]:
        yield 9.0, WHOLE[:9]
        time.now += 1000.0
        yield 0.0, WHOLE[9:20]
        yield 0.0, WHOLE[20:]

    _, body = exchange(parts())
    assert body == b"{}"


@both_kinds
def test_a_peer_that_never_stops(exchange: Callable[..., Any], time: Time) -> None:
    """After the deadline, a peer that sends without a pause is given up, too."""

    def parts() -> Iterator[tuple[float, bytes]]:
        yield 1.0, b"HTTP/1.1 102 P\r\n\r\n"
        time.now += 100.0
        while True:
            yield 0.0, b"HTTP/1.1 102 P\r\n\r\n"

    peer, error = exchange(parts())
    assert isinstance(error, httpx.ReadTimeout)
    assert "did not end in time" in str(error)
    assert len(peer.timeouts) < 30
    assert {*peer.timeouts[2:]} == {0.01}


@both_kinds
def test_the_request_may_take_its_time(exchange: Callable[..., Any], time: Time) -> None:
    """The deadline counts from the last part of the request that was sent."""
    peer, body = exchange(iter([(20.0, WHOLE)]), write_takes=59.0)
    assert (body, peer.timeouts) == (b"{}", [30.0])
    assert time.now > 1060.0
