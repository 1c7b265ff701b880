"""uvicorn, as the mock needs it: faults may close connections, and a stop is at once."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import threading
from typing import Any, cast

from uvicorn import Config, Server
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from liangxin_mock.transports.asgi import App
from liangxin_mock.transports.connection import CONNECTION, Connection

_TURNS = 10
_logger = logging.getLogger("liangxin_mock.server")


def _is_failure(record: logging.LogRecord) -> bool:
    """Whether a line is not about a request that `Uvicorn.shutdown` cancels."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


_logger.addFilter(_is_failure)


class _Protocol(HttpToolsProtocol):
    """uvicorn's protocol; the scope of each request has its `Connection`."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Not uvicorn's own: an application under test may log there, from this very process.
        self.logger = _logger

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(cast("asyncio.Transport", Connection(transport)))

    def eof_received(self) -> None:
        # The loop closes the connection now; the client may still read the answer.
        cast("Connection", self.transport).flush()

    def on_headers_complete(self) -> None:
        self.scope["extensions"] = {CONNECTION: self.transport}  # type: ignore[dict-item]
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        # uvicorn's own also sets a timer that closes an idle connection, a tenth of the time of a
        # query. Here none may close: just as a client sends on it, that would look like a create
        # of unknown fate, which tests get from faults, never by chance.
        if self.pipeline:
            super().on_response_complete()
        else:
            self.flow.resume_reading()


class Uvicorn(Server):
    """uvicorn's server, in another thread than the main one."""

    def __init__(self, app: App) -> None:
        config = Config(
            app,
            http=_Protocol,
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            log_level=logging.CRITICAL,
            access_log=False,
            # Or any client on this machine could choose the scheme of links, by X-Forwarded-Proto;
            # behind a proxy, `public_url` does.
            proxy_headers=False,
        )
        super().__init__(config)
        self.loop: asyncio.AbstractEventLoop | None = None
        self.ready, self.ended = threading.Event(), threading.Event()
        self._stop = asyncio.Event()

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until `stop`."""
        try:
            super().run(sockets)
        finally:
            self.ended.set()

    def stop(self) -> None:
        """Stop serving; from any thread."""
        if self.loop is not None:
            with contextlib.suppress(RuntimeError):  # its loop has ended
                self.loop.call_soon_threadsafe(self._stop.set)

    async def main_loop(self) -> None:
        """Wait for `stop`."""
        self.loop = asyncio.get_running_loop()
        self.ready.set()
        await self._stop.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close all connections at once, and cancel the requests on them."""
        # asyncio of 3.11 forgets, open, a connection that it accepts just before the server is
        # closed: it takes some turns of the loop to become one of ours.
        with contextlib.suppress(NotImplementedError):  # on Windows
            for listening in sockets or ():
                asyncio.get_running_loop().remove_reader(listening.fileno())
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        for server in self.servers:
            server.close()
        for connection in [*self.server_state.connections]:
            connection.transport.abort()
        # Requests that hang on purpose would never end by themselves.
        tasks = [*self.server_state.tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
