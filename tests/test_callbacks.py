"""Callbacks: the record of the end, sent when and how production sends it, to whom it may."""

import asyncio
import contextlib
import functools
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import httpx
import pytest

import liangxin
import simulated
from liangxin_mock import (
    Callback,
    RuleError,
    RunningClock,
    Simulator,
    after_polls,
    after_seconds,
    delay,
    duplicate,
    early,
    fail,
    immediate,
    lost,
    shuffle,
    slow,
    stall,
    transport,
    truncate,
)
from liangxin_mock.exchange import Reply
from liangxin_mock.faults import Fault
from liangxin_mock.server import Server
from liangxin_mock.timelines import State, Timeline

TIMEOUT = 10.0
START = 1_777_600_000.0
MODEL = "z-image"
URL = "https://app.test/done?token=x%20y"


def create(simulator: Simulator, url: str | None = URL, prompt: str = "A cup") -> str:
    """Create a task and return its id, when its answer is complete."""
    body = {"model": MODEL, "input": {"prompt": prompt}}
    if url is not None:
        body["callBackUrl"] = url
    reply = simulator.handle(simulated.create(body)).finished()
    assert reply.status == 200, reply.body
    task_id: str = json.loads(reply.body)["data"]["taskId"]
    return task_id


def ask(simulator: Simulator, task_id: str) -> bytes:
    """Query a task and return the bytes of the answer."""
    return simulator.handle(simulated.query(task_id)).body


class Inbox:
    """A receiver in this process; answers with the statuses given, then with 200."""

    def __init__(self, simulator: Simulator, *statuses: int | None) -> None:
        self.simulator = simulator
        self.calls: list[Callback] = []
        self.at: list[float] = []
        """When each came, in seconds since the start of the virtual clock."""
        self._statuses = iter(statuses)
        self._changed = threading.Condition()
        simulator.receiver = self

    def __call__(self, callback: Callback) -> int | None:
        with self._changed:
            self.calls.append(callback)
            self.at.append(self.simulator.clock.time() - START)
            self._changed.notify_all()
            return next(self._statuses, None)

    @property
    def ids(self) -> list[str]:
        return [call.task_id for call in self.calls]

    def wait(self, count: int) -> None:
        """Wait until so many have come, in real time."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.calls) >= count, TIMEOUT), self.calls


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A simulator whose jobs take 20 s."""
    with Simulator(timeline=after_seconds(20)) as simulator:
        yield simulator


def outcomes(simulator: Simulator) -> list[tuple[float, int, int | None, str]]:
    """All deliveries: when they were due, the attempt, the answer and what is made of it."""
    return [(d.at - START, d.attempt, d.status, d.outcome) for d in simulator.deliveries]


# --- when, and what ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("timeline", "end"),
    [
        (after_seconds(20), 20),
        (fail(422, "no faces 雨", after_seconds(20)), 20),
        (fail(), 0),
        (immediate(), 0),
    ],
)
def test_the_end_is_called_back_once(simulator: Simulator, timeline: Timeline, end: int) -> None:
    """Success and failure, and no state before, are called back: the very bytes of recordInfo."""
    simulator.play(timeline)
    inbox = Inbox(simulator)
    task_id = create(simulator)
    assert inbox.calls == []
    for _ in range(30):
        simulator.clock.advance(1)
    (call,) = inbox.calls
    assert inbox.at == [max(end, 1)]
    assert (call.url, call.task_id, call.attempt) == (URL, task_id, 1)
    assert call.content == ask(simulator, task_id)
    assert call.body == json.loads(call.content)
    assert call.body["data"]["taskId"] == task_id
    assert call.body["data"]["state"] == simulator.job(task_id).state
    assert outcomes(simulator) == [(end, 1, 200, "delivered")]


@pytest.mark.parametrize("state", ["waiting", "queuing", "generating"])
def test_a_job_that_does_not_end_is_not_called_back(simulator: Simulator, state: State) -> None:
    """A stalled job is called back only when it is ended by hand."""
    simulator.play(stall(state))
    inbox = Inbox(simulator)
    task_id = create(simulator)
    simulator.clock.advance(1e6)
    ask(simulator, task_id)
    assert inbox.calls == []
    simulator.fail(task_id, "500", "given up")
    assert [call.body["data"]["failMsg"] for call in inbox.calls] == ["given up"]


def test_only_who_asked_is_called_back(simulator: Simulator) -> None:
    """A create without callback URL is not called back."""
    inbox = Inbox(simulator)
    create(simulator, None)
    wanted = create(simulator)
    simulator.clock.advance(60)
    assert inbox.ids == [wanted]
    assert outcomes(simulator) == [(20, 1, 200, "delivered")]


def test_a_poll_that_ends_a_job_is_followed_by_the_callback(simulator: Simulator) -> None:
    """What a create or poll ended is called back before the next request, or when asked for."""
    simulator.play(after_polls(0))
    inbox = Inbox(simulator)
    first = create(simulator)
    ask(simulator, first)
    second = create(simulator)
    assert inbox.ids == [first]
    ask(simulator, second)
    simulator.deliver()
    assert inbox.ids == [first, second]


@pytest.mark.parametrize("status", [200, 201, 204, 299, None])
def test_any_2xx_is_enough(simulator: Simulator, status: int | None) -> None:
    """A callback that is answered 2xx is not repeated."""
    inbox = Inbox(simulator, status)
    create(simulator)
    simulator.clock.advance(1000)
    assert len(inbox.calls) == 1


def test_callbacks_are_repeated_with_backoff(simulator: Simulator) -> None:
    """What is not answered 2xx is repeated, at growing distances, until it is: the same bytes."""
    inbox = Inbox(simulator, 500, 302)
    create(simulator)
    for _ in range(120):
        simulator.clock.advance(0.5)
    assert inbox.at == [20, 21, 26]
    assert [call.attempt for call in inbox.calls] == [1, 2, 3]
    assert len({call.content for call in inbox.calls}) == 1
    assert outcomes(simulator) == [
        (20, 1, 500, "refused"),
        (21, 2, 302, "refused"),
        (26, 3, 200, "delivered"),
    ]


def test_repeats_end(simulator: Simulator) -> None:
    """A receiver that never accepts is given up after the last delay."""
    inbox = Inbox(simulator, *[503] * 9)
    create(simulator)
    simulator.clock.advance(1000)
    assert [at for at, *_ in outcomes(simulator)] == [20, 21, 26, 41]
    assert len(inbox.calls) == 4
    assert simulator.next_due() is None


def test_repeats_can_be_chosen() -> None:
    """Number and distances of the repeats are arguments; none at all is one."""
    for delays in ((), (0.5,), (60, 60, 3600)):
        simulator = Simulator(timeline=immediate(), retry_delays=delays)
        Inbox(simulator, *[500] * 9)
        create(simulator)
        simulator.clock.advance(10_000)
        ats = [at for at, *_ in outcomes(simulator)]
        assert ats == [sum(delays[:n]) for n in range(len(delays) + 1)]


# --- faults --------------------------------------------------------------------------------------


def test_delayed(simulator: Simulator) -> None:
    """A delayed callback comes so long after the end, with the record of the end."""
    inbox = Inbox(simulator)
    simulator.inject(delay(30))
    create(simulator)
    simulator.clock.advance(49)
    assert inbox.calls == []
    simulator.clock.advance(1)
    assert inbox.calls[0].body["data"]["state"] == "success"


def test_duplicated(simulator: Simulator) -> None:
    """A duplicated callback comes again though it was accepted, and is the same."""
    inbox = Inbox(simulator)
    simulator.inject(duplicate(copies=2, apart=5))
    create(simulator)
    for _ in range(60):
        simulator.clock.advance(1)
    assert inbox.at == [20, 25, 30]
    assert len({call.content for call in inbox.calls}) == 1
    assert [call.attempt for call in inbox.calls] == [1, 1, 1]


def test_lost(simulator: Simulator) -> None:
    """A lost callback never comes, which is noted; polling still tells the end."""
    inbox = Inbox(simulator)
    simulator.inject(lost())
    task_id = create(simulator)
    simulator.clock.advance(1000)
    assert inbox.calls == []
    assert outcomes(simulator) == [(20, 1, None, "lost")]
    assert json.loads(ask(simulator, task_id))["data"]["state"] == "success"
    create(simulator)
    simulator.clock.advance(1000)
    assert len(inbox.calls) == 1


def test_out_of_order() -> None:
    """Shuffled callbacks come in an order of their own within the span, decided by the seed."""

    def order(seed: int) -> list[int]:
        simulator = Simulator(seed, timeline=after_seconds(20))
        inbox = Inbox(simulator)
        simulator.inject(shuffle(within=10), probability=1, times=8)
        ids = []
        for n in range(8):
            ids.append(create(simulator, prompt=f"{n}"))
            simulator.clock.advance(0.1)
        simulator.clock.advance(19)
        assert inbox.calls == []
        simulator.clock.advance(12)
        assert sorted(inbox.ids) == sorted(ids)
        assert all(20 <= at <= 31 for at, *_ in outcomes(simulator))
        return [ids.index(task_id) for task_id in inbox.ids]

    assert order(1) == order(1) != order(2)
    assert order(1) != sorted(order(1))


def test_faults_add_up(simulator: Simulator) -> None:
    """Several faults on one callback all happen."""
    inbox = Inbox(simulator)
    simulator.inject(duplicate(apart=2))
    simulator.inject(delay(10))
    create(simulator)
    for _ in range(60):
        simulator.clock.advance(1)
    assert inbox.at == [30, 32]


# --- early ---------------------------------------------------------------------------------------


def test_early(simulator: Simulator) -> None:
    """An early callback comes before the create's answer, and tells the success."""
    inbox = Inbox(simulator)
    simulator.inject(early())
    body = {"model": MODEL, "input": {"prompt": "A cup"}, "callBackUrl": URL}
    reply = simulator.handle(simulated.create(body))
    assert reply.work is not None
    assert inbox.calls == []
    answer = json.loads(reply.finished().body)
    assert inbox.ids == [answer["data"]["taskId"]]
    assert inbox.calls[0].body["data"]["state"] == "success"
    create(simulator)
    assert len(inbox.calls) == 1


def test_early_for_an_async_client(simulator: Simulator) -> None:
    """For an async client, too, the early callback comes before the answer."""
    inbox = Inbox(simulator)
    simulator.inject(early())

    async def run() -> None:
        options = simulator.client_options(asynchronous=True)
        async with liangxin.AsyncLiangXin(**options) as client:
            task = await client.tasks.create(
                model=MODEL, input={"prompt": "A cup"}, callback_url=URL
            )
            assert inbox.ids == [task.id]

    asyncio.run(run())


def test_early_on_a_running_clock() -> None:
    """While other callbacks are sent from other threads, early ones still come before the answer."""
    with Simulator(clock=RunningClock(1000), timeline=after_seconds(0.5)) as simulator:
        inbox = Inbox(simulator)
        simulator.inject(early(), where={"prompt": "early*"}, times=40)

        def busy() -> None:
            for n in range(40):
                create(simulator, prompt=f"late {n}")

        other = threading.Thread(target=busy)
        other.start()
        for n in range(40):
            task_id = create(simulator, prompt=f"early {n}")
            assert task_id in inbox.ids
        other.join()
        inbox.wait(80)
        assert len(set(inbox.ids)) == 80


def test_early_and_refused_on_a_running_clock() -> None:
    """An early callback that is refused is repeated as any other, though no other job is there."""
    with Simulator(clock=RunningClock(1000)) as simulator:
        inbox = Inbox(simulator, 500, 500)
        simulator.inject(early())
        create(simulator)
        inbox.wait(3)
        assert [call.attempt for call in inbox.calls] == [1, 2, 3]


# --- who is called -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://127.0.0.1:8000/done", True),
        ("https://127.3.2.1/done", True),
        ("http://localhost/done", True),
        ("http://app.localhost:3000", True),
        ("http://[::1]:8000/", True),
        ("https://app.test/done", True),
        ("https://app.test:8443/done", True),
        ("https://APP.test/done", True),
        ("https://sub.app.test/done", False),
        ("https://app.test.evil.example/done", False),
        ("https://127.0.0.1.evil.example/", False),
        ("https://localhost.evil.example/", False),
        ("https://127.0.0.1@evil.example/", False),
        ("https://evil.example/#127.0.0.1", False),
        ("https://10.0.0.1/", False),
        ("https://169.254.169.254/latest", False),
        ("https://0.0.0.0/", False),
        ("https://[::]/", False),
        ("https://[::1/", False),
        ("https:///done", False),
        ("nonsense", False),
    ],
)
def test_only_loopback_and_named_hosts_are_called(url: str, allowed: bool) -> None:
    """A callback goes to this machine or to a host that was named; nowhere else."""
    assert transport.may_call(url, ["app.test"]) == allowed
    assert transport.may_call(url, ["*"]) == (url != "https://[::1/")


def test_other_hosts_are_not_called(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """A callback to a host that may not be called is noted as blocked, and not repeated."""
    called: list[str] = []
    monkeypatch.setattr(transport, "post", lambda url, _content: called.append(url))
    create(simulator, "https://app.example.com/done")
    simulator.clock.advance(1000)
    assert outcomes(simulator) == [(20, 1, None, "blocked")]
    assert called == []


def test_named_hosts_are_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host that was named gets its callbacks."""
    called: list[str] = []

    def post(url: str, content: bytes) -> int:
        assert json.loads(content)["data"]["state"] == "success"
        called.append(url)
        return 204

    monkeypatch.setattr(transport, "post", post)
    for hosts in (["app.test"], ["*"], {"app.test"}):
        simulator = Simulator(timeline=immediate(), callback_hosts=hosts)
        create(simulator)
        simulator.clock.advance(0)
        assert outcomes(simulator) == [(0, 1, 204, "delivered")]
    assert called == [URL] * 3


@pytest.mark.parametrize(
    ("url", "hosts", "accepted"),
    [
        ("http://app:8000/done", ["app"], True),
        ("http://app", ["db", "app"], True),
        ("http://host.docker.internal:8000/done", ["host.docker.internal"], True),
        ("http://[fd00::1]:8000/done", ["fd00::1"], True),
        ("http://anything.example/done", ["*"], True),
        ("http://localhost:8000/done", ["app"], True),
        ("https://elsewhere.example/done", ["app"], True),
        ("http://app:8000/done", [], False),
        ("http://apple:8000/done", ["app"], False),
        ("http://app.example/done", ["app"], False),
        ("http://hostXdocker.internal/done", ["host.docker.internal"], False),
        ("http://app@evil.example/done", ["app"], False),
        ("ftp://app/done", ["app", "*"], False),
        ("http://", ["*"], False),
        ("http://a b/", ["*"], False),
        ("app:8000", ["app", "*"], False),
    ],
)
def test_plain_http_goes_to_loopback_and_named_hosts(
    url: str, hosts: list[str], accepted: bool
) -> None:
    """A create may name plain http where it may be called; else it is told so, in plain words."""
    simulator = Simulator(callback_hosts=hosts)
    body = {"model": MODEL, "input": {"prompt": "A cup"}, "callBackUrl": url}
    reply = simulator.handle(simulated.create(body))
    assert (reply.status == 200) == accepted
    if not accepted:
        assert json.loads(reply.body)["msg"] == (
            "callBackUrl: must be a public https:// URL; the mock takes plain http:// to localhost, "
            "127.0.0.1 and [::1], and to hosts that its callback_hosts lists (z-image)"
        )


# --- receivers that are not as they should be ----------------------------------------------------


async def _coroutine(_: Callback) -> int:
    return 200


def _raise(_: Callback) -> None:
    raise KeyError("x")


BAD_RECEIVERS: dict[str, tuple[Callable[..., Any], str]] = {
    "raises": (_raise, "the receiver of callbacks raised KeyError('x')"),
    "too few arguments": (dict[str, str]().clear, "the receiver of callbacks raised TypeError("),
    "coroutine": (
        lambda callback: _coroutine(callback),  # noqa: PLW0108 - this one isn't seen to be async
        "the receiver of callbacks must return an HTTP status or None, not <coroutine",
    ),
    "text": (
        lambda _: "200",
        "the receiver of callbacks must return an HTTP status or None, not '200'",
    ),
    "true": (
        lambda _: True,
        "the receiver of callbacks must return an HTTP status or None, not True",
    ),
}


@pytest.mark.parametrize("case", BAD_RECEIVERS)
def test_a_bad_receiver_is_told(simulator: Simulator, case: str) -> None:
    """A receiver that raises or returns no status is told by verify, and taken as no answer."""
    simulator.receiver, problem = BAD_RECEIVERS[case]
    create(simulator)
    simulator.clock.advance(1000)
    assert [(attempt, outcome) for _, attempt, _, outcome in outcomes(simulator)] == [
        (n, "failed") for n in (1, 2, 3, 4)
    ]
    told = simulator.verify()
    assert len(told) == 4
    assert all(line.startswith(problem) for line in told)


class _AsyncReceiver:
    async def __call__(self, _: Callback) -> int:
        return 200


@pytest.mark.parametrize(
    "receiver", [_coroutine, functools.partial(_coroutine), _AsyncReceiver(), 200, "x"]
)
def test_a_receiver_that_cannot_work_is_refused(receiver: Any) -> None:
    """What can't be called, or only awaited, is refused when it is set, in words."""
    with pytest.raises(RuleError, match="receiver must be a"):
        Simulator(receiver=receiver)
    simulator = Simulator()
    with pytest.raises(RuleError, match="receiver must be a"):
        simulator.receiver = receiver
    assert simulator.receiver is None
    simulator.receiver = receive = Inbox(simulator)
    assert simulator.receiver is receive
    simulator.receiver = None


def test_a_receiver_may_fail_once(simulator: Simulator) -> None:
    """A receiver that raised gets the callback again, and what it says then counts."""
    inbox = Inbox(simulator)

    def receive(callback: Callback) -> int | None:
        if callback.attempt == 1:
            raise ConnectionError("the database is away")
        return inbox(callback)

    simulator.receiver = receive
    create(simulator)
    simulator.clock.advance(1000)
    assert [call.attempt for call in inbox.calls] == [2]
    assert simulator.verify() == [
        "the receiver of callbacks raised ConnectionError('the database is away')"
    ]


def test_a_receiver_may_ask_the_simulator(simulator: Simulator) -> None:
    """A receiver can poll, wait and create from inside, and sees what it was told."""
    client = liangxin.LiangXin(**simulator.client_options())
    seen: list[tuple[str, str | None]] = []

    def receive(callback: Callback) -> None:
        task = client.tasks.retrieve(callback.task_id)
        seen.append((task.id, task.state))
        if len(seen) == 1:
            # This takes the clock over the end of the second job and of one more.
            client.run(model=MODEL, input={"prompt": "Follow up"}, callback_url=URL)

    simulator.receiver = receive
    create(simulator)
    second = create(simulator)
    simulator.clock.advance(20)
    assert [state for _, state in seen] == ["success"] * 3
    assert second in {task_id for task_id, _ in seen}
    assert len({task_id for task_id, _ in seen}) == 3
    assert simulator.verify() == []


def test_a_receiver_may_move_the_clock(simulator: Simulator) -> None:
    """What falls due while a receiver moves the clock is sent after it, none twice."""
    inbox = Inbox(simulator)
    ids = [create(simulator)]
    simulator.play(after_seconds(30))
    ids.append(create(simulator))

    def receive(callback: Callback) -> int | None:
        if not inbox.calls:
            simulator.clock.advance(60)
        return inbox(callback)

    simulator.receiver = receive
    simulator.clock.advance(20)
    assert inbox.ids == ids
    assert simulator.deliveries[0].status == 200


def test_a_receiver_may_reset(simulator: Simulator) -> None:
    """A reset while a callback is on its way leaves nothing of it behind."""
    inbox = Inbox(simulator)

    def receive(callback: Callback) -> int | None:
        simulator.reset()
        inbox(callback)
        return 500

    simulator.receiver = receive
    create(simulator)
    create(simulator, prompt="Another")
    simulator.clock.advance(1000)
    assert len(inbox.calls) == 1
    assert (simulator.jobs, simulator.deliveries, simulator.next_due()) == ([], [], None)


def test_reset_forgets_what_is_on_its_way(simulator: Simulator) -> None:
    """Callbacks that are due or to be repeated are not sent after a reset."""
    inbox = Inbox(simulator, 500)
    simulator.inject(delay(1000), where={"prompt": "late"})
    create(simulator)
    create(simulator, prompt="late")
    simulator.clock.advance(20)
    assert len(inbox.calls) == 1
    simulator.reset()
    simulator.clock.advance(5000)
    assert len(inbox.calls) == 1


def test_a_closed_simulator_sends_nothing(simulator: Simulator) -> None:
    """After close, which may be repeated, no callback is sent, and requests are still answered."""
    inbox = Inbox(simulator)
    task_id = create(simulator)
    simulator.close()
    simulator.close()
    simulator.clock.advance(1000)
    assert json.loads(ask(simulator, task_id))["data"]["state"] == "success"
    simulator.deliver()
    assert inbox.calls == []


def test_many_movers_send_each_once(simulator: Simulator) -> None:
    """When several threads move the clock at once, each callback is sent once."""
    inbox = Inbox(simulator)
    ids = []
    for n in range(60):
        simulator.play(after_seconds(n))
        ids.append(create(simulator))
    start = threading.Barrier(4)

    def move() -> None:
        start.wait(TIMEOUT)
        for _ in range(30):
            simulator.clock.advance(0.5)
            ask(simulator, ids[0])

    movers = [threading.Thread(target=move) for _ in range(4)]
    for mover in movers:
        mover.start()
    for mover in movers:
        mover.join()
    simulator.deliver()
    assert sorted(inbox.ids) == sorted(ids)


# --- over HTTP -------------------------------------------------------------------------------------


class Receiver:
    """An application's server on loopback; answers with the statuses given, then with 200."""

    def __init__(self, *statuses: int) -> None:
        self.calls: list[tuple[str, str, dict[str, str], bytes]] = []
        left = iter(statuses)
        changed = self._changed = threading.Condition()
        calls = self.calls

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                with changed:
                    calls.append((self.command, self.path, headers, content))
                    status = next(left, 200)
                    changed.notify_all()
                self.send_response(status)
                self.send_header("Location", f"{self.path}/again")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self.url = f"http://127.0.0.1:{self._server.server_port}/done?token=a%20b"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait(self, count: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.calls) >= count, TIMEOUT), self.calls


def test_over_http(simulator: Simulator) -> None:
    """Over HTTP a callback is a POST of JSON to the very URL, and has arrived when advance returns."""
    with Receiver() as receiver:
        task_id = create(simulator, receiver.url)
        simulator.clock.advance(20)
        ((method, path, headers, content),) = receiver.calls
    assert (method, path) == ("POST", "/done?token=a%20b")
    assert headers["content-type"] == "application/json"
    assert "authorization" not in headers
    assert content == ask(simulator, task_id)
    assert outcomes(simulator) == [(20, 1, 200, "delivered")]


def test_no_proxy_is_used(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """A callback goes straight to its URL, whatever proxy the environment names."""
    for name in ("HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with Receiver() as receiver:
        create(simulator, receiver.url)
        simulator.clock.advance(20)
    assert outcomes(simulator) == [(20, 1, 200, "delivered")]


def test_repeated_over_http(simulator: Simulator) -> None:
    """A refused POST is repeated, and a redirect is not followed."""
    with Receiver(503, 307) as receiver:
        create(simulator, receiver.url)
        simulator.clock.advance(60)
        assert [path for _, path, *_ in receiver.calls] == ["/done?token=a%20b"] * 3
    assert [status for _, _, status, _ in outcomes(simulator)] == [503, 307, 200]


def test_nobody_there(simulator: Simulator) -> None:
    """A receiver that is not there is no answer: repeated, and given up."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        create(simulator, f"http://127.0.0.1:{taken.getsockname()[1]}/done")
        simulator.clock.advance(60)
    assert [(status, outcome) for *_, status, outcome in outcomes(simulator)] == [
        (None, "failed")
    ] * 4


@pytest.mark.parametrize("url", ["http://localhost:99999/", "http://127.0.0.1:0/", "http://[::1"])
def test_impossible_urls_are_no_answer(simulator: Simulator, url: str) -> None:
    """A callback URL that cannot be called harms nobody."""
    body = {"model": MODEL, "input": {"prompt": "A cup"}, "callBackUrl": url}
    status = simulator.handle(simulated.create(body)).status
    assert status in (200, 400)
    simulator.clock.advance(60)
    if status == 200:
        assert {outcome for *_, outcome in outcomes(simulator)} <= {"failed", "blocked"}


class LoopReceiver:
    """A server on the running event loop."""

    def __init__(self, *statuses: int) -> None:
        self.records: list[dict[str, Any]] = []
        self._statuses = iter(statuses)
        self._came = asyncio.Condition()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/done"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        size = int(head.partition("content-length: ")[2].partition("\r\n")[0])
        record = json.loads(await reader.readexactly(size))
        async with self._came:
            self.records.append(record)
            status = next(self._statuses, 200)
            self._came.notify_all()
        head = f"HTTP/1.1 {status} x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        writer.write(head.encode())
        await writer.drain()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()

    async def wait(self, count: int) -> None:
        async with self._came:
            enough = self._came.wait_for(lambda: len(self.records) >= count)
            await asyncio.wait_for(enough, TIMEOUT)


def test_receiver_on_the_same_loop(simulator: Simulator) -> None:
    """A receiver on the very event loop that moves the clock gets its callbacks: no deadlock."""

    async def run() -> None:
        options = simulator.client_options(asynchronous=True)
        async with LoopReceiver(500, 503) as receiver, liangxin.AsyncLiangXin(**options) as client:
            task = await client.run(
                model=MODEL, input={"prompt": "A cup"}, callback_url=receiver.url
            )
            await receiver.wait(1)
            assert receiver.records[0]["data"]["taskId"] == task.id
            simulator.clock.advance(60)
            await receiver.wait(3)

    asyncio.run(run())
    simulator.close()
    assert [status for *_, status, _ in outcomes(simulator)] == [500, 503, 200]


def test_repeats_need_no_further_move(simulator: Simulator) -> None:
    """From an event loop, too, all repeats that are due by now are sent without another move."""

    async def run() -> None:
        async with LoopReceiver(500, 500, 500) as receiver:
            create(simulator, receiver.url)
            simulator.clock.advance(60)
            await receiver.wait(4)

    asyncio.run(run())


def test_early_to_the_same_loop(simulator: Simulator) -> None:
    """An early callback to a receiver on the client's own loop comes before the answer."""
    simulator.inject(early())

    async def run() -> None:
        options = simulator.client_options(asynchronous=True)
        async with LoopReceiver() as receiver, liangxin.AsyncLiangXin(**options) as client:
            task = await client.tasks.create(
                model=MODEL, input={"prompt": "A cup"}, callback_url=receiver.url
            )
            assert [record["data"]["taskId"] for record in receiver.records] == [task.id]

    asyncio.run(run())


def test_closing_on_the_loop_does_not_wait_for_it(simulator: Simulator) -> None:
    """Closing the simulator on the loop whose receiver has not answered yet returns at once."""

    async def run() -> None:
        async with LoopReceiver() as receiver:
            create(simulator, receiver.url)
            simulator.clock.advance(20)
            began = time.monotonic()
            simulator.close()
            assert time.monotonic() - began < transport.CALLBACK_TIMEOUT / 3
            await receiver.wait(1)

    asyncio.run(run())


def test_a_closed_simulator_sends_nothing_from_a_loop(simulator: Simulator) -> None:
    """After close, no thread is started to send what falls due while an event loop runs."""

    async def run() -> None:
        async with LoopReceiver() as receiver:
            create(simulator, receiver.url)
            simulator.close()
            simulator.clock.advance(20)
            assert simulator.jobs[0].has_ended
            assert simulator.courier._threads is None

    asyncio.run(run())


# --- on a clock that runs ----------------------------------------------------------------------------


def senders() -> list[threading.Thread]:
    """Threads that send callbacks."""
    return [
        thread
        for thread in threading.enumerate()
        if "callbacks" in thread.name or "_watching" in thread.name
    ]


def test_on_a_running_clock() -> None:
    """On a clock that runs, callbacks and repeats come by themselves, over HTTP, and end by close."""
    before = senders()
    with Receiver(500) as receiver:
        clock = RunningClock(1000)
        with Simulator(clock=clock, timeline=after_seconds(50)) as simulator:
            ids = [create(simulator, receiver.url, f"{n}") for n in range(5)]
            receiver.wait(6)
            assert len(senders()) > len(before)
            told = {json.loads(content)["data"]["taskId"] for *_, content in receiver.calls}
            assert told == set(ids)
        simulator.close()
        assert set(senders()) <= set(before)
        for job in simulator.jobs:
            assert job.deliveries[-1].outcome == "delivered"


def test_no_thread_without_callbacks() -> None:
    """A simulator starts no thread for jobs that have no callback."""
    before = senders()
    with Simulator(clock=RunningClock(1000), timeline=immediate()) as simulator:
        create(simulator, None)
        assert set(senders()) <= set(before)


def test_a_virtual_clock_needs_no_thread(simulator: Simulator) -> None:
    """On a virtual clock, callbacks are sent by the thread that moves it."""
    before = senders()
    threads: list[threading.Thread] = []
    simulator.receiver = lambda _: threads.append(threading.current_thread())
    create(simulator)
    simulator.clock.advance(20)
    assert threads == [threading.current_thread()]
    assert senders() == before


@pytest.mark.parametrize("how", ["poll", "step", "advance", "time"])
def test_whatever_ends_a_job_wakes_the_sender(how: str) -> None:
    """On a clock that runs, a job that is ended by a poll, by hand or by a jump is called back."""
    timeline = {"poll": after_polls(0), "step": stall(), "time": after_seconds(0.05)}
    with Simulator(
        clock=RunningClock(), timeline=timeline.get(how, after_seconds(1e6))
    ) as simulator:
        inbox = Inbox(simulator)
        task_id = create(simulator)
        # Let the sender fall asleep, so that it has to be woken.
        asleep = threading.Event()
        asleep.wait(0.05)
        if how == "poll":
            ask(simulator, task_id)
        elif how == "step":
            simulator.step(task_id)
        elif how == "advance":
            simulator.clock.advance(1e6)
        inbox.wait(1)
        assert inbox.ids == [task_id]


@pytest.mark.parametrize("seconds", [1e12, 1e300])
def test_a_distant_end_kills_no_sender(seconds: float) -> None:
    """A job that ends in the far future does not keep others from being called back."""
    with Simulator(clock=RunningClock(), timeline=after_seconds(seconds)) as simulator:
        inbox = Inbox(simulator)
        create(simulator)
        threading.Event().wait(0.05)
        simulator.play(immediate())
        task_id = create(simulator)
        inbox.wait(1)
        assert inbox.ids == [task_id]


def test_close_waits_for_a_receiver() -> None:
    """Close returns when the callback that is on its way is answered, and lets no other go."""
    is_in, may_go = threading.Event(), threading.Event()
    with Simulator(clock=RunningClock(1000), timeline=immediate()) as simulator:

        def receive(_: Callback) -> int:
            is_in.set()
            assert may_go.wait(TIMEOUT)
            return 500

        simulator.receiver = receive
        create(simulator)
        assert is_in.wait(TIMEOUT)
        closing = threading.Thread(target=simulator.close)
        closing.start()
        may_go.set()
        closing.join(TIMEOUT)
        assert not closing.is_alive()
        assert [d.outcome for d in simulator.deliveries] == ["refused"]
        simulator.clock.advance(1000)
    assert len(simulator.deliveries) == 1


def test_reset_while_a_callback_is_on_its_way() -> None:
    """The repeat of a callback whose job was forgotten meanwhile is forgotten, too."""
    is_in, may_go = threading.Event(), threading.Event()
    with Simulator(clock=RunningClock(), timeline=immediate()) as simulator:

        def receive(_: Callback) -> int:
            is_in.set()
            assert may_go.wait(TIMEOUT)
            return 500

        simulator.receiver = receive
        create(simulator)
        assert is_in.wait(TIMEOUT)
        simulator.reset()
        inbox = Inbox(simulator)
        may_go.set()
        ids = []
        for n in range(3):
            simulator.clock.advance(60)  # more than until the repeat
            ids.append(create(simulator, prompt=f"Later {n}"))
            inbox.wait(n + 1)
    assert inbox.ids == ids
    assert simulator.problems == []


def test_reset_forgets_early_callbacks() -> None:
    """An early callback that its create has not sent yet is not sent after a reset."""
    with Simulator(clock=RunningClock()) as simulator:
        inbox = Inbox(simulator)
        simulator.inject(early())
        body = {"model": MODEL, "input": {"prompt": "A cup"}, "callBackUrl": URL}
        reply = simulator.handle(simulated.create(body))
        simulator.reset()
        assert json.loads(reply.finished().body)["code"] == 200
        assert inbox.calls == []


def test_a_clock_of_ones_own() -> None:
    """Any clock with the three methods will do; it is taken for one that runs."""

    class Clock:
        def time(self) -> float:
            return time.time()

        def sleep(self, seconds: float) -> None:
            time.sleep(seconds)

        async def async_sleep(self, seconds: float) -> None:
            await asyncio.sleep(seconds)

    with Simulator(clock=Clock(), timeline=immediate()) as own:
        inbox = Inbox(own)
        task_id = create(own)
        inbox.wait(1)
        assert inbox.ids == [task_id]


# --- callbacks that are early, on a clock that runs ------------------------------------------------


def early_create(simulator: Simulator, prompt: str) -> Reply:
    """Create a task whose callback may be early; its reply has not been finished."""
    body = {"model": MODEL, "input": {"prompt": prompt}, "callBackUrl": URL}
    return simulator.handle(simulated.create(body))


@pytest.mark.parametrize(
    "fault", ["drop(accepted=True)", "status(500, accepted=True)", "html(accepted=True)"]
)
def test_an_early_callback_comes_though_the_answer_is_lost(fault: str) -> None:
    """A fault of the create's answer takes nothing from the callback that came before it."""
    with Simulator(clock=RunningClock()) as simulator:
        inbox = Inbox(simulator)
        simulator.inject(early())
        simulator.inject(fault)
        early_create(simulator, "A cup").finished()
        assert [call.attempt for call in inbox.calls] == [1]


@pytest.mark.parametrize("fault", [slow(5), truncate()], ids=repr)
def test_an_early_callback_comes_before_an_answer_with_a_fault(fault: Fault) -> None:
    """The answer that follows an early callback is whole, and drips in or breaks off as it was to."""
    simulator = Simulator()
    inbox = Inbox(simulator)
    simulator.inject(early())
    simulator.inject(fault, on="createTask")
    reply = early_create(simulator, "A cup")
    assert inbox.calls == []

    answer = reply.finished()

    (call,) = inbox.calls
    assert json.loads(answer.body)["data"]["taskId"] == call.task_id
    assert answer.effect == fault.strike(lambda: Reply(200)).effect is not None


def test_an_early_callback_may_be_delayed() -> None:
    """With a delay, the job of an early callback ends at once, and the callback comes later."""
    called = threading.Event()
    with Simulator(clock=RunningClock(1000)) as simulator:
        simulator.receiver = lambda _callback: called.set()
        simulator.inject(early())
        simulator.inject(delay(20))
        early_create(simulator, "A cup").finished()
        assert called.wait(TIMEOUT)


def test_early_callbacks_come_before_their_own_answers() -> None:
    """Of two creates under way, each is answered after its own callback, not the other's."""
    with Simulator(clock=RunningClock()) as simulator:
        inbox = Inbox(simulator)
        simulator.inject(early(), times=2)
        replies = [early_create(simulator, prompt) for prompt in "ab"]
        for reply in reversed(replies):
            task_id = json.loads(reply.finished().body)["data"]["taskId"]
            assert inbox.calls[-1].task_id == task_id


# --- who asks while a callback is sent -----------------------------------------------------------


def test_a_download_does_not_block_who_confirms() -> None:
    """A callback sent by a download's arrival can be confirmed by recordInfo meanwhile."""
    with (
        Simulator(timeline=immediate()) as simulator,
        liangxin.LiangXin(**simulator.client_options()) as client,
    ):
        link = client.run(model=MODEL, input={"prompt": "A cup"}).result_urls[0]
        states: list[str | None] = []

        def confirm(callback: Callback) -> None:
            asked = threading.Thread(
                target=lambda: states.append(client.tasks.retrieve(callback.task_id).state)
            )
            asked.start()
            asked.join(TIMEOUT)

        with httpx.Client(transport=simulator.transport()) as web:
            web.get(link)
            simulator.receiver = confirm
            create(simulator)
            web.get(link)
        assert states == ["success"]


def test_a_receiver_may_ask_the_server_that_called_it() -> None:
    """On a server with a virtual clock, a receiver's question is answered while it is called."""
    done = threading.Event()
    states = []
    with (
        Simulator(timeline=immediate()) as simulator,
        Server(simulator) as server,
        liangxin.LiangXin(api_key="some-key", base_url=server.url, timeout=5) as client,
    ):

        def confirm(callback: Callback) -> None:
            states.append(client.tasks.retrieve(callback.task_id).state)
            done.set()

        simulator.receiver = confirm
        task = client.tasks.create(model=MODEL, input={"prompt": "A cup"}, callback_url=URL)
        client.tasks.retrieve(task.id)
        assert done.wait(TIMEOUT)
    assert states == ["success"]


def test_a_lost_callback_can_be_lost_once_only(simulator: Simulator) -> None:
    """Two callbacks that are to be lost are those of two jobs, not of one."""
    Inbox(simulator)
    rules = [simulator.inject(lost()) for _ in range(2)]
    for prompt in "abc":
        create(simulator, prompt=prompt)
    simulator.clock.advance(100)
    assert [rule.used for rule in rules] == [1, 1]
    assert sorted(outcome for *_, outcome in outcomes(simulator)) == ["delivered", "lost", "lost"]


def test_where_a_receiver_raised_is_logged(
    simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    """The log has the traceback of a receiver that raised, down to the application's line."""

    def broken(_callback: Callback) -> None:
        raise KeyError("a bug of the application's")

    simulator.receiver = broken
    create(simulator)
    simulator.clock.advance(20)
    assert "in broken" in caplog.text
    assert "a bug of the application's" in caplog.text
