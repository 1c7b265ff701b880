"""What uvicorn needs for the mock: what a response writes goes out at once, and in order."""

from __future__ import annotations

import asyncio

from liangxin_mock.transports.protocol import JoinedWrites


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
    """What is written in one turn of the loop is sent at once; what comes later, later."""

    async def written() -> list[bytes]:
        transport = Transport()
        joined = JoinedWrites(transport, asyncio.get_running_loop())
        joined.write(b"head")
        joined.write(b"body")
        assert transport.sent == []
        await asyncio.sleep(0)
        joined.write(b"later")
        await asyncio.sleep(0)
        return transport.sent

    assert asyncio.run(written()) == [b"headbody", b"later"]


def test_what_was_written_is_sent_before_the_connection_closes() -> None:
    """A response that breaks off by `truncate` reaches the client up to there."""

    async def written() -> Transport:
        transport = Transport()
        joined = JoinedWrites(transport, asyncio.get_running_loop())
        joined.write(b"half")
        joined.close()
        await asyncio.sleep(0)
        return transport

    transport = asyncio.run(written())
    assert transport.sent == [b"half"]
    assert not transport.is_open
