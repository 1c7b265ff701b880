"""The guard: a response is read whole, within its time and size, or what is known of it is kept."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpcore
import httpx
import pytest

from liangxin.drive import run
from liangxin.errors import APIConnectionError, APITimeoutError
from liangxin.http import body as body_module
from liangxin_mock.clock import VirtualClock
from tests.support.connections import (
    CREATE,
    CREATED,
    QUERY,
    Kind,
    as_it_is,
    both_kinds,
    connect,
    play,
    send,
)
from tests.support.interrupts import at_step, in_thread, interrupt
from tests.support.raw_server import (
    RawServer,
    answering,
    growing_timeouts,
    read_request,
    response,
)
from tests.support.samples import KEY

CONTENT = json.dumps(CREATED).encode()


class Parts(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body whose parts take their time, and that knows whether it was closed."""

    def __init__(self, clock: VirtualClock, parts: list[tuple[float, Any]]) -> None:
        self._clock = clock
        self._parts = parts
        self.is_closed = False
        self.sent = 0

    def __iter__(self) -> Iterator[bytes]:
        for seconds, part in self._parts:
            self.sent += 1
            self._clock.advance(seconds)
            if isinstance(part, Exception):
                raise part
            yield part

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self:
            yield part

    def close(self) -> None:
        self.is_closed = True

    async def aclose(self) -> None:
        self.is_closed = True


@both_kinds
def test_a_body_that_drips_is_cut_off(kind: Kind) -> None:
    """A body of which each part is in time, but not the whole, ends in a timeout and is closed."""
    clock = VirtualClock()
    body = Parts(clock, [(20.0, b" ")] * 50)
    with pytest.raises(APITimeoutError) as caught:
        send(kind, QUERY, clock=clock, handler=lambda _: httpx.Response(200, stream=body))
    assert caught.value.may_have_arrived
    # The part after 80 s is late, and counts; the next one is not there yet.
    assert clock.monotonic() == 100.0
    assert body.is_closed


@both_kinds
@pytest.mark.parametrize(
    "parts",
    [
        [(200.0, CONTENT)],
        [(30.0, CONTENT[:9]), (200.0, CONTENT[9:])],
        [(200.0, CONTENT[:9]), (0.0, CONTENT[9:20]), (0.0, CONTENT[20:])],
    ],
)
def test_a_late_response_that_is_complete_counts(
    kind: Kind, parts: list[tuple[float, Any]]
) -> None:
    """A late response is read if its rest has arrived: it may name a paid task."""
    clock = VirtualClock()
    stream = Parts(clock, parts)
    answer = send(kind, CREATE, clock=clock, handler=lambda _: httpx.Response(200, stream=stream))
    assert answer.unmasked_json() == CREATED


@both_kinds
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_what_was_received_is_kept(kind: Kind, encoding: str) -> None:
    """Of a body that breaks off, the error has the beginning, decoded, without the key."""
    content = CONTENT[:-1] + b', "key": "' + KEY.encode() + b'", "x": "' + bytes(range(65, 90)) * 9
    wire = gzip.compress(content, 0) if encoding == "gzip" else content
    clock = VirtualClock()
    stream = Parts(clock, [(0.0, wire[:180]), (0.0, httpx.ReadError("reset"))])
    headers = {"Content-Encoding": encoding}
    with pytest.raises(APIConnectionError) as caught:
        send(
            kind,
            CREATE,
            clock=clock,
            handler=lambda _: httpx.Response(200, headers=headers, stream=stream),
        )
    assert caught.value.body.startswith(CONTENT[:-1].decode())
    assert '"***"' in caught.value.body
    assert stream.is_closed


@both_kinds
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_response_is_limited_in_size(
    kind: Kind, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A body that is too large, as sent or decoded, is given up, and its beginning kept."""
    monkeypatch.setattr(body_module, "LARGEST", 100_000)
    content = CONTENT + b" " * 10_000_000
    wire = gzip.compress(content) if encoding == "gzip" else content
    stream = Parts(VirtualClock(), [(0.0, wire[n : n + 9000]) for n in range(0, len(wire), 9000)])
    headers = {"Content-Encoding": encoding}
    answer = send(
        kind, CREATE, handler=lambda _: httpx.Response(200, headers=headers, stream=stream)
    )
    assert "larger than" in (answer.problem or "")
    assert stream.sent <= 12
    assert answer.unmasked_body.startswith(CONTENT)
    assert len(answer.unmasked_body) < 100_000
    assert stream.is_closed


@both_kinds
@pytest.mark.parametrize(
    "begin",
    [
        b"HTTP/1.1 200 OK\r\nX-Pad: ",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;",
        b"",
    ],
    ids=["head", "body", "chunk-extension", "1xx"],
)
def test_a_server_that_drips_for_ever(kind: Kind, begin: bytes) -> None:
    """Whatever part of a response never ends, the request does."""
    has_arrived = threading.Event()

    def drip(sock: socket.socket) -> None:
        if read_request(sock):
            has_arrived.set()
        sock.sendall(begin)
        while not server.closing.wait(0.01):
            sock.sendall(b"a" if begin else b"HTTP/1.1 102 Processing\r\n\r\n")

    with RawServer(drip) as server:
        for timeout in growing_timeouts():
            with pytest.raises(APITimeoutError) as caught:
                send(kind, CREATE, server.url, timeout=timeout)
            if has_arrived.is_set():
                break
    assert caught.value.may_have_arrived


@both_kinds
def test_a_create_has_a_connection_of_its_own(kind: Kind) -> None:
    """A response too many on a kept connection is never taken for that to a create."""
    waiting = {"code": 200, "data": {"taskId": "t", "state": "waiting"}}
    stray = {"code": 200, "data": {"taskId": "task_of_somebody_else"}}

    def answer(sock: socket.socket) -> None:
        while request := read_request(sock):
            if request.startswith(b"POST"):
                sock.sendall(response(CREATED))
            else:
                sock.sendall(response(waiting) + response(stray))

    async def scenario(connection: Any) -> list[Any]:
        return [
            (await connection.request(call, as_it_is)).unmasked_json()
            for call in (QUERY, CREATE, CREATE)
        ]

    with RawServer(answer) as server:
        assert play(kind, server.url, scenario) == [waiting, CREATED, CREATED]
        assert server.connections == 3


@both_kinds
def test_queries_keep_their_connection(kind: Kind) -> None:
    """Queries use one connection again and again; one that was closed meanwhile is replaced."""

    async def scenario(connection: Any) -> None:
        for _ in range(2):
            for _ in range(3):
                assert (await connection.request(QUERY, as_it_is)).status == 200
            server.closed.acquire()

    with RawServer(answering(*[response({})] * 3)) as server:
        play(kind, server.url, scenario)
        assert server.connections == 2


@both_kinds
def test_a_request_is_sent_once(kind: Kind) -> None:
    """A connection that drops after the request is an error, and nothing is sent again."""
    received = []

    def drop(sock: socket.socket) -> None:
        received.append(read_request(sock))

    with RawServer(drop) as server:
        for call in (CREATE, QUERY):
            with pytest.raises(APIConnectionError) as caught:
                send(kind, call, server.url)
            assert caught.value.may_have_arrived
    assert len(received) == 2


# An interrupted request leaves generators and sockets to the garbage collection.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("call", [QUERY, CREATE], ids=["query", "create"])
def test_an_interrupt_stops_no_later_request(call: Any) -> None:
    """Ctrl-C while a lock of httpcore is taken or released leaves nothing that others wait for."""
    locks = httpcore._synchronization.__file__
    with RawServer(answering(*[response(CREATED)] * 100)) as server:
        for number in range(1000):
            connection = connect("sync", server.url)

            def request(connection: Any = connection) -> None:
                run(connection.request(call, as_it_is))

            request()  # so that a connection is open that can be used again
            with contextlib.suppress(KeyboardInterrupt), at_step(number, interrupt, locks) as step:
                request()
            in_thread(request, seconds=60)
            run(connection.aclose())
            if not step.is_reached:
                return
    pytest.fail("a request has an end")
