"""The httpx transport: requests of clients in this process, without a socket."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Iterator
from typing import Any, Protocol

import httpx

from liangxin_mock.errors import MockError
from liangxin_mock.messages import Effect, Reply, Request, date_header, half, parts
from liangxin_mock.state import IN_PROCESS_URL

# Not the API's host, as in life: tests see whether a client sends its key there, too.
_RESULTS_HOST = "results.liangxin.test"
_HOSTS = (httpx.URL(IN_PROCESS_URL).host, _RESULTS_HOST)
_DISCONNECTED = "Server disconnected without sending a response."
_TIMED_OUT = "The read operation timed out"
_BROKEN_OFF = "peer closed connection without sending complete message body"


class Backend(Protocol):
    """A simulator, as the transport sees it, which is in a layer below."""

    clock: Any
    base_url: str

    def handle(self, request: Request) -> Reply:
        """Answer a request."""
        ...

    def misdirected(self, request: Request, host: str) -> Reply:
        """Refuse a request for another host."""
        ...


class SimulatorTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Pass the requests of an `httpx.Client` or `httpx.AsyncClient` straight to a simulator.

    It answers for the simulator's base URL and for the host that its links to results name, and
    plays faults as httpx would report them; a hang takes the simulator's time, not the real one.
    Async clients need asyncio: trio is not supported.
    """

    def __init__(self, simulator: Backend) -> None:
        self._simulator = simulator

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of a sync client."""
        request.read()
        reply = self._reply(request).finished()
        if seconds := _silence(reply.effect, request):
            self._simulator.clock.sleep(seconds)
        return self._response(reply, request)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of an async client."""
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            raise MockError("the simulator answers async clients under asyncio only") from None
        await request.aread()
        reply = self._reply(request)
        if reply.work is not None:
            reply = await asyncio.to_thread(reply.finished)
        if seconds := _silence(reply.effect, request):
            await self._simulator.clock.async_sleep(seconds)
        return self._response(reply, request)

    def _reply(self, request: httpx.Request) -> Reply:
        url, simulator = request.url, self._simulator
        ours = Request(
            method=request.method,
            path=url.path,
            query=url.query.decode("ascii"),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=request.content,
            origin=f"https://{_RESULTS_HOST}",
        )
        # A server may have set another base URL since the client was made.
        if url.host not in _HOSTS and url.host != httpx.URL(simulator.base_url).host:
            return simulator.misdirected(ours, url.host)
        return simulator.handle(ours)

    def _response(self, reply: Reply, request: httpx.Request) -> httpx.Response:
        if reply.error is not None:
            raise reply.error
        effect = reply.effect
        if effect is not None and effect.kind in ("drop", "hang"):
            if _timeout(request) < effect.seconds:
                raise httpx.ReadTimeout(_TIMED_OUT, request=request)
            raise httpx.RemoteProtocolError(_DISCONNECTED, request=request)
        headers = {**date_header(int(self._simulator.clock.time())), **reply.all_headers()}
        body = reply.content(request.method)
        if effect is None or not body:
            return httpx.Response(reply.status, headers=headers, content=body, request=request)
        stream = _Body(self._simulator.clock, body, effect, _timeout(request))
        return httpx.Response(reply.status, headers=headers, stream=stream, request=request)


class _Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that arrives slowly, or breaks off."""

    def __init__(self, clock: Any, body: bytes, effect: Effect, timeout: float) -> None:
        self._clock = clock
        self._effect = effect
        self._timeout = timeout
        self._parts = [half(body)] if effect.kind == "truncate" else parts(body)
        self._pause = effect.seconds / max(len(self._parts), 1)

    def __iter__(self) -> Iterator[bytes]:
        if self._effect.kind == "truncate":
            yield self._parts[0]
            raise httpx.RemoteProtocolError(_BROKEN_OFF)
        for part in self._parts:
            self._clock.sleep(min(self._pause, self._timeout))
            self._check()
            yield part

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._effect.kind == "truncate":
            yield self._parts[0]
            raise httpx.RemoteProtocolError(_BROKEN_OFF)
        for part in self._parts:
            await self._clock.async_sleep(min(self._pause, self._timeout))
            self._check()
            yield part

    # As httpx has it: the read timeout is for each part, not for the whole body.
    def _check(self) -> None:
        if self._pause > self._timeout:
            raise httpx.ReadTimeout(_TIMED_OUT)


def http_client(simulator: Backend, *, asynchronous: bool) -> httpx.Client | httpx.AsyncClient:
    """Return a client whose requests go to the simulator."""
    transport = SimulatorTransport(simulator)
    if asynchronous:
        return httpx.AsyncClient(transport=transport)
    return httpx.Client(transport=transport)


def _timeout(request: httpx.Request) -> float:
    timeout: float | None = request.extensions.get("timeout", {}).get("read")
    return math.inf if timeout is None else timeout


def _silence(effect: Effect | None, request: httpx.Request) -> float:
    """Return the seconds that pass before the client gives up, or the connection closes.

    Raises MockError if neither would ever happen.
    """
    if effect is None or effect.kind != "hang":
        return 0.0
    seconds = min(effect.seconds, _timeout(request))
    if math.isinf(seconds):
        raise MockError(
            "hang() lasts until the client gives up, and this one has no read timeout: "
            "set one, or inject hang(seconds=60)"
        )
    return seconds
