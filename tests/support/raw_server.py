"""A server on loopback that says what a test tells it to, byte by byte."""

from __future__ import annotations

import contextlib
import itertools
import json
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Self

Play = Callable[[socket.socket], None]
"""Plays one connection; an OSError ends it, as the client may leave."""


class RawServer:
    """Plays each connection by a function, in a thread of its own.

    Attributes:
        url: The server's address.
        connections: How many were accepted.
        requests: The requests that `read_request` of `serve` read, head and body.
        closed: Released for each connection that the server has closed.
        closing: Set when the test is over; what waits should wait for it.

    """

    def __init__(self, play: Play) -> None:
        self._play = play
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.connections = 0
        self.closing = threading.Event()
        self.closed = threading.Semaphore(0)

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        for sock in (self._listener, *self._sockets):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        for thread in self._threads:
            thread.join()

    def _start(self, function: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=function, args=arguments)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self.closing.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._sockets.append(sock)
            self._start(self._run, sock)

    def _run(self, sock: socket.socket) -> None:
        with sock, contextlib.suppress(OSError):
            self._play(sock)
        self.closed.release()


def growing_timeouts() -> Iterator[float]:
    """Yield seconds, each twice the last: on a busy machine a request needs more to arrive."""
    return (0.1 * 2**number for number in itertools.count())


def read_request(sock: socket.socket) -> bytes:
    """Return a whole request; b"" if the client has left."""
    request = b""
    while b"\r\n\r\n" not in request:
        part = sock.recv(65536)
        if not part:
            return b""
        request += part
    head, _, body = request.partition(b"\r\n\r\n")
    lengths = [
        int(line.partition(b":")[2])
        for line in head.lower().split(b"\r\n")
        if line.startswith(b"content-length:")
    ]
    while len(body) < sum(lengths):
        part = sock.recv(65536)
        if not part:
            return b""
        body += part
    return head + b"\r\n\r\n" + body


def response(body: object, *headers: str, status: str = "200 OK") -> bytes:
    """Return a response as it goes over the wire; what is not bytes is sent as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + content


def chunked(*parts: bytes) -> bytes:
    """Return a response whose body comes in chunks."""
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (*parts, b""))
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks


def answering(*responses: bytes) -> Play:
    """Return a play that answers a connection's requests in turn, then closes it."""

    def play(sock: socket.socket) -> None:
        for one in responses:
            if not read_request(sock):
                return
            sock.sendall(one)

    return play
