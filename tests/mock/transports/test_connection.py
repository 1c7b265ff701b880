"""Writes to a connection: those of one turn of the loop go out at once, and in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from liangxin_mock.transports.connection import Connection


class Transport(asyncio.Transport):
    """Keeps what is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []
        self.is_open = True

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert self.is_open
        self.sent.append(bytes(data))

    def is_closing(self) -> bool:
        return not self.is_open

    def close(self) -> None:
        self.is_open = False

    abort = close


def test_head_and_body_are_one_write() -> None:
    """What is written in one turn of the loop is sent in one write, in the next turn."""
    transport = Transport()

    async def write() -> None:
        connection = Connection(transport)
        connection.write(b"head")
        connection.write(b"body")
        assert transport.sent == []
        await asyncio.sleep(0)
        connection.write(b"later")
        await asyncio.sleep(0)

    asyncio.run(write())
    assert transport.sent == [b"headbody", b"later"]


def test_requests_that_came_together_are_answered_together() -> None:
    """No client is woken before all that asked in the same turn have their answers."""
    transports = [Transport() for _ in range(3)]
    sent_before: list[bytes] = []

    async def answer(connection: Connection) -> None:
        sent_before.extend(data for other in transports for data in other.sent)
        connection.write(b"answer")

    async def answer_all() -> None:
        await asyncio.gather(*(answer(Connection(transport)) for transport in transports))
        await asyncio.sleep(0)

    asyncio.run(answer_all())
    assert sent_before == []
    assert [transport.sent for transport in transports] == [[b"answer"]] * 3


@pytest.mark.parametrize("close", [Connection.close, Connection.abort])
def test_what_was_written_is_sent_before_the_connection_closes(
    close: Callable[[Connection], None],
) -> None:
    """A response after which uvicorn or a fault closes the connection reaches the client whole."""
    transport = Transport()

    async def write() -> None:
        connection = Connection(transport)
        connection.write(b"head")
        connection.write(b"body")
        close(connection)
        await asyncio.sleep(0)

    asyncio.run(write())
    assert transport.sent == [b"headbody"]
    assert not transport.is_open


def test_nothing_is_sent_to_a_client_that_has_left() -> None:
    """What was written just before the connection closed by itself is dropped without an error."""
    transport = Transport()

    async def write() -> None:
        connection = Connection(transport)
        connection.write(b"answer")
        transport.close()
        await asyncio.sleep(0)

    asyncio.run(write())
    assert transport.sent == []
