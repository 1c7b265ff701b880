"""The HTTP response behind a task, and since when a task is there."""

import json
import pickle
from typing import Any

import pytest

import liangxin
from liangxin.http_response import Response
from tests.support.samples import KEY, START, TASK_ID
from tests.support.scripted_api import (
    DONE,
    WAITING,
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


def reply(base: Reply, **headers: str) -> Reply:
    return Reply(base.body, base.status, {n.replace("_", "-"): v for n, v in headers.items()})


@both_kinds
def test_each_request_leaves_its_response(kind: Kind) -> None:
    """After a create, a refresh, a poll and a retrieve the response is that of the last one."""
    server = Server(
        [reply(created(), X_Request_Id="create")],
        [reply(WAITING, X_Request_Id="first"), reply(DONE, X_Request_Id="second")],
    )
    seen: list[Any] = []

    async def scenario(client: Any) -> None:
        assert client.tasks.handle(TASK_ID).response is None
        task = await create(client)
        seen.append(task.response)
        seen.append((await settle(task.refresh())).response)
        seen.append((await settle(task.wait())).response)
        seen.append((await settle(client.tasks.retrieve(TASK_ID))).response)

    assert play(kind, server, scenario).error is None
    assert [response.request_id for response in seen] == ["create", "first", "second", "second"]
    assert [response.status for response in seen] == [200] * 4
    assert [json.loads(response.body) for response in seen[:3]] == [
        created().body,
        WAITING.body,
        DONE.body,
    ]
    assert seen[0].received_at == START


@both_kinds
def test_a_failed_poll_leaves_the_response_of_what_is_known(kind: Kind) -> None:
    """The response stays that of `raw`; a refusal has its own headers and body."""
    server = Server(records=[WAITING, Reply({"code": 401, "msg": "no"}, 401)])

    async def scenario(client: Any) -> None:
        task = await settle(client.tasks.retrieve(TASK_ID))
        before = task.response
        with pytest.raises(liangxin.AuthenticationError):
            await settle(task.refresh())
        assert task.response == before
        assert json.loads(task.response.body) == task.raw == WAITING.body

    assert play(kind, server, scenario).error is None


@both_kinds
def test_the_key_is_struck_out_of_a_response(kind: Kind) -> None:
    """A key that the answer repeats is not in the response; a link that holds it stays whole."""
    link = f"https://files.test/{KEY}/cup.png"
    body = record("success", resultJson=json.dumps({"resultUrls": [link]})).body
    headers = {"X-Echo": f"Bearer {KEY}", "Set-Cookie": "session=1"}
    server = Server(records=[Reply(body, headers=headers)])

    task = play(kind, server, retrieve).value
    assert task.result_urls == [link]
    assert KEY in str(task.raw)
    response = task.response
    assert response.headers["x-echo"] == "Bearer ***"
    assert "set-cookie" not in response.headers
    assert b"***" in response.body
    assert KEY.encode() not in response.body
    assert KEY not in repr(response)


def test_a_response_has_the_bytes_that_came() -> None:
    """Bytes that are not text are kept as they are; as text they are replaced."""
    body = bytes(range(256))
    response = Response(
        status=200, headers={}, body=body, received_at=1.5, mask=lambda text: text.replace("q", "*")
    )
    assert response.body == body.replace(b"q", b"*")
    assert response.text.startswith(body[:0x70].decode())
    assert response.text.endswith("\ufffd")
    assert (response.received_at, response.request_id, response.headers) == (1.5, None, {})
    assert repr(response) == "Response(status=200, request_id=None)"


def test_json_that_cannot_be_handled() -> None:
    """JSON that is invalid, or nested too deeply to copy and to mask, is a ValueError."""
    for body in (b"", b"<html>", b"[" * 1_000, b"[" * 101 + b"]" * 101, b'{"a":' * 99_999):
        with pytest.raises(ValueError, match=r"nested|Expecting|column"):
            Response(status=200, headers={}, body=body, received_at=0.0).unmasked_json()
    fine = b"[" * 99 + b"]" * 99
    assert Response(status=200, headers={}, body=fine, received_at=0.0).unmasked_json()


# --- since when a task is there ------------------------------------------------------------------


@both_kinds
def test_created_at_is_the_wall_clock_of_the_create(kind: Kind) -> None:
    """It is in Unix seconds, stays with later answers, and goes along with copies."""
    server = Server([created()], [record("generating", createTime=1)])

    async def scenario(client: Any) -> Any:
        server.clock.advance(5)
        task = await create(client)
        server.clock.advance(5)
        return await settle(task.refresh())

    task = play(kind, server, scenario).value
    assert task.created_at == START + 5
    for copy in (
        pickle.loads(pickle.dumps(task)),  # noqa: S301
        type(task).from_dict(json.loads(json.dumps(task.to_dict()))),
    ):
        assert copy.created_at == START + 5


@both_kinds
def test_a_copy_goes_on_with_a_client(kind: Kind) -> None:
    """handle() of a copy knows what the copy knew, shares nothing with it, and can wait."""
    server = Server([created()], [WAITING, DONE])

    async def scenario(client: Any) -> None:
        task = await create(client)
        copy = pickle.loads(pickle.dumps(task))  # noqa: S301
        again = client.tasks.handle(copy)
        assert again.to_dict() == task.to_dict()
        assert again.raw is not copy.raw
        assert (await settle(again.wait())).state == "success"
        assert copy.state == "waiting"

    assert play(kind, server, scenario).error is None


@both_kinds
def test_age_here_is_monotonic(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the task was created, setting the wall clock changes nothing."""
    server = Server([created()])

    async def scenario(client: Any) -> Any:
        task = await create(client)
        server.clock.advance(30)
        monkeypatch.setattr(server.clock, "time", lambda: START - 5000)
        unknown = client.tasks.handle(TASK_ID)
        return task._age(task.session), unknown._age(unknown.session)

    assert play(kind, server, scenario).value == (30.0, None)
