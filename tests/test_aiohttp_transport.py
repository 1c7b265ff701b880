"""What both async transports keep on a real connection: the same with aiohttp as with httpx."""

from __future__ import annotations

import asyncio
import gc
import gzip
import json
import socket
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx
import pytest

import liangxin
from liangxin import errors
from liangxin_mock.clock import VirtualClock
from tests.support.scripted_api import DONE, INPUT, KEY, MODEL, TASK_ID, created

needs_aiohttp = pytest.mark.skipif(find_spec("aiohttp") is None, reason="needs liangxin[fast]")
both_transports = pytest.mark.parametrize(
    "transport", ["httpx", pytest.param("aiohttp", marks=needs_aiohttp)]
)
RECORD_PATH = "/api/v1/jobs/recordInfo"


def answer(body: bytes, status: str = "200 OK", **headers: str) -> bytes:
    """An HTTP answer; `set_cookie` is a header."""
    fields = {"Content-Length": str(len(body)), **headers}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode() + body


CREATED = answer(created().content)
RECORD = answer(DONE.content)


HANG = b""


class Peer:
    """A server that notes what arrives and answers by a function; for None it hangs up."""

    def __init__(self, reply: Callable[[Connection, int], bytes | None]) -> None:
        self.reply = reply
        self.heads: list[str] = []
        self.bodies: list[bytes] = []
        self.connections: list[Connection] = []
        self.url = ""

    @asynccontextmanager
    async def serving(self, port: int = 0) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Connection(self), "127.0.0.1", port)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        try:
            yield
        finally:
            server.close()
            await self.hang_up()

    async def hang_up(self) -> None:
        """Close all connections, and let the client see it."""
        for connection in self.connections:
            connection.transport.close()
        await asyncio.sleep(0.01)

    def count(self, method: str) -> int:
        """How many requests of a method arrived."""
        return sum(head.startswith(method) for head in self.heads)


class Connection(asyncio.Protocol):
    """A connection to a peer."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.seen = b""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.peer.connections.append(self)

    def data_received(self, data: bytes) -> None:
        self.seen += data
        head, end, rest = self.seen.partition(b"\r\n\r\n")
        size = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
        if not end or len(rest) < size:
            return
        self.peer.heads.append(head.decode("latin-1"))
        self.peer.bodies.append(rest[:size])
        self.seen = rest[size:]
        answer = self.peer.reply(self, len(self.peer.heads))
        if answer is None:
            self.transport.close()
        else:
            self.transport.write(answer)


class Raw(Connection):
    """A connection that answers the first bytes, whatever they are, or reads nothing at all."""

    answer: bytes | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        if self.answer is None:
            transport.pause_reading()

    def data_received(self, data: bytes) -> None:
        assert data
        if self.answer is not None:
            self.transport.write(self.answer)


@asynccontextmanager
async def raw(answer: bytes | None) -> AsyncIterator[str]:
    """Address of a server that answers the first bytes with these, or reads nothing."""
    peer = Peer(lambda _connection, _number: None)

    def connect() -> Raw:
        connection = Raw(peer)
        connection.answer = answer
        return connection

    server = await asyncio.get_running_loop().create_server(connect, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for connection in peer.connections:
            connection.transport.abort()
        await asyncio.sleep(0.01)


def peer(*replies: bytes | None) -> Peer:
    """Answer with these in turn, the last one again and again; None hangs up."""
    return Peer(lambda _connection, number: replies[min(number, len(replies)) - 1])


def client(transport: str, server: Peer | str, timeout: float = 5.0, **options: Any) -> Any:
    url = server if isinstance(server, str) else server.url
    return liangxin.AsyncLiangXin(KEY, url, timeout, transport=transport, **options)  # type: ignore[arg-type]


async def create(client: Any) -> Any:
    return await client.tasks.create(model=MODEL, input=INPUT)


@both_transports
@pytest.mark.parametrize("before", [(), (RECORD,)], ids=["new connection", "kept connection"])
def test_dropped_requests_are_sent_once(transport: str, before: tuple[bytes, ...]) -> None:
    """A request whose connection drops after it, new or kept, is received once."""
    for method in ("POST", "GET"):

        async def scenario(method: str = method) -> Peer:
            server = peer(*before, None, RECORD)
            async with server.serving(), client(transport, server) as api:
                for _ in before:
                    await api.tasks.retrieve(TASK_ID)
                with pytest.raises((liangxin.SubmissionUnknownError, errors.APIConnectionError)):
                    await (create(api) if method == "POST" else api.tasks.retrieve(TASK_ID))
            return server

        server = asyncio.run(scenario())
        assert len(server.heads) == len(before) + 1
        assert server.heads[-1].startswith(method)
        assert len(server.connections) == 1


@both_transports
def test_connections_that_the_server_closed_are_not_used(transport: str) -> None:
    """A kept connection that has been closed meanwhile is replaced before a create is sent."""

    async def scenario() -> Peer:
        server = peer(CREATED)
        async with server.serving(), client(transport, server) as api:
            await create(api)
            await server.hang_up()
            await create(api)
        return server

    server = asyncio.run(scenario())
    assert (server.count("POST"), len(server.connections)) == (2, 2)


def _no_names(*_: object, **__: object) -> None:
    raise socket.gaierror(socket.EAI_NONAME, "no such name")


async def _error(transport: str, url: str, seconds: float = 5.0) -> errors.APIConnectionError:
    async with client(transport, url, seconds) as api:
        with pytest.raises(errors.APIConnectionError) as info:
            await api._transport.create(b"{}")
    return info.value


@both_transports
def test_what_was_not_sent_is_known(transport: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No listener, no such name, no TLS, a silent TLS: in each case nothing can have arrived."""
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    assert not asyncio.run(_error(transport, f"http://127.0.0.1:{port}")).may_have_arrived

    async def tls(answer: bytes) -> errors.APIConnectionError:
        async with raw(answer) as address:
            return await _error(transport, f"https://{address}", 0.3)

    assert not asyncio.run(tls(b"no TLS at all\r\n")).may_have_arrived
    silent = asyncio.run(tls(HANG))
    assert isinstance(silent, errors.APITimeoutError)
    assert not silent.may_have_arrived

    monkeypatch.setattr(socket, "getaddrinfo", _no_names)
    assert not asyncio.run(_error(transport, "http://nowhere.test")).may_have_arrived


@both_transports
def test_a_create_that_could_not_connect_is_repeated(transport: str) -> None:
    """A create that nobody listened for is sent again, and arrives once."""

    async def scenario() -> tuple[Any, Peer]:
        server = peer(CREATED)
        async with server.serving():
            port = int(server.url.rpartition(":")[2])
        async with AsyncExitStack() as stack:
            clock = VirtualClock()

            async def listen(seconds: float) -> None:
                assert seconds
                await stack.enter_async_context(server.serving(port))

            clock.async_sleep = listen  # type: ignore[method-assign]
            async with client(transport, server, clock=clock) as api:
                return await create(api), server

    task, server = asyncio.run(scenario())
    assert task.id == TASK_ID
    assert server.count("POST") == 1


@both_transports
def test_time_limits(transport: str) -> None:
    """No answer, or a peer that takes no body, ends in a timeout that may have arrived."""

    async def scenario() -> None:
        server = peer(HANG)
        async with server.serving():
            error = await _error(transport, server.url, 0.2)
        assert isinstance(error, errors.APITimeoutError)
        assert error.may_have_arrived
        assert any(name in str(error) for name in ("ReadTimeout", "SocketTimeoutError"))
        async with raw(None) as address, client(transport, f"http://{address}", 0.2) as api:
            with pytest.raises(errors.APITimeoutError) as info:
                async with asyncio.timeout(20):
                    await api._transport.create(b" " * 20_000_000)
        assert info.value.may_have_arrived

    asyncio.run(scenario())


@both_transports
def test_late_answers(transport: str) -> None:
    """An answer counts if it comes in parts, or complete but late; one that drips in is given up."""
    clock = VirtualClock()

    def late(_connection: Connection, _number: int) -> bytes:
        clock.advance(200.0)
        return RECORD

    def in_parts(connection: Connection, _number: int) -> bytes:
        asyncio.get_running_loop().call_later(0.02, connection.transport.write, RECORD[-50:])
        return RECORD[:-50]

    def dripping(connection: Connection, _number: int) -> bytes:
        def drip() -> None:
            if not connection.transport.is_closing():
                clock.advance(20.0)
                connection.transport.write(b" ")
                asyncio.get_running_loop().call_later(0.001, drip)

        connection.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        drip()
        return b""

    async def scenario() -> None:
        server = Peer(late)
        async with server.serving(), client(transport, server, clock=clock) as api:
            assert (await api.tasks.retrieve(TASK_ID)).state == "success"
            server.reply = in_parts
            assert (await api.tasks.retrieve(TASK_ID)).state == "success"
            server.reply = dripping
            with pytest.raises(errors.APITimeoutError, match="did not end in time"):
                await api.tasks.retrieve(TASK_ID)

    asyncio.run(scenario())


@both_transports
def test_redirects_are_not_followed(transport: str) -> None:
    """A redirect is an error that names its target, and the key goes nowhere else."""

    async def scenario() -> tuple[Any, Peer]:
        server = peer(RECORD)
        async with server.serving():
            server.reply = peer(answer(b"", "307 Moved", Location=f"{server.url}/else")).reply
            async with client(transport, server) as api:
                with pytest.raises(errors.APIStatusError) as info:
                    await create(api)
        return info.value, server

    error, server = asyncio.run(scenario())
    assert "/else" in str(error)
    assert len(server.heads) == 1


@both_transports
def test_nothing_but_the_key_is_sent_along(
    transport: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No cookie is kept, no .netrc is read; key and user agent are on every request."""
    (tmp_path / "netrc").write_text("machine localhost\nlogin x\npassword y\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))

    async def scenario() -> Peer:
        server = peer(answer(DONE.content, set_cookie="a=b; Path=/"), CREATED)
        async with server.serving():
            # By name: aiohttp keeps no cookie of a bare address anyway.
            server.url = server.url.replace("127.0.0.1", "localhost")
            async with client(transport, server) as api:
                await api.tasks.retrieve(TASK_ID)
                await create(api)
        return server

    server = asyncio.run(scenario())
    for head in server.heads:
        lines = {line.lower().partition(":")[0]: line for line in head.split("\r\n")}
        assert "cookie" not in lines
        assert lines["authorization"] == f"Authorization: Bearer {KEY}"
        assert lines["user-agent"].endswith(f"liangxin-python/{liangxin.__version__}")
    assert server.heads[0].startswith(f"GET {RECORD_PATH}?taskId={TASK_ID} HTTP/1.1\r\n")
    assert "content-type: application/json\r\n" in server.heads[1].lower()
    assert json.loads(server.bodies[1]) == {"model": MODEL, "input": INPUT}


@both_transports
def test_proxies_come_from_the_environment(transport: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of the environment is used, but not for this machine; it never sees the key."""
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    async def heads(url: str, reply: bytes) -> list[str]:
        proxy = peer(reply)
        async with proxy.serving():
            for name in ("http_proxy", "https_proxy"):
                monkeypatch.setenv(name, proxy.url)
            async with client(transport, url) as api:
                try:
                    await api._transport.record(TASK_ID)
                except errors.APIConnectionError as error:
                    # For https:// a tunnel is asked for. This proxy gives none.
                    assert not error.may_have_arrived
        return proxy.heads

    [head] = asyncio.run(heads("http://api.test", RECORD))
    assert head.startswith(f"GET http://api.test{RECORD_PATH}?taskId={TASK_ID} ")
    [head] = asyncio.run(heads("https://api.test", answer(b"", "403 Forbidden")))
    assert head.startswith("CONNECT api.test:443 ")
    assert KEY not in head
    assert asyncio.run(heads("http://127.0.0.1:1", RECORD)) == []
    monkeypatch.setenv("no_proxy", "api.test")
    monkeypatch.setattr(socket, "getaddrinfo", _no_names)
    assert asyncio.run(heads("http://api.test", RECORD)) == []


@both_transports
def test_compression(transport: str) -> None:
    """A compressed answer is read; one that can't be decompressed is an unreadable answer."""
    packed = gzip.compress(DONE.content)
    broken = answer(packed[:15] + b"?????" + packed[20:], content_encoding="gzip")

    async def scenario() -> None:
        server = peer(answer(packed, content_encoding="gzip"), broken)
        async with server.serving(), client(transport, server) as api:
            assert (await api.tasks.retrieve(TASK_ID)).state == "success"
            with pytest.raises(liangxin.APIResponseError, match="content encoding is broken"):
                await api.tasks.retrieve(TASK_ID)
            with pytest.raises(liangxin.SubmissionUnknownError, match="content encoding"):
                await create(api)

    asyncio.run(scenario())


@both_transports
def test_large_bodies(transport: str) -> None:
    """A body of several megabytes, such as a picture, arrives as it is."""
    content = b"x" * 3_000_000

    async def scenario() -> Peer:
        server = peer(CREATED)
        async with server.serving(), client(transport, server) as api:
            await api._transport.create(content)
        return server

    assert asyncio.run(scenario()).bodies == [content]


@both_transports
def test_answers_that_are_no_http(transport: str) -> None:
    """Nonsense in place of an answer may have arrived, and its error doesn't show the key."""

    async def scenario() -> BaseException:
        server = peer(b"nonsense\r\n\r\n")
        async with server.serving():
            error = await _error(transport, server.url)
        assert error.may_have_arrived
        return error

    error: BaseException | None = asyncio.run(scenario())
    while error is not None:
        assert KEY not in repr(error)
        assert KEY not in str(vars(error))
        error = error.__cause__ or error.__context__


@both_transports
def test_key_is_not_shown(transport: str) -> None:
    """No part of a transport that has sent something shows the key."""

    async def scenario() -> None:
        server = peer(RECORD)
        async with server.serving(), client(transport, server) as api:
            await api.tasks.retrieve(TASK_ID)
            for part in [api._transport, *vars(api._transport).values()]:
                assert KEY not in repr(part)

    asyncio.run(scenario())


# The first loop takes connections of httpx into its grave.
@pytest.mark.filterwarnings("ignore:unclosed transport")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@both_transports
def test_a_client_of_two_event_loops(transport: Any) -> None:
    """A client works in one event loop after another, and refuses two at once."""
    api: Any = None

    async def scenario() -> str:
        nonlocal api
        server = peer(RECORD)
        async with server.serving():
            api = api or liangxin.AsyncLiangXin(KEY, server.url, transport=transport)
            api._transport._record_base = f"{server.url}{RECORD_PATH}?taskId="
            return str((await api.tasks.retrieve(TASK_ID)).state)

    async def at_once() -> None:
        await scenario()
        refused: list[BaseException] = []

        def other() -> None:
            try:
                asyncio.run(api.tasks.retrieve(TASK_ID))
            except liangxin.UsageError as error:
                refused.append(error)

        thread = threading.Thread(target=other)
        thread.start()
        await asyncio.to_thread(thread.join)
        assert "another event loop" in str(refused[0])
        await api.close()
        with pytest.raises(liangxin.UsageError, match="closed"):
            await api.tasks.retrieve(TASK_ID)

    assert asyncio.run(scenario()) == "success"
    assert asyncio.run(scenario()) == "success"
    gc.collect()
    asyncio.run(at_once())


@needs_aiohttp
def test_settings_that_cannot_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown transport, one beside an HTTP client, and a missing aiohttp are named at once."""

    def make(**options: Any) -> None:
        liangxin.AsyncLiangXin(KEY, options.pop("url", "https://api.test"), **options)

    with pytest.raises(liangxin.UsageError, match="not 'curl'"):
        make(transport="curl")
    with pytest.raises(liangxin.UsageError, match="http_client"):
        make(transport="aiohttp", http_client=httpx.AsyncClient())
    with pytest.raises(liangxin.UsageError, match="base URL"):
        make(transport="aiohttp", url=f"https://{'ü' * 60}.test")
    monkeypatch.setenv("https_proxy", "socks5://127.0.0.1:1")
    with pytest.raises(liangxin.UsageError, match="socks5"):
        make(transport="aiohttp")
    monkeypatch.delitem(sys.modules, "liangxin.aiohttp_transport")
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    with pytest.raises(liangxin.UsageError, match=r"liangxin\[fast\]"):
        make(transport="aiohttp")


@both_transports
def test_many_in_flight_keep_their_connections(transport: str) -> None:
    """A hundred calls at once get nearly as many connections, and use them again."""
    waiting: list[Connection] = []

    def together(connection: Connection, _number: int) -> bytes:
        waiting.append(connection)
        # Calls beyond the connections there are go on as soon as one is free.
        if len(waiting) < 96:
            return HANG
        while len(waiting) > 1:
            waiting.pop(0).transport.write(RECORD)
        waiting.clear()
        return RECORD

    async def scenario() -> list[int]:
        server = Peer(together)
        used = []
        async with server.serving(), client(transport, server) as api:
            for _ in range(2):
                await asyncio.gather(*(api.tasks.retrieve(TASK_ID) for _ in range(96)))
                used.append(len(server.connections))
            server.reply = peer(RECORD).reply
            for _ in range(3):
                await api.tasks.retrieve(TASK_ID)
            used.append(len(server.connections))
        return used

    assert asyncio.run(scenario()) == [96, 96, 96]


@both_transports
def test_options_of_a_request(transport: str) -> None:
    """Extra headers are sent once each, in place of a default of their name; a time limit holds."""

    async def scenario() -> Peer:
        server = peer(CREATED, RECORD, HANG)
        headers = {"X-Trace": "t", "user-agent": "mine"}
        async with server.serving(), client(transport, server, timeout=30) as api:
            child = api.with_options(extra_headers=headers)
            await create(child)
            await api.tasks.retrieve(TASK_ID)
            with pytest.raises(errors.APITimeoutError):
                await child.tasks.retrieve(TASK_ID, request_timeout=0.05)
        return server

    server = asyncio.run(scenario())
    sent = [head.lower().splitlines()[1:] for head in server.heads]
    for lines, mine in zip(sent, (True, False, True), strict=True):
        agents = [line for line in lines if line.startswith("user-agent:")]
        assert len(agents) == 1
        assert (agents == ["user-agent: mine"]) == mine
        assert ("x-trace: t" in lines) == mine
        assert f"authorization: bearer {KEY}" in lines
