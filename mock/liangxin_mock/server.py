"""The door on a port: an HTTP server for applications in other processes and languages.

Requests are parsed by llhttp (httptools), Node's own parser; on top of it is no more than what the
simulator needs, since faults are about connections: closed without an answer, or in its middle.
Requests are answered on the spot, in the event loop; what takes time goes to a thread.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import functools
import logging
import threading
from collections import deque
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from liangxin_mock.errors import MockError
from liangxin_mock.exchange import Reply, Request, gateway_error
from liangxin_mock.service import LARGEST_BODY, misdirected

if TYPE_CHECKING:
    from liangxin_mock.simulator import Simulator

_LARGEST_HEAD = 64 * 2**10
_MOST_WAITING = 100
_PARTS = 10
_LINGER = 2.0
_TRIES = 5
_ROUNDS = 10
_NO_BODY = (204, 304)
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
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_logger = logging.getLogger("liangxin_mock")


class Server:
    """A simulator on a port: `with Server(simulator) as server: … server.url`.

    It runs in a thread of its own until the `with` block ends. Bound to loopback, it answers only
    requests for a loopback host, so that a web page elsewhere cannot reach it under another name.

    Args:
        simulator: Whose jobs it serves; its `base_url` becomes this server's.
        host: The address to listen on.
        port: 0 takes a free one; `self.port` is the real one after the start.

    Raises:
        MockError: From `start`: the extra is not installed, or the port is taken.

    """

    def __init__(self, simulator: Simulator, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self.simulator = simulator
        self.port = port
        self._host = host
        self._asked_port = port
        self._connections: set[_Connection] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._started = threading.Event()
        self._stop: asyncio.Event | None = None
        self._problem: Exception | None = None
        self._own_hosts: set[str] = set()

    @property
    def url(self) -> str:
        """The address for clients, without a slash at the end."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self.port}"

    def start(self) -> None:
        """Start the server, and return when it listens. Harmless when it does already."""
        if self._thread is not None and self._thread.is_alive():
            return
        try:
            import httptools  # noqa: F401, PLC0415 - only servers need it
        except ImportError:
            raise MockError(
                'httptools is not installed; run pip install "liangxin[mock]"'
            ) from None
        self._started.clear()
        self._problem = None
        self._thread = threading.Thread(target=self._run, name="liangxin-mock", daemon=True)
        self._thread.start()
        self._started.wait()
        if self._problem is not None:
            self._thread.join()
            if getattr(self._problem, "errno", None) == errno.EADDRINUSE:
                reason = f"port {self._asked_port} on {self._host} is taken"
            else:
                text = getattr(self._problem, "strerror", None) or self._problem
                reason = f"cannot listen on port {self._asked_port} of {self._host}: {text}"
            raise MockError(f"{reason}; choose another one, or 0 for any free one")
        self.simulator.base_url = self.url

    def stop(self) -> None:
        """Close all connections and end the server. Harmless when it has ended."""
        if self._thread is not None and self._loop is not None and self._stop is not None:
            with contextlib.suppress(RuntimeError):  # its loop has ended
                self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()
        self.simulator.close()

    def wait(self) -> None:
        """Return when the server has ended."""
        if self._thread is not None:
            # In slices, so that Ctrl-C gets through on every system.
            while self._thread.is_alive():
                self._thread.join(0.2)

    def __enter__(self) -> Self:
        """Start the server."""
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        """End the server."""
        self.stop()

    def is_for_us(self, host: str) -> bool:
        """Whether a Host header names this server. One that is missing is from no browser."""
        if host in self._own_hosts or self._host not in _LOOPBACK or not host:
            return True
        try:
            return urlsplit(f"//{host}").hostname in _LOOPBACK
        except ValueError:
            return False

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        self._loop = loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        try:
            server = await self._listen(loop)
        except Exception as error:  # noqa: BLE001 - such as a port over 65535; `start` tells it
            self._problem = error
            self._started.set()
            return
        self.port = server.sockets[0].getsockname()[1]
        self._own_hosts = {*_LOOPBACK, *(f"{name}:{self.port}" for name in _LOOPBACK)}
        self._started.set()
        await self._stop.wait()
        server.close()
        # A connection that was just accepted takes some rounds of the loop to appear here, and one
        # that is aborted takes some to be gone.
        for _ in range(_ROUNDS):
            for connection in [*self._connections]:
                connection.abort()
            await asyncio.sleep(0)

    async def _listen(self, loop: asyncio.AbstractEventLoop) -> asyncio.Server:
        port = self._asked_port
        if not 0 <= port < 2**16:  # uvloop would take another
            raise ValueError("a port is a number from 0 to 65535")
        for left in reversed(range(_TRIES)):
            try:
                server = await loop.create_server(
                    lambda: _Connection(self, loop, self._connections), self._host, port
                )
            except OSError:
                if port == self._asked_port or not left:
                    raise
                port = self._asked_port  # what was free for one address is not for the other
                continue
            ports = {socket.getsockname()[1] for socket in server.sockets}
            if len(ports) == 1:
                return server
            # A name of several addresses, such as localhost, has got a port for each.
            server.close()
            port = ports.pop()
        raise OSError(errno.EADDRINUSE, "no port is free for all addresses")


class _Connection(asyncio.Protocol):
    """A connection: requests are answered in their order, one at a time."""

    def __init__(
        self, server: Server, loop: asyncio.AbstractEventLoop, peers: set[_Connection]
    ) -> None:
        import httptools  # noqa: PLC0415 - only servers need it

        self._server = server
        self._simulator = server.simulator
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
        if self._is_closing or self._has_refused:
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
        is_open = (self._task is not None and not self._is_silent) or bool(self._waiting)
        return is_open or (self._is_full and not self._is_closing)

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
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

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
        if not host and self._parser.get_http_version() == "1.1":
            self._refuse(gateway_error(400, "malformed HTTP request: no Host header"))
            return
        request = Request(
            method.decode("latin-1"),
            path,
            query.partition("#")[0],
            self._headers,
            _TOO_LARGE if self._is_too_large else bytes(self._body),
            f"http://{host}" if host else self._server.url,
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
        host = request.headers.get("host", "")
        try:
            if self._server.is_for_us(host):
                reply = self._simulator.handle(request)
            else:
                reply = misdirected(self._simulator, request, host)
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
        effect, clock = reply.effect, self._simulator.clock
        if effect is None:
            self._write(reply, request, keep=keep)
        elif effect.kind in ("drop", "hang"):
            if effect.kind == "hang":
                self._is_silent = True
                if self._has_heard_all:
                    self.abort()
                await clock.async_sleep(effect.seconds)
            self.abort()
        else:
            body = _body(reply, request)
            self._transport.write(_head(reply, keep=keep))
            if effect.kind == "truncate":
                self._transport.write(body[: len(body) // 2])
                keep = False
            else:
                size = max(-(-len(body) // _PARTS), 1)
                parts = [body[at : at + size] for at in range(0, len(body), size)]
                for part in parts:
                    await clock.async_sleep(effect.seconds / len(parts))
                    self._transport.write(part)
        self._task = None
        if self._is_closing:
            return
        if not keep:
            self._close()
        self._go_on()

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
        self._transport.write(_head(reply, keep=keep) + _body(reply, request))

    def _close(self) -> None:
        self._is_closing = True
        self._transport.close()


def _failed(request: Request, error: Exception) -> Reply:
    """Return the answer when the mock itself fails."""
    _logger.error("answering %s %s", request.method, request.path, exc_info=error)
    return gateway_error(500, f"the mock failed: {error!r}")


def _body(reply: Reply, request: Request) -> bytes:
    return b"" if request.method == "HEAD" or reply.status in _NO_BODY else reply.body


def _head(reply: Reply, *, keep: bool) -> bytes:
    """Return the status line and the headers of a reply, in HTTP/1.1."""
    head = _start(reply.status, reply.media_type)
    if reply.status not in _NO_BODY:
        head += b"content-length: %d\r\n" % len(reply.body)
    for name, value in reply.headers.items():
        head += f"{name}: {value}\r\n".encode("latin-1")
    return head + (b"\r\n" if keep else b"connection: close\r\n\r\n")


@functools.lru_cache(maxsize=100)
def _start(status: int, media_type: str) -> bytes:
    reason = _REASONS.get(status, "Status")
    return f"HTTP/1.1 {status} {reason}\r\ncontent-type: {media_type}\r\n".encode("latin-1")


def _loop_factory() -> Any:
    """Return uvloop's event loop if it is installed, which is faster; else asyncio's."""
    try:
        import uvloop  # noqa: PLC0415
    except ImportError:
        return None
    return uvloop.new_event_loop
