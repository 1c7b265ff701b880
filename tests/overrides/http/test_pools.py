"""Connections of our own: one for each create, none shared with a fork or another event loop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import threading
from typing import Any

import pytest

from liangxin.apis.liangxin import LIANGXIN
from liangxin.errors import APITimeoutError, UsageError
from liangxin.http import async_pools
from tests.support.connections import (
    CREATE,
    CREATED,
    QUERY,
    Kind,
    as_it_is,
    both_kinds,
    connect,
    play,
)
from tests.support.raw_server import RawServer, read_request, response

RECORD = response({"code": 200, "data": {"state": "waiting"}})


def answer(sock: socket.socket) -> None:
    """Answer each request of a connection."""
    while request := read_request(sock):
        sock.sendall(response(CREATED) if request.startswith(b"POST") else RECORD)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@both_kinds
def test_a_fork_has_connections_of_its_own(kind: Kind) -> None:
    """Parent and child each go on, and neither reads what is meant for the other."""

    async def scenario(connection: Any) -> None:
        async def query() -> Any:
            return (await connection.request(QUERY, as_it_is)).unmasked_json()

        record = await query()
        child = os.fork()
        if child == 0:
            status = 1
            with contextlib.suppress(BaseException):
                status = 0 if asyncio.run(query()) == record else 2
            os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0  # noqa: ASYNC222
        assert await query() == record

    with RawServer(answer) as server:
        play(kind, server.url, scenario)
    assert server.connections == 2


def test_a_client_of_two_event_loops() -> None:
    """A connection works in one event loop after another, and refuses two at once."""

    def answer_once(sock: socket.socket) -> None:
        read_request(sock)
        sock.sendall(RECORD.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))

    with RawServer(answer_once) as server:
        connection = connect("async", server.url)

        async def query() -> int:
            return int((await connection.request(QUERY, as_it_is)).status)

        async def at_once() -> None:
            assert await query() == 200
            refused: list[BaseException] = []

            def other() -> None:
                try:
                    asyncio.run(query())
                except UsageError as error:
                    refused.append(error)

            thread = threading.Thread(target=other)
            thread.start()
            await asyncio.to_thread(thread.join)
            assert "another event loop" in str(refused[0])
            await connection.aclose()
            with pytest.raises(UsageError, match="closed"):
                await query()

        assert asyncio.run(query()) == 200
        assert asyncio.run(query()) == 200
        asyncio.run(at_once())


def test_an_async_connection_without_asyncio() -> None:
    """Outside of asyncio, the error says so."""
    connection = connect("async", "http://127.0.0.1:1")
    with pytest.raises(UsageError, match="asyncio"):
        connection.request(QUERY, as_it_is).send(None)


class Crowd:
    """Answers once so many requests are waiting, or at once when it is told to."""

    def __init__(self, size: int) -> None:
        self._barrier = threading.Barrier(size)
        self.waits = True

    def __call__(self, sock: socket.socket) -> None:
        """Play a connection."""
        while request := read_request(sock):
            if self.waits:
                self._barrier.wait()
            sock.sendall(response(CREATED) if request.startswith(b"POST") else RECORD)


def test_many_in_flight_keep_their_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many calls as there may be have a connection each, and use them again; more have to wait."""
    monkeypatch.setattr(async_pools, "MOST_CONNECTIONS", 8)
    crowd = Crowd(8)

    async def scenario(url: str) -> None:
        connection = connect("async", url)
        for _ in range(2):
            await asyncio.gather(*(connection.request(QUERY, as_it_is) for _ in range(8)))
        crowd.waits = False
        await asyncio.gather(*(connection.request(QUERY, as_it_is) for _ in range(40)))
        await connection.aclose()

    with RawServer(crowd) as server:
        asyncio.run(scenario(server.url))
        assert server.connections == 8


def test_cancelled_calls_leave_no_connection_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many calls are cancelled, waiting or in flight, all later ones are answered."""
    monkeypatch.setattr(async_pools, "MOST_CONNECTIONS", 4)

    def silent(sock: socket.socket) -> None:
        while request := read_request(sock):
            if b"answered" in request:
                sock.sendall(RECORD)

    async def scenario(url: str) -> list[int]:
        connection = connect("async", url)
        for steps in range(30):
            calls = [
                asyncio.ensure_future(connection.request(call, as_it_is))
                for call in (QUERY, CREATE) * 6
            ]
            for _ in range(steps):
                await asyncio.sleep(0)
            for call in calls:
                call.cancel()
            await asyncio.gather(*calls, return_exceptions=True)
        answered = LIANGXIN.query("answered", None)
        later = await asyncio.gather(*(connection.request(answered, as_it_is) for _ in range(20)))
        await connection.aclose()
        return [one.status for one in later]

    with RawServer(silent) as server:
        assert asyncio.run(scenario(server.url)) == [200] * 20


def test_a_call_that_finds_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call that waits too long for others to end was provably not sent."""
    monkeypatch.setattr(async_pools, "MOST_CONNECTIONS", 1)
    received = []
    is_received = asyncio.Event()
    loop: Any = None

    def silent(sock: socket.socket) -> None:
        received.append(read_request(sock))
        loop.call_soon_threadsafe(is_received.set)
        server.closing.wait()

    async def scenario(url: str) -> Any:
        nonlocal loop
        loop = asyncio.get_running_loop()
        connection = connect("async", url)
        first = asyncio.ensure_future(connection.request(QUERY, as_it_is))
        await is_received.wait()
        with pytest.raises(APITimeoutError) as caught:
            await connection.with_options(timeout=0.01).request(CREATE, as_it_is)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        await connection.aclose()
        return caught.value

    with RawServer(silent) as server:
        error = asyncio.run(scenario(server.url))
    assert not error.may_have_arrived
    assert len(received) == 1
