"""Clients: life cycle, single requests, and clients with other options."""

import asyncio
import subprocess
import sys
from typing import Any
from unittest.mock import MagicMock, create_autospec

import httpx
import pytest
import respx

import liangxin
from tests.support.raw_server import RawServer, answering, response
from tests.support.samples import INPUT, KEY, MODEL, TASK_ID
from tests.support.scripted_api import (
    BASE_URL,
    DONE,
    FAILED,
    WAITING,
    Fault,
    Kind,
    Reply,
    Server,
    both_kinds,
    create,
    created,
    play,
    record,
    retrieve,
    settle,
)


def make(kind: Kind, *arguments: Any, **options: Any) -> Any:
    client = liangxin.LiangXin if kind == "sync" else liangxin.AsyncLiangXin
    return client(*arguments, **options)


def test_import_is_light() -> None:
    """`import liangxin` loads neither the HTTP library nor the validators."""
    script = (
        "import sys, liangxin; "
        "assert not {'httpx', 'attr', 'attrs', 'jsonschema_rs', 'typing'} & set(sys.modules), "
        "sorted(sys.modules); liangxin.LiangXinError; assert 'httpx' not in sys.modules; "
        "liangxin.LiangXin; assert 'httpx' not in sys.modules"
    )
    subprocess.run([sys.executable, "-S", "-c", _path() + script], check=True)


def test_the_first_answer_is_light() -> None:
    """A new process gets its first answer without what only others need.

    Not asyncio, the classes of models with attrs, the validator, the code that saves results, nor
    the command line of httpx.
    """
    record = {"code": 200, "data": {"taskId": TASK_ID, "state": "waiting"}}
    script = (
        "import sys, liangxin; "
        "client = liangxin.LiangXin('key', sys.argv[1]); "
        f"client.tasks.retrieve({TASK_ID!r}); "
        "print(*sys.modules)"
    )
    with RawServer(answering(response(record))) as server:
        command = [sys.executable, "-S", "-c", _path() + script, server.url]
        result = subprocess.run(command, capture_output=True, check=True, text=True, timeout=60)
    loaded = set(result.stdout.split())
    assert "httpx" in loaded
    assert not loaded & {
        *("asyncio", "attr", "attrs", "click", "jsonschema_rs", "liangxin.results.save"),
        *("liangxin_api.contract", "liangxin_api.models", "opentelemetry", "pygments", "rich"),
    }


def _path() -> str:
    return f"import sys; sys.path[:0] = {sys.path!r}; "


def test_public_names() -> None:
    """Every public name can be imported, and no other."""
    module: Any = liangxin
    for name in module.__all__:
        assert getattr(module, name).__name__.rpartition(".")[2] == name
    assert set(module.__all__) <= set(dir(module))
    assert list(module.__all__) == sorted(module.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Nonsense'"):
        _ = module.Nonsense


@both_kinds
def test_settings_come_from_the_environment(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    """Key and base URL default to the environment; a path in the base URL is kept."""
    monkeypatch.setenv("LIANGXIN_API_KEY", KEY)
    monkeypatch.setenv("LIANGXIN_BASE_URL", "https://proxy.test/liangxin/")
    server = Server(records=[DONE])

    settings = {"api_key": None, "base_url": None}
    with respx.mock as router:
        route = router.get("https://proxy.test/liangxin/api/v1/jobs/recordInfo")
        route.mock(side_effect=server.answer)
        client = make(kind, **settings, clock=server.clock)
        task = asyncio.run(retrieve(client))
        asyncio.run(_close(client))
    assert task.state == "success"
    [request] = server.requests
    assert request.url.params["taskId"] == TASK_ID
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.headers["user-agent"] == f"liangxin-python/{liangxin.__version__}"


async def _close(client: Any) -> None:
    await settle(client.close())


@both_kinds
@pytest.mark.parametrize(
    ("settings", "argument"),
    [
        ({"api_key": None}, "api_key"),
        ({"base_url": None}, "base_url"),
        ({"base_url": "https://api\x7f.test"}, "base_url"),
        ({"timeout": 0}, "timeout"),
        ({"extra_headers": {"Host": "x"}}, "extra_headers"),
        ({"http_client": object()}, "http_client"),
        ({"polls_per_task": 0}, "polls_per_task"),
        ({"polls_per_second": 0}, "polls_per_second"),
    ],
)
def test_settings_that_cannot_work(
    kind: Kind, settings: dict[str, Any], argument: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A setting that cannot work is refused by name as soon as the client is made."""
    for name in ("API_KEY", "BASE_URL"):
        monkeypatch.delenv(f"LIANGXIN_{name}", raising=False)
    with pytest.raises(liangxin.UsageError) as info:
        make(kind, **({"api_key": KEY, "base_url": BASE_URL} | settings))
    assert info.value.argument == argument


@both_kinds
def test_closed_client_says_so(kind: Kind) -> None:
    """A closed client refuses to send, and a wait does not go on without it."""

    async def scenario(client: Any) -> None:
        task = client.tasks.handle(TASK_ID)
        await settle(client.close())
        await settle(task.wait())

    error = play(kind, Server(), scenario).error
    assert isinstance(error, liangxin.UsageError)
    assert "closed" in str(error)
    assert error.task_id == TASK_ID


@both_kinds
@pytest.mark.parametrize("step", [Reply(status=503), Fault(httpx.ReadTimeout), Reply(b"<html>")])
def test_retrieve_is_one_request(kind: Kind, step: Any) -> None:
    """Retrieve asks once and raises what came, with the task's id."""
    server = Server(records=[step, DONE])

    error = play(kind, server, retrieve).error
    assert isinstance(error, liangxin.APIError)
    assert error.task_id == TASK_ID
    assert len(server.polls) == 1


@both_kinds
def test_refresh_updates_the_task(kind: Kind) -> None:
    """Refresh asks once, updates the task and returns it; its model stays."""
    other = record("generating", model="another", progress=7)
    server = Server([created()], [other, FAILED])

    async def scenario(client: Any) -> Any:
        task = await create(client)
        assert await settle(task.refresh()) is task
        assert (task.id, task.model, task.state, task.progress) == (TASK_ID, MODEL, "generating", 7)
        assert task.raw == other.body
        return await settle(task.refresh())

    task = play(kind, server, scenario).value
    assert (task.state, task.fail_code, task.fail_msg) == ("fail", "500", "upstream error")


@both_kinds
@pytest.mark.parametrize("task_id", ["", "  ", None, 7, b"x"])
def test_task_ids_are_checked(kind: Kind, task_id: Any) -> None:
    """An id that is empty or no string is refused before any request."""

    async def scenario(client: Any) -> None:
        await settle(client.tasks.retrieve(task_id))

    server = Server(records=[DONE])
    error = play(kind, server, scenario).error
    assert isinstance(error, liangxin.UsageError)
    assert server.polls == []


# --- options -------------------------------------------------------------------------------------


def sent(server: Server, name: str) -> list[str | None]:
    """The values of a header in the order of the requests."""
    return [request.headers.get(name) for request in server.requests]


@both_kinds
def test_a_client_sends_its_extra_headers(kind: Kind) -> None:
    """Headers of the client go with creates, polls and queries, beside our own."""
    server = Server([created()], [WAITING, DONE])

    async def scenario(client: Any) -> None:
        await settle(client.run(model=MODEL, input=INPUT))
        await settle(client.tasks.retrieve(TASK_ID))

    assert play(kind, server, scenario, extra_headers={"X-Tenant": "a"}).error is None
    assert sent(server, "x-tenant") == ["a"] * 4
    assert set(sent(server, "authorization")) == {f"Bearer {KEY}"}


@both_kinds
def test_with_options_shares_the_rest(kind: Kind) -> None:
    """Both wait for one another's tasks, and the connections end with the first one alone."""
    server = Server([created()], [WAITING, DONE])

    async def scenario(client: Any) -> None:
        child = client.with_options(extra_headers={"X-A": "1"})
        assert type(child) is type(client)
        task = await create(child)
        await settle(child.close())
        await settle(client.tasks.wait_all([task]))
        await settle(child.tasks.retrieve(TASK_ID))
        await settle(client.close())
        with pytest.raises(liangxin.UsageError, match="closed"):
            await settle(child.tasks.retrieve(TASK_ID))

    assert play(kind, server, scenario).error is None
    # A task goes on as it began.
    assert sent(server, "x-a") == ["1"] * 4


@both_kinds
def test_a_derived_client_in_a_with_block(kind: Kind) -> None:
    """Leaving the block of a derived client does not close its parent."""

    async def scenario(client: Any) -> None:
        child = client.with_options(timeout=5)
        if kind == "async":
            async with child as entered:
                assert entered is child
        else:
            with child as entered:
                assert entered is child
        await settle(client.tasks.retrieve(TASK_ID))

    assert play(kind, Server(records=[DONE]), scenario).error is None


def test_autospecs_know_the_clients() -> None:
    """`create_autospec` of a client has its tasks, with the signatures of their methods."""
    for client in (liangxin.LiangXin, liangxin.AsyncLiangXin):
        instance = create_autospec(client).return_value
        assert {"create", "retrieve", "handle", "wait_all"} <= set(dir(instance.tasks))
        with pytest.raises(TypeError):
            instance.tasks.create(modle="z-image")
        with pytest.raises(AttributeError):
            _ = instance.task
    sync = create_autospec(liangxin.LiangXin).return_value
    sync.tasks.create.return_value.id = TASK_ID
    assert sync.tasks.create(model=MODEL, input=INPUT).id == TASK_ID
    twin = create_autospec(liangxin.AsyncLiangXin).return_value
    twin.tasks.create.return_value.id = TASK_ID
    assert asyncio.run(twin.tasks.create(model=MODEL, input=INPUT)).id == TASK_ID


@pytest.mark.parametrize("cls", [liangxin.Task, liangxin.AsyncTask])
def test_mocks_of_tasks_know_every_attribute(cls: Any) -> None:
    """A mock with a task for its spec has what a task has, and nothing else."""
    names = {name for name in dir(cls(TASK_ID)) if name[0] != "_"}
    for mock in (MagicMock(spec=cls), create_autospec(cls).return_value):
        assert {name for name in dir(mock) if name[0] != "_"} >= names
        mock.id, mock.result_urls = TASK_ID, ["https://example.com/a.png"]
        with pytest.raises(AttributeError):
            _ = mock.no_such_attribute
    assert cls("a").result_urls is not cls("b").result_urls
