"""Requests for results carry nothing of the API's, and each has a connection of its own."""

from __future__ import annotations

import asyncio
import math
import os
import socket
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from liangxin.errors import APIConnectionError, APITimeoutError, DownloadError, UploadError
from liangxin.http.file_hosts import AsyncFileHosts, FileHosts, Incoming
from liangxin.results.save import save as save_results
from tests.support.file_host import (
    CUP,
    FILES,
    FileHost,
    Kind,
    Outcome,
    both_kinds,
    context,
    outcome,
    read,
)
from tests.support.raw_server import RawServer, read_request
from tests.support.samples import TASK_ID
from tests.support.socket_host import SocketHost, hosting

PLAIN = {"host", "user-agent", "accept", "accept-encoding"}


@pytest.fixture
def host() -> Iterator[SocketHost]:
    """A host of files."""
    with hosting() as made:
        yield made


@pytest.fixture
def other() -> Iterator[SocketHost]:
    """Another one."""
    with hosting() as made:
        yield made


def file_hosts(kind: Kind, timeout: float = 60.0) -> Any:
    variant = AsyncFileHosts if kind == "async" else FileHosts
    return variant(timeout=timeout, http_client=None, check_open=lambda: None)


def save(kind: Kind, host: SocketHost, directory: Path) -> Outcome:
    """Save from a host over real connections, on a virtual clock."""
    api = FileHost()
    made = context(kind, api, file_hosts=file_hosts(kind))
    return outcome(kind, save_results(api.task(*host.links), made, directory=directory))


async def body(source: Any, url: str, **options: Any) -> bytes:
    async with source.get(url, {}, **options) as incoming:
        return b"".join([part async for part in incoming])


@both_kinds
def test_nothing_of_one_host_reaches_another(
    kind: Kind, host: SocketHost, other: SocketHost, tmp_path: Path
) -> None:
    """Neither a result's host nor the one it redirects to receives a cookie or a default header."""
    host.redirect = f"{other.url}/elsewhere.png"
    for directory in ("1", "2"):
        assert save(kind, host, tmp_path / directory).error is None
    assert len(host.files) == len(other.files) == 2
    for headers in host.files + other.files:
        assert set(headers) == PLAIN
        assert headers["accept-encoding"] == "identity"


@both_kinds
def test_nothing_of_the_users_client_reaches_a_host(kind: Kind, tmp_path: Path) -> None:
    """Requests go through the user's client, without its headers, cookies and authentication."""
    files, own = FileHost(), {"authorization": "Bearer own", "x-own": "1", "cookie": "a=1"}
    common = {"headers": own, "cookies": {"b": "2"}, "auth": ("user", "word"), "params": {"p": "1"}}
    made = context(kind, files)
    client = httpx.AsyncClient if kind == "async" else httpx.Client
    made.file_hosts._given = client(transport=httpx.MockTransport(files), **common)  # type: ignore[arg-type]
    assert outcome(kind, save_results(files.task(), made, directory=tmp_path)).error is None
    (request,) = files.requests
    assert set(request.headers) == PLAIN
    assert request.url.query == b"signature=1"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_fork_downloads_on_its_own(host: SocketHost) -> None:
    """Parent and child download different files at once, with the same object."""
    shared = file_hosts("sync")
    assert outcome("sync", body(shared, f"{host.url}/cup.png")).value == CUP
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = outcome("sync", body(shared, f"{host.url}/cup.png")).value != CUP
        finally:
            os._exit(int(code))
    assert outcome("sync", body(shared, f"{host.url}/cup.png")).value == CUP
    assert os.waitpid(child, 0)[1] == 0
    assert len(set(host.connections)) == 3


class _Endless(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body without an end that knows whether it was closed."""

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
    """A response that is of no use is closed: its connection would be missing soon."""
    streams: list[_Endless] = []

    def answer(_request: httpx.Request) -> httpx.Response:
        streams.append(_Endless())
        return httpx.Response(status, headers={"location": "/cup.png"}, stream=streams[-1])

    host = FileHost()
    host.answer = answer
    saving = save_results(
        host.task(), context(kind, host), directory=tmp_path, max_bytes=200_000, timeout=5
    )
    assert isinstance(outcome(kind, saving).error, DownloadError)
    assert streams
    assert all(stream.closed for stream in streams)


def repeating(start: bytes, part: bytes) -> RawServer:
    """Make a server that answers with `start` and then sends `part` without an end."""

    def answer(sock: socket.socket) -> None:
        read_request(sock)
        sock.sendall(start)
        while True:
            sock.sendall(part)

    return RawServer(answer)


@both_kinds
@pytest.mark.parametrize("limit", ["timeout", "seconds"])
def test_a_head_without_an_end(kind: Kind, limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A head that never ends is given up at the timeout, or when the call has no time left."""
    monkeypatch.setattr("liangxin.http.deadline._LATE_READS", 0)  # each has much to parse
    timeout, seconds = (0.05, math.inf) if limit == "timeout" else (60.0, 0.05)
    with repeating(b"", b"HTTP/1.1 102 Processing\r\n\r\n") as server:
        error = outcome(kind, body(file_hosts(kind, timeout), server.url, seconds=seconds)).error
    assert isinstance(error, APITimeoutError)


@both_kinds
def test_a_body_without_progress(kind: Kind) -> None:
    """Bytes that bring no part of the body are given up when the call has no time left."""
    # Blocks of gzip without content.
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\0\0\0\0\0\0\xff"
    with repeating(head, b"\0\0\0\xff\xff") as server:
        error = outcome(kind, body(file_hosts(kind), server.url, seconds=0.05)).error
    assert isinstance(error, APITimeoutError)


@both_kinds
def test_a_certificate_that_is_not_trusted(kind: Kind) -> None:
    """A server that cannot prove its identity is not tried again."""

    def untrusted(_request: httpx.Request) -> Any:
        cause = ssl.SSLCertVerificationError("certificate verify failed")
        raise httpx.ConnectError("certificate verify failed") from cause

    files = FileHost(untrusted)
    error = read(kind, files).error
    assert "cannot be trusted" in str(error)
    assert isinstance(error, DownloadError)
    assert len(files.requests) == 1


@both_kinds
@pytest.mark.parametrize("url", [f"{FILES}/\0", "https://[::1"])
def test_an_invalid_url(kind: Kind, url: str) -> None:
    """An address that the HTTP library refuses is an error about the download."""
    error = outcome(kind, body(file_hosts(kind), url)).error
    assert isinstance(error, DownloadError)
    assert "cannot be used" in str(error)


def _incoming(address: object, *, is_direct: bool) -> Incoming:
    stream = SimpleNamespace(get_extra_info=lambda _: address)
    response = httpx.Response(200, extensions={"network_stream": stream})
    return Incoming(response, lambda: asyncio.sleep(0), math.inf, is_direct=is_direct)


def test_the_address_of_a_server() -> None:
    """A server is known to be on this machine by its address, unless a proxy is in between."""
    assert _incoming(("127.0.0.1", 80), is_direct=True).is_loopback
    assert _incoming(("::1", 80, 0, 0), is_direct=True).is_loopback
    assert not _incoming(("192.0.2.1", 80), is_direct=True).is_loopback
    assert not _incoming(("127.0.0.1", 80), is_direct=False).is_loopback
    assert not _incoming(None, is_direct=True).is_loopback


@both_kinds
def test_the_address_of_a_real_server(kind: Kind, host: SocketHost) -> None:
    """The address of a real connection is known."""

    async def is_loopback() -> bool:
        async with file_hosts(kind).get(host.links[0], {}) as incoming:
            assert isinstance(incoming, Incoming)
            return incoming.is_loopback

    assert outcome(kind, is_loopback()).value is True


@both_kinds
@pytest.mark.parametrize(("first", "second"), [(False, True), (True, True), (True, False)])
def test_a_redirect_to_a_name_of_this_machine(
    kind: Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: bool, second: bool
) -> None:
    """A redirect from elsewhere to a name of this machine brings no file; one from here does."""
    addresses = iter([first, second])
    start = Incoming.__init__

    def init(self: Incoming, *args: Any, **options: Any) -> None:
        start(self, *args, **options)
        self.is_loopback = next(addresses)

    monkeypatch.setattr(Incoming, "__init__", init)
    host = FileHost()
    host.answer = lambda request: (
        httpx.Response(302, headers={"location": "https://name.test/cup.png"})
        if request.url.host == "files.test"
        else httpx.Response(200, stream=httpx.ByteStream(CUP))
    )
    saving = save_results(host.task(), context(kind, host), directory=tmp_path)
    error = outcome(kind, saving).error
    if (first, second) == (False, True):
        assert "it redirects to this machine" in str(error)
        assert list(tmp_path.iterdir()) == []
    else:
        assert (tmp_path / f"{TASK_ID}.png").read_bytes() == CUP


# --- uploads -------------------------------------------------------------------------------------


def put(
    kind: Kind,
    url: str,
    content: bytes,
    headers: Mapping[str, str] = {},
    timeout: float = 60.0,
) -> Any:
    """Upload over a real connection."""

    async def upload() -> Any:
        return await file_hosts(kind, timeout).put(url, headers, content)

    return asyncio.run(upload())


@both_kinds
def test_a_file_is_put_in_one_piece(kind: Kind) -> None:
    """It arrives with its length, the given headers, and nothing else that could identify anyone."""
    received: list[bytes] = []

    def play(sock: socket.socket) -> None:
        received.append(read_request(sock))
        sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone")

    with RawServer(play) as server:
        given = {"content-type": "image/png", "Content-Length": "1", "host": "elsewhere.test"}
        assert put(kind, f"{server.url}/cup?s=1", CUP, given) == (200, b"done")
    head, _, sent = received[0].partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    assert first == "PUT /cup?s=1 HTTP/1.1"
    assert sent == CUP
    assert {*headers} - PLAIN == {"content-type", "content-length", "connection"} & {*headers}
    assert headers["content-length"] == str(len(CUP))
    assert headers["host"] != "elsewhere.test"


@both_kinds
def test_an_upload_that_drops_or_is_never_answered(kind: Kind) -> None:
    """A connection that breaks off is a connection error, and silence a timeout."""

    def drop(sock: socket.socket) -> None:
        sock.recv(1)

    with RawServer(drop) as server, pytest.raises(APIConnectionError):
        put(kind, server.url, CUP)

    def say_nothing(sock: socket.socket) -> None:
        read_request(sock)
        server.closing.wait()

    with RawServer(say_nothing) as server, pytest.raises(APITimeoutError):
        put(kind, server.url, b"a few bytes", timeout=0.2)


@both_kinds
def test_an_upload_to_an_invalid_url(kind: Kind) -> None:
    """An address or a header that can't be sent is an UploadError."""
    for url in ("https://files.test:port/cup.png", "ftp://files.test/cup.png"):
        with pytest.raises(UploadError, match="its address"):
            put(kind, url, CUP)
