"""The account: its balance, its limit of requests, its key, its strictness."""

import gc
import tracemalloc

import httpx
import pytest

from liangxin_api.variants import PATHS
from liangxin_mock import Simulator, immediate, rate_limit, stall
from liangxin_mock.jobs.timelines import Timeline
from tests.strategies import faulty_inputs
from tests.support import spec
from tests.support.plain_client import NO_PROMPT, PROMPT, PlainClient
from tests.support.samples import KEY, MODEL


def test_creates_use_up_the_balance(door: PlainClient, simulator: Simulator) -> None:
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
    door = PlainClient(simulator)
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
    assert PlainClient(simulator, "anything").create().status_code == 200
    with httpx.Client(transport=simulator.transport(), base_url=simulator.base_url) as http:
        assert http.post(PATHS["createTask"], json={}).status_code == 401


def test_inferred_limits_refuse_only_if_strict() -> None:
    """A limit that is only a guess refuses nothing unless the simulator is strict."""
    guesses = (f for model in spec.MODELS for f in faulty_inputs.faults(model) if f.inferred)
    guess = next(guesses)
    usual, strict = (PlainClient(Simulator(timeline=immediate(), strict=s)) for s in (False, True))
    assert usual.create(guess.model, guess.input).status_code == 200
    refused = strict.create(guess.model, guess.input)
    assert refused.status_code == 400
    assert guess.field in refused.json()["msg"]
    assert guess.model in refused.json()["msg"]


def test_the_log_of_requests_is_bounded(door: PlainClient, simulator: Simulator) -> None:
    """Requests are kept up to a number and up to a size, whichever part of them is large."""
    for n in range(60):
        door.http.get("/nowhere", params={"n": n}, headers={"x-large": "y" * 2**20})
    for log in (simulator.requests, simulator.refused):
        assert 25 < len(log) <= 32
        assert log[-1].query == "n=59"
    log = simulator.requests
    for _ in range(10_100):
        log.append(log[-1]._replace(headers={}))
    assert len(log) == 10_000


@pytest.mark.thorough
@pytest.mark.parametrize("timeline", [immediate(), stall()])
def test_large_creates_do_not_pile_up(timeline: Timeline) -> None:
    """After many creates of some megabytes, memory holds a limited part of them, queried or not."""
    simulator = Simulator(timeline=timeline)
    door = PlainClient(simulator)
    tracemalloc.start()
    try:
        for n in range(100):
            sent = door.create("flux-2-pro", {"prompt": f"{n} " + "x" * 2**20})
            door.ask(sent.json()["data"]["taskId"])
        gc.collect()
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(simulator.jobs) == 100
    assert kept < 80 * 2**20


@pytest.mark.parametrize(("encoding", "status"), [("gzip", 415), ("br", 415), ("identity", 200)])
def test_encoded_bodies_are_refused(
    door: PlainClient, simulator: Simulator, encoding: str, status: int
) -> None:
    """A create in another content encoding than identity is told so, and not called bad JSON."""
    answer = door.create(MODEL, PROMPT, content_encoding=encoding)
    assert answer.status_code == status
    if status == 415:
        shown = f"Content-Encoding must be identity, not {encoding}"
        assert answer.json()["error"]["message"] == simulator.requests[-1].problem == shown


@pytest.mark.parametrize(
    "url", ["", "http://shop.example/done", "./done", 5, ["https://a.example"]]
)
def test_a_refusal_shows_the_value(door: PlainClient, url: object) -> None:
    """A callback URL that is refused is shown as it came."""
    body = {"model": MODEL, "input": PROMPT, "callBackUrl": url}
    refused = door.http.post(PATHS["createTask"], json=body)
    assert refused.status_code == 400
    assert ("empty" if url == "" else str(url)[:5]) in refused.json()["msg"]
