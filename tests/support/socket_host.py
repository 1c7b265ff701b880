"""The API and a host of results on a port of its own."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.file_host import CUP
from tests.support.samples import MODEL


class SocketHost:
    """Serves `content` at every path, and at the API's own the record of a finished task."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.url = f"http://127.0.0.1:{server.server_port}"
        self.content = CUP
        self.links = (f"{self.url}/cup.png",)
        self.seen: list[tuple[str, str, dict[str, str]]] = []
        """Method, path and headers of each request."""
        self.connections: list[Any] = []
        """The address that each request for a file came from."""
        self.before_end: Callable[[], object] = lambda: None
        """Called when half of a file is sent; what it returns, if true, ends the connection."""
        self.redirect: str | None = None

    @property
    def files(self) -> list[dict[str, str]]:
        """The headers of the requests for files."""
        return [headers for _, path, headers in self.seen if not path.startswith("/api/")]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    host: SocketHost

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.host.seen.append((self.command, self.path, headers))
        if self.path.startswith("/api/"):
            self._answer(200, self._record(), {"Set-Cookie": "api=1"})
            return
        self.host.connections.append(self.client_address)
        if self.host.redirect:
            cookie = {"Location": self.host.redirect, "Set-Cookie": "result=1"}
            self._answer(302, b"", cookie)
        else:
            self._file(headers.get("range"))

    def _record(self) -> bytes:
        result = json.dumps({"resultUrls": self.host.links})
        task_id = self.path.partition("taskId=")[2]
        data = {"taskId": task_id, "model": MODEL, "state": "success", "resultJson": result}
        return json.dumps({"code": 200, "msg": "success", "data": data}).encode()

    def _file(self, asked: str | None) -> None:
        content, status = self.host.content, 200
        headers = {"ETag": '"1"', "Content-Type": "image/png", "Set-Cookie": "result=1"}
        if asked:
            first, status = int(asked.removeprefix("bytes=").rstrip("-")), 206
            headers["Content-Range"] = f"bytes {first}-{len(content) - 1}/{len(content)}"
            content = content[first:]
        self._answer(status, b"", headers | {"Content-Length": str(len(content))})
        half = len(content) // 2
        self.wfile.write(content[:half])
        if self.host.before_end():
            self.close_connection = True
            return
        self.wfile.write(content[half:])

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Log nothing."""


@contextmanager
def hosting() -> Iterator[SocketHost]:
    """Run a host."""

    class Handler(_Handler):
        pass

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """Let clients leave."""

    with Quiet(("127.0.0.1", 0), Handler) as server:
        Handler.host = SocketHost(server)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield Handler.host
        finally:
            server.shutdown()
            thread.join()
