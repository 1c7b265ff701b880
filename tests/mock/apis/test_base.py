"""A second API with other paths, key, states, errors and webhooks is one more `Api`, no more."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any, cast

import httpx
import pytest

from liangxin_mock import Callback, Simulator, after_seconds, fail, status, unknown_task
from liangxin_mock.apis import APIS
from liangxin_mock.apis.base import Api, Route, Submission, Webhook
from liangxin_mock.chance import Chance
from liangxin_mock.contract import Contract
from liangxin_mock.jobs.job import Job
from liangxin_mock.messages import Reply, Request, json_reply

STATES = {
    "waiting": "NEW",
    "queuing": "NEW",
    "generating": "BUSY",
    "success": "DONE",
    "fail": "FAILED",
}


class OneModel:
    """A contract of a single model, `painter`, with a prompt."""

    def __init__(self) -> None:
        self.kinds = {"painter": "image"}

    def problem(self, model: object, body: dict[str, Any]) -> str | None:
        assert model == "painter"
        return None if "prompt" in body else "prompt is required"

    def input_schema(self, _model: str) -> dict[str, Any]:
        return {"properties": {"prompt": {"type": "string"}}}

    def allows(self, _schema: object, _value: object) -> bool:
        return True


class Painter(Api):
    """An invented API: models and tasks in paths, a key header, states in capitals."""

    name = "painter"
    key_header = "x-painter-key"

    def contract(self, *, strict: bool, callback_hosts: Collection[str]) -> Contract:
        del strict, callback_hosts
        return cast("Contract", OneModel())

    def route(self, request: Request) -> Route | None:
        root, _, task_id = request.path.partition("/v2/painter")
        if root or not request.path.startswith("/v2/painter"):
            return None
        if task_id:
            return Route("recordInfo", ("GET",), "painter", task_id.strip("/"))
        return Route("createTask", ("POST",), "painter")

    def key(self, request: Request) -> str | None:
        return request.headers.get(self.key_header)

    def out_of_credit(self) -> Reply:
        return self.error(402)

    def reported_states(self, model: str) -> frozenset[str]:
        del model
        return frozenset(STATES)

    def submission(self, route: Route, document: dict[str, Any], text: str) -> Submission:
        del text
        fields = {name: value for name, value in document.items() if name != "webhook"}
        body = {"model": route.model, "input": fields}
        if "webhook" in document:
            body["callBackUrl"] = document["webhook"]
        return Submission(document, body, json.dumps(body))

    def new_id(self, model: str, chance: Chance, attempt: int) -> str:
        return f"{model}-{chance.number(b'%d' % attempt, 10**6)}"

    def accepted(self, job: Job) -> Reply:
        return json_reply({"id": job.id, "status": STATES[job.state]}, 201)

    def record(self, job: Job) -> Reply:
        return json_reply({"id": job.id, "status": STATES[job.state], "files": [*job.result_urls]})

    def webhook(self, job: Job, state: str, *, at: float, secret: str) -> Webhook:
        del at, secret
        content = json.dumps({"id": job.id, "status": STATES[state]}).encode()
        return Webhook(content, {"x-painter-signature": "signed"})

    def error(
        self,
        status: int,
        message: str | None = None,
        *,
        gateway: bool | None = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        del gateway
        return json_reply({"problem": message or "went wrong"}, status, headers)

    def error_in_success(self, code: int, message: str) -> Reply:
        return json_reply({"problem": f"{code} {message}"})

    def unknown_task(self) -> Reply:
        return self.error(404, "no such task")

    def link_expired(self) -> Reply:
        return self.error(410, "gone")

    def with_broken_result(self, record: Reply, how: str) -> Reply | None:
        del record, how
        return None

    def with_state(self, record: Reply, state: str) -> Reply | None:
        del record, state
        return None


@pytest.fixture
def simulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """A simulator that answers for the invented API, too."""
    monkeypatch.setitem(APIS, "painter", Painter())
    with Simulator(timeline=after_seconds(60)) as simulator:
        yield simulator


@pytest.fixture
def client(simulator: Simulator) -> Iterator[httpx.Client]:
    """A client of the invented API."""
    with httpx.Client(
        transport=simulator.transport(),
        base_url=simulator.base_url,
        headers={"x-painter-key": "k"},
    ) as made:
        yield made


def test_a_task_from_create_to_file(simulator: Simulator, client: httpx.Client) -> None:
    """Creates, queries and downloads work by the second API's paths, states and links."""
    created = client.post("/v2/painter", json={"prompt": "A cup"})
    assert (created.status_code, created.json()["status"]) == (201, "NEW")
    path = f"/v2/painter/{created.json()['id']}"
    simulator.clock.advance(30)
    assert client.get(path).json()["status"] == "BUSY"
    simulator.clock.advance(30)
    record = client.get(path).json()
    assert record["status"] == "DONE"
    assert client.get(record["files"][0]).headers["content-type"] == "image/png"
    assert (simulator.creates, simulator.polls) == (1, 2)


def test_its_own_key_and_errors(simulator: Simulator, client: httpx.Client) -> None:
    """Refusals and faults come in the second API's words; rules know its models."""
    refused = client.post("/v2/painter", json={}, headers={"x-painter-key": ""})
    assert (refused.status_code, refused.json()) == (401, {"problem": "went wrong"})
    assert client.post("/v2/painter", json={}).json() == {"problem": "prompt is required"}
    simulator.inject(status(503, "busy"), model="painter")
    simulator.inject(unknown_task(), model="painter")
    simulator.play(fail(), model="paint*", where={"prompt": "*cat*"})
    assert client.post("/v2/painter", json={"prompt": "A cat"}).json() == {"problem": "busy"}
    task_id = client.post("/v2/painter", json={"prompt": "A cat"}).json()["id"]
    assert client.get(f"/v2/painter/{task_id}").status_code == 404
    assert client.get(f"/v2/painter/{task_id}").json()["status"] == "FAILED"


def test_its_webhooks(simulator: Simulator, client: httpx.Client) -> None:
    """The second API reports every state that it wants reported, in its own JSON."""
    seen: list[Callback] = []
    simulator.receiver = seen.append
    client.post("/v2/painter", json={"prompt": "A cup", "webhook": "https://shop.example/hook"})
    for _ in range(60):
        simulator.clock.advance(1)
    assert [callback.body["status"] for callback in seen] == ["NEW", "BUSY", "DONE"]


def test_the_first_api_goes_on(simulator: Simulator) -> None:
    """LiangXin's API answers beside the second one."""
    with httpx.Client(transport=simulator.transport()) as client:
        answer = client.post(
            f"{simulator.base_url}/api/v1/jobs/createTask",
            json={"model": "z-image", "input": {"prompt": "A cup"}},
            headers={"authorization": "Bearer k"},
        )
    assert answer.json()["code"] == 200
