"""The simulator as tests use it: what they say to it, what it tells them, and that it replays."""

import asyncio
import itertools
import json
import logging
import random
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import liangxin
import simulated
import strategies
from harness import both_kinds, settle
from liangxin_api.variants import PATHS
from liangxin_mock import (
    RuleError,
    RunningClock,
    Simulator,
    VirtualClock,
    after_polls,
    after_seconds,
    error_code,
    fail,
    immediate,
    lognormal,
    rate_limit,
    stall,
    status,
    unknown_task,
)

MODEL = "z-image"
PROMPT = {"prompt": "A cup"}
KEY = "sk-tests-0123456789"
START = 1_777_600_000.0


class Door:
    """An application without our SDK: plain httpx, straight to a simulator."""

    def __init__(self, simulator: Simulator, key: str = KEY) -> None:
        self.http = httpx.Client(
            transport=simulator.transport(),
            base_url=simulator.base_url,
            headers={"Authorization": f"Bearer {key}"},
        )

    def create(
        self, model: str = MODEL, input: object = PROMPT, /, **headers: str
    ) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        body = {"model": model, "input": input}
        return self.http.post(PATHS["createTask"], json=body, headers=named)

    def task(self, *arguments: Any, **headers: str) -> str:
        """Create a task and return its id."""
        task_id: str = self.create(*arguments, **headers).json()["data"]["taskId"]
        return task_id

    def ask(self, task_id: str, **headers: str) -> httpx.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.get(PATHS["getRecordInfo"], params={"taskId": task_id}, headers=named)

    def state(self, task_id: str) -> str:
        state: str = self.ask(task_id).json()["data"]["state"]
        return state


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A simulator whose jobs end at once."""
    with Simulator(timeline=immediate()) as simulator:
        yield simulator


@pytest.fixture
def door(simulator: Simulator) -> Door:
    """The door to it."""
    return Door(simulator)


# --- what happened -------------------------------------------------------------------------------


def test_all_that_happened_can_be_asked_for(simulator: Simulator, door: Door) -> None:
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


def test_jobs_are_seen_in_their_state_now(simulator: Simulator, door: Door) -> None:
    """A job that nobody polled is seen as it is by the clock."""
    simulator.play(after_seconds(20))
    task_id = door.task()
    simulator.clock.advance(20)
    assert simulator.job(task_id).state == "success"
    assert simulator.job(task_id).ended_at == START + 20
    with pytest.raises(KeyError):
        simulator.job("task_nobody")


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
    door = Door(simulator)
    task_id = door.task()
    for _ in range(10_050):
        simulator.handle(simulated.query(task_id))
    assert (len(simulator.requests), simulator.polls) == (10_000, 10_050)


# --- verify --------------------------------------------------------------------------------------


def test_what_was_expected_is_no_problem(simulator: Simulator, door: Door) -> None:
    """When all came as expected, verify has nothing to say."""
    simulator.expect(2, model=MODEL)
    simulator.expect_refusals(400)
    simulator.play(after_polls(0), model=MODEL)
    simulator.inject(status(503), on="recordInfo")
    task_ids = [door.task(), door.task(MODEL, {"prompt": "Another"})]
    assert [door.ask(task_id).status_code for task_id in task_ids] == [503, 200]
    assert door.create(MODEL, {}).status_code == 400
    assert simulator.verify() == []


URL = "https://liangxin.test"
CREATE = PATHS["createTask"]
REFUSED = f"POST {CREATE} was refused with 400:"
NO_PROMPT = f"{REFUSED} input.prompt is required (z-image)"


def _refused(simulator: Simulator, door: Door, status: int, times: int = 1) -> None:
    """Expect refusals with `status`; one comes, with 400."""
    simulator.expect_refusals(status, times)
    door.create(MODEL, {})


VERIFY: dict[str, tuple[Callable[[Simulator, Door], object], list[str]]] = {
    "too few creates": (
        lambda s, d: (s.expect(2, model=MODEL), d.task()),
        ["expect(2, model='z-image'): 1 came"],
    ),
    "too many creates": (
        lambda s, d: (s.expect(), d.task(), d.task()),
        ["expect(1): 2 came"],
    ),
    "another create": (
        lambda s, d: (s.expect(model="kling-*"), d.create()),
        [
            f"{REFUSED} no expectation is for this create of z-image",
            "expect(1, model='kling-*'): 0 came",
        ],
    ),
    "no creates": (
        lambda s, d: (s.expect(0), d),
        [],
    ),
    "a create where there must be none": (
        lambda s, d: (s.expect(0), d.create()),
        [f"{REFUSED} expect(0): there must be no such create"],
    ),
    "a create where there may be others": (
        lambda s, d: (s.expect(0, model="kling-*"), d.create(), d.create("kling-v3-pro", PROMPT)),
        [f"{REFUSED} expect(0, model='kling-*'): there must be no such create"],
    ),
    "a create where there may be some": (
        lambda s, d: (s.expect(0), s.expect(1), d.create()),
        [],
    ),
    "unused rules": (
        lambda s, d: (s.play(stall(), model="kling-*"), s.inject(status(503)), d),
        [
            "play(stall(), model='kling-*') was never used",
            "inject(status(503), on='createTask', times=1) was never used",
        ],
    ),
    "bad input": (
        lambda s, d: (s, d.create(MODEL, {})),
        [NO_PROMPT],
    ),
    "unknown task": (
        lambda s, d: (s, d.ask("task_nobody")),
        [
            "GET /api/v1/jobs/recordInfo was refused with 422: there is no task task_nobody",
        ],
    ),
    "wrong route": (
        lambda s, d: (s, d.http.get("/api/v1/jobs"), d.http.get(PATHS["createTask"])),
        [
            "GET /api/v1/jobs was refused with 404: there is no GET /api/v1/jobs",
            f"GET {CREATE} was refused with 405: GET {CREATE} is not allowed; use POST",
        ],
    ),
    "wrong host": (
        lambda s, d: (s, d.http.get("https://api.example.com/x")),
        [f"GET /x was refused with 421: this is a mock of LiangXin at {URL}, not api.example.com"],
    ),
    "refusals that did not come": (
        lambda s, d: _refused(s, d, 400, times=2),
        ["expect_refusals(400): did not come"],
    ),
    "another refusal": (
        lambda s, d: _refused(s, d, 401),
        [
            NO_PROMPT,
            "expect_refusals(401): did not come",
        ],
    ),
    "faults": (
        lambda s, d: (s.inject(status(400)), s.inject(error_code(401)), d.create(), d.create()),
        [],
    ),
}


@pytest.mark.parametrize("case", VERIFY)
def test_verify_says_what_was_not_expected(simulator: Simulator, door: Door, case: str) -> None:
    """Each thing that was not as expected is told in a line of its own; a fault's doing is not."""
    happens, problems = VERIFY[case]
    happens(simulator, door)
    told = simulator.verify()
    assert sorted(told) == sorted(problems)
    assert simulator.verify() == told


def test_expectations_share_the_creates(simulator: Simulator, door: Door) -> None:
    """A create that fits several expectations counts for one that still wants it."""
    simulator.expect(1)
    simulator.expect(1, model=MODEL)
    door.task()
    door.task()
    assert simulator.verify() == []
    assert door.create("flux-2-pro").status_code == 200
    assert simulator.verify() == ["expect(1): 2 came"]


# --- the account ---------------------------------------------------------------------------------


def test_creates_use_up_the_balance(door: Door, simulator: Simulator) -> None:
    """As many creates are accepted as the account can pay; the others are refused with 403."""
    simulator.balance = 2
    assert door.create(MODEL, {}).status_code == 400
    assert [door.create().status_code for _ in range(3)] == [200, 200, 403]
    assert (simulator.creates, simulator.balance, simulator.requests[-1].fault) == (2, 0, "balance")
    simulator.balance += 1
    assert door.create().status_code == 200
    assert simulator.verify() == [NO_PROMPT]


@pytest.mark.parametrize("retry_after", [True, False])
def test_requests_over_the_limit_are_refused(retry_after: bool) -> None:
    """Over the limit, requests get 429 until the window has moved on; Retry-After says when."""
    limit = rate_limit(3, per=10, retry_after=retry_after)
    simulator = Simulator(timeline=stall(), rate_limit=limit)
    door = Door(simulator)
    task_id = door.task()
    simulator.clock.advance(4)
    assert [door.ask(task_id).status_code for _ in range(3)] == [200, 200, 429]
    refused = door.create()
    assert refused.status_code == 429
    assert refused.headers.get("retry-after") == ("6" if retry_after else None)
    assert refused.json()["error"]["type"] == "new_api_error"
    simulator.clock.advance(5.9)
    assert door.ask(task_id).status_code == 429
    simulator.clock.advance(0.1)
    assert [door.ask(task_id).status_code for _ in range(2)] == [200, 429]
    assert simulator.creates == 1
    assert {r.fault for r in simulator.requests if r.status == 429} == {repr(limit)}
    assert simulator.verify() == []


def test_sdk_outlives_the_rate_limit() -> None:
    """Our SDK's client, told by Retry-After, gets through a limit that it runs into."""
    simulator = Simulator(timeline=after_seconds(30), rate_limit=rate_limit(2, per=20))
    with liangxin.LiangXin(**simulator.client_options()) as client:
        assert client.run(model=MODEL, input=PROMPT).state == "success"
    assert 429 in [request.status for request in simulator.requests]
    assert simulator.creates == 1


@pytest.mark.parametrize(
    ("header", "status_code"),
    [
        (f"Bearer {KEY}", 200),
        (f"bearer  {KEY}", 200),
        (f"Bearer {KEY}x", 401),
        (f"Bearer {KEY[:-1]}", 401),
        ("Bearer ", 401),
        (KEY, 401),
        (f"Basic {KEY}", 401),
        ("", 401),
        (None, 401),
    ],
)
def test_only_the_key_is_let_in(header: str | None, status_code: int) -> None:
    """With a key set, no other is let in, and what is refused leaves no job."""
    simulator = Simulator(timeline=immediate(), api_key=KEY)
    with httpx.Client(transport=simulator.transport(), base_url=simulator.base_url) as http:
        headers = {} if header is None else {"Authorization": header}
        body = {"model": MODEL, "input": PROMPT}
        answer = http.post(PATHS["createTask"], json=body, headers=headers)
        poll = http.get(PATHS["getRecordInfo"], params={"taskId": "x"}, headers=headers)
    assert answer.status_code == status_code
    assert poll.status_code == (422 if status_code == 200 else 401)
    assert simulator.creates == (status_code == 200)


def test_any_key_is_let_in_by_default(simulator: Simulator) -> None:
    """Without a key set, any key is let in, but none is not."""
    assert Door(simulator, "anything").create().status_code == 200
    with httpx.Client(transport=simulator.transport(), base_url=simulator.base_url) as http:
        assert http.post(PATHS["createTask"], json={}).status_code == 401


def test_inferred_limits_refuse_only_if_strict() -> None:
    """A limit that is only a guess refuses nothing unless the simulator is strict."""
    guesses = (f for model in strategies.MODELS for f in strategies.faults(model) if f.inferred)
    guess = next(guesses)
    usual, strict = (Door(Simulator(timeline=immediate(), strict=s)) for s in (False, True))
    assert usual.create(guess.model, guess.input).status_code == 200
    refused = strict.create(guess.model, guess.input)
    assert refused.status_code == 400
    assert guess.field in refused.json()["msg"]
    assert guess.model in refused.json()["msg"]


# --- replay --------------------------------------------------------------------------------------


def facts(simulator: Simulator, *, count: int) -> dict[str, list[Any]]:
    """What became of each create, by its prompt: id, times of its states and fault."""
    found: dict[str, list[Any]] = {}
    for seen in simulator.requests:
        if seen.operation == "createTask":
            job = None if seen.task_id is None else simulator.job(seen.task_id)
            times = () if job is None else tuple(t.at - job.created_at for t in job.transitions)
            prompt = json.loads(seen.body)["input"]["prompt"]
            found.setdefault(prompt, []).append((seen.task_id, times, seen.fault))
    assert sum(map(len, found.values())) == count
    return found


def flaky(seed: int) -> Simulator:
    """A simulator whose durations, failures and faults are all drawn."""
    simulator = Simulator(seed=seed, timeline=lognormal(20, 1))
    simulator.inject(status(503), probability=0.4)
    simulator.inject(status(500, accepted=True), probability=0.2)
    return simulator


@settings(max_examples=30)
@given(
    seed=st.integers(0, 2**64),
    prompts=st.lists(st.sampled_from("abcde"), min_size=1, max_size=12),
    order=st.randoms(),
)
def test_order_of_requests_changes_nothing(
    seed: int, prompts: list[str], order: random.Random
) -> None:
    """The same requests in another order get the same ids, durations and faults, each its own."""
    runs = []
    for _ in range(2):
        simulator = flaky(seed)
        door = Door(simulator)
        for prompt in prompts:
            door.create(MODEL, {"prompt": prompt})
        simulator.clock.advance(1e6)
        runs.append(facts(simulator, count=len(prompts)))
        order.shuffle(prompts)
    assert runs[0] == runs[1]


def test_threads_change_nothing() -> None:
    """The same requests from several threads get the same ids, durations and faults."""
    prompts = [f"{n % 10}" for n in range(80)]
    runs = []
    for threads in (1, 8):
        simulator = flaky(7)
        start = threading.Barrier(threads)

        def send(mine: list[str], simulator: Simulator, start: threading.Barrier) -> None:
            door = Door(simulator)
            start.wait(10)
            for prompt in mine:
                door.create(MODEL, {"prompt": prompt})

        workers = [
            threading.Thread(target=send, args=(prompts[n::threads], simulator, start))
            for n in range(threads)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        simulator.clock.advance(1e6)
        found = facts(simulator, count=len(prompts))
        runs.append({prompt: sorted(each, key=str) for prompt, each in found.items()})
    assert runs[0] == runs[1]
    assert {fault for each in runs[0].values() for *_, fault in each} == {
        None,
        "status(503)",
        "status(500, accepted=True)",
    }


def test_polls_are_replayed_whatever_is_between() -> None:
    """The n-th query of a task gets the same fault, whatever other tasks were asked for before."""
    runs = []
    for others in (0, 5):
        simulator = Simulator(3, timeline=stall())
        simulator.inject(status(503), on="recordInfo", probability=0.5)
        door = Door(simulator)
        task_id = door.task()
        seen = []
        for n in range(30):
            for other in range(others):
                door.ask(door.task(MODEL, {"prompt": f"{other} {n}"}))
            seen.append(door.ask(task_id).status_code)
        runs.append(seen)
    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 503}


def test_another_seed_is_another_run() -> None:
    """Another seed gives other ids, durations and faults; `reseed` and `reset` do so as well."""
    prompts = [{"prompt": f"{n}"} for n in range(20)]

    def run(simulator: Simulator) -> Any:
        door = Door(simulator)
        simulator.requests.clear()
        for prompt in prompts:
            door.create(MODEL, prompt)
        simulator.clock.advance(1e6)
        return facts(simulator, count=20)

    simulator = flaky(1)
    first, second = run(simulator), run(flaky(2))
    for n in range(20):
        assert first[f"{n}"][0][:2] != second[f"{n}"][0][:2] or first[f"{n}"][0][0] is None
    assert [each[0][2] for each in first.values()] != [each[0][2] for each in second.values()]
    again = run(simulator)
    assert not {e[0][0] for e in again.values() if e[0][0]} & {e[0][0] for e in first.values()}
    simulator.reseed(2)
    assert run(simulator) == second
    assert simulator.seed == 2


def test_ids_look_like_liangxins(simulator: Simulator, door: Door) -> None:
    """Ids have the form of those in LiangXin's examples, and no two are the same."""
    ids = [door.task("kling-v3-pro") for _ in range(200)]
    assert len(set(ids)) == 200
    for task_id in ids:
        stem, _, number = task_id.rpartition("_")
        assert stem == "task_kling_v3_pro"
        assert len(number) == 13
        assert number.isdecimal()
    assert simulator.creates == 200


def test_reset_begins_anew(simulator: Simulator) -> None:
    """After a reset nothing is known of before, and the same requests bring the same run."""
    simulator = Simulator(5, balance=3, rate_limit=rate_limit(3, per=100))
    runs = []
    for _ in range(2):
        door = Door(simulator)
        simulator.play(stall(), model="kling-*")
        simulator.inject(status(503), on="recordInfo")
        simulator.expect(9)
        simulator.expect_refusals(400)
        runs.append([door.task(), door.task()])
        assert door.ask(runs[-1][0]).status_code == 503
        assert [door.ask(runs[-1][0]).status_code for _ in range(2)] == [200, 429]
        assert simulator.balance == 1
        assert len(simulator.verify()) == 3
        simulator.reset()
        assert simulator.verify() == []
        assert (simulator.creates, simulator.polls, simulator.balance) == (0, 0, 3)
        assert (simulator.jobs, [*simulator.requests], simulator.rules) == ([], [], [])
        assert Door(simulator).ask(runs[-1][0]).status_code == 422
        simulator.reset()
    assert runs[0] == runs[1]
    simulator.reset(6)
    assert simulator.seed == 6
    assert Door(simulator).task() != runs[0][0]


# --- what one request asks for ---------------------------------------------------------------------


def test_a_request_can_choose_its_timeline(simulator: Simulator, door: Door) -> None:
    """The header x-mock-timeline decides for one job, over all rules."""
    rule = simulator.play(stall())
    chosen = door.task(x_mock_timeline="fail(422, 'no faces', after_polls(1))")
    other = door.task()
    assert [door.state(chosen) for _ in range(2)] == ["waiting", "fail"]
    assert simulator.job(chosen).fail_msg == "no faces"
    assert simulator.job(other).timeline == stall()
    assert rule.used == 1


def test_a_request_can_choose_its_fault(simulator: Simulator, door: Door) -> None:
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


def test_a_requests_own_fault_goes_before_rules(simulator: Simulator, door: Door) -> None:
    """A fault by header leaves the rules to other requests."""
    rule = simulator.inject(status(500))
    assert door.create(x_mock_fault="status(503)").status_code == 503
    assert rule.used == 0
    assert door.create().status_code == 500


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        (
            {"x_mock_timeline": "after_pols(3)"},
            "x-mock-timeline: there is no timeline 'after_pols'",
        ),
        ({"x_mock_timeline": "after_polls(-1)"}, "x-mock-timeline: after_polls: n must be"),
        ({"x_mock_timeline": "immediate(" * 99}, "x-mock-timeline: a timeline is a text"),
        ({"x_mock_fault": "statsu(503)"}, "x-mock-fault: there is no fault 'statsu'"),
        ({"x_mock_fault": "broken_result([])"}, "x-mock-fault: broken_result(how='empty') is how"),
        ({"x_mock_fault": "broken_result"}, "broken_result() cannot happen on createTask"),
        ({"x_mock_fault": "lost"}, "lost() cannot happen on createTask"),
    ],
)
def test_a_bad_header_is_refused(
    simulator: Simulator, door: Door, header: dict[str, str], problem: str
) -> None:
    """A header that cannot be understood is refused in the API's own shape, and makes no job."""
    answer = door.create(**header)
    assert answer.status_code == 400
    assert problem in answer.json()["msg"]
    assert answer.json()["code"] == 400
    assert simulator.creates == 0
    (told,) = simulator.verify()
    assert problem in told


# --- moving jobs by hand ---------------------------------------------------------------------------


def test_jobs_can_be_moved_by_hand(simulator: Simulator, door: Door) -> None:
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


def test_an_ended_job_stays(simulator: Simulator, door: Door) -> None:
    """A job that has ended can't be moved."""
    task_id = door.task()
    for move in (simulator.step, simulator.finish, simulator.fail):
        with pytest.raises(RuleError, match=f"{task_id} has already ended in state success"):
            move(task_id)


@pytest.mark.parametrize("method", ["job", "step", "finish", "fail", "expire"])
def test_a_task_that_is_not_there(simulator: Simulator, door: Door, method: str) -> None:
    """A wrong id is an error that names the nearest, or says how many jobs there are."""
    find = getattr(simulator, method)
    task_id = door.task()
    for wrong, hint in (
        (task_id[:-1], f"did you mean {task_id}?"),
        ("x", "the simulator has 1 job"),
        (["x"], "the simulator has 1 job"),
    ):
        with pytest.raises(RuleError) as caught:
            find(wrong)
        assert str(caught.value) == f"there is no task {wrong}; {hint}"
        assert isinstance(caught.value, KeyError)


def test_links_expire(simulator: Simulator, door: Door) -> None:
    """A result can be downloaded until its links' lifetime has passed since the end."""
    simulator = Simulator(timeline=after_seconds(10), link_lifetime=60)
    door = Door(simulator)
    job = simulator.job(door.task())
    url = f"https://results.liangxin.test/results/{job.id}/0.png"
    assert door.http.get(url).status_code == 404
    simulator.clock.advance(10)
    assert job.result_urls == (url,)
    simulator.clock.advance(59.9)
    assert door.http.get(url).status_code == 200
    simulator.clock.advance(0.1)
    assert door.http.get(url).status_code == 403


# --- time ------------------------------------------------------------------------------------------


@both_kinds
def test_a_long_wait_is_virtual(kind: str) -> None:
    """A client with the simulator's options waits a quarter of an hour on the virtual clock."""
    simulator = Simulator(timeline=after_seconds(850))

    async def run() -> Any:
        options = simulator.client_options(asynchronous=kind == "async")
        client: Any = (liangxin.AsyncLiangXin if kind == "async" else liangxin.LiangXin)(**options)
        task = await settle(client.run(model="kling-v3-pro", input=PROMPT))
        await settle(client.close())
        return task

    task = asyncio.run(run())
    assert task.state == "success"
    assert 850 <= simulator.clock.monotonic() < 870
    assert simulator.jobs[0].transitions[-1] == ("success", START + 850)
    assert simulator.creates == 1


def test_concurrent_waits_overlap() -> None:
    """Many waits at the same time take as long as one, as in real time."""
    simulator = Simulator(timeline=after_seconds(600))

    async def run() -> list[Any]:
        options = simulator.client_options(asynchronous=True)
        async with liangxin.AsyncLiangXin(**options) as client:
            runs = (
                client.run(model=MODEL, input={"prompt": f"Cup {n}"}, timeout=900)
                for n in range(30)
            )
            return await asyncio.gather(*runs)

    tasks = asyncio.run(run())
    assert {task.state for task in tasks} == {"success"}
    assert len({task.id for task in tasks}) == 30
    assert simulator.clock.monotonic() < 700


def test_ten_thousand_jobs_advance() -> None:
    """Every one of 10,000 jobs is in the state of its age, wherever the clock stops."""
    simulator = Simulator()
    for n in range(10_000):
        simulator.timeline = after_seconds(n)
        simulator.handle(simulated.create({"model": MODEL, "input": {"prompt": f"{n}"}}))
    for at in (0, 999.5, 5000, 10_000):
        simulator.clock.advance(at - simulator.clock.monotonic())
        for n, job in enumerate(simulator.jobs):
            passed = sum(at >= n * share for share in (0.05, 0.15, 1)) if n else 3
            assert job.state == ("waiting", "queuing", "generating", "success")[passed]
    assert all(job.ended_at == START + n for n, job in enumerate(simulator.jobs))


@pytest.mark.parametrize("clock", [VirtualClock(), RunningClock()])
@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf"), -float("inf")])
def test_clocks_refuse_impossible_times(clock: VirtualClock | RunningClock, seconds: float) -> None:
    """A clock goes neither back nor to the end of time."""
    with pytest.raises(ValueError, match="a clock goes forward, by a finite time"):
        clock.advance(seconds)
    assert 0 <= clock.monotonic() < 1e6


def test_clocks_may_be_moved_by_many() -> None:
    """No advance is lost when several threads move one clock."""
    for clock in (VirtualClock(), RunningClock(1e-6)):
        movers = [
            threading.Thread(target=lambda c: [c.advance(1) for _ in range(2000)], args=(clock,))
            for _ in range(4)
        ]
        for mover in movers:
            mover.start()
        for mover in movers:
            mover.join()
        assert clock.monotonic() == pytest.approx(8000, abs=0.01)


def test_a_running_clock_has_speed() -> None:
    """A clock that runs is as fast as asked, and an impossible speed is refused."""
    clock = RunningClock(1e6)
    before = clock.monotonic()
    clock.sleep(1000)
    assert clock.monotonic() - before >= 1000
    for speed in (0, -1, 1e7, float("nan"), True, "fast"):
        with pytest.raises(ValueError, match="speed must be over 0"):
            RunningClock(speed)  # type: ignore[arg-type]


# --- arguments -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"seed": "7"}, "a seed is a whole number, not '7'"),
        ({"seed": True}, "a seed is a whole number, not True"),
        ({"seed": 1.5}, "a seed is a whole number, not 1.5"),
        ({"timeline": "after_pols(3)"}, "did you mean after_polls?"),
        ({"timeline": status(503)}, "a timeline is one of immediate,"),
        ({"balance": -1}, "balance must be a number of at least 0, not -1"),
        ({"balance": 1.5}, "balance must be a number of at least 0, not 1.5"),
        ({"rate_limit": 20}, "rate_limit must be rate_limit(…), not 20"),
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


def test_a_timeline_may_be_a_text() -> None:
    """Timelines and faults may be given as texts anywhere."""
    simulator = Simulator(timeline="fail(500, 'down', after=after_seconds(3))")
    assert simulator.timeline == fail(500, "down", after_seconds(3))
    simulator.play("stall")
    simulator.inject("unknown_task()", on="recordInfo")
    assert [rule.action for rule in simulator.rules] == [unknown_task(), stall()]


def test_races_break_nothing() -> None:
    """Creates, polls, moves, rules and resets from many threads end without a traceback."""
    simulator = Simulator(clock=RunningClock(1000), receiver=lambda _: None)
    errors: list[BaseException] = []
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
                    return

        return threading.Thread(target=run)

    door = Door(simulator)
    body = {"model": MODEL, "input": PROMPT, "callBackUrl": "https://app.test/done"}

    def create_and_ask(_n: int) -> None:
        created = door.http.post(PATHS["createTask"], json=body)
        assert created.status_code in (200, 503)
        if created.status_code == 200:
            assert door.ask(created.json()["data"]["taskId"]).status_code in (200, 422)

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
    resets = threading.Event()
    for _ in range(15):
        resets.wait(0.02)
        simulator.reset()
    is_over.set()
    for thread in threads:
        thread.join()
    simulator.close()
    assert errors == []
    assert simulator.problems == []


def test_a_move_is_of_the_job_that_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reset that comes just before a move, by another thread, leaves the new job in order."""
    simulator = Simulator(timeline=after_seconds(60))
    door = Door(simulator)
    task_id, lock = door.task(), simulator.lock

    class Late:
        def __enter__(self) -> None:
            simulator.lock = lock
            simulator.reset()
            assert door.task() == task_id
            # As on a clock that runs: nobody is told that it moved.
            monkeypatch.setattr(simulator.clock, "_elapsed", 30.0)

        def __exit__(self, *_exception: object) -> None:
            pass

    simulator.lock = Late()  # type: ignore[assignment]
    assert simulator.step(task_id).state == "success"
    assert [t.at for t in simulator.job(task_id).transitions] == [
        START + seconds for seconds in (0, 3, 9, 30)
    ]


def test_a_request_is_left_as_it_is() -> None:
    """Striking out the key where it is noted doesn't change the caller's own request."""
    simulator = Simulator(api_key="sk-only")
    request = simulated.create(
        {"model": MODEL, "input": {"prompt": "A cup"}}, authorization="Bearer sk-only"
    )
    assert [simulator.handle(request).status for _ in range(2)] == [200, 200]
    assert simulator.requests[0].headers["authorization"] == "***"


def ids(simulator: Simulator) -> list[str]:
    """The ids of all jobs, the oldest first."""
    return [job.id for job in simulator.jobs]


def test_where_it_calls_back_decides_nothing() -> None:
    """The same creates have the same ids, whatever port or token is in their callback URLs."""
    runs = []
    for port in (5001, 5002):
        simulator = Simulator(seed=3)
        url = f"http://localhost:{port}/"
        body = {"model": MODEL, "input": {"prompt": "A cup"}, "callBackUrl": url}
        for _ in range(2):
            simulator.handle(simulated.create(body))
        runs.append(ids(simulator))
    assert runs[0] == runs[1]
    assert len(set(runs[0])) == 2


def test_a_rule_for_others_changes_nothing() -> None:
    """What a rule doesn't match has the ids that it would have without the rule."""
    runs = []
    for model in (None, "kling-v3-pro"):
        simulator = Simulator(api_key="sk-only")
        if model:
            simulator.inject("status(503)", model=model)
        body = {"model": MODEL, "input": {"prompt": "A cup"}}
        simulator.handle(simulated.create(body, authorization="Bearer wrong"))
        simulator.handle(simulated.create(body, authorization="Bearer sk-only"))
        runs.append(ids(simulator))
    assert runs[0] == runs[1]


def test_rules_that_read_the_same_draw_for_themselves() -> None:
    """Two faults of probability a half strike three in four, not one in two."""
    simulator = Simulator(timeline="stall")
    simulator.handle(simulated.create({"model": MODEL, "input": {"prompt": "A cup"}}))
    for _ in range(2):
        simulator.inject("status(503)", on="recordInfo", probability=0.5)
    query = simulated.query(simulator.jobs[0].id)
    struck = sum(simulator.handle(query).status == 503 for _ in range(400))
    assert 260 < struck < 340


def test_a_create_that_is_refused_meets_no_expectation() -> None:
    """An expected create that the empty account can't pay has not come."""
    simulator = Simulator(balance=0)
    simulator.expect(1)
    simulator.handle(simulated.create({"model": MODEL, "input": {"prompt": "A cup"}}))
    assert simulator.verify() == ["expect(1): 0 came"]


def test_refusals_outlive_many_requests() -> None:
    """A refusal is told, and an expected one is met, however many requests came after it."""
    simulator = Simulator(timeline="stall")
    simulator.expect_refusals(400)
    for _ in range(2):
        simulator.handle(simulated.create(b"{"))
    simulator.handle(simulated.create({"model": MODEL, "input": {"prompt": "A cup"}}))
    query = simulated.query(simulator.jobs[0].id)
    for _ in range(10_000):
        simulator.handle(query)
    (problem,) = simulator.verify()
    assert "was refused with 400" in problem


def test_a_code_is_a_text_on_the_wire() -> None:
    """A job that is failed by hand with a number has it as a text, as the contract wants."""
    simulator = Simulator()
    simulator.handle(simulated.create({"model": MODEL, "input": {"prompt": "A cup"}}))
    job = simulator.fail(simulator.jobs[0].id, 422)
    assert json.loads(job.record())["data"]["failCode"] == "422"
