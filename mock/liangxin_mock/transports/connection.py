"""A connection of the mock's own server, as uvicorn writes to it and the application closes it."""

from __future__ import annotations

import asyncio
from typing import Any

CONNECTION = "liangxin_mock.connection"
"""Extension of the scope under which the mock's own server passes the `Connection`."""


class Connection:
    """The transport of a connection, which sends what is written to it in the loop's next turn.

    uvicorn writes the head of a response and its body one after the other; they go out in one
    system call. It takes longest where it wakes a client: by the next turn, all requests that came
    together are answered, and the first response wakes the client of all. uvloop does the same.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._written: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Send `data` in the loop's next turn."""
        if not self._written:
            self._loop.call_soon(self.flush)
        self._written.append(data)

    def close(self) -> None:
        """Send what was written, and close the connection."""
        self.flush()
        self._transport.close()

    def abort(self) -> None:
        """Close the connection at once; what was written for earlier requests is sent."""
        self.flush()
        self._transport.abort()

    def flush(self) -> None:
        """Send what was written, unless the client has left since."""
        if self._written and not self._transport.is_closing():
            self._transport.write(b"".join(self._written))
        self._written.clear()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
