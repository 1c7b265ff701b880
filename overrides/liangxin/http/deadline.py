"""Connections that keep a deadline for a whole response, its head included.

httpx limits the time of each read. A head that drips, or 1xx responses that repeat, would outlive
every limit. Here each read gets the time that is left to the response.
"""

import contextlib
import ssl
import time
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from typing import Any

import httpcore

from liangxin.http.library import httpx

# What has arrived already still counts after the deadline, as the process may have been stopped
# meanwhile: it may hold the id of a paid task.
_ARRIVED = 0.01
_LATE_READS = 16


class _Deadline:
    __slots__ = ("_at", "_late_reads", "_seconds")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._late_reads = 0
        self.restart()

    def restart(self) -> None:
        """Begin with the last part of the request: a large one may take its time."""
        self._at = time.monotonic() + self._seconds

    def limit(self, timeout: float | None) -> float | None:
        """Return the timeout of a read that is to keep the deadline."""
        left = self._at - time.monotonic()
        if left > 0:
            return left if timeout is None else min(timeout, left)
        self._late_reads += 1
        if self._late_reads > _LATE_READS:
            raise httpcore.ReadTimeout("the response did not end in time")
        return _ARRIVED


_current = ContextVar[_Deadline | None]("deadline", default=None)


@contextlib.contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Limit the time between each request in the context and the end of its response."""
    token = _current.set(_Deadline(seconds))
    try:
        yield
    finally:
        _current.reset(token)


def _limit(timeout: float | None) -> float | None:
    current = _current.get()
    return timeout if current is None else current.limit(timeout)


def _restart() -> None:
    current = _current.get()
    if current is not None:
        current.restart()


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _limit(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, timeout)
        _restart()

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _AsyncStream(httpcore.AsyncNetworkStream):
    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        return await self._inner.read(max_bytes, _limit(timeout))

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        await self._inner.write(buffer, timeout)
        _restart()

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        return _AsyncStream(await self._inner.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.SyncBackend):
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        return _Stream(super().connect_tcp(host, port, timeout, local_address, socket_options))


class _AsyncBackend(httpcore.AnyIOBackend):
    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        return _AsyncStream(
            await super().connect_tcp(host, port, timeout, local_address, socket_options)
        )


class DeadlineTransport(httpx.HTTPTransport):
    """An HTTPTransport whose connections keep the `deadline` of the context."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # The pool takes a network backend, but httpx has no argument for it.
        self._pool._network_backend = _Backend()  # noqa: SLF001


class AsyncDeadlineTransport(httpx.AsyncHTTPTransport):
    """An AsyncHTTPTransport whose connections keep the `deadline` of the context."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._pool._network_backend = _AsyncBackend()  # noqa: SLF001
