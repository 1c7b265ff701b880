"""uvicorn's protocol for HTTP/1.1, which lets the application close the connection."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from liangxin_mock.transports.asgi import CONNECTION, App

_IDLE_SECONDS = 3600
_logger = logging.getLogger("liangxin_mock.server")


class _Protocol(HttpToolsProtocol):
    """uvicorn's protocol; the scope of each request has the socket's transport."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.logger = _logger

    def on_headers_complete(self) -> None:
        self.scope["extensions"] = {CONNECTION: self.transport}  # type: ignore[dict-item]
        super().on_headers_complete()


class Connections:
    """All connections of a server."""

    def __init__(self, app: App) -> None:
        self._config = Config(
            app,
            http=_Protocol,
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            # An idle connection that the server closes just as a client sends on it looks like a
            # create of unknown fate. Tests get that from faults, never by chance.
            timeout_keep_alive=_IDLE_SECONDS,
        )
        self._config.load()
        self._state = ServerState()

    def loop_factory(self) -> Callable[[], asyncio.AbstractEventLoop] | None:
        """Return what makes event loops: uvloop's if it is installed, else asyncio's."""
        return self._config.get_loop_factory()

    def protocol(self) -> asyncio.Protocol:
        """Return the protocol of a new connection."""
        return _Protocol(config=self._config, server_state=self._state, app_state={})

    async def abort(self) -> None:
        """Close all connections at once, and cancel the requests on them."""
        for connection in [*self._state.connections]:
            connection.transport.abort()
        tasks = [*self._state.tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
