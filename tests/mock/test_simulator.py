"""The simulator as tests use it: what they say to it, and what it tells them."""

import itertools
import json
import logging
import re
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
import pytest

import liangxin
from liangxin_api.variants import PATHS
from liangxin_mock import (
    RuleError,
    RunningClock,
    Server,
    Simulator,
    VirtualClock,
    after_polls,
    after_seconds,
    duplicate,
    immediate,
    stall,
    status,
    unknown_state,
)
from tests.support import api_requests
from tests.support.plain_client import PROMPT, PlainClient
from tests.support.samples import MODEL, START

# --- what happened -------------------------------------------------------------------------------


def test_all_that_happened_can_be_asked_for(simulator: Simulator, door: PlainClient) -> None:
    """Creates, polls, jobs, transitions and requests are counted as they were."""
    simulator.play(after_seconds(20))
    task_id = door.task()
    door.state(task_id)
    simulator.clock.advance(20)
    door.state(task_id)
    door.create("no-such-model")
    door.ask("task_nobody")
    assert (simulator.creates, simulator.polls) == (1, 2)
    (job,) = simulator.jobs
    assert (job.id, job.model, job.kind, job.state, job.polls) == (
        task_id,
        MODEL,
        "image",
        "success",
        2,
    )
    assert job.transitions == [
        ("waiting", START),
        ("queuing", START + 1),
        ("generating", START + 3),
        ("success", START + 20),
    ]
    seen = [(r.operation, r.method, r.status, r.task_id, r.at - START) for r in simulator.requests]
    assert seen == [
        ("createTask", "POST", 200, task_id, 0),
        ("recordInfo", "GET", 200, task_id, 0),
        ("recordInfo", "GET", 200, task_id, 20),
        ("createTask", "POST", 400, None, 20),
        ("recordInfo", "GET", 422, "task_nobody", 20),
    ]
    assert json.loads(simulator.requests[0].body) == {"model": MODEL, "input": PROMPT}
    assert simulator.requests[1].query == f"taskId={task_id}"
    assert repr(simulator) == "Simulator(seed=0, jobs=1, creates=1)"


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer sk-secret"},
        {"authorization": "sk-secret"},
        {"AUTHORIZATION": "Basic sk-secret"},
        {"Proxy-Authorization": "Bearer sk-secret"},
        {"Cookie": "session=sk-secret"},
        {"X-Api-Key": "sk-secret"},
    ],
)
def test_no_secret_is_kept(
    simulator: Simulator, headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    """The value of a header that carries a secret is in nothing that the simulator keeps or says."""
    caplog.set_level(logging.DEBUG)
    with httpx.Client(transport=simulator.transport(), base_url=simulator.base_url) as http:
        for path in (*PATHS.values(), "/nothing", "/results/x/0.png"):
            for method in ("GET", "POST"):
                http.request(method, path, headers=headers, json={"model": MODEL, "input": PROMPT})
        http.get("https://elsewhere.test/", headers=headers)
        http.get("/_mock/requests", headers=headers)
    kept = [simulator.requests, simulator.jobs, simulator, simulator.verify(), simulator.problems]
    assert "sk-secret" not in repr(kept) + caplog.text
    assert len(simulator.requests) == 9
    for seen in simulator.requests:
        assert seen.headers[next(iter(headers)).lower()] == "***"


def test_only_the_last_requests_are_kept() -> None:
    """The simulator's memory of requests is bounded; its counters are not."""
    simulator = Simulator(timeline=immediate())
    door = PlainClient(simulator)
    task_id = door.task()
    for _ in range(10_050):
        simulator.handle(api_requests.query(task_id))
    assert (len(simulator.requests), simulator.polls) == (10_000, 10_050)


# --- what one request asks for -------------------------------------------------------------------


def test_a_request_can_choose_its_timeline(simulator: Simulator, door: PlainClient) -> None:
    """The header x-mock-timeline decides for one job, over all rules."""
    rule = simulator.play(stall())
    chosen = door.task(x_mock_timeline="fail(422, 'no faces', after_polls(1))")
    other = door.task()
    assert [door.state(chosen) for _ in range(2)] == ["waiting", "fail"]
    assert simulator.job(chosen).fail_msg == "no faces"
    assert simulator.job(other).timeline == stall()
    assert rule.used == 1


def test_a_request_can_choose_its_fault(simulator: Simulator, door: PlainClient) -> None:
    """The header x-mock-fault strikes one request, whether create or query."""
    assert door.create(x_mock_fault="status(503, 'away')").json()["msg"] == "away"
    task_id = door.task()
    assert door.ask(task_id, x_mock_fault="unknown_task").status_code == 422
    assert door.state(task_id) == "success"
    assert [r.fault for r in simulator.requests] == [
        "status(503, 'away')",
        None,
        "unknown_task()",
        None,
    ]
    assert simulator.creates == 1
    assert simulator.verify() == []


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        (
            {"x_mock_timeline": "after_pols(3)"},
            "x-mock-timeline: there is no timeline 'after_pols'",
        ),
        ({"x_mock_timeline": "after_polls(-1)"}, "x-mock-timeline: after_polls: n must be"),
        ({"x_mock_timeline": "immediate(" * 99}, "x-mock-timeline: a timeline is one of immediate"),
        ({"x_mock_fault": "statsu(503)"}, "x-mock-fault: there is no fault 'statsu'"),
        ({"x_mock_fault": "broken_result([])"}, "x-mock-fault: broken_result: how must be one of"),
        ({"x_mock_fault": "broken_result"}, "broken_result() cannot happen on createTask"),
        ({"x_mock_fault": "lost"}, "lost() cannot happen on createTask"),
    ],
)
def test_a_bad_header_is_refused(
    simulator: Simulator, door: PlainClient, header: dict[str, str], problem: str
) -> None:
    """A header that cannot be understood is refused in the API's own shape, and makes no job."""
    answer = door.create(**header)
    assert answer.status_code == 400
    assert problem in answer.json()["msg"]
    assert answer.json()["code"] == 400
    assert simulator.creates == 0
    (told,) = simulator.verify()
    assert problem in told


# --- moving jobs by hand -------------------------------------------------------------------------


def test_jobs_can_be_moved_by_hand(simulator: Simulator, door: PlainClient) -> None:
    """A job can be stepped, finished, failed and its links expired, at the time of the clock."""
    simulator.play(after_seconds(100))
    first, second, third = (door.task() for _ in range(3))
    simulator.clock.advance(1)
    assert [simulator.step(first).state for _ in range(3)] == ["queuing", "generating", "success"]
    assert simulator.finish(second).state == "success"
    failed = simulator.fail(third, "422", "no faces")
    assert (failed.state, failed.fail_code, failed.fail_msg) == ("fail", "422", "no faces")
    assert door.ask(third).json()["data"]["failMsg"] == "no faces"
    (url,) = simulator.job(second).result_urls
    assert door.http.get(url).status_code == 200
    assert simulator.expire(second).state == "success"
    assert door.http.get(url).status_code == 403
    for job in simulator.jobs:
        assert [t.at for t in job.transitions[1:]] == [START + 1] * len(job.transitions[1:])
    simulator.clock.advance(1000)
    assert [job.state for job in simulator.jobs] == ["success", "success", "fail"]


@pytest.mark.parametrize("method", ["job", "step", "finish", "fail", "expire"])
def test_a_task_that_is_not_there(simulator: Simulator, door: PlainClient, method: str) -> None:
    """A wrong id is an error that says how many jobs there are."""
    door.task()
    for wrong in ("x", ["x"]):
        with pytest.raises(KeyError) as caught:
            getattr(simulator, method)(wrong)
        assert str(caught.value) == f"there is no task {wrong}; the simulator has 1 job"


# --- arguments -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"seed": "7"}, "a seed is a whole number, not '7'"),
        ({"seed": True}, "a seed is a whole number, not True"),
        ({"seed": 1.5}, "a seed is a whole number, not 1.5"),
        ({"timeline": "after_pols(3)"}, "did you mean after_polls?"),
        ({"timeline": status(503)}, "a timeline is one of immediate,"),
        ({"balance": -1}, "balance must be a whole number of at least 0, not -1"),
        ({"balance": 1.5}, "balance must be a whole number of at least 0, not 1.5"),
        ({"rate_limit": 20}, "a rate_limit is one of rate_limit, not"),
        ({"retry_delays": [1, -1]}, "retry_delays must be a number of at least 0, not -1"),
        ({"retry_delays": [None]}, "retry_delays must be a number of at least 0, not None"),
        ({"link_lifetime": float("nan")}, "link_lifetime must be a number of at least 0, not nan"),
        ({"link_lifetime": None}, "link_lifetime must be a number of at least 0, not None"),
        ({"callback_hosts": "app.test"}, "callback_hosts must be a list, not 'app.test'"),
        ({"callback_hosts": ["http://app"]}, "hosts, without scheme and port, not 'http://app'"),
        ({"callback_hosts": ["app:8000"]}, "hosts, without scheme and port, not 'app:8000'"),
        ({"callback_hosts": [1]}, "hosts, without scheme and port, not 1"),
    ],
)
def test_bad_arguments_are_refused(options: dict[str, Any], problem: str) -> None:
    """An argument that cannot work is refused at once, in words."""
    with pytest.raises(RuleError) as caught:
        Simulator(**options)
    assert problem in str(caught.value)


def test_races_break_nothing() -> None:
    """Creates, polls, moves, rules and resets from many threads end without a traceback."""
    simulator = Simulator(clock=RunningClock(1000), receiver=lambda _: None)
    errors: list[BaseException] = []
    has_created = threading.Semaphore(0)
    is_over = threading.Event()

    def often(action: Callable[[int], object]) -> threading.Thread:
        def run() -> None:
            for n in itertools.count():
                if is_over.is_set():
                    return
                try:
                    action(n)
                except BaseException as error:  # noqa: BLE001 - whatever it is
                    errors.append(error)
                    has_created.release(1000)  # nobody need wait for this thread any more
                    return

        return threading.Thread(target=run)

    door = PlainClient(simulator)
    body = {"model": MODEL, "input": PROMPT, "callBackUrl": "https://app.test/done"}

    def create_and_ask(_n: int) -> None:
        created = door.http.post(PATHS["createTask"], json=body)
        assert created.status_code in (200, 503)
        if created.status_code == 200:
            assert door.ask(created.json()["data"]["taskId"]).status_code in (200, 422)
        has_created.release()

    def declare(n: int) -> None:
        simulator.inject(status(503), times=1)
        simulator.play(after_polls(n % 3), times=1)

    def look(_n: int) -> None:
        for job in simulator.jobs:
            times = [t.at for t in [*job.transitions]]
            assert times == sorted(times)
        simulator.verify()

    def move(_n: int) -> None:
        try:
            for job in simulator.jobs:
                simulator.step(job.id)
        except (RuleError, KeyError):
            pass  # it ended, or was forgotten, meanwhile
        simulator.clock.advance(1)

    actions = [create_and_ask, create_and_ask, declare, look, move]
    threads = [often(action) for action in actions]
    for thread in threads:
        thread.start()
    for _ in range(15):
        for _ in range(10):
            has_created.acquire()
        simulator.reset()
    is_over.set()
    for thread in threads:
        thread.join()
    simulator.close()
    assert errors == []
    assert simulator.problems == []


# --- arguments that cannot work ------------------------------------------------------------------

HUGE = 10**400
WRONG: list[tuple[Callable[..., Any], str, list[Any], str]] = [
    (Simulator, "seed", [None, "7", 1.5, True], "a seed is a whole number"),
    (Simulator, "clock", ["", 5, VirtualClock, object()], "clock must be a VirtualClock"),
    (Simulator, "timeline", ["", 5, "soon"], "timeline"),
    (Simulator, "api_key", ["", "\n", "a b", "\u00e9", 5], "api_key must be what an Authorization"),
    (Simulator, "strict", [None, 1, "yes"], "strict must be True or False"),
    (
        Simulator,
        "refuse_deprecated",
        [True, "soon", "2026-13-01", "20260901", 5],
        "now, until or a",
    ),
    (Simulator, "balance", [-1, 1.5, "5", HUGE], "balance must be a whole number"),
    (Simulator, "rate_limit", [5, "often"], "rate_limit"),
    (Simulator, "receiver", [5, "x"], "receiver must be a function"),
    (Simulator, "callback_hosts", [None, "app", [""], ["a b"], ["http://app"]], "callback_hosts"),
    (Simulator, "retry_delays", [None, 5, b"x", [-1], ["1"]], "retry_delays must be"),
    (Simulator, "link_lifetime", [None, -1, float("nan"), HUGE], "link_lifetime must be a number"),
    (VirtualClock, "start", [None, "now", float("nan"), HUGE], "start must be a Unix time"),
    (RunningClock, "speed", [None, 0, "fast", 1e9], "speed must be over 0"),
    (VirtualClock().advance, "seconds", [None, "1", -1, HUGE], "a clock goes forward"),
    (partial(Server, Simulator()), "host", [None, "", 5], "host must be an address"),
    (partial(Server, Simulator()), "port", [None, -1, "80", 70_000], "port must be a whole number"),
    (Server, "simulator", [None, "x", Simulator], "simulator must be a Simulator"),
    (partial(Simulator().inject, "drop"), "seconds", [0, "1", HUGE], "seconds must be a number"),
    (partial(Simulator().fail, "task_1"), "msg", [None, 5], "msg must be a string"),
    (duplicate, "copies", [0, 10**9], "copies must be a whole number of at least 1 and at most"),
    (unknown_state, "state", [None, "success", 5], "state must be"),
]


@pytest.mark.parametrize(("call", "name", "values", "words"), WRONG)
def test_arguments_that_cannot_work_are_told(
    call: Callable[..., Any], name: str, values: list[Any], words: str
) -> None:
    """What can't work is refused where it is given, by name and with the value."""
    for value in values:
        with pytest.raises(ValueError, match=re.escape(words)) as refused:
            call(**{name: value})
        shown = value[0] if isinstance(value, list) else value
        assert repr(shown)[:80] in str(refused.value)


@pytest.mark.parametrize("key", ["k", "sk-live_0.+/=~", None])
def test_its_own_options_are_let_in(key: str | None) -> None:
    """A client made with the simulator's options has the key that it accepts."""
    simulator = Simulator(api_key=key)
    with liangxin.LiangXin(**simulator.client_options()) as client:
        client.tasks.create(model="z-image", input={"prompt": "A cup"})
