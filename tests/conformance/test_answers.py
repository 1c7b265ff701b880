"""Every answer that the contract has, given by Prism and read by the SDK."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

import liangxin
from liangxin_mock.clock import VirtualClock
from tests.support import spec

CREATE = "/api/v1/jobs/createTask"
RECORD = "/api/v1/jobs/recordInfo"

# The exception of each documented status.
EXCEPTIONS: dict[str, type[liangxin.LiangXinError]] = {
    "400": liangxin.BadRequestError,
    "401": liangxin.AuthenticationError,
    "403": liangxin.PermissionDeniedError,
    "413": liangxin.RequestTooLargeError,
    "422": liangxin.UnprocessableEntityError,
    "429": liangxin.RateLimitError,
    "500": liangxin.InternalServerError,
}


def answers(path: str, method: str) -> Iterator[Any]:
    """Each status and example that the contract documents for an operation."""
    bundle = spec.bundle()
    for status, response in bundle["paths"][path][method]["responses"].items():
        name = response["$ref"].rpartition("/")[2]
        content = bundle["components"]["responses"][name]["content"]["application/json"]
        for example, given in content["examples"].items():
            part = given.get("$ref", "").rpartition("/")[2]
            value = bundle["components"]["examples"][part] if part else given
            yield pytest.param(status, example, value["value"], id=f"{status}-{example}")


@pytest.fixture
def client(
    prism: str, virtual_clock: VirtualClock, status: str, example: str
) -> Iterator[liangxin.LiangXin]:
    """A client whose requests ask Prism for one answer."""
    prefer = {"Prefer": f"code={status}, example={example}"}
    # On the virtual clock the budget of time for sending a 429 again is spent at once.
    with (
        httpx.Client(headers=prefer, timeout=100) as http,
        liangxin.LiangXin("some-key", prism, http_client=http, clock=virtual_clock) as client,
    ):
        yield client


@pytest.mark.parametrize(("status", "example", "value"), [*answers(RECORD, "get")])
def test_every_answer_to_a_query_is_read(
    client: liangxin.LiangXin, status: str, example: str, value: dict[str, Any]
) -> None:
    """A record becomes a task with what it says, an error of either envelope its exception."""
    if status != "200":
        with pytest.raises(EXCEPTIONS[status]) as caught:
            client.tasks.retrieve("task_1")
        assert_says(caught.value, int(status), value)
        return
    record = value["data"]
    task = client.tasks.retrieve(record["taskId"])
    assert task.raw == value
    assert (task.model, task.state) == (record["model"], record["state"])
    assert task.is_terminal == (record["state"] in {"success", "fail"})
    assert bool(task.result_urls) == (record["state"] == "success")
    if example == "fail":
        assert (task.fail_code, task.fail_msg) == ("500", "upstream error")


@pytest.mark.parametrize(("status", "example", "value"), [*answers(CREATE, "post")])
def test_every_answer_to_a_create_is_read(
    client: liangxin.LiangXin, status: str, example: str, value: dict[str, Any]
) -> None:
    """An acceptance becomes a task, a refusal its exception, and a 500 an unknown outcome."""
    del example

    def create() -> liangxin.Task:
        return client.tasks.create(model="z-image", input={"prompt": "tea"})

    if status == "200":
        assert create().id == value["data"]["taskId"]
    elif status == "500":
        with pytest.raises(liangxin.SubmissionUnknownError) as unknown:
            create()
        assert_says(unknown.value.cause, 500, value)
    else:
        with pytest.raises(EXCEPTIONS[status]) as caught:
            create()
        assert_says(caught.value, int(status), value)


def assert_says(error: liangxin.LiangXinError, status: int, value: dict[str, Any]) -> None:
    assert isinstance(error, liangxin.APIStatusError)
    text = value["msg"] if "msg" in value else value["error"]["message"]
    assert (error.status_code, error.message) == (status, text)
    assert text in str(error)
    if "quota" in text:
        assert isinstance(error, liangxin.InsufficientQuotaError)


def test_every_documented_status_has_its_exception() -> None:
    """No documented status is without an exception of its own."""
    documented = {p.values[0] for p in (*answers(RECORD, "get"), *answers(CREATE, "post"))}
    assert documented - {"200"} == set(EXCEPTIONS)
    assert len(set(EXCEPTIONS.values())) == len(EXCEPTIONS)
