"""Connections with a deadline for a whole response, its headers included.

httpx limits the time of each read. Headers that arrive slowly, or repeated 1xx responses, would
exceed any limit. Here each read has the time that is left for the response.
"""

import threading
from contextvars import ContextVar
from typing import Any

import httpcore

from liangxin.clock import monotonic
from liangxin.http.lean_httpx import httpx
from liangxin.http_response import Received

# Bytes that have arrived still count after the deadline, as the process may have been suspended
# meanwhile: they may hold the id of a paid task.
_ARRIVED = 0.01
_LATE_READS = 16

_KEPT = 64 * 2**10  # bytes of a response for a caller that is interrupted


class Deadline:
    """Limit the time between each request in the context and the end of its response.

    The response is added to `received` as it arrives.
    """

    __slots__ = ("_at", "_late_reads", "_seconds", "_token", "received")

    def __init__(self, seconds: float, received: Received | None = None) -> None:
        self._seconds = seconds
        self.received = received
        self._late_reads = 0
        self.restart()

    def __enter__(self) -> None:
        self._token = _current.set(self)

    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)

    def restart(self) -> None:
        """Begin anew, with each part of the request that is sent: a large one takes its time."""
        self._at = monotonic() + self._seconds

    def limit(self, timeout: float | None) -> float | None:
        """Return the seconds that a read may take; raise ReadTimeout when none are left."""
        left = self._at - monotonic()
        if left > 0:
            return left if timeout is None else min(timeout, left)
        self._late_reads += 1
        if self._late_reads > _LATE_READS:
            raise httpcore.ReadTimeout("the response did not end in time")
        return _ARRIVED


_current = ContextVar[Deadline | None]("deadline", default=None)


def _limit(timeout: float | None) -> float | None:
    current = _current.get()
    return timeout if current is None else current.limit(timeout)


def kept(*, is_raw: bool = False) -> bytearray | None:
    """Return where to add what arrives of the current response, if its caller wants that."""
    current = _current.get()
    if current is None or current.received is None:
        return None
    received = current.received.raw if is_raw else current.received.body
    return None if len(received) > _KEPT else received


def _restart() -> None:
    current = _current.get()
    if current is not None:
        current.restart()


class _Stream:
    """A network stream of httpcore with limited reads; all else is the stream's own."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def read(self, max_bytes: int, timeout: float | None = None) -> Any:
        received = kept(is_raw=True)
        data = self._inner.read(max_bytes, _limit(timeout))
        if received is not None:  # at once: an interrupt may come with the next call
            received += data
        return data

    def write(self, *arguments: Any, **options: Any) -> Any:
        self._inner.write(*arguments, **options)
        _restart()

    def start_tls(self, *arguments: Any, **options: Any) -> Any:
        return _Stream(self._inner.start_tls(*arguments, **options))


class _AsyncStream(_Stream):
    async def read(self, max_bytes: int, timeout: float | None = None) -> Any:  # noqa: ASYNC109
        received = kept(is_raw=True)
        data = await self._inner.read(max_bytes, _limit(timeout))
        if received is not None:
            received += data
        return data

    async def write(self, *arguments: Any, **options: Any) -> None:
        await self._inner.write(*arguments, **options)
        _restart()

    async def start_tls(self, *arguments: Any, **options: Any) -> Any:
        return _AsyncStream(await self._inner.start_tls(*arguments, **options))


class _Backend(httpcore.SyncBackend):
    def connect_tcp(self, *arguments: Any, **options: Any) -> Any:
        return _Stream(super().connect_tcp(*arguments, **options))


class _AsyncBackend(httpcore.AnyIOBackend):
    async def connect_tcp(self, *arguments: Any, **options: Any) -> Any:
        return _AsyncStream(await super().connect_tcp(*arguments, **options))


class DeadlineTransport(httpx.HTTPTransport):
    """An HTTPTransport with the `Deadline` of the context."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # The pool takes a network backend, for which httpx has no argument.
        self._pool._network_backend = _Backend()  # noqa: SLF001
        # httpcore's own lock has an `__enter__` in Python: an interrupt between its `acquire` and
        # the `with` block would leave the lock held, and the next request would wait for ever.
        self._pool._optional_thread_lock = threading.Lock()  # type: ignore[assignment]  # noqa: SLF001


class AsyncDeadlineTransport(httpx.AsyncHTTPTransport):
    """An AsyncHTTPTransport with the `Deadline` of the context."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._pool._network_backend = _AsyncBackend()  # noqa: SLF001
