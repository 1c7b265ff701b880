"""The server on a port: hosts, clients that misbehave, its start and its end."""

from __future__ import annotations

import contextlib
import errno
import functools
import gc
import json
import signal
import socket
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest
from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

import liangxin
from liangxin_mock.clock import RunningClock, VirtualClock
from liangxin_mock.errors import MockError, RuleError
from liangxin_mock.faults.kinds import hang, slow
from liangxin_mock.jobs.timelines import immediate, stall
from liangxin_mock.messages import LARGEST_BODY, Reply, Request
from liangxin_mock.server import Server
from liangxin_mock.simulator import Simulator
from tests.support.samples import INPUT, KEY, MODEL

TIMEOUT = 100.0
BODY = {"model": MODEL, "input": INPUT}
CREATE, RECORD = "/api/v1/jobs/createTask", "/api/v1/jobs/recordInfo"
QUERY = f"GET {RECORD}?taskId=x HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


@pytest.fixture(
    params=[
        "asyncio",
        pytest.param(
            "uvloop", marks=pytest.mark.skipif(sys.platform == "win32", reason="has no uvloop")
        ),
    ]
)
def loop(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Either event loop."""
    if request.param == "asyncio":
        monkeypatch.setattr(Config, "get_loop_factory", lambda _self: None)


@pytest.fixture
def server(loop: None) -> Iterator[Server]:
    """A server whose jobs stall until they are moved, on either event loop, with one job."""
    del loop
    with Server(Simulator(clock=RunningClock(), timeline=stall("waiting"))) as running:
        task_id = create(running)
        yield running
        # Whatever a test did to the server, it goes on, and its first job is as it was.
        assert state(running, task_id) == "waiting"


def call(server: Server, method: str, target: str, **options: Any) -> httpx.Response:
    """Send a request on a connection of its own."""
    headers = {"authorization": f"Bearer {KEY}", **options.pop("headers", {})}
    url = f"{server.url}{target}"
    return httpx.request(
        method, url, headers=headers, trust_env=False, **{"timeout": TIMEOUT, **options}
    )


def create(server: Server) -> str:
    task_id: str = call(server, "POST", CREATE, json=BODY).json()["data"]["taskId"]
    return task_id


def state(server: Server, task_id: str) -> str:
    found: str = call(server, "GET", f"{RECORD}?taskId={task_id}").json()["data"]["state"]
    return found


def connect(server: Server, data: bytes = b"") -> socket.socket:
    """Open a connection, and send these bytes."""
    opened = socket.create_connection(("127.0.0.1", server.port), timeout=TIMEOUT)
    opened.sendall(data)
    return opened


def rest(connection: socket.socket) -> bytes:
    """Return what comes until the connection is closed."""
    received = b""
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(65536):
            received += part
    return received


def state_of(server: Server) -> ServerState:
    assert server._uvicorn is not None
    return server._uvicorn.server_state


def wait_for(condition: Callable[[], object]) -> None:
    """Return when it holds; the tests' own time limit is the only one."""
    pause = threading.Event()
    while not condition():
        pause.wait(0.01)


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
    answer = call(server, "GET", "/", headers={"host": host})
    assert answer.status_code == status
    assert status == 200 or f"not {host}" in answer.json()["error"]["message"]


@pytest.mark.parametrize("host", ["0.0.0.0", "127.0.0.2"])  # noqa: S104
def test_no_public_host_anywhere(host: str) -> None:
    """On any other address, too, a server is not found under a name that a web page could have."""
    with Server(Simulator(), host=host) as server:
        assert call(server, "GET", "/", headers={"host": "evil.example"}).status_code == 421
        assert call(server, "GET", "/", headers={"host": "localhost"}).status_code == 200
        nearby = call(server, "GET", "/", headers={"host": "mock:4010"})
        assert nearby.status_code == (200 if host == "0.0.0.0" else 421)  # noqa: S104


def test_behind_a_proxy() -> None:
    """With a public URL, links to results begin with it, and the proxy's host is answered."""
    url = "https://mock.shop.example/liangxin"
    with Server(Simulator(timeline=immediate()), public_url=f"{url}/") as server:
        call(server, "POST", CREATE, json=BODY, headers={"host": "mock.shop.example"})
        (link,) = server.simulator.jobs[0].result_urls
        assert link.startswith(f"{url}/results/")
        path = link.removeprefix(url)
        assert call(server, "GET", path).headers["content-type"] == "image/png"


@pytest.mark.parametrize(
    "url", ["", "/liangxin", "mock.example", "ftp://a.example", "http://a?b", 1]
)
def test_a_public_url_that_is_none(url: Any) -> None:
    """A public URL that no link can begin with is refused, and shown."""
    with pytest.raises(RuleError, match=r"public_url must be a URL such as .*, not") as refused:
        Server(Simulator(), public_url=url)
    assert repr(url) in str(refused.value)


def test_links_name_the_host_that_was_asked(server: Server) -> None:
    """Links to results lead where the create was sent, or to the server if that named no host."""
    server.simulator.play(immediate())
    call(server, "POST", CREATE, json=BODY, headers={"host": "localhost:1234"})
    content = json.dumps(BODY).encode()
    head = (
        f"POST {CREATE} HTTP/1.0\r\nauthorization: Bearer k\r\ncontent-type: application/json\r\n"
    )
    with connect(
        server, f"{head}content-length: {len(content)}\r\n\r\n".encode() + content
    ) as wire:
        assert b"taskId" in rest(wire)
    for job, origin in zip(
        server.simulator.jobs[1:], ("http://localhost:1234", server.url), strict=True
    ):
        assert job.result_urls[0].startswith(f"{origin}/results/")


def test_answers_are_dated(server: Server) -> None:
    """Answers on a port have one date."""
    (date,) = call(server, "GET", "/").headers.get_list("date")
    assert parsedate_to_datetime(date)


# --- abuse ---------------------------------------------------------------------------------------


def test_oversized_body(server: Server) -> None:
    """A body that is too large is read to its end, and refused with 413."""
    content = b"x" * (LARGEST_BODY + 2**20)
    headers = {"content-type": "application/json"}
    answer = call(server, "POST", CREATE, content=content, headers=headers)
    assert (answer.status_code, "too large" in answer.text) == (413, True)


def test_aborted_clients(server: Server) -> None:
    """Clients that leave in the middle of anything leave nothing behind."""
    requests = server.simulator.requests
    server.simulator.inject(hang(), on="recordInfo", times=3)
    part = f"POST {CREATE} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{{".encode()
    # Each with the number of requests that have been received in the end; the first is a create.
    for data, count in ((b"", 1), (b"GET /", 1), (part, 1), (QUERY, 2), (QUERY, 3), (QUERY, 4)):
        with connect(server, data) as wire:
            wait_for(functools.partial(lambda count: len(requests) == count, count))
            # The connection is reset, not closed in order.
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        wait_for(lambda: not state_of(server).connections)
    assert len(requests) == 4


@pytest.mark.parametrize("clock", [VirtualClock(), RunningClock(1e6)], ids=repr)
def test_a_hang_lasts_until_the_client_leaves(clock: VirtualClock | RunningClock) -> None:
    """No clock ends a hang, whether it stands still or runs fast: the client does, or the stop."""
    simulator = Simulator(clock=clock)
    simulator.inject(hang(), on="recordInfo", times=2)
    with Server(simulator) as server, connect(server, QUERY) as staying:
        with connect(server, QUERY):
            wait_for(lambda: len(state_of(server).tasks) == 2)
            clock.advance(1e6)
            for _ in range(20):
                create(server)
            # The tasks of the creates are taken out only after their responses.
            wait_for(lambda: len(state_of(server).tasks) == 2)
        wait_for(lambda: len(state_of(server).connections) == 1)
        server.stop()
        assert rest(staying) == b""


def test_the_mock_itself_fails(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of the mock's own becomes a 500 that names it, at once or later in a thread."""

    def broken(_request: Request | None = None) -> Reply:
        raise RuntimeError("a bug")

    with monkeypatch.context() as patch:
        for handle in (broken, lambda _request: Reply(200, work=broken)):
            patch.setattr(server.simulator, "handle", handle)
            answer = call(server, "GET", "/")
            assert (answer.status_code, "a bug" in answer.text) == (500, True)


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
            connect(server)


def test_ctrl_c_ends_the_wait_but_not_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wait that Ctrl-C interrupts leaves a server that runs, and that `stop` waits for."""
    with Server(Simulator(clock=RunningClock())) as server:
        with monkeypatch.context() as patch:
            patch.setattr("time.sleep", lambda _: signal.raise_signal(signal.SIGINT))
            with pytest.raises(KeyboardInterrupt):
                server.wait()
        assert create(server)
    assert server._uvicorn is not None
    assert server._uvicorn.ended.is_set()


def test_port_taken() -> None:
    """A taken port is named, with what to do."""
    with Server(Simulator()) as first, pytest.raises(MockError) as caught:
        Server(Simulator(), port=first.port).start()
    assert str(caught.value) == (
        f"port {first.port} on 127.0.0.1 is taken; choose another one, or 0 for any free one"
    )


@pytest.mark.parametrize(
    ("host", "port"),
    [("no.such.host.test", 0), ("203.0.113.1", 0), ("a" * 70, 0)],
)
def test_no_place_to_listen(host: str, port: int) -> None:
    """An address that can't be listened on is an error that names it, not a hang."""
    with pytest.raises(MockError, match=f"cannot listen on port {port} of {host}"):
        Server(Simulator(), host=host, port=port).start()


def test_a_server_that_cannot_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where its thread ends at once, such as for want of descriptors, `start` raises and returns."""
    monkeypatch.setattr(threading, "excepthook", lambda _: None)

    async def startup(*_: object, **__: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr("liangxin_mock.transports.protocol.Uvicorn.startup", startup)
    server = Server(Simulator())
    with pytest.raises(MockError, match="the server could not start"):
        server.start()
    with socket.create_server(("127.0.0.1", server.port)):  # its own socket is closed
        server.stop()


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


@pytest.mark.usefixtures("loop")
def test_stop_while_requests_are_in_flight(caplog: pytest.LogCaptureFixture) -> None:
    """Stopping ends connections that hang, drip, linger or are half a request, and leaks none.

    It is no failure of the mock: nothing is logged.
    """
    threads = set(threading.enumerate())
    simulator = Simulator(clock=RunningClock())
    with warnings.catch_warnings(), contextlib.ExitStack() as stack:
        warnings.simplefilter("error", ResourceWarning)
        server = Server(simulator)
        server.start()
        simulator.inject(hang(), on="recordInfo")
        simulator.inject(slow(3600), on="recordInfo")
        hanging = stack.enter_context(connect(server, QUERY))
        wait_for(lambda: simulator.requests)
        dripping = stack.enter_context(connect(server, QUERY))
        assert dripping.recv(12) == b"HTTP/1.1 401"
        others = [stack.enter_context(connect(server, data)) for data in (b"GET / HT", b"")]
        server.stop()
        assert [rest(wire) for wire in (hanging, *others)] == [b"", b"", b""]
        rest(dripping)
        del server
        gc.collect()
    assert set(threading.enumerate()) <= threads
    assert not [record for record in caplog.records if record.name == "liangxin_mock.server"]


def test_stop_just_after_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection that is opened while the server stops is closed, too."""
    monkeypatch.setattr(Config, "get_loop_factory", lambda _self: None)
    simulator = Simulator()
    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        for _ in range(20):
            with Server(simulator) as server:
                wire = connect(server)
            with wire:
                assert rest(wire) == b""
        gc.collect()


def test_callbacks_after_a_restart() -> None:
    """A simulator whose server was stopped and started again sends callbacks again."""
    called = threading.Semaphore(0)
    simulator = Simulator(
        clock=RunningClock(1000),
        timeline=immediate(),
        receiver=lambda _callback: called.release(),
    )
    for _ in range(2):
        with Server(simulator) as server:
            call(server, "POST", CREATE, json=BODY | {"callBackUrl": "http://localhost/"})
            assert called.acquire(timeout=TIMEOUT)


def test_answers_are_sent_at_once(server: Server) -> None:
    """The server's sockets have TCP_NODELAY, without which each answer may take 40 ms."""
    wait_for(lambda: not state_of(server).connections)
    with connect(server):
        wait_for(lambda: state_of(server).connections)
        (connection,) = state_of(server).connections
        own = connection.transport.get_extra_info("socket")
        assert own.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_requests_on_one_connection(server: Server) -> None:
    """Requests sent at once are answered in order; then no timer runs that would close it."""
    (task_id,) = server.simulator.store.by_id
    line = f"GET {RECORD}?taskId={{}} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer k\r\n"
    kept = [f"{line.format(name)}\r\n" for name in (task_id, "unknown", task_id)]
    last = f"{line.format(task_id)}Connection: close\r\n\r\n"
    wait_for(lambda: not state_of(server).connections)
    with connect(server, "".join(kept).encode()) as connection:
        received = b""
        while received.count(b"HTTP/1.1 ") < len(kept) or not received.endswith(b"}}"):
            received += connection.recv(65536)
        (idle,) = state_of(server).connections
        assert isinstance(idle, HttpToolsProtocol)
        assert idle.timeout_keep_alive_task is None
        connection.sendall(last.encode())
        received += rest(connection)
    statuses = [part[:3] for part in received.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [b"200", b"422", b"200", b"200"]


def test_a_client_that_only_listens_on(server: Server) -> None:
    """A client that closes its side right after its request gets the answer, whole."""
    for _ in range(20):  # both may come in one turn of the loop
        with connect(server) as connection:
            connection.sendall(QUERY)
            connection.shutdown(socket.SHUT_WR)
            head, _, body = rest(connection).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 401 ")
        assert json.loads(body)["error"]
