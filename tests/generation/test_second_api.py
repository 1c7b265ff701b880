"""A second API, unlike LiangXin's, needs a folder with its spec and nothing else."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pytest

KEY = "acme-key-0123456789"


class Server:
    """Answers as Acme would, and keeps the requests."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if request.method == "POST":
            return httpx.Response(202, json={"job": "job/1", "phase": "SPOOLED"})
        if request.url.path.endswith("/status"):
            return httpx.Response(200, json={"job": "job/1", "phase": "WOVEN", "cloth": ["a.png"]})
        return httpx.Response(200, json={"jobs": []})

    @property
    def targets(self) -> list[str]:
        """What was asked for, as it went over the wire."""
        return [f"{r.method} {r.url.raw_path.decode()}" for r in self.requests]


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def client(acme: ModuleType, server: Server) -> Any:
    transport = httpx.MockTransport(server)
    return acme.AuthenticatedClient(token=KEY, httpx_args={"transport": transport})


def variants(acme: ModuleType) -> dict[str, Any]:
    found: dict[str, Any] = import_module(f"{acme.__name__}.variants").VARIANTS
    return found


def body(acme: ModuleType, model: str) -> Any:
    """A create of a model, made with its class."""
    made = variants(acme)[model].request_class
    return made(pattern="A checked cloth", threads=20, hook="https://example.com/done")


CREATED = {"pattern": "A checked cloth", "threads": 20, "hook": "https://example.com/done"}


@pytest.mark.parametrize("model", ["loom-1", "loom-2-hd"])
def test_create_and_status(acme: ModuleType, client: Any, server: Server, model: str) -> None:
    """The operations of a variant send path, body and key as this API wants them."""
    variant = variants(acme)[model]
    created = variant.create.sync_detailed(client=client, body=body(acme, model))
    assert (created.status_code, created.parsed.phase) == (202, "SPOOLED")
    found = variant.query.sync_detailed(client=client, **{variant.id_argument: created.parsed.job})
    assert found.parsed.to_dict() == {"job": "job/1", "phase": "WOVEN", "cloth": ["a.png"]}
    assert server.targets == [f"POST /v2/looms/{model}", "GET /v2/looms/jobs/job%2F1/status"]
    assert json.loads(server.requests[0].content) == CREATED
    assert [request.headers["x-acme-key"] for request in server.requests] == [KEY, KEY]
    assert {request.url.host for request in server.requests} == {"api.acme.test"}


def test_create_and_status_async(acme: ModuleType, client: Any, server: Server) -> None:
    """Awaited, the operations send the same."""

    async def play() -> Any:
        variant = variants(acme)["loom-1"]
        created = await variant.create.asyncio_detailed(client=client, body=body(acme, "loom-1"))
        return await variant.query.asyncio_detailed(client=client, job_id=created.parsed.job)

    assert asyncio.run(play()).parsed.phase == "WOVEN"
    assert server.targets == ["POST /v2/looms/loom-1", "GET /v2/looms/jobs/job%2F1/status"]
    assert json.loads(server.requests[0].content) == CREATED
    assert [request.headers["x-acme-key"] for request in server.requests] == [KEY, KEY]


@pytest.mark.parametrize(
    ("job", "path"),
    [
        ("a/b", "a%2Fb"),
        ("a b?c#d", "a%20b%3Fc%23d"),
        ("é", "%C3%A9"),
        ("%2F", "%252F"),
        ("{0}", "%7B0%7D"),
    ],
)
def test_a_path_parameter_is_quoted(
    acme: ModuleType, client: Any, server: Server, job: str, path: str
) -> None:
    """Whatever an id holds, it stays one segment of the path."""
    variants(acme)["loom-1"].query.sync_detailed(client=client, job_id=job)
    assert server.targets == [f"GET /v2/looms/jobs/{path}/status"]


def test_query_and_header_parameters_arrive(acme: ModuleType, client: Any, server: Server) -> None:
    """Parameters of other operations arrive, too, and what is not given is not sent."""
    listing = import_module(f"{acme.__name__}.api.looms.list_looms")
    listing.sync_detailed(client=client, page=2, states=["WOVEN", "TORN"], x_acme_region="eu")
    listing.sync_detailed(client=client, x_acme_region="us")
    assert server.targets == [
        "GET /v2/looms/jobs?page=2&states=WOVEN&states=TORN",
        "GET /v2/looms/jobs",
    ]
    assert [r.headers["x-acme-region"] for r in server.requests] == ["eu", "us"]


def test_its_contract_is_its_own(acme: ModuleType) -> None:
    """Fields, limits and sources are those of its spec, and its requests are flat."""
    contract = import_module(f"{acme.__name__}.contract")
    assert [field.name for field in contract.fields("loom-2-hd")] == ["pattern", "threads"]
    assert contract.violations("loom-2-hd", CREATED) == ()
    (violation,) = contract.violations("loom-1", {**CREATED, "threads": 200})
    assert (violation.field, violation.message) == ("threads", "must be at most 100, got 200")
    assert violation.source == "https://acme.test/looms/loom-1"
    (unknown,) = contract.violations("kling-v3-pro", CREATED)
    assert unknown.field == "model"


def test_type_checkers_accept_it(acme: ModuleType) -> None:
    """The package of another API passes mypy under its strictest settings, as the first does."""
    pytest.importorskip("mypy", reason="the type checkers come with the group `types`")
    package = Path(str(acme.__file__)).parent
    result = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file", "", "-p", package.name],
        cwd=package.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
