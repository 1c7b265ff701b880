"""The same seed gives the same run, whatever comes between and in whatever order."""

import json
import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import liangxin
from liangxin_mock import Simulator, after_seconds, lognormal, rate_limit, stall, status
from tests.support import api_requests
from tests.support.plain_client import PlainClient
from tests.support.samples import MODEL
from tests.support.thoroughness import examples


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


@settings(max_examples=examples(40))
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
        door = PlainClient(simulator)
        for prompt in prompts:
            door.create(MODEL, {"prompt": prompt})
        simulator.clock.advance(1e6)
        runs.append(facts(simulator, count=len(prompts)))
        order.shuffle(prompts)
    assert runs[0] == runs[1]


def test_another_seed_is_another_run() -> None:
    """Another seed gives other ids, durations and faults; `reseed` and `reset` do so as well."""
    prompts = [{"prompt": f"{n}"} for n in range(20)]

    def run(simulator: Simulator) -> Any:
        door = PlainClient(simulator)
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


def test_reset_begins_anew(simulator: Simulator) -> None:
    """After a reset nothing is known of before, and the same requests bring the same run."""
    simulator = Simulator(5, balance=3, rate_limit=rate_limit(3, per=100))
    runs = []
    for _ in range(2):
        door = PlainClient(simulator)
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
        assert PlainClient(simulator).ask(runs[-1][0]).status_code == 422
        simulator.reset()
    assert runs[0] == runs[1]
    simulator.reset(6)
    assert simulator.seed == 6
    assert PlainClient(simulator).task() != runs[0][0]


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
            simulator.handle(api_requests.create(body))
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
        simulator.handle(api_requests.create(body, authorization="Bearer wrong"))
        simulator.handle(api_requests.create(body, authorization="Bearer sk-only"))
        runs.append(ids(simulator))
    assert runs[0] == runs[1]


def test_an_sdk_client_polls_alike() -> None:
    """The polls of a client made with client_options come at the same times with the same seed."""

    def times(seed: int) -> list[float]:
        simulator = Simulator(seed, timeline=after_seconds(100))
        with liangxin.LiangXin(**simulator.client_options()) as client:
            client.run(model=MODEL, input={"prompt": "a cup"})
        return [seen.at for seen in simulator.requests]

    assert times(3) == times(3)
    assert times(3) != times(4)
