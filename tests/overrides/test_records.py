"""What is known of a task, as data: it travels, and is updated by records."""

import json
import pickle
from typing import Any

import pytest

import liangxin
from liangxin.http_response import Response
from liangxin.records import Created, TaskData, TaskRecord
from tests.support.samples import KEY, MODEL, TASK_ID
from tests.support.scripted_api import (
    DONE,
    Kind,
    Reply,
    Server,
    both_kinds,
    create,
    play,
    record,
    settle,
)


@both_kinds
def test_tasks_travel_without_their_client(kind: Kind) -> None:
    """A task goes through pickle and JSON; without a client it says how to get one."""
    server = Server(records=[record("generating", progress=5), DONE])

    async def scenario(client: Any) -> None:
        task = await settle(client.tasks.retrieve(TASK_ID))
        for copy in (
            pickle.loads(pickle.dumps(task)),  # noqa: S301  its own pickle
            type(task).from_dict(json.loads(json.dumps(task.to_dict()))),
        ):
            assert copy.to_dict() == task.to_dict()
            assert repr(copy) == repr(task)
            for call in (copy.wait, copy.refresh):
                with pytest.raises(liangxin.UsageError, match="handle") as info:
                    await settle(call())
                assert info.value.task_id == TASK_ID
            assert (await settle(client.tasks.handle(copy.id).wait())).state == "success"
        task.to_dict()["raw"]["data"].clear()
        assert task.raw["data"]

    assert play(kind, server, scenario).error is None


@both_kinds
def test_copies_know_their_api(kind: Kind) -> None:
    """A copy from pickle or JSON is refused by another API's client; an older one has no API."""
    server = Server(records=[DONE])

    async def scenario(client: Any) -> None:
        task = await settle(client.tasks.retrieve(TASK_ID))
        assert task.api == task.to_dict()["api"] == "LiangXin"
        old = {key: value for key, value in task.to_dict().items() if key != "api"}
        made = liangxin.Magnific if kind == "sync" else liangxin.AsyncMagnific
        other: Any = made(KEY)
        for copy in (
            pickle.loads(pickle.dumps(task)),  # noqa: S301  its own pickle
            type(task).from_dict(json.loads(json.dumps(task.to_dict()))),
        ):
            with pytest.raises(liangxin.UsageError) as caught:
                other.tasks.handle(copy, model="kling-v3-pro")
            assert "It is a task of LiangXin, and this client calls Magnific" in str(caught.value)
            assert client.tasks.handle(copy).state == "success"
        known = other.tasks.handle(type(task).from_dict(old), model="kling-v3-pro")
        assert known.api == "Magnific"
        await settle(other.close())

    outcome = play(kind, server, scenario)
    assert outcome.error is None


@pytest.mark.parametrize("given", [{"id": "t", "raw": {"prompt": "secret"}}, ["secret"], 5, None])
def test_what_is_no_id_is_not_shown(given: Any) -> None:
    """The error for a task that was made of its dict says what to call, and repeats no prompt."""
    with liangxin.LiangXin(KEY, "https://api.test") as client:
        with pytest.raises(liangxin.UsageError) as caught:
            client.tasks.handle(given)
        text = f"{caught.value}"
        assert f"must be a string that is not empty, not {type(given).__name__}" in text
        assert ("from_dict takes what to_dict returns" in text) == isinstance(given, dict)
        assert "secret" not in text
        with pytest.raises(liangxin.UsageError) as caught:
            liangxin.Task.from_dict(["secret"])  # type: ignore[arg-type]
        assert "secret" not in str(caught.value)


def test_task_from_an_incomplete_dict() -> None:
    """Unknown keys are left out, missing ones have their defaults, the id is needed."""
    task = liangxin.Task.from_dict({"id": "t", "color": "red"})
    assert (task.model, task.state, task.result_urls, task.is_terminal) == (None, None, [], False)
    assert not hasattr(task, "color")
    assert repr(task) == "Task(id='t', model=None, state=None)"


@pytest.mark.parametrize("data", [None, [], "{}", {}, {"model": MODEL}, {"id": 5}, {"id": " "}])
def test_what_is_no_task_is_refused(data: Any) -> None:
    """What cannot have come from `to_dict` is a usage error."""
    with pytest.raises(liangxin.UsageError):
        liangxin.Task.from_dict(data)


# --- records -------------------------------------------------------------------------------------

LINKS = ("https://files.test/cup.png",)
SUCCESS = TaskRecord(state="success", model=MODEL, progress=100, result_urls=LINKS)
UNREADABLE = TaskRecord(state="success", result_problem="resultJson is empty")
FAIL = TaskRecord(state="fail", fail_code="500", fail_msg="upstream error")
GENERATING = TaskRecord(state="generating", model=MODEL, progress=5, created_at=1.5)


def response(body: bytes) -> Response:
    return Response(status=200, headers={}, body=body, received_at=2.0)


def updated(*records: TaskRecord) -> TaskData:
    task = TaskData("t")
    for each in records:
        task.update(each)
    return task


def test_a_record_replaces_what_was_known() -> None:
    """State, progress, results and failure are the last record's, model and creation the first's."""
    task = updated(GENERATING, TaskRecord(state="waiting", model="another", created_at=9.0))
    assert (task.state, task.progress, task.model) == ("waiting", None, MODEL)
    assert task.created_at == 1.5
    task.update(SUCCESS)
    assert (task.state, task.progress, task.result_urls) == ("success", 100, [*LINKS])


@pytest.mark.parametrize("final", [SUCCESS, FAIL])
def test_a_finished_task_stays_finished(final: TaskRecord) -> None:
    """A record that arrives late, of a task that has ended since, changes nothing."""
    task = updated(final, GENERATING)
    assert task.is_finished
    assert (task.state, task.result_urls) == (final.state, [*final.result_urls])


def test_fresh_links_replace_others() -> None:
    """A later final record replaces one, as links expire."""
    fresh = TaskRecord(state="success", result_urls=("https://files.test/again.png",))
    assert updated(SUCCESS, fresh).result_urls == [*fresh.result_urls]


def test_a_success_without_a_result_is_not_finished() -> None:
    """A final state whose result cannot be read is terminal, but not finished: it may become so."""
    task = updated(UNREADABLE)
    assert task.is_terminal
    assert not task.is_finished
    task.update(SUCCESS)
    assert task.is_finished
    assert task.result_problem is None


def test_an_unknown_state_is_not_final() -> None:
    """A state that the API added later is kept as it is, and does not end a task."""
    task = updated(TaskRecord(state="paused"))
    assert task.state == "paused"
    assert not task.is_terminal


def test_a_created_task() -> None:
    """A task that was accepted is waiting, and was created at the time of this machine."""
    task = TaskData("t")
    body = b'{"data": {"taskId": "t"}}'
    task.accept(Created("t", response(body)), model=MODEL, work=3.0, now=7.0)
    assert (task.model, task.state, task.created_at) == (MODEL, "waiting", 7.0)
    assert task.work == 3.0
    assert task.raw == {"data": {"taskId": "t"}}
    task.update(GENERATING)
    assert task.created_at == 7.0


@pytest.mark.parametrize(
    ("body", "raw"), [(b'{"a": [1]}', {"a": [1]}), (b"[1]", {}), (b"<html>", {}), (b"", {})]
)
def test_the_json_of_a_record(body: bytes, raw: dict[str, Any]) -> None:
    """`raw` is the response's JSON object, {} if it is none, and the masked form where there is one."""
    plain = TaskRecord(state="waiting", response=response(body))
    assert updated(plain).raw == raw
    masked = TaskRecord(state="fail", response=response(body), raw={"key": "***"})
    task = updated(plain, masked)
    assert task.raw == {"key": "***"}
    assert task.response is masked.response


@both_kinds
def test_the_json_of_a_task_that_goes_on_does_not_repeat_the_key(kind: Kind) -> None:
    """A server that repeats the key puts it neither into a created task nor into a waiting one."""
    echo = Reply({"code": 200, "data": {"taskId": TASK_ID}, "asked_by": KEY})
    server = Server([echo], [record("waiting", param=KEY)])

    async def scenario(client: Any) -> None:
        task = await create(client)
        assert task.raw["asked_by"] == "***"
        assert (await settle(task.refresh())).raw["data"]["param"] == "***"

    assert play(kind, server, scenario).error is None


def test_a_copy_shares_nothing() -> None:
    """What is done to a dict or to its copy does not reach the task, and no client travels along."""
    task = updated(TaskRecord(state="success", result_urls=LINKS, raw={"data": {"a": 1}}))
    data = task.to_dict()
    assert json.loads(json.dumps(data)) == data
    copy = TaskData.from_dict(data)
    data["raw"]["data"].clear()
    data["result_urls"].clear()
    copy.raw["data"]["b"] = 2
    copy.result_urls.append("x")
    assert (task.raw, task.result_urls) == ({"data": {"a": 1}}, [*LINKS])
    assert copy.raw == {"data": {"a": 1, "b": 2}}
    assert copy.response is None
