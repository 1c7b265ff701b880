"""The simulator plays Magnific's API on the same jobs: its paths, states, errors and webhooks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from standardwebhooks import Webhook

import liangxin
import liangxin_mock
from liangxin.callbacks import verify_magnific
from liangxin_mock import Callback, Simulator, after_seconds, broken_result, fail, rate_limit
from magnific_api.variants import VARIANTS
from tests.support import spec
from tests.support.callback_inbox import Receiver
from tests.support.thoroughness import every

MODELS = [model for model in spec.OTHERS if model.api == "magnific"]
BODY = {"prompt": "A cup", "webhook_url": "https://shop.example/hook"}
CREATE = "/v1/ai/video/kling-v3-pro"
QUERY = "/v1/ai/video/kling-v3"


@pytest.fixture
def callbacks() -> list[Callback]:
    """What the receiver got."""
    return []


@pytest.fixture
def simulator(callbacks: list[Callback]) -> Iterator[Simulator]:
    """A simulator whose jobs take a minute."""
    with Simulator(timeline=after_seconds(60), receiver=callbacks.append) as simulator:
        yield simulator


@pytest.fixture
def client(simulator: Simulator) -> Iterator[httpx.Client]:
    """A client of Magnific's API."""
    with httpx.Client(
        transport=simulator.transport(),
        base_url=simulator.base_url,
        headers={"x-magnific-api-key": "some-key"},
    ) as made:
        yield made


def task(answer: httpx.Response, status: int = 200) -> Any:
    """Return the task of an answer."""
    assert answer.status_code == status, answer.text
    return answer.json()["data"]


@pytest.mark.parametrize("model", every(4, MODELS))
def test_every_model_succeeds(
    model: spec.Model, simulator: Simulator, client: httpx.Client
) -> None:
    """A task of each model goes through Magnific's states to a file, by the paths of its family."""
    variant = VARIANTS[model]
    created = task(client.post(variant.create.path, json=spec.example(model)))
    assert created == {"task_id": created["task_id"], "status": "CREATED", "generated": []}
    path = variant.query.path.replace("{task-id}", created["task_id"])
    states = [created["status"]]
    for _ in range(2):
        simulator.clock.advance(30)
        states.append(task(client.get(path))["status"])
    assert states == ["CREATED", "IN_PROGRESS", "COMPLETED"]
    [link] = task(client.get(path))["generated"]
    assert client.get(link).headers["content-type"] == "video/mp4"
    assert variant.listing is not None
    assert task(client.get(variant.listing.path)) == [
        {"task_id": created["task_id"], "status": "COMPLETED"}
    ]


def test_a_task_is_found_by_the_path_of_its_family(client: httpx.Client) -> None:
    """Pro and Standard share a path; other families, and LiangXin's query, do not know the task."""
    task_id = task(client.post("/v1/ai/video/kling-v3-std", json={"prompt": "A cup"}))["task_id"]
    assert task(client.get(f"{QUERY}/{task_id}"))["task_id"] == task_id
    other = client.get(f"/v1/ai/video/kling-v3-omni/{task_id}")
    assert (other.status_code, other.json()) == (404, {"message": "AI resource not found"})
    liangxin = client.get(
        "/api/v1/jobs/recordInfo",
        params={"taskId": task_id},
        headers={"authorization": "Bearer some-key"},
    )
    assert liangxin.status_code == 422


def test_a_failed_task_names_no_reason(simulator: Simulator, client: httpx.Client) -> None:
    """Magnific documents no field for it."""
    simulator.play(fail("422", "no", after_seconds(10)))
    task_id = task(client.post(CREATE, json=BODY))["task_id"]
    simulator.clock.advance(10)
    ended = task(client.get(f"{QUERY}/{task_id}"))
    assert ended == {"task_id": task_id, "status": "FAILED", "generated": []}


def test_webhooks_are_sent_at_each_change_and_signed(
    simulator: Simulator, client: httpx.Client, callbacks: list[Callback]
) -> None:
    """Each change of the status is reported once, with a signature that the library verifies."""
    task_id = task(client.post(CREATE, json=BODY))["task_id"]
    simulator.clock.advance(60)
    assert [call.body["status"] for call in callbacks] == ["IN_PROGRESS", "COMPLETED"]
    assert {call.body["task_id"] for call in callbacks} == {task_id}
    [link] = callbacks[-1].body["generated"]
    assert client.get(link).status_code == 200
    assert len({call.headers["webhook-id"] for call in callbacks}) == 2
    for call in callbacks:
        age = simulator.clock.time() - int(call.headers["webhook-timestamp"])
        assert 0 <= age <= 60
        signer = Webhook(simulator.webhook_secret.encode())
        # Not `verify`, which reads the system's time: the virtual clock shows another.
        sent = datetime.fromtimestamp(int(call.headers["webhook-timestamp"]), tz=UTC)
        signature = signer.sign(call.headers["webhook-id"], sent, call.content.decode())
        assert call.headers["webhook-signature"] == signature


def test_webhooks_over_http_have_the_systems_time(simulator: Simulator) -> None:
    """Who gets one over a port verifies it, though the simulator's clock shows another time."""
    simulator.receiver = None
    with (
        Receiver() as inbox,
        liangxin.Magnific(**simulator.client_options()) as client,
    ):
        task = client.tasks.create(
            model="kling-v3-pro", input={"prompt": "A cup"}, callback_url=inbox.url
        )
        simulator.clock.advance(60)
        events = [
            verify_magnific(content, headers, simulator.webhook_secret)
            for _, _, headers, content in inbox.calls
        ]
    assert [(event.task_id, event.state) for event in events] == [
        (task.id, "generating"),
        (task.id, "success"),
    ]


def test_motion_control_reports_its_end_only(
    simulator: Simulator, client: httpx.Client, callbacks: list[Callback]
) -> None:
    """For these models Magnific speaks of completion only."""
    model = spec.Model.of("magnific", "kling-v3-motion-control-pro")
    body = spec.example(model) | {"webhook_url": BODY["webhook_url"]}
    client.post(VARIANTS[model].create.path, json=body)
    simulator.clock.advance(60)
    assert [call.body["status"] for call in callbacks] == ["COMPLETED"]


@pytest.mark.parametrize(
    ("options", "headers", "status", "message"),
    [
        ({"api_key": "right"}, {}, 401, "Invalid API key"),
        ({}, {"x-magnific-api-key": ""}, 401, "Missing API key"),
        ({"balance": 0}, {}, 402, "Not enough credits"),
        ({"rate_limit": rate_limit(1, per=60)}, {}, 429, "Too many requests"),
    ],
)
def test_refusals_are_magnifics(
    options: dict[str, Any], headers: dict[str, str], status: int, message: str
) -> None:
    """A wrong key, a missing key, no credits and too many requests have Magnific's bodies."""
    with (
        Simulator(**options) as simulator,
        httpx.Client(transport=simulator.transport(), base_url=simulator.base_url) as client,
    ):
        headers = {"x-magnific-api-key": "k", **headers}
        for _ in range(2):
            answer = client.post(CREATE, json=BODY, headers=headers)
        assert (answer.status_code, answer.json()) == (status, {"message": message})
        assert "k" not in {seen.headers["x-magnific-api-key"] for seen in simulator.requests}


def test_invalid_creates_are_refused_with_field_and_limit(client: httpx.Client) -> None:
    """Limits are those of Magnific's own contract, such as a duration that is a string."""
    answer = client.post(CREATE, json={"prompt": "A cup", "duration": 5})
    assert answer.status_code == 400
    assert re.match("duration must be .*string", answer.json()["message"])


def test_lists_have_pages_where_magnific_has_them(client: httpx.Client) -> None:
    """Only the list of video references takes page and page_size; the newest task comes first."""
    model = spec.Model.of("magnific", "kling-v3-omni-std-video-reference")
    create, listing = VARIANTS[model].create.path, VARIANTS[model].listing
    assert listing is not None
    ids = [task(client.post(create, json=spec.example(model)))["task_id"] for _ in range(3)]
    pages = [
        [
            one["task_id"]
            for one in task(client.get(listing.path, params={"page": n, "page_size": 2}))
        ]
        for n in (1, 2, 3, 10**20)
    ]
    assert pages == [[ids[2], ids[1]], [ids[0]], [], []]
    for wrong in ({"page": 0}, {"page_size": 101}, {"page": "x"}):
        answer = client.get(listing.path, params=wrong)
        assert answer.status_code == 400
        assert "page" in answer.json()["message"]


@pytest.mark.parametrize("how", ["empty", "no links", "malformed"])
def test_faults_strike_magnifics_answers(
    how: Any, simulator: Simulator, client: httpx.Client
) -> None:
    """Faults of records and errors have Magnific's forms; after them the task is as it was."""
    simulator.inject(broken_result(how))
    simulator.inject(liangxin_mock.unknown_state("PAUSED"))
    simulator.inject(liangxin_mock.status(503), on="listTasks")
    task_id = task(client.post(CREATE, json=BODY))["task_id"]
    assert task(client.get(f"{QUERY}/{task_id}"))["status"] == "PAUSED"
    simulator.clock.advance(60)
    broken, sound = (task(client.get(f"{QUERY}/{task_id}")) for _ in range(2))
    assert broken["generated"] in ([], None, "https:")
    assert len(sound["generated"]) == 1
    answer = client.get(QUERY)
    assert (answer.status_code, answer.json()["message"][:19]) == (503, "Service Unavailable")


def test_a_wrong_method_is_told_the_right_ones(client: httpx.Client) -> None:
    """Motion Control takes creates and lists at one path; other paths take one of them."""
    for path, allowed in (
        (CREATE, "POST"),
        (QUERY, "GET"),
        ("/v1/ai/video/kling-v3-motion-control-pro", "POST, GET"),
    ):
        answer = client.delete(path)
        assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


def test_the_same_seed_gives_the_same_ids(simulator: Simulator, client: httpx.Client) -> None:
    """Ids are UUIDs that the seed decides."""
    first = task(client.post(CREATE, json=BODY))["task_id"]
    simulator.reset()
    assert task(client.post(CREATE, json=BODY))["task_id"] == first
    assert task(client.post(CREATE, json=BODY))["task_id"] != first


def test_creates_of_another_model_change_no_ids(simulator: Simulator, client: httpx.Client) -> None:
    """A create has the id that it would have if no other model had been sent the same body."""
    first = task(client.post(CREATE, json={"prompt": "A cup"}))["task_id"]
    simulator.reset()
    client.post(CREATE.replace("pro", "std"), json={"prompt": "A cup"})
    assert task(client.post(CREATE, json={"prompt": "A cup"}))["task_id"] == first
