"""The examples on the pages of the models work as they stand."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from liangxin.cli import main
from liangxin_mock import Server, Simulator, VirtualClock, immediate
from liangxin_mock.apis import variables
from liangxin_mock.requests.download import Result
from website import examples
from website.apis import APIS, WebApi

EVERY = [pytest.param(api, model, id=f"{api.name} {model}") for api in APIS for model in api.models]
CLIP = Path(__file__).parents[2] / "mock/liangxin_mock/media/clip.mp4"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(1000)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A simulator on a port, whose jobs succeed at once."""
    with Server(Simulator(clock=VirtualClock(), timeline=immediate())) as server:
        yield server


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    """What sends the requests of curl."""
    with httpx.Client() as client:
        yield client


@pytest.fixture(autouse=True)
def a_person_at_the_mock(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> dict[str, str]:
    """The environment of somebody who tries the examples; results are made in no time."""
    simulator, clip = server.simulator, CLIP.read_bytes()
    simulator.reset()
    environment = variables(server.url, api_key=None, webhook_secret=None)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("liangxin.client.SystemClock", lambda: simulator.clock)
    monkeypatch.setattr(
        "liangxin_mock.requests.download.make_result",
        lambda _api, kind, *_, **__: (
            Result(clip, "video/mp4", '"1"') if kind == "video" else Result(PNG, "image/png", '"1"')
        ),
    )
    monkeypatch.chdir(tmp_path)
    return environment


@pytest.mark.parametrize(("api", "model"), EVERY)
def test_python(api: WebApi, model: str, server: Server) -> None:
    """The program creates the task of the page, and saves its file."""
    exec(examples.python(api, model), {})  # noqa: S102
    (job,) = server.simulator.jobs
    assert (job.model, job.body["input"]) == (model, api.example(model))
    assert len([*Path("results").iterdir()]) == 1


@pytest.mark.parametrize(("api", "model"), EVERY)
def test_command(api: WebApi, model: str, server: Server) -> None:
    """The command creates the task of the page, and saves its file."""
    program, *arguments = words(examples.command(api, model))
    assert program == "liangxin"
    assert main(arguments) == 0
    (job,) = server.simulator.jobs
    assert (job.model, job.body["input"]) == (model, api.example(model))
    assert len([*Path("results").iterdir()]) == 1


@pytest.mark.parametrize(("api", "model"), EVERY)
def test_curl(
    api: WebApi,
    model: str,
    server: Server,
    http: httpx.Client,
    a_person_at_the_mock: dict[str, str],
) -> None:
    """The requests create the task of the page, and query it."""
    environment = a_person_at_the_mock
    created = send(http, examples.curl(api, model), environment)
    (job,) = server.simulator.jobs
    assert (created.status_code, job.model) == (200, model)
    assert job.body["input"] == api.example(model)
    found = send(http, examples.query(api, model), environment | {"TASK_ID": job.id})
    assert found.status_code == 200
    assert job.id in found.text


def words(command: str) -> list[str]:
    """Return the words of a command, as a shell reads them."""
    return shlex.split(command.replace("\\\n", ""))


def send(http: httpx.Client, command: str, environment: dict[str, str]) -> httpx.Response:
    """Send the request that a curl command is, to the simulator whatever the host."""
    for name, value in environment.items():
        command = command.replace(f"${name}", value)
    program, url, *options = words(command)
    assert program == "curl"
    given = dict[str, list[str]]()
    for option, value in zip(options[::2], options[1::2], strict=True):
        given.setdefault(option, []).append(value)
    path = url.removeprefix(environment["LIANGXIN_BASE_URL"]).removeprefix(
        "https://api.magnific.com"
    )
    (data,) = given.get("-d", [None])
    return http.request(
        "POST" if data else "GET",
        environment["LIANGXIN_BASE_URL"] + path,
        headers=dict(header.split(": ", 1) for header in given["-H"]),
        content=data,
    )
