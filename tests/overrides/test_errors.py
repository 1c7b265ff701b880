"""Errors carry what they are about, travel between processes, and keep the key to themselves."""

import copy
import pickle
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

import httpx
import pytest

import liangxin
from liangxin import errors
from tests.support.samples import MODEL, TASK_ID
from tests.support.scripted_api import (
    BASE_URL,
    FAILED,
    WAITING,
    Fault,
    Kind,
    Reply,
    Server,
    Step,
    both_kinds,
    create,
    created,
    play,
    record,
    retrieve,
    settle,
    success,
    waiting,
)

TREE = {
    "UsageError": {"LiangXinError", "ValueError"},
    "NotSentError": {"LiangXinError"},
    "BatchError": {"LiangXinError"},
    "InvalidOrdersError": {"BatchError", "ValueError"},
    "InvalidInputError": {"LiangXinError", "ValueError"},
    "APIError": {"LiangXinError"},
    "APIStatusError": {"APIError"},
    "BadRequestError": {"APIStatusError"},
    "AuthenticationError": {"APIStatusError"},
    "PermissionDeniedError": {"APIStatusError"},
    "InsufficientQuotaError": {"PermissionDeniedError"},
    "NotFoundError": {"APIStatusError"},
    "RequestTooLargeError": {"APIStatusError"},
    "UnprocessableEntityError": {"APIStatusError"},
    "RateLimitError": {"APIStatusError"},
    "InternalServerError": {"APIStatusError"},
    "APIConnectionError": {"APIError"},
    "APITimeoutError": {"APIConnectionError"},
    "APIResponseError": {"APIError"},
    "SubmissionUnknownError": {"LiangXinError"},
    "CallbackVerificationError": {"LiangXinError"},
    "DownloadError": {"LiangXinError"},
    "UploadError": {"LiangXinError"},
    "TaskError": {"LiangXinError"},
    "TaskFailedError": {"TaskError"},
    "TaskTimeoutError": {"TaskError", "TimeoutError"},
}

VIOLATION = errors.Violation(
    field="input.duration",
    limit="maximum",
    message="must be at most 15, got 20",
    evidence="upstream",
    source="/api/kling-v3",
)
SAMPLES: list[errors.LiangXinError] = [
    errors.UsageError("no key"),
    errors.InvalidInputError(model=MODEL, violations=[VIOLATION]),
    errors.RateLimitError(
        "busy", status_code=429, code=429, body="{}", headers={"x-request-id": "r"}, retry_after=2.0
    ),
    errors.APITimeoutError("late", may_have_arrived=True),
    errors.APIResponseError("odd", body="<html>", raw={"a": 1}),
    errors.SubmissionUnknownError(
        model=MODEL,
        cause=errors.APIConnectionError("lost", may_have_arrived=True),
        body="{}",
        task_id="t",
    ),
    errors.CallbackVerificationError("the body is not JSON", status_code=400),
    errors.UploadError("it is empty", file="cup.png", field="input.image_url"),
    errors.InvalidOrdersError(["line 3: is bad"], "Restore it."),
    errors.DownloadError("gone", url="https://x.test/a", failed={"https://x.test/a": "gone"}),
    errors.TaskFailedError("failed"),
    errors.TaskTimeoutError("late", last_error=errors.APIResponseError("odd")),
]


def through_pickle(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301  its own pickle


def test_tree() -> None:
    """The exceptions form the tree that is promised."""
    found = {
        name: {base.__name__ for base in vars(errors)[name].__bases__}
        for name in vars(errors)
        if isinstance(vars(errors)[name], type)
        and issubclass(vars(errors)[name], errors.LiangXinError)
        and name != "LiangXinError"
    }
    assert found == TREE
    for name in TREE:
        assert getattr(liangxin, name) is vars(errors)[name]
        assert name in str(errors.__doc__)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: type(sample).__name__)
@pytest.mark.parametrize("travel", [copy.copy, through_pickle])
def test_errors_travel(sample: errors.LiangXinError, travel: Any) -> None:
    """Errors keep type, text, attributes, notes and task through pickle and copy."""
    sample.add_note("seen in production")
    task = liangxin.Task.from_dict({"id": "t", "model": MODEL, "state": "waiting"})
    arrived: Any = travel(sample.about(task))
    assert str(arrived) == str(sample)
    assert arrived.__notes__ == sample.__notes__
    assert arrived.task.to_dict() == task.to_dict()
    assert type(arrived) is type(sample)
    assert {name: repr(value) for name, value in vars(arrived).items()} == {
        name: repr(value) for name, value in vars(sample).items()
    }


def test_invalid_input_names_everything() -> None:
    """The text names the model, and field, limit, evidence and source of each violation."""
    error = SAMPLES[1]
    assert str(error).splitlines() == [
        f"The input for {MODEL} is not valid; nothing was sent.",
        "  input.duration must be at most 15, got 20 [maximum] (upstream, /api/kling-v3)",
    ]
    assert isinstance(error, errors.InvalidInputError)
    assert error.violations == (VIOLATION,)
    unknown = errors.Violation(field="model", limit="required", message="is missing")
    text = str(errors.InvalidInputError(model="", violations=[unknown]))
    assert text == "The input is not valid; nothing was sent.\n  model is missing [required]"


def test_not_found_says_what_to_check() -> None:
    """A 404 sends the user to the id, or to the base URL if no task is asked for."""
    error = errors.NotFoundError("no such page.", status_code=404)
    assert str(error) == "HTTP 404: no such page. Check base_url, the address of the API."
    assert "'t'" in str(error.about(liangxin.Task.from_dict({"id": "t"})))


@both_kinds
def test_an_unreachable_server_is_named(kind: Kind) -> None:
    """An error names the server that cannot be reached, and what to do with the task after that."""
    error = play(kind, Server(records=[Fault(httpx.ConnectError)]), retrieve).error
    assert isinstance(error, liangxin.APIConnectionError)
    assert error.base_url == BASE_URL
    assert f"{BASE_URL} cannot be reached: check the base URL and the network. Task" in str(error)
    error = play(kind, Server(records=[Fault(httpx.ReadError)]), retrieve).error
    assert "check the base URL" not in str(error)


# --- errors about a task ---------------------------------------------------------------------------


class Case(NamedTuple):
    """How an error about a task comes about, and what its text says to do."""

    act: Callable[[Any], Awaitable[object]]
    """What is called on a task that has just been created."""
    records: list[Step] = [WAITING]  # noqa: RUF012  nobody changes it
    says: str = f"resume with client.tasks.handle({TASK_ID!r}).wait()"
    create: Reply = created()


async def _refresh(task: Any) -> None:
    await settle(task.refresh())


async def _wait(task: Any) -> None:
    await settle(task.wait(30))


def _answer(status: int, **options: Any) -> Case:
    return Case(_refresh, [Reply({"msg": "no"}, status)], **options)


async def _refresh_copy(task: Any) -> None:
    await _refresh(type(task).from_dict(task.to_dict()))


async def _download(task: Any) -> None:
    await _wait(task)
    await settle(task.content())


CASES = {
    "UsageError": Case(_refresh_copy, says="Go on with client.tasks.handle(task)"),
    "APIStatusError": _answer(302),
    "BadRequestError": _answer(400),
    "AuthenticationError": _answer(401),
    "PermissionDeniedError": _answer(403),
    "InsufficientQuotaError": _answer(402),
    "NotFoundError": _answer(404, says=f"Check the id {TASK_ID!r}"),
    "RequestTooLargeError": _answer(413),
    "UnprocessableEntityError": _answer(422, says=f"Check the id {TASK_ID!r}"),
    "RateLimitError": _answer(429),
    "InternalServerError": _answer(500),
    "APIConnectionError": Case(_refresh, [Fault(httpx.ReadError)]),
    "APITimeoutError": Case(_refresh, [Fault(httpx.ReadTimeout)]),
    "APIResponseError": Case(_refresh, [Reply(b"<html>")]),
    "SubmissionUnknownError": Case(
        _refresh,
        says=f"wait for it with client.tasks.handle({TASK_ID!r}).wait()",
        create=Reply(created().body, 500),
    ),
    "TaskFailedError": Case(_wait, [FAILED], says="failed: upstream error (code 500)"),
    "TaskTimeoutError": Case(_wait),
    "DownloadError": Case(
        _download,
        [success("ftp://files.test/cup.png")],
        says=f"Go on with client.tasks.retrieve({TASK_ID!r}).save(directory)",
    ),
}
ABOUT_NO_TASK = {
    "BatchError": "of a batch as a whole",
    "InvalidOrdersError": "refused before it is sent",
    "InvalidInputError": "nothing was sent",
    "NotSentError": "nothing was sent",
    "UploadError": "there is no task yet",
    "CallbackVerificationError": "a task that it names is not to be trusted",
    "APIError": "only its kinds are raised",
    "TaskError": "only its kinds are raised",
}


def test_no_error_is_forgotten() -> None:
    """Of every error it is known how it comes to be about a task, or why it never is."""
    assert sorted([*CASES, *ABOUT_NO_TASK]) == sorted(TREE)


@both_kinds
@pytest.mark.parametrize("name", CASES)
def test_errors_about_a_task_carry_it(kind: Kind, name: str) -> None:
    """An error about a task has it, with its client, has its id, and says how to go on."""
    case = CASES[name]

    async def scenario(client: Any) -> None:
        await case.act(await create(client))

    error = play(kind, Server([case.create], case.records), scenario).error
    assert type(error) is getattr(errors, name)
    assert (error.task.id, error.task.model, error.task_id) == (TASK_ID, MODEL, TASK_ID)
    assert case.says in str(error)
    assert TASK_ID in str(error)
    if name != "UsageError":  # its very trouble is that there is no client
        assert error.task._session is not None


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([Reply({"msg": "tell nobody"}, 503)], "HTTP 503"),
        ([Reply({"code": 500, "msg": "tell nobody"})], "HTTP 200, code 500"),
        ([Reply(b"tell nobody")], "HTTP 200, but the response cannot be used: it is invalid JSON"),
        ([Fault(httpx.ReadError)], "No response (ReadError: scripted)"),
        ([record("fail", failCode="7", failMsg="tell nobody")], "the task failed (code 7)"),
        ([WAITING], "not finished in time; the last state is waiting"),
    ],
)
def test_the_summary_has_no_text_of_the_server(records: list[Step], expected: str) -> None:
    """What logs and traces show of an error is without what the server said, perhaps a prompt."""
    error = play("sync", Server([created()], records), waiting(0)).error
    assert errors.summary(getattr(error, "last_error", None) or error) == expected
    unknown = errors.SubmissionUnknownError(
        model=MODEL, cause=errors.InternalServerError("tell nobody", status_code=502)
    )
    assert errors.summary(unknown) == "unknown whether it was created: HTTP 502"
    assert errors.summary(ValueError("tell nobody")) == "ValueError"


def test_an_error_that_was_raised_elsewhere_has_a_summary() -> None:
    """A test's or a callback's own TaskError, which has no task, can be logged."""
    assert errors.TaskFailedError("x").summary == "the task failed"
    late = errors.TaskTimeoutError("x").summary
    assert late == "not finished in time; the last state is None"


# --- the key -------------------------------------------------------------------------------------


def connection_error(*, is_permanent: bool) -> errors.APIConnectionError:
    """Return the error for a request without a response."""
    return errors.APIConnectionError("x", may_have_arrived=False, is_permanent=is_permanent)


@pytest.mark.parametrize(
    ("error", "may_pass"),
    [
        *((errors.APIStatusError("x", status_code=n), True) for n in (408, 425, 429, 500, 524)),
        *((errors.APIStatusError("x", status_code=n), False) for n in (302, 400, 401, 404, 422)),
        (connection_error(is_permanent=False), True),
        (connection_error(is_permanent=True), False),
        (errors.APIResponseError("a portal's page"), True),
        (errors.UsageError("x"), False),
    ],
)
def test_what_may_pass_by_itself(error: errors.LiangXinError, may_pass: bool) -> None:
    """Polls, uploads and downloads agree on which errors are worth another request."""
    assert errors.may_pass(error) is may_pass
