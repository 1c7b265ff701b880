"""The door on a port, for applications in other processes and languages."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import functools
import threading
import time
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from liangxin_mock.connection import Connection
from liangxin_mock.errors import MockError
from liangxin_mock.service import misdirected

if TYPE_CHECKING:
    from liangxin_mock.exchange import Reply, Request
    from liangxin_mock.simulator import Simulator

_TRIES = 5
_ROUNDS = 10
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


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
        self._connections: set[Connection] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._started = threading.Event()
        self._ended = threading.Event()
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
        self._ended.clear()
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
        # Its threads end; others that use the simulator may need them again.
        self.simulator.courier.close()
        self.simulator.courier.open()

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

    def is_for_us(self, host: str) -> bool:
        """Whether a Host header names this server. One that is missing is from no browser."""
        if host in self._own_hosts or self._host not in _LOOPBACK or not host:
            return True
        try:
            return urlsplit(f"//{host}").hostname in _LOOPBACK
        except ValueError:
            return False

    def _answer(self, request: Request) -> Reply:
        host = request.headers.get("host", "")
        if not host:
            request = request._replace(origin=self.url)
        if self.is_for_us(host):
            return self.simulator.handle(request)
        return misdirected(self.simulator, request, host)

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=_loop_factory()) as runner:
                runner.run(self._serve())
        finally:
            self._ended.set()

    async def _serve(self) -> None:
        self._loop = loop = asyncio.get_running_loop()
        self.simulator.courier.serve_here()
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
        # asyncio of 3.11 forgets, open, a connection that it accepts just before the server is
        # closed: it takes some rounds of the loop to appear here.
        with contextlib.suppress(NotImplementedError):  # on Windows
            for listening in server.sockets:
                loop.remove_reader(listening.fileno())
        for _ in range(_ROUNDS):
            await asyncio.sleep(0)
        server.close()
        for connection in [*self._connections]:
            connection.abort()

    async def _listen(self, loop: asyncio.AbstractEventLoop) -> asyncio.Server:
        port = self._asked_port
        if not 0 <= port < 2**16:  # uvloop would take another
            raise ValueError("a port is a number from 0 to 65535")
        for left in reversed(range(_TRIES)):
            try:
                server = await loop.create_server(
                    functools.partial(
                        Connection,
                        self._answer,
                        self.simulator.clock.async_sleep,
                        loop,
                        self._connections,
                    ),
                    self._host,
                    port,
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


def _loop_factory() -> Any:
    """Return uvloop's event loop if it is installed, which is faster; else asyncio's."""
    try:
        import uvloop  # noqa: PLC0415
    except ImportError:
        return None
    return uvloop.new_event_loop
