"""A connection of the mock's own server, as uvicorn writes to it and the application closes it."""

from __future__ import annotations

import asyncio
from typing import Any

CONNECTION = "liangxin_mock.connection"
"""Extension of the scope under which the mock's own server passes the `Connection`."""


class Connection:
    """The transport of a connection, which can send what is written to it in one system call.

    uvicorn writes the head of a response and its body one after the other. asyncio would make two
    system calls of it, which are the largest part of the time of a small response.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._held: list[bytes] | None = None

    def hold(self) -> None:
        """Keep what is written from now on, until `release`."""
        self._held = []

    def release(self) -> None:
        """Send what was kept, and from now on what is written at once."""
        held, self._held = self._held, None
        if held:
            self._transport.write(b"".join(held))

    def write(self, data: bytes) -> None:
        """Send `data`, or keep it while the connection is held."""
        if self._held is None:
            self._transport.write(data)
        else:
            self._held.append(data)

    def close(self) -> None:
        """Send what was kept, and close the connection."""
        self.release()  # uvicorn closes it before `release`, where a client asks for that
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
