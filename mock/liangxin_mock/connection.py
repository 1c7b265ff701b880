"""A connection to the server: HTTP/1.1, parsed by httptools (llhttp, Node's own parser).

There is no web server below, because faults are about connections, which those hide: closed without
an answer, silent, or broken off. And an answer made on the spot takes half the time.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import math
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from liangxin_mock.exchange import LARGEST_BODY, Reply, Request, gateway_error, half, parts

_LARGEST_HEAD = 64 * 2**10
_MOST_WAITING = 100
_LINGER = 2.0
# Stands for every body that is too large: none is kept. Its zeros take no memory.
_TOO_LARGE = bytes(LARGEST_BODY + 1)
_REASONS = {
    200: "OK",
    206: "Partial Content",
    304: "Not Modified",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    413: "Content Too Large",
    416: "Range Not Satisfiable",
    421: "Misdirected Request",
    422: "Unprocessable Content",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
_logger = logging.getLogger("liangxin_mock")


class Connection(asyncio.Protocol):
    """A connection: requests are answered in their order, one at a time.

    Args:
        answer: Answers a request, without taking time; a reply's `work` is done in a thread.
        sleep: Waits, by the simulator's clock.
        loop: The event loop.
        peers: All open connections; this one adds and removes itself.

    """

    def __init__(
        self,
        answer: Callable[[Request], Reply],
        sleep: Callable[[float], Awaitable[None]],
        loop: asyncio.AbstractEventLoop,
        peers: set[Connection],
    ) -> None:
        import httptools  # noqa: PLC0415 - only servers need it

        self._answers = answer
        self._sleep = sleep
        self._loop = loop
        self._peers = peers
        self._new_parser = httptools.HttpRequestParser
        self._parser = self._new_parser(self)
        self._upgrade, self._parser_error = httptools.HttpParserUpgrade, httptools.HttpParserError
        self._transport: Any = None
        # The request that is coming in.
        self._url = b""
        self._headers: dict[str, str] = {}
        self._body = bytearray()
        self._is_too_large = False
        self._is_in_head = False
        self._has_two_hosts = False
        self._has_offer = False
        self._head_size = 0
        # Requests, each with whether the connection is kept after it; last, maybe, a refusal.
        self._waiting: deque[tuple[Request, bool] | Reply] = deque()
        self._task: asyncio.Task[None] | None = None
        self._end: asyncio.TimerHandle | None = None
        self._is_full = False
        self._is_paused = False
        self._is_silent = False
        self._has_heard_all = False
        self._has_refused = False
        self._is_closing = False

    # --- asyncio's events -----------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._peers.add(self)

    def connection_lost(self, _error: Exception | None) -> None:
        self._peers.discard(self)
        self._is_closing = True
        if self._task is not None:
            self._task.cancel()
        if self._end is not None:
            self._end.cancel()

    def data_received(self, data: bytes) -> None:
        if self._is_closing or self._has_refused or self._is_silent:
            return
        headers, was_in_head, left = self._headers, self._is_in_head, data
        try:
            while left:
                left = self._feed(left)
        except self._parser_error as error:
            self._refuse(gateway_error(400, f"malformed HTTP request: {error}"))
        # The parts of a head are counted; one that came whole is no larger than a read.
        if was_in_head and self._is_in_head and self._headers is headers:
            self._head_size += len(data)
            if self._head_size > _LARGEST_HEAD:
                self._refuse(gateway_error(431, "request header fields too large"))

    def eof_received(self) -> bool:
        self._has_heard_all = True
        # The client may still listen. When nothing is to be said, it has left.
        has_more = (
            self._task is not None or self._waiting or (self._is_full and not self._is_closing)
        )
        return bool(has_more) and not self._is_silent

    def pause_writing(self) -> None:
        self._is_full = True
        self._pause()

    def resume_writing(self) -> None:
        self._is_full = False
        self._go_on()

    def abort(self) -> None:
        """Close at once."""
        self._is_closing = True
        self._transport.abort()

    def _feed(self, data: bytes) -> bytes:
        """Parse `data`, and return what is left to parse."""
        try:
            self._parser.feed_data(data)
        except self._upgrade as offer:
            # The parser would now leave the rest of the connection to another protocol, a body
            # included. It is told the request again, without the offer.
            told = self._head_without_offer()
            self._parser = self._new_parser(self)
            return told + data[offer.args[0] :] if told else b""
        return b""

    def _head_without_offer(self) -> bytes:
        """Return the head of a request that the parser took for a change of protocol, if any."""
        if not self._has_offer:
            return b""
        self._has_offer = False
        headers = {name: value for name, value in self._headers.items() if name != "upgrade"}
        tokens = headers.pop("connection", "").lower().split(",")
        if "close" in [token.strip() for token in tokens]:
            headers["connection"] = "close"
        lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
        method = self._parser.get_method()
        return b"%s %s HTTP/1.1\r\n%s\r\n" % (method, self._url, "".join(lines).encode("latin-1"))

    # --- the parser's events --------------------------------------------------------------------

    def on_message_begin(self) -> None:
        self._reset()

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._is_in_head:
            return  # a trailer; none means anything here
        field = _decoded(name)
        self._has_two_hosts |= field == "host" and "host" in self._headers
        self._headers[field] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        self._is_in_head = False
        # An answer that is still on its way must not be broken into; the client waits for a while
        # and then sends its body anyway.
        if "expect" in self._headers and self._is_idle() and not self._is_closing:
            expected = self._headers["expect"].lower()
            if expected == "100-continue" and self._parser.get_http_version() == "1.1":
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        if not self._is_too_large:
            self._body += body
            if len(self._body) > LARGEST_BODY:
                self._is_too_large, self._body = True, bytearray()

    def on_message_complete(self) -> None:
        if self._is_closing or self._has_refused:
            return
        keep, method = self._parser.should_keep_alive(), self._parser.get_method()
        if "upgrade" in self._headers and self._parser.should_upgrade() and method != b"CONNECT":
            self._has_offer = True
            return
        path, _, query = self._url.decode("latin-1").partition("?")
        if not path.startswith("/"):
            path = urlsplit(path).path or "/"
        host = self._headers.get("host", "")
        if self._has_two_hosts or (not host and self._parser.get_http_version() == "1.1"):
            self._refuse(gateway_error(400, "malformed HTTP request: it needs one Host header"))
            return
        request = Request(
            method.decode("latin-1"),
            path,
            query.partition("#")[0],
            self._headers,
            _TOO_LARGE if self._is_too_large else bytes(self._body),
            f"http://{host}",
        )
        if self._is_idle():
            self._answer(request, keep=keep and method != b"CONNECT")
            return
        self._waiting.append((request, keep))
        if len(self._waiting) >= _MOST_WAITING:
            self._pause()

    def _reset(self) -> None:
        self._url = b""
        self._headers = {}
        self._body = bytearray()
        self._is_too_large = False
        self._is_in_head = True
        self._has_two_hosts = False
        self._has_offer = False
        self._head_size = 0

    # --- answers --------------------------------------------------------------------------------

    def _is_idle(self) -> bool:
        """Whether nothing has to be answered before the next request."""
        return self._task is None and not self._waiting and not self._is_full

    def _pause(self) -> None:
        """Read no more until what is known is answered."""
        if not self._is_paused and not self._is_closing:
            self._is_paused = True
            self._transport.pause_reading()

    def _go_on(self) -> None:
        """Answer what waits, and read on."""
        while self._waiting and self._task is None and not self._is_full and not self._is_closing:
            waiting = self._waiting.popleft()
            if isinstance(waiting, Reply):
                self._say_last(waiting)
            else:
                request, keep = waiting
                self._answer(request, keep=keep)
        if self._is_closing:
            return
        if self._is_paused and not self._is_full and len(self._waiting) < _MOST_WAITING:
            self._is_paused = False
            self._transport.resume_reading()
        if self._has_heard_all and self._is_idle():
            self._close()

    def _answer(self, request: Request, *, keep: bool) -> None:
        try:
            reply = self._answers(request)
        except Exception as error:  # noqa: BLE001 - whatever it is, the client gets an answer
            reply = _failed(request, error)
        if reply.work is None and reply.effect is None:
            self._write(reply, request, keep=keep)
            if not keep:
                self._close()
        else:
            self._task = self._loop.create_task(self._answer_later(reply, request, keep=keep))

    async def _answer_later(self, reply: Reply, request: Request, *, keep: bool) -> None:
        if reply.work is not None:
            try:
                reply = await self._loop.run_in_executor(None, reply.finished)
            except Exception as error:  # noqa: BLE001 - whatever it is, the client gets an answer
                reply = _failed(request, error)
        effect = reply.effect
        if effect is None:
            self._write(reply, request, keep=keep)
        elif effect.kind in ("drop", "hang"):
            if effect.kind == "hang":
                await self._hang(effect.seconds)
            self.abort()
        else:
            body = reply.content(request.method)
            self._transport.write(_head(reply, keep=keep))
            if effect.kind == "truncate":
                self._transport.write(half(body))
                keep = False
            else:
                dripping = parts(body)
                for part in dripping:
                    await self._sleep(effect.seconds / len(dripping))
                    self._transport.write(part)
        self._task = None
        if self._is_closing:
            return
        if not keep:
            self._close()
        self._go_on()

    async def _hang(self, seconds: float) -> None:
        """Say nothing more, until `seconds` have passed or the client has left."""
        self._is_silent = True
        # What waits is never answered now; and only who reads finds out that the client left.
        self._waiting.clear()
        if self._is_paused:
            self._is_paused = False
            self._transport.resume_reading()
        if self._has_heard_all:
            return
        if seconds < math.inf:
            await self._sleep(seconds)
        else:
            await self._loop.create_future()  # cancelled when the connection is lost

    def _refuse(self, reply: Reply) -> None:
        """Answer what is no request that could be handled, as the last answer."""
        if self._is_closing or self._has_refused:
            return
        self._has_refused = True
        if self._is_idle():
            self._say_last(reply)
        else:
            self._waiting.append(reply)

    def _say_last(self, reply: Reply) -> None:
        self._transport.write(_head(reply, keep=False) + reply.body)
        self._is_closing = True
        if self._has_heard_all:
            self._transport.close()
            return
        # The client may still be sending. Closing now would reset the connection, and the answer
        # would be lost with it.
        if self._is_paused:
            self._transport.resume_reading()
        self._transport.write_eof()
        self._end = self._loop.call_later(_LINGER, self._transport.abort)

    def _write(self, reply: Reply, request: Request, *, keep: bool) -> None:
        self._transport.write(_head(reply, keep=keep) + reply.content(request.method))

    def _close(self) -> None:
        self._is_closing = True
        self._transport.close()


def _failed(request: Request, error: Exception) -> Reply:
    """Return the answer when the mock itself fails."""
    _logger.error("answering %s %s", request.method, request.path, exc_info=error)
    return gateway_error(500, f"the mock failed: {error!r}")


def _head(reply: Reply, *, keep: bool) -> bytes:
    """Return the status line and the headers of a reply, in HTTP/1.1."""
    # Not by `all_headers`: what repeats is made once.
    head = _start(reply.status, reply.media_type)
    if reply.may_have_body:
        head += b"content-length: %d\r\n" % len(reply.body)
    for name, value in reply.headers.items():
        head += f"{name}: {value}\r\n".encode("latin-1")
    return head + (b"\r\n" if keep else b"connection: close\r\n\r\n")


@functools.lru_cache(maxsize=256)
def _decoded(name: bytes) -> str:
    return name.decode("latin-1").lower()


@functools.lru_cache(maxsize=100)
def _start(status: int, media_type: str) -> bytes:
    reason = _REASONS.get(status, "Status")
    return f"HTTP/1.1 {status} {reason}\r\ncontent-type: {media_type}\r\n".encode("latin-1")
