"""A second API needs one module that says what it is; clients, tasks and polls stay as they are."""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

import httpx
import pytest

import liangxin
from liangxin.apis import deprecations, status_codes
from liangxin.apis.base import Api, Body, Call, Environment
from liangxin.client import AsyncClient, SyncClient
from liangxin.http_response import Response
from liangxin.records import Created, TaskRecord
from liangxin_mock.clock import VirtualClock
from tests.support.scripted_api import Kind, both_kinds, settle

KEY = "acme-key-0123456789"
PHASES = {"SPOOLED": "waiting", "WEAVING": "generating", "WOVEN": "success", "TORN": "fail"}


class AcmeApi(Api):
    """What `apis/acme.py` would be."""

    name = "Acme"
    package = "acme_api"
    inputs = "acme.models"
    environment = Environment(
        key_variable="ACME_API_KEY",
        base_url_variable="ACME_BASE_URL",
        default_base_url="https://api.acme.test",
        key_header="x-acme-key",
        key_prefix="",
    )
    callback_field = "hook"
    input_path = ()
    needs_model = True

    def body(
        self, model: str, fields: Mapping[str, Any], callback_url: str | None
    ) -> dict[str, Any]:
        """Return the body of a create: flat, the model is in the path."""
        del model
        return {**fields, **({} if callback_url is None else {"hook": callback_url})}

    def create(self, model: str, body: Mapping[str, Any]) -> Call:
        """Return the request that creates a task."""
        operation = self.ready(self.variants.VARIANTS[model].create)
        return Call(operation, {"body": Body(body)}, f"POST {model}")

    def query(self, task_id: str, model: str | None) -> Call:
        """Return the request for a task's record."""
        variant = self.variants.VARIANTS[model]
        return Call(self.ready(variant.query), {variant.id_argument: task_id}, f"GET {model}")

    def find_task_id(self, text: str) -> str | None:
        """Return the id in a broken response."""
        found = re.search(r'"job": ?"([^"]+)"', text)
        return found[1] if found else None

    def read_created(self, response: Response, model: str) -> Created:
        """Read the answer to a create."""
        del model
        document = status_codes.read_document(response)
        if error := status_codes.read_error(response, document):
            raise error
        assert isinstance(document, dict)
        return Created(document["job"], response)

    def read_record(self, response: Response, task_id: str) -> TaskRecord:
        """Read the answer to a query."""
        document = status_codes.read_document(response)
        if error := status_codes.read_error(response, document):
            raise error
        assert isinstance(document, dict)
        assert document["job"] == task_id
        return TaskRecord(
            state=PHASES[document["phase"]],
            task_id=task_id,
            result_urls=tuple(document.get("cloth", ())),
            response=response,
        )


class Server:
    """Answers as Acme would: a job is woven at its third query."""

    def __init__(self, last: str = "WOVEN") -> None:
        self.requests: list[httpx.Request] = []
        self._phases = ["SPOOLED", "WEAVING", last]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if request.method == "POST":
            return httpx.Response(202, json={"job": "job/1", "phase": "SPOOLED"})
        phase = self._phases.pop(0) if len(self._phases) > 1 else self._phases[0]
        return httpx.Response(200, json={"job": "job/1", "phase": phase, "cloth": ["a.png"]})


def play(kind: Kind, acme: ModuleType, server: Server, scenario: Any) -> Any:
    """Play a scenario on a client of the second API."""
    del acme  # it is importable
    api = AcmeApi()
    kinds: dict[str, Any] = {
        "sync": type("Acme", (SyncClient,), {"_api": api}),
        "async": type("AsyncAcme", (AsyncClient,), {"_api": api}),
    }
    http: Any = httpx.Client if kind == "sync" else httpx.AsyncClient

    async def run() -> Any:
        client = kinds[kind](
            KEY,
            http_client=http(transport=httpx.MockTransport(server)),
            clock=VirtualClock(),
            rng=random.Random(0),
        )
        try:
            return await scenario(client)
        finally:
            await settle(client.close())

    return asyncio.run(run())


INPUT = {"pattern": "A checked cloth", "threads": 20}


@both_kinds
def test_create_and_wait(kind: Kind, acme: ModuleType) -> None:
    """A task is created, polled and finished by the same core: path, key header, body and states."""
    server = Server()

    async def scenario(client: Any) -> Any:
        return await settle(
            client.run(model="loom-2-hd", input=INPUT, callback_url="https://example.com/done")
        )

    task = play(kind, acme, server, scenario)
    assert (task.state, task.result_urls, task.model) == ("success", ["a.png"], "loom-2-hd")
    targets = [f"{r.method} {r.url.raw_path.decode()}" for r in server.requests]
    assert targets == ["POST /v2/looms/loom-2-hd"] + ["GET /v2/looms/jobs/job%2F1/status"] * 3
    assert json.loads(server.requests[0].content) == {**INPUT, "hook": "https://example.com/done"}
    assert {r.headers["x-acme-key"] for r in server.requests} == {KEY}
    assert all("authorization" not in r.headers for r in server.requests)


@both_kinds
def test_invalid_input_is_refused_by_its_contract(kind: Kind, acme: ModuleType) -> None:
    """Its models have their own limits; nothing is sent."""
    server = Server()

    async def scenario(client: Any) -> Any:
        return await settle(client.tasks.create(model="loom-1", input={"threads": 20}))

    with pytest.raises(liangxin.InvalidInputError, match="pattern"):
        play(kind, acme, server, scenario)
    assert server.requests == []


@both_kinds
def test_a_task_of_which_only_the_id_is_known(kind: Kind, acme: ModuleType) -> None:
    """Where a query needs the model, a handle without one says so, and one with it works."""
    server = Server()

    async def scenario(client: Any) -> Any:
        with pytest.raises(liangxin.UsageError, match="model is needed to ask Acme") as refused:
            await settle(client.tasks.retrieve("job/1"))
        assert refused.value.argument == "model"
        assert server.requests == []
        return await settle(client.tasks.handle("job/1", model="loom-1").wait())

    assert play(kind, acme, server, scenario).state == "success"


@both_kinds
def test_a_former_id_and_a_deprecated_model(kind: Kind, acme: ModuleType) -> None:
    """By a former id, or by its class, the new model is created; both are warned of, once."""
    server = Server()
    old_input = import_module(f"{acme.__name__}.models").Loom2Input(pattern="x")

    async def scenario(client: Any) -> Any:
        made = [
            await settle(client.tasks.create(model="loom/2", input={"pattern": "x"})),
            await settle(client.tasks.create(old_input)),
            await settle(client.tasks.create(model="loom-0", input={"pattern": "x"})),
            client.tasks.handle("job/1", model="loom/2"),
        ]
        return [task.model for task in made]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deprecations, "_warned", set())
        with pytest.warns(liangxin.DeprecatedInputWarning) as caught:
            models = play(kind, acme, server, scenario)
    assert models == ["loom-2-hd", "loom-2-hd", "loom-0", "loom-2-hd"]
    paths = [request.url.path for request in server.requests]
    assert paths == [f"/v2/looms/{model}" for model in models[:3]]
    told = [str(warning.message).partition(" is ")[0] for warning in caught]
    assert told == ["model id loom/2", "model loom-0"]
