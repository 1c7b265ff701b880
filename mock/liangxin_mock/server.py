"""A server on a port: uvicorn's HTTP/1.1 in a thread of its own."""

from __future__ import annotations

import errno
import re
import socket
import threading
import time
from typing import TYPE_CHECKING, Self

from liangxin_mock.errors import MockError, RuleError
from liangxin_mock.hosts import served_hosts
from liangxin_mock.messages import Reply, Request
from liangxin_mock.simulator import Simulator
from liangxin_mock.transports.asgi import asgi_app
from liangxin_mock.validators import check_number, check_url

if TYPE_CHECKING:
    from liangxin_mock.transports.protocol import Uvicorn

# Load tests open hundreds of connections at once; a full backlog costs each a second.
_BACKLOG = 2048
_LAST_PORT = 2**16 - 1
_LOOK_AGAIN = 0.2


class Server:
    """A simulator on a port: `with Server(simulator) as server: … server.url`.

    It runs in a thread of its own until the `with` block ends. It answers only requests for a host
    that fits its address, so that a web page elsewhere cannot reach it under a name of its own.

    Args:
        simulator: The simulator to serve; its `base_url` becomes this server's.
        host: The address to listen on.
        port: 0 takes a free one; `self.port` is the real one after the start.
        public_url: Where clients reach it if not at its port, such as behind a proxy that serves it
            under a path: links to results begin with it.

    Raises:
        RuleError: An argument cannot work.
        MockError: From `start`: the extra is not installed, or the port is taken, or its thread
            could not run.

    """

    def __init__(
        self,
        simulator: Simulator,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        public_url: str | None = None,
    ) -> None:
        if not isinstance(simulator, Simulator):
            raise RuleError(f"simulator must be a Simulator, not {simulator!r}", "simulator")
        if not isinstance(host, str) or not host:
            raise RuleError.of("host", f"must be an address such as 127.0.0.1, not {host!r}")
        check_number("port", port, whole=True, most=_LAST_PORT)
        self.simulator = simulator
        self.port = port
        self._host = host
        self._public_url = None if public_url is None else check_url("public_url", public_url)
        self._hosts = re.compile(served_hosts(host, public_url), re.IGNORECASE)
        self._requested_port = port
        self._uvicorn: Uvicorn | None = None
        self._thread: threading.Thread | None = None

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
            from liangxin_mock.transports.protocol import Uvicorn  # noqa: PLC0415 - an extra
        except ImportError:
            needed = "pip install uvicorn httptools"
            raise MockError(f"The server's packages are not installed; run {needed}") from None
        simulator, listening = self.simulator, self._listen()
        # Known before the thread runs, so that nobody reads a port 0.
        self.port = listening.getsockname()[1]
        simulator.base_url = self.url
        app = asgi_app(self._answer, simulator.clock, dated=True)
        self._uvicorn = uvicorn = Uvicorn(app)
        self._thread = threading.Thread(
            target=uvicorn.run, args=([listening],), name="liangxin-mock", daemon=True
        )
        self._thread.start()
        # A thread that has no descriptors left for its event loop ends, and is never ready.
        while not uvicorn.ready.wait(_LOOK_AGAIN):
            if uvicorn.ended.is_set():
                listening.close()
                raise MockError("the server could not start; the error of its thread is above")

    def stop(self) -> None:
        """Close all connections and end the server. Harmless when it has ended."""
        if self._thread is not None and self._uvicorn is not None:
            self._uvicorn.stop()
            self._thread.join()
        # Ends the threads that send callbacks, and lets others start, as other transports of the
        # simulator may still be in use.
        self.simulator.dispatcher.close()
        self.simulator.dispatcher.open()

    def wait(self) -> None:
        """Wait until the server has ended."""
        if self._uvicorn is not None:
            # In slices, so that Ctrl-C gets through on every system. An interrupt amid `join` would
            # make the thread count as ended until Python 3.13, amid `Event.wait` be another error.
            while not self._uvicorn.ended.is_set():
                time.sleep(_LOOK_AGAIN)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def _answer(self, request: Request) -> Reply:
        host = request.headers.get("host", "")
        if self._public_url or not host:
            request = request._replace(origin=self._public_url or self.url)
        # Without a Host it is a program's: browsers always send one.
        if not host or self._hosts.fullmatch(host):
            return self.simulator.handle(request)
        return self.simulator.misdirected(request, host)

    def _listen(self) -> socket.socket:
        host, port = self._host, self._requested_port
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            # Names that IDNA can't encode are refused before there is a socket, which such an error
            # would leave open.
            host.encode("idna")
            listening = socket.create_server((host, port), family=family, backlog=_BACKLOG)
        except (OSError, UnicodeError) as error:
            if getattr(error, "errno", None) == errno.EADDRINUSE:
                text = f"port {port} on {host} is taken"
            else:
                why = getattr(error, "strerror", None) or error
                text = f"cannot listen on port {port} of {host}: {why}"
            raise MockError(f"{text}; choose another one, or 0 for any free one") from None
        # Connections inherit it; without, an answer may take 40 ms.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listening
