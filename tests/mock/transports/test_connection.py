"""Writes to a connection: what is held goes out at once, and in order."""

from __future__ import annotations

import asyncio

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

    def close(self) -> None:
        self.is_open = False


def test_head_and_body_are_one_write() -> None:
    """What is written while the connection is held is sent in one write, all else at once."""
    transport = Transport()
    connection = Connection(transport)
    connection.hold()
    connection.write(b"head")
    connection.write(b"body")
    assert transport.sent == []
    connection.release()
    connection.write(b"later")
    connection.release()
    assert transport.sent == [b"headbody", b"later"]


def test_what_was_written_is_sent_before_the_connection_closes() -> None:
    """A response after which uvicorn closes the connection reaches the client whole."""
    transport = Transport()
    connection = Connection(transport)
    connection.hold()
    connection.write(b"head")
    connection.write(b"body")
    connection.close()
    connection.release()
    assert transport.sent == [b"headbody"]
    assert not transport.is_open
