"""Downloads over real sockets: what goes to a result's host, and what a kill leaves behind."""

from __future__ import annotations

import asyncio
import os
import ssl
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

import liangxin
from liangxin_mock import VirtualClock
from tests.support.file_host import CUP, FileHost, on_task, png
from tests.support.file_host import save as save_from
from tests.support.scripted_api import BASE_URL, KEY, TASK_ID, Kind, both_kinds, settle, success

SAVE = """
import sys, liangxin
with liangxin.LiangXin() as client:
    task = client.tasks.retrieve(sys.argv[1])
    print("found", flush=True)
    for file in task.save(sys.argv[2], on_progress=lambda p: print(p.done, flush=True)):
        print(file.sha256, flush=True)
"""
WEIGH = """
import sys, tracemalloc, liangxin
with liangxin.LiangXin() as client:
    task = client.tasks.retrieve(sys.argv[1])
    with task.open() as stream:
        stream.read(1)  # so that all is imported
    tracemalloc.start()
    task.save(sys.argv[2], template="large.{ext}")
    print(tracemalloc.get_traced_memory()[1])
"""
LARGE = png(3_000_000)


def environment(host: Host) -> dict[str, str]:
    """The environment of a process that uses the host."""
    return os.environ | {"LIANGXIN_API_KEY": KEY, "LIANGXIN_BASE_URL": host.url}


class Host:
    """A server on a port of its own that plays the API, and serves `content` at other paths."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.server = server
        self.url = f"http://127.0.0.1:{server.server_port}"
        self.content = CUP
        self.links = (f"{self.url}/cup.png",)
        self.seen: list[tuple[str, str, dict[str, str]]] = []
        """Method, path and headers of each request."""
        self.before_end: Callable[[], object] = lambda: None
        """Called when half of a file is sent; what it returns, if true, ends the connection."""
        self.redirect: str | None = None

    @property
    def files(self) -> list[dict[str, str]]:
        """The headers of the requests for files."""
        return [headers for _, path, headers in self.seen if not path.startswith("/api/")]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    host: Host

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.host.seen.append((self.command, self.path, headers))
        if self.path.startswith("/api/"):
            self._answer(200, success(*self.host.links).content, {"Set-Cookie": "api=1"})
        elif self.host.redirect:
            cookie = {"Location": self.host.redirect, "Set-Cookie": "result=1"}
            self._answer(302, b"", cookie)
        else:
            self._file(headers.get("range"))

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
        """Say nothing."""


@contextmanager
def hosting() -> Iterator[Host]:
    class Handler(_Handler):
        pass

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """Let clients leave."""

    with Quiet(("127.0.0.1", 0), Handler) as server:
        Handler.host = Host(server)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield Handler.host
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def host() -> Iterator[Host]:
    """A host of the API and of files."""
    with hosting() as made:
        yield made


@pytest.fixture
def other() -> Iterator[Host]:
    """Another one."""
    with hosting() as made:
        yield made


def save(kind: Kind, host: Host, directory: Path) -> Any:
    """Save the host's task with a client that connects for real."""

    async def run() -> Any:
        options: dict[str, Any] = {"api_key": KEY, "base_url": host.url, "clock": VirtualClock()}
        if kind == "sync":
            with liangxin.LiangXin(**options) as client:
                return client.tasks.retrieve(TASK_ID).save(directory)
        async with liangxin.AsyncLiangXin(**options) as async_client:
            return await (await async_client.tasks.retrieve(TASK_ID)).save(directory)

    return asyncio.run(run())


PLAIN = {"host", "user-agent", "accept", "accept-encoding"}


@both_kinds
def test_nothing_of_the_api_reaches_a_host(
    kind: Kind, host: Host, other: Host, tmp_path: Path
) -> None:
    """Neither a result's host nor the one it redirects to is sent the key, or a cookie."""
    host.redirect = f"{other.url}/elsewhere.png"
    save(kind, host, tmp_path / "1")
    save(kind, host, tmp_path / "2")
    assert len(host.files) == len(other.files) == 2
    for headers in host.files + other.files:
        assert set(headers) == PLAIN
    assert KEY not in repr(other.seen)
    api = [headers for _, path, headers in host.seen if path.startswith("/api/")]
    assert all(headers["authorization"] == f"Bearer {KEY}" for headers in api)


@both_kinds
def test_nothing_of_the_users_client_reaches_a_host(kind: Kind, tmp_path: Path) -> None:
    """A client of the user's own is sent through, but its headers, cookies and auth are not sent."""
    files, own = FileHost(), {"authorization": "Bearer own", "x-own": "1", "cookie": "a=1"}
    transport = httpx.MockTransport(files)
    common = {"headers": own, "cookies": {"b": "2"}, "auth": ("user", "word"), "params": {"p": "1"}}
    settings: dict[str, Any] = {"api_key": KEY, "base_url": BASE_URL, "clock": files.clock}

    async def run() -> None:
        if kind == "sync":
            with httpx.Client(transport=transport, **common) as http:  # type: ignore[arg-type]
                client = liangxin.LiangXin(http_client=http, **settings)
                client.tasks.retrieve(TASK_ID).save(tmp_path)
        else:
            async with httpx.AsyncClient(transport=transport, **common) as http:  # type: ignore[arg-type]
                aclient = liangxin.AsyncLiangXin(http_client=http, **settings)
                await (await aclient.tasks.retrieve(TASK_ID)).save(tmp_path)

    asyncio.run(run())
    (request,) = files.requests
    assert set(request.headers) == PLAIN
    assert request.url.query == b"signature=1"


class _Closing(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that never ends, and knows whether it was closed."""

    closed = 0

    def __iter__(self) -> Iterator[bytes]:
        while True:
            yield CUP

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            yield CUP

    def close(self) -> None:
        self.closed += 1

    async def aclose(self) -> None:
        self.closed += 1


@both_kinds
@pytest.mark.parametrize("status", [200, 302, 403, 416, 503])
def test_what_is_not_read_to_its_end_is_closed(kind: Kind, tmp_path: Path, status: int) -> None:
    """An answer that is of no use is not kept open: its connection would be missing soon."""
    streams: list[_Closing] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.startswith("/api/"):
            return httpx.Response(200, content=success("https://files.test/cup.png").content)
        streams.append(_Closing())
        return httpx.Response(status, headers={"location": "/cup.png"}, stream=streams[-1])

    host: Any = answer
    host.clock = VirtualClock()
    error = save_from(kind, host, tmp_path, max_bytes=200_000, timeout=5).error
    assert isinstance(error, liangxin.DownloadError)
    assert streams
    assert all(stream.closed for stream in streams)


@both_kinds
def test_a_proxy_does_not_stand_before_this_machine(
    kind: Kind, host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a proxy in the environment, files of a mock on this machine come directly."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    save(kind, host, tmp_path)
    assert len(host.files) == 1


@both_kinds
def test_a_connection_that_drops(kind: Kind, host: Host, tmp_path: Path) -> None:
    """A connection that is closed in the middle of a file is made again for the rest."""
    drops = iter([True, True, False])
    host.before_end = lambda: next(drops)
    (file,) = save(kind, host, tmp_path)
    assert file.read_bytes() == CUP
    assert [headers.get("range") for headers in host.files] == [
        None,
        "bytes=50000-",
        "bytes=75000-",
    ]


def test_a_killed_process_resumes(host: Host, tmp_path: Path) -> None:
    """After kill -9 there is a part and no file; the same command again brings the rest of it."""
    host.content = LARGE
    ended = threading.Event()
    host.before_end = lambda: ended.wait(30)
    command = [sys.executable, "-c", SAVE, TASK_ID, str(tmp_path)]
    with subprocess.Popen(command, env=environment(host), stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"found\n"
        assert int(process.stdout.readline()) > 0
        process.kill()
    ended.set()
    part = tmp_path / f"{TASK_ID}.part"
    came = part.stat().st_size
    assert sorted(path.name for path in tmp_path.iterdir()) == [f".{part.name}.json", part.name]
    assert part.read_bytes() == LARGE[:came]

    host.before_end = lambda: False
    subprocess.run(command, env=environment(host), check=True, stdout=subprocess.PIPE)
    assert [headers.get("range") for headers in host.files] == [None, f"bytes={came}-"]
    assert [path.name for path in tmp_path.iterdir()] == [f"{TASK_ID}.png"]
    assert (tmp_path / f"{TASK_ID}.png").read_bytes() == LARGE
    assert {method for method, _, _ in host.seen} == {"GET"}


def test_two_processes_save_the_same(host: Host, tmp_path: Path) -> None:
    """Two processes that save the same at once both end with the whole file, fetched once."""
    host.content = LARGE
    first_is_there, go_on = threading.Event(), threading.Event()

    def hold() -> bool:
        first_is_there.set()
        go_on.wait(30)
        return False

    host.before_end = hold
    command = [sys.executable, "-c", SAVE, TASK_ID, str(tmp_path)]
    with subprocess.Popen(command, env=environment(host), stdout=subprocess.PIPE) as one:
        assert first_is_there.wait(30)
        with subprocess.Popen(command, env=environment(host), stdout=subprocess.PIPE) as two:
            assert two.stdout is not None
            assert two.stdout.readline() == b"found\n"
            go_on.set()
            digests = [process.communicate(timeout=60)[0].split()[-1] for process in (one, two)]
    assert digests[0] == digests[1]
    assert [path.name for path in tmp_path.iterdir()] == [f"{TASK_ID}.png"]
    assert (tmp_path / f"{TASK_ID}.png").read_bytes() == LARGE


@both_kinds
def test_a_certificate_that_is_wrong(kind: Kind, tmp_path: Path) -> None:
    """A server that cannot prove who it is is not tried again."""

    def untrusted(_request: httpx.Request) -> Any:
        cause = ssl.SSLCertVerificationError("certificate verify failed")
        raise httpx.ConnectError("certificate verify failed") from cause

    files = FileHost(untrusted)
    error = on_task(kind, files, lambda task: task.save(tmp_path)).error
    assert "cannot be trusted" in str(error)
    assert isinstance(error, liangxin.DownloadError)
    assert len(files.requests) == 1


@both_kinds
def test_a_client_closes_its_connections(kind: Kind, host: Host, tmp_path: Path) -> None:
    """Closing the client closes what it downloads with, but not a client of the user's."""

    async def run() -> None:
        client: Any = {"sync": liangxin.LiangXin, "async": liangxin.AsyncLiangXin}[kind](
            KEY, host.url
        )
        task = await settle(client.tasks.retrieve(TASK_ID))
        await settle(task.save(tmp_path))
        own = client._transport.downloads._own
        assert not own.is_closed
        await settle(client.close())
        assert own.is_closed

    asyncio.run(run())


def test_memory(host: Host, tmp_path: Path) -> None:
    """Saving a file of 50 MB takes at most 2 MB of memory."""
    host.content = png(8) + bytes(50_000_000 - 8)
    command = [sys.executable, "-c", WEIGH, TASK_ID, str(tmp_path)]
    done = subprocess.run(command, env=environment(host), check=True, stdout=subprocess.PIPE)
    assert int(done.stdout) < 2_000_000
    assert (tmp_path / "large.png").stat().st_size == 50_000_000
