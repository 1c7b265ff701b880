"""The server on a port: HTTP as clients of all kinds speak it, and connections that misbehave."""

from __future__ import annotations

import contextlib
import functools
import gc
import json
import signal
import socket
import threading
import warnings
from collections.abc import Iterator
from typing import Any, NamedTuple, Self

import pytest

import liangxin
from liangxin_mock.clock import RunningClock, VirtualClock
from liangxin_mock.errors import MockError
from liangxin_mock.faults.responses import drop, hang, html, slow, truncate
from liangxin_mock.jobs.timelines import immediate, stall
from liangxin_mock.messages import LARGEST_BODY, Reply, Request
from liangxin_mock.server import Server
from liangxin_mock.simulator import Simulator
from liangxin_mock.transports.protocol import Connections
from tests.support.scripted_api import INPUT, KEY, MODEL

TIMEOUT = 10.0
BODY = json.dumps({"model": MODEL, "input": INPUT}).encode()
CREATE, RECORD = "/api/v1/jobs/createTask", "/api/v1/jobs/recordInfo"


@pytest.fixture(params=["asyncio", "uvloop"])
def server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server whose jobs stall until they are moved, on either event loop, with one job."""
    if request.param == "asyncio":
        monkeypatch.setattr(Connections, "loop_factory", lambda _self: None)
    else:
        pytest.importorskip("uvloop")
    with Server(Simulator(clock=RunningClock(), timeline=stall("waiting"))) as running:
        task_id = create(running)
        yield running
        # Whatever a test did to the server, it goes on, and its first job is as it was.
        assert state(running, task_id) == "waiting"


def create(server: Server) -> str:
    """Create a task on a connection of its own, and return its id."""
    with Wire(server) as wire:
        wire.request("POST", CREATE, BODY)
        task_id: str = json.loads(wire.hear().body)["data"]["taskId"]
    return task_id


def state(server: Server, task_id: str) -> str:
    """Ask for the state of a task on a connection of its own."""
    with Wire(server) as wire:
        wire.request("GET", f"{RECORD}?taskId={task_id}")
        found: str = json.loads(wire.hear().body)["data"]["state"]
    return found


class Answer(NamedTuple):
    """An answer, as it was on the wire."""

    status: int
    headers: dict[str, str]
    body: bytes


class Wire:
    """A connection of a client that says whatever it likes."""

    def __init__(self, server: Server) -> None:
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=TIMEOUT)
        self._file = self.socket.makefile("rb")
        self._host = server.url.removeprefix("http://")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._file.close()
        self.socket.close()

    def say(self, data: bytes) -> None:
        self.socket.sendall(data)

    def request(
        self,
        method: str,
        target: str,
        body: bytes = b"",
        *,
        version: str = "1.1",
        say: bool = True,
        **headers: Any,
    ) -> bytes:
        """Send a request, unless it is only to be made; `_` in names of headers stands for `-`."""
        lines = {"host": self._host, "authorization": f"Bearer {KEY}"} | headers
        if body:
            lines = {"content-type": "application/json", "content-length": str(len(body))} | lines
        head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
        data = f"{method} {target} HTTP/{version}\r\n{head}\r\n".encode() + body
        if say:
            self.say(data)
        return data

    def hear(self, *, has_body: bool = True) -> Answer:
        """Read an answer."""
        start = self._file.readline()
        assert start, "the connection was closed"
        headers = {}
        while (line := self._file.readline()) not in (b"\r\n", b""):
            name, _, value = line.decode().rstrip("\r\n").partition(": ")
            headers[name] = value
        size = int(headers.get("content-length", 0)) if has_body else 0
        return Answer(int(start.split()[1]), headers, self._file.read(size))

    def is_closed(self) -> bool:
        """Whether the server closes the connection, without a word more."""
        try:
            return self._file.read(1) == b""
        except ConnectionResetError:
            return True


def in_flight(server: Server) -> int:
    """Say how many answers the server has under way."""
    assert server._connections is not None
    return len(server._connections._state.tasks)


def connections(server: Server) -> int:
    """Say how many connections the server has."""
    assert server._connections is not None
    return len(server._connections._state.connections)


def wait_for(condition: Any) -> None:
    """Wait until it holds; the tests' own time limit is the only one."""
    stop = threading.Event()
    for _ in range(1000):
        if condition():
            return
        stop.wait(0.01)
    raise AssertionError("it did not happen")


# --- requests ------------------------------------------------------------------------------------


def test_keeps_the_connection(server: Server) -> None:
    """A connection serves one request after the other until the client closes it."""
    with Wire(server) as wire:
        for _ in range(3):
            wire.request("POST", CREATE, BODY)
            answer = wire.hear()
            assert answer.status == 200
            assert "connection" not in answer.headers
    assert server.simulator.creates == 4


def test_chunked_body(server: Server) -> None:
    """A body in chunks, even of one byte each, is read as one."""
    with Wire(server) as wire:
        wire.request("POST", CREATE, content_type="application/json", transfer_encoding="chunked")
        for byte in BODY:
            wire.say(b"1\r\n%c\r\n" % byte)
        wire.say(b"0\r\n\r\n")
        assert wire.hear().status == 200
    assert server.simulator.jobs[-1].body == json.loads(BODY)


def test_head(server: Server) -> None:
    """HEAD gets the headers of GET and no body, so that the next answer is found."""
    with Wire(server) as wire:
        wire.request("HEAD", "/")
        head = wire.hear(has_body=False)
        wire.request("GET", "/")
        page = wire.hear()
        assert head[:2] == page[:2]
        assert len(page.body) == int(head.headers["content-length"]) > 0


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PUT", "PURGE"])
def test_other_methods(server: Server, method: str) -> None:
    """A method that the API doesn't have gets 405 with the one that it has."""
    with Wire(server) as wire:
        wire.request(method, CREATE)
        answer = wire.hear()
    assert (answer.status, answer.headers["allow"]) == (405, "POST")
    assert "new_api_error" in answer.body.decode()


@pytest.mark.parametrize(
    ("query", "status", "task_id"),
    [
        ("taskId=task%5F1", 422, "task_1"),
        ("taskId=%E4%BB%BB", 422, "任"),
        ("taskId=a%20b+c", 422, "a b c"),
        ("x=1&taskId=a", 422, "a"),
        ("taskId=a&taskId=b", 400, None),
        ("taskId=", 400, None),
        ("taskId", 400, None),
        ("", 400, None),
        ("taskid=a", 400, None),
    ],
)
def test_task_id_in_the_query(server: Server, query: str, status: int, task_id: str | None) -> None:
    """The task id is decoded; none, an empty one and two are refused."""
    with Wire(server) as wire:
        wire.request("GET", f"{RECORD}?{query}")
        assert wire.hear().status == status
    assert server.simulator.requests[-1].task_id == task_id


# --- hosts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST:80", 200),
        ("[::1]:9", 200),
        ("evil.test", 421),
        ("127.0.0.1.evil.test", 421),
        ("localhost@evil.test", 421),
        ("[", 421),
    ],
)
def test_only_loopback_hosts(server: Server, host: str, status: int) -> None:
    """A server on loopback is not found under another name, which a web page could give it."""
    with Wire(server) as wire:
        wire.request("GET", "/", host=host)
        answer = wire.hear()
    assert answer.status == status
    if status == 421:
        assert f"not {host}" in json.loads(answer.body)["error"]["message"]


def test_no_host(server: Server) -> None:
    """HTTP/1.0 knows no Host header; such a request is answered."""
    with Wire(server) as wire:
        wire.say(b"GET / HTTP/1.0\r\n\r\n")
        assert wire.hear().status == 200


def test_any_host_elsewhere() -> None:
    """A server on all addresses answers to any name."""
    with Server(Simulator(), host="0.0.0.0") as server, Wire(server) as wire:  # noqa: S104
        wire.request("GET", "/", host="box.test")
        assert wire.hear().status == 200


def test_links_name_the_host_that_was_asked(server: Server) -> None:
    """Links to results lead where the create was sent, such as to a port of a container."""
    server.simulator.play(immediate())
    with Wire(server) as wire:
        wire.request("POST", CREATE, BODY, host="localhost:1234")
        assert wire.hear().status == 200
    (url,) = server.simulator.jobs[-1].result_urls
    assert url.startswith("http://localhost:1234/results/")


# --- abuse ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS
        b"hello\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
    ],
)
def test_malformed(server: Server, data: bytes) -> None:
    """Bytes that are not HTTP get 400, and the connection is closed."""
    with Wire(server) as wire:
        wire.say(data)
        assert wire.hear().status == 400
        assert wire.is_closed()


@pytest.mark.parametrize("chunked", [False, True])
def test_oversized_body(server: Server, *, chunked: bool) -> None:
    """A body that is too large is read to its end, and refused with 413."""
    part = b"x" * 2**20
    parts = LARGEST_BODY // len(part) + 2
    with Wire(server) as wire:
        framing: dict[str, Any] = {"transfer_encoding": "chunked"} if chunked else {}
        if not chunked:
            framing["content_length"] = str(parts * len(part))
        wire.request("POST", CREATE, content_type="application/json", **framing)
        for _ in range(parts):
            wire.say(b"%x\r\n%s\r\n" % (len(part), part) if chunked else part)
        wire.say(b"0\r\n\r\n" if chunked else b"")
        answer = wire.hear()
        assert answer.status == 413
        assert "too large" in json.loads(answer.body)["error"]["message"]
        wire.request("GET", "/next")
        assert wire.hear().status == 404


def test_the_largest_body(server: Server) -> None:
    """A body just as large as is allowed is read."""
    with Wire(server) as wire:
        wire.request("POST", CREATE, BODY + b" " * (LARGEST_BODY - len(BODY)))
        assert wire.hear().status == 200


def test_aborted_clients(server: Server) -> None:
    """Clients that leave in the middle of anything leave nothing behind."""
    before = len(server.simulator.requests)
    server.simulator.inject(hang(), on="recordInfo", times=3)
    whole = b"GET " + RECORD.encode() + b"?taskId=x HTTP/1.1\r\nHost: localhost\r\n\r\n"
    part = (
        b"POST " + CREATE.encode() + b" HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"
    )
    for data in (b"", b"GET /", part, whole, whole, whole):
        with Wire(server) as wire:
            wire.say(data)
            if data == whole:
                wait_for(lambda: in_flight(server))
            # The connection is reset, not closed in order.
            linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
            wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        wait_for(lambda: not connections(server))
    assert len(server.simulator.requests) == before + 3


@pytest.mark.parametrize("clock", [VirtualClock(), RunningClock(1e6)], ids=repr)
def test_a_hang_lasts_until_the_client_leaves(clock: VirtualClock | RunningClock) -> None:
    """No clock ends a hang, whether it stands still or runs fast: the client does, or the stop."""
    simulator = Simulator(clock=clock)
    simulator.inject(hang(), on="recordInfo", times=2)
    with Server(simulator) as server, Wire(server) as staying:
        staying.request("GET", f"{RECORD}?taskId=x")
        with Wire(server) as leaving:
            leaving.request("GET", f"{RECORD}?taskId=x")
            wait_for(lambda: in_flight(server) == 2)
            # A second on its own clock, while the server goes on to serve.
            clock.advance(1e6)
            for _ in range(50):
                create(server)
            wait_for(lambda: in_flight(server) == 2)
        wait_for(lambda: connections(server) == 1)
        server.stop()
        assert staying.is_closed()


def test_many_connections(server: Server) -> None:
    """Two hundred clients at once are served, while others say nothing."""
    with contextlib.ExitStack() as stack:
        wires = [stack.enter_context(Wire(server)) for _ in range(200)]
        for wire in wires[::2]:
            wire.request("POST", CREATE, BODY)
        assert {wire.hear().status for wire in wires[::2]} == {200}
    assert server.simulator.creates == 101


def test_the_mock_itself_fails(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of the mock's own becomes a 500 that names it, at once or later in a thread."""

    def broken(_request: Request) -> Reply:
        raise RuntimeError("on the spot")

    def broken_work() -> Reply:
        raise RuntimeError("in a thread")

    def broken_later(_request: Request) -> Reply:
        return Reply(200, work=broken_work)

    with monkeypatch.context() as patch, Wire(server) as wire:
        for handle, words in ((broken, b"on the spot"), (broken_later, b"in a thread")):
            patch.setattr(server.simulator, "handle", handle)
            wire.request("GET", "/")
            answer = wire.hear()
            assert (answer.status, words in answer.body) == (500, True)


# --- faults --------------------------------------------------------------------------------------


def test_drop(server: Server) -> None:
    """A drop closes the connection without a byte."""
    server.simulator.inject(drop(), on="recordInfo")
    with Wire(server) as wire:
        wire.request("GET", f"{RECORD}?taskId=x")
        assert wire.is_closed()


def test_hang(server: Server) -> None:
    """A hang says nothing for its time, by the simulator's clock, and then closes."""
    server.simulator.inject(hang(seconds=0.05), on="recordInfo")
    with Wire(server) as wire:
        wire.request("GET", f"{RECORD}?taskId=x")
        assert wire.is_closed()
    assert server.simulator.requests[-1].status is None


def test_slow(server: Server) -> None:
    """A slow answer drips in, its head first, and is whole in the end."""
    server.simulator.inject(slow(0.2), on="recordInfo")
    task_id = server.simulator.jobs[0].id
    with Wire(server) as wire:
        wire.request("GET", f"{RECORD}?taskId={task_id}")
        parts: list[bytes] = []
        while not parts or not parts[-1].endswith(b"}}"):
            parts.append(wire.socket.recv(2**16))
    assert len(parts) > 3
    assert json.loads(b"".join(parts).partition(b"\r\n\r\n")[2])["data"]["taskId"] == task_id


def test_truncate(server: Server) -> None:
    """A truncated answer promises more than comes before the connection closes."""
    server.simulator.inject(truncate(), on="recordInfo")
    with Wire(server) as wire:
        wire.request("GET", f"{RECORD}?taskId={server.simulator.jobs[0].id}")
        answer = wire.hear()
        assert 0 < len(answer.body) < int(answer.headers["content-length"])


def test_a_page_without_a_body(server: Server) -> None:
    """Statuses that have no body get none, so that the next answer is found."""
    server.simulator.inject(html(204), on="recordInfo")
    with Wire(server) as wire:
        wire.request("GET", f"{RECORD}?taskId=x")
        answer = wire.hear()
        assert (answer.status, "content-length" in answer.headers) == (204, False)
        wire.request("GET", "/next")
        assert wire.hear().status == 404


def test_faults_by_header(server: Server) -> None:
    """A test in any language chooses a fault by a header, and the connection's end follows."""
    with Wire(server) as wire:
        wire.request("POST", CREATE, BODY, x_mock_fault="drop(accepted=True)")
        assert wire.is_closed()
    assert server.simulator.creates == 2


# --- life ----------------------------------------------------------------------------------------


def test_start_and_stop_twice() -> None:
    """Starting one that runs and stopping one that doesn't are harmless; it can start again."""
    server = Server(Simulator())
    server.stop()
    for _ in range(2):
        server.start()
        port = server.port
        server.start()
        assert server.port == port
        assert server.simulator.base_url == server.url == f"http://127.0.0.1:{port}"
        assert create(server)
        server.stop()
        server.stop()
        server.wait()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT).close()


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="needs POSIX signals")
def test_ctrl_c_ends_the_wait_but_not_the_server() -> None:
    """A wait that Ctrl-C interrupts leaves a server that runs, and that `stop` waits for."""
    ctrl_c = functools.partial(signal.pthread_kill, threading.get_ident(), signal.SIGINT)
    timer = threading.Timer(0.05, ctrl_c)
    with Server(Simulator(clock=RunningClock())) as server:
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            server.wait()
        assert server._thread is not None
        assert server._thread.is_alive()
    timer.join()
    assert server._loop is not None
    assert server._loop.is_closed()


def test_port_taken() -> None:
    """A taken port is named, with what to do."""
    with Server(Simulator()) as first:
        second = Server(Simulator(), port=first.port)
        with pytest.raises(MockError) as caught:
            second.start()
        second.stop()
    assert str(caught.value) == (
        f"port {first.port} on 127.0.0.1 is taken; choose another one, or 0 for any free one"
    )


@pytest.mark.parametrize(
    ("host", "port"),
    [("no.such.host.test", 0), ("127.0.0.1", 70_000), ("203.0.113.1", 0), ("a" * 70, 0)],
)
def test_no_place_to_listen(host: str, port: int) -> None:
    """An address that can't be listened on is an error that names it, not a hang."""
    with pytest.raises(MockError, match=f"cannot listen on port {port} of {host}"):
        Server(Simulator(), host=host, port=port).start()


def test_ipv6() -> None:
    """On IPv6 loopback, the URL has brackets and works."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 here")
    with Server(Simulator(timeline="immediate"), host="::1") as server:
        assert server.url == f"http://[::1]:{server.port}"
        with liangxin.LiangXin(api_key=KEY, base_url=server.url) as client:
            task = client.run(model=MODEL, input=INPUT)
        assert task.result_urls[0].startswith(f"{server.url}/results/")


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_stop_while_requests_are_in_flight(loop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopping ends connections that hang, drip, linger or are half a request, and leaks none."""
    if loop == "asyncio":
        monkeypatch.setattr(Connections, "loop_factory", lambda _self: None)
    threads = set(threading.enumerate())
    simulator = Simulator(clock=RunningClock())
    with warnings.catch_warnings(), contextlib.ExitStack() as stack:
        warnings.simplefilter("error", ResourceWarning)
        server = Server(simulator)
        server.start()
        simulator.inject(hang(), on="recordInfo")
        simulator.inject(slow(3600), on="recordInfo")
        wires = [stack.enter_context(Wire(server)) for _ in range(5)]
        for wire in wires[:2]:
            wire.request("GET", f"{RECORD}?taskId=x")
        wires[2].say(b"GET / HT")
        wires[3].say(b"rubbish\r\n\r\n")
        assert wires[3].hear().status == 400
        wait_for(functools.partial(lambda server: in_flight(server) == 2, server))
        server.stop()
        assert wires[1].hear(has_body=False).status == 422
        assert all(wire.is_closed() for wire in wires)
        del server
        gc.collect()
    assert set(threading.enumerate()) <= threads


def test_a_virtual_clock_on_a_port() -> None:
    """With a virtual clock, a job behind a port goes on when the test says so."""
    clock = VirtualClock()
    with Server(Simulator(clock=clock, timeline="after_seconds(60)")) as server:
        task_id = create(server)
        assert state(server, task_id) == "waiting"
        clock.advance(60)
        assert state(server, task_id) == "success"


def test_stop_just_after_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that is opened while the server stops is closed, too."""
    monkeypatch.setattr(Connections, "loop_factory", lambda _self: None)
    simulator = Simulator()
    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        for _ in range(20):
            with Server(simulator) as server:
                wire = Wire(server)
            assert wire.is_closed()
            wire.__exit__()
        gc.collect()


def test_callbacks_after_a_restart() -> None:
    """A simulator whose server was stopped and started again sends callbacks again."""
    called = threading.Semaphore(0)
    simulator = Simulator(
        clock=RunningClock(1000),
        timeline=immediate(),
        receiver=lambda _callback: called.release(),
    )
    body = json.dumps({"model": MODEL, "input": INPUT, "callBackUrl": "http://localhost/"})
    for _ in range(2):
        with Server(simulator) as server:
            with Wire(server) as wire:
                wire.request("POST", CREATE, body.encode())
                assert wire.hear().status == 200
            assert called.acquire(timeout=TIMEOUT)


def test_links_for_who_names_no_host(server: Server) -> None:
    """Links to results lead to the server, also for a client of HTTP/1.0 that names no host."""
    with Wire(server) as wire:
        body = b"x-mock-timeline: immediate\r\nauthorization: Bearer k\r\n"
        head = b"content-type: application/json\r\ncontent-length: %d\r\n" % len(BODY)
        wire.say(b"POST %s HTTP/1.0\r\n%s%s\r\n%s" % (CREATE.encode(), body, head, BODY))
        task_id = json.loads(wire.hear().body)["data"]["taskId"]
    (link,) = server.simulator.job(task_id).result_urls
    assert link.startswith(f"{server.url}/results/")


def test_answers_are_sent_at_once(server: Server) -> None:
    """The server's sockets have TCP_NODELAY, without which each answer may take 40 ms."""
    with Wire(server) as wire:
        wire.request("GET", "/nowhere")
        wire.hear()
        assert server._connections is not None
        (connection,) = server._connections._state.connections
        own = connection.transport.get_extra_info("socket")
        assert own.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
