"""The connections of an async client, which belong to one event loop at a time."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Iterable

from liangxin.errors import APITimeoutError, UsageError
from liangxin.http.deadline import AsyncDeadlineTransport
from liangxin.http.environment import connection_options
from liangxin.http.lean_httpx import httpx
from liangxin.http.pools import MOST_CONNECTIONS, pair


class AsyncPools:
    """Connections to one server, replaced in another event loop."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._loop: asyncio.AbstractEventLoop | None = None
        self._process = os.getpid()
        self._connect()

    def _connect(self) -> None:
        # httpcore loses connections of a bounded pool when a request is cancelled in its queue. So
        # its pools are unbounded, and requests queue here.
        options = connection_options(self._url)
        self.is_proxied = options["proxy"] is not None
        self._pair = pair(AsyncDeadlineTransport, options, None)
        self._slots = asyncio.Semaphore(MOST_CONNECTIONS)

    @contextlib.asynccontextmanager
    async def slot(self, seconds: float) -> AsyncIterator[None]:
        """Wait until fewer than MOST_CONNECTIONS requests are in flight."""
        await self._use_this_loop()
        slots = self._slots
        if slots.locked():
            try:
                async with asyncio.timeout(seconds):
                    await slots.acquire()
            except TimeoutError as exc:
                text = f"No response in time: {MOST_CONNECTIONS} other requests were in flight"
                raise APITimeoutError(text, may_have_arrived=False) from exc
        else:
            await slots.acquire()
        try:
            yield
        finally:
            slots.release()

    async def send(self, request: httpx.Request) -> httpx.Response:
        """Send a request; the body of its response is still to be read."""
        return await self._pair[request.method == "POST"].handle_async_request(request)

    async def _use_this_loop(self) -> None:
        # Connections belong to the event loop, and to the process, that opened them.
        loop = asyncio.get_running_loop()
        process = os.getpid()
        if self._loop is loop and self._process == process:
            return
        if self._process != process:
            self._connect()
        elif self._loop is not None:
            if self._loop.is_running():
                raise UsageError("The client is in use in another event loop; make one for each.")
            before = self._pair
            self._connect()
            await _close(before)
        self._loop, self._process = loop, process

    async def aclose(self) -> None:
        """Close the connections."""
        await _close(self._pair)


async def _close(pair: Iterable[AsyncDeadlineTransport]) -> None:
    for transport in pair:
        # RuntimeError: their event loop has ended, so they cannot be closed properly.
        with contextlib.suppress(RuntimeError):
            await transport.aclose()
