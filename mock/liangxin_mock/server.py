"""A server on a port: uvicorn's HTTP/1.1 in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import threading
import time
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from liangxin_mock.errors import MockError
from liangxin_mock.messages import Reply, Request
from liangxin_mock.simulator import Simulator
from liangxin_mock.transports.asgi import asgi_app

if TYPE_CHECKING:
    from liangxin_mock.transports.protocol import Connections

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_ADDRESSES_TRIED = 5
_BACKLOG = 2048
_TURNS = 10


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
        self._requested_port = port
        self._sockets: list[socket.socket] = []
        self._connections: Connections | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._started = threading.Event()
        self._ended = threading.Event()
        self._stop = asyncio.Event()

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
            from liangxin_mock.transports.protocol import Connections  # noqa: PLC0415 - an extra
        except ImportError:
            raise MockError('uvicorn is not installed; run pip install "liangxin[mock]"') from None
        self._sockets = self._listen()
        self.port = self._sockets[0].getsockname()[1]
        connections = Connections(asgi_app(self._answer, self.simulator.clock))
        self._connections = connections
        self._started.clear()
        self._ended.clear()
        self._thread = threading.Thread(
            target=self._run, args=(connections,), name="liangxin-mock", daemon=True
        )
        self._thread.start()
        self._started.wait()
        self.simulator.base_url = self.url

    def stop(self) -> None:
        """Close all connections and end the server. Harmless when it has ended."""
        if self._thread is not None and self._loop is not None:
            with contextlib.suppress(RuntimeError):  # its loop has ended
                self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join()
        # Its threads end; other transports of the simulator may need them again.
        self.simulator.dispatcher.close()
        self.simulator.dispatcher.open()

    def wait(self) -> None:
        """Return when the server has ended."""
        if self._thread is not None:
            # In slices, so that Ctrl-C gets through on every system. An interrupt amid `join` would
            # make the thread count as ended until Python 3.13, amid `Event.wait` be another error.
            while not self._ended.is_set():
                time.sleep(0.2)

    def __enter__(self) -> Self:
        """Start the server."""
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        """End the server."""
        self.stop()

    def _is_for_this_host(self, host: str) -> bool:
        """Whether a Host header names this server. One that is missing is from no browser."""
        if host == f"{self._host}:{self.port}" or self._host not in _LOOPBACK or not host:
            return True
        try:
            return urlsplit(f"//{host}").hostname in _LOOPBACK
        except ValueError:
            return False

    def _answer(self, request: Request) -> Reply:
        host = request.headers.get("host", "")
        if not host:
            request = request._replace(origin=self.url)
        if self._is_for_this_host(host):
            return self.simulator.handle(request)
        return self.simulator.misdirected(request, host)

    def _run(self, connections: Connections) -> None:
        try:
            with asyncio.Runner(loop_factory=connections.loop_factory()) as runner:
                runner.run(self._serve(connections))
        finally:
            self._ended.set()

    async def _serve(self, connections: Connections) -> None:
        self._loop = loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self.simulator.dispatcher.never_block_here()
        servers = [
            await loop.create_server(connections.protocol, sock=listening, backlog=_BACKLOG)
            for listening in self._sockets
        ]
        self._started.set()
        await self._stop.wait()
        # asyncio of 3.11 forgets, open, a connection that it accepts just before the server is
        # closed: it takes some turns of the loop to become one of ours.
        with contextlib.suppress(NotImplementedError):  # on Windows
            for listening in self._sockets:
                loop.remove_reader(listening.fileno())
        for _ in range(_TURNS):
            await asyncio.sleep(0)
        for server in servers:
            server.close()
        await connections.abort()

    def _listen(self) -> list[socket.socket]:
        """Return a listening socket for each address of the host, all on the same port."""
        port, requested = self._requested_port, self._requested_port
        if not 0 <= requested < 2**16:
            raise self._cannot_listen("a port is a number from 0 to 65535")
        for left in reversed(range(_ADDRESSES_TRIED)):
            sockets: list[socket.socket] = []
            try:
                found = socket.getaddrinfo(
                    self._host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
                )
                for family, _, _, _, address in dict.fromkeys(found):
                    sockets.append(_bound(family, (address[0], port, *address[2:])))
                    # A name of several addresses, such as localhost, gets one port for all.
                    port = port or sockets[0].getsockname()[1]
            except (OSError, UnicodeError) as error:  # the second for impossible names
                for opened in sockets:
                    opened.close()
                # A port that is free for one address may be taken for the other.
                if requested or not sockets or not left:
                    raise self._cannot_listen(error) from None
                port = 0
            else:
                return sockets
        raise self._cannot_listen("no port is free for all addresses")

    def _cannot_listen(self, reason: Exception | str) -> MockError:
        port, host = self._requested_port, self._host
        if getattr(reason, "errno", None) == errno.EADDRINUSE:
            text = f"port {port} on {host} is taken"
        else:
            why = getattr(reason, "strerror", None) or reason
            text = f"cannot listen on port {port} of {host}: {why}"
        return MockError(f"{text}; choose another one, or 0 for any free one")


def _bound(family: int, address: tuple[object, ...]) -> socket.socket:
    """Return a socket that listens on an address."""
    # asyncio sets TCP_NODELAY on sockets whose protocol is given, and without it is 40 ms slower.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        # Not on Windows, where it would let two servers share a port.
        if hasattr(socket, "AF_UNIX"):
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listening.setblocking(False)
        listening.bind(address)
        listening.listen(_BACKLOG)
    except OSError:
        listening.close()
        raise
    return listening
