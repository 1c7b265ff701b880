"""Errors carry what they are about, travel between processes, and keep the key to themselves."""

import copy
import pickle
from typing import Any

import httpx
import pytest

import liangxin
from harness import (
    BASE_URL,
    FAILED,
    INPUT,
    KEY,
    MODEL,
    TASK_ID,
    WAITING,
    Broken,
    Fault,
    Kind,
    Reply,
    Server,
    Step,
    both_kinds,
    created,
    play,
    success,
    waiting,
)
from liangxin import errors

TREE = {
    "UsageError": {"LiangXinError", "ValueError"},
    "NotSentError": {"LiangXinError"},
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
    "DownloadError": {"LiangXinError"},
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
    errors.UsageError("no key", task_id="t"),
    errors.InvalidInputError(model=MODEL, violations=[VIOLATION]),
    errors.RateLimitError(
        "HTTP 429: busy",
        status_code=429,
        message="busy",
        code=429,
        body="{}",
        headers={"x-request-id": "r"},
        retry_after=2.0,
    ),
    errors.APITimeoutError("late", may_have_arrived=True),
    errors.APIResponseError("odd", body="<html>", raw={"a": 1}),
    errors.SubmissionUnknownError(
        model=MODEL,
        cause=errors.APIConnectionError("lost", may_have_arrived=True),
        body="{}",
        task_id="t",
    ),
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
    assert "base URL" in str(errors.NotFoundError("HTTP 404.", status_code=404))
    error = errors.NotFoundError("HTTP 404", status_code=404)
    assert "'t'" in str(error.about(liangxin.Task.from_dict({"id": "t"})))


ECHO = Reply(
    {"error": {"message": f"bad token {KEY}", "code": ""}},
    401,
    headers={"X-Debug": f"Bearer {KEY}"},
)


@both_kinds
@pytest.mark.parametrize(
    ("creates", "records"),
    [
        ([ECHO], []),
        ([created()], [ECHO]),
        ([Reply({"msg": KEY}, 500)], []),
        ([Fault(httpx.ReadTimeout)], []),
        ([Broken(httpx.ReadError)], []),
        ([created()], [FAILED]),
        ([created()], [WAITING]),
        ([created()], [Fault(KeyboardInterrupt)]),
    ],
)
def test_key_stays_secret(
    kind: Kind, creates: list[Step], records: list[Step], caplog: pytest.LogCaptureFixture
) -> None:
    """The key is in no text, repr, log, note or pickle, even if the server repeats it."""
    caplog.set_level("DEBUG", "liangxin")
    error = play(kind, Server(creates, records), waiting(30)).error
    told = [str(error), repr(error), str(getattr(error, "__notes__", "")), caplog.text]
    if isinstance(error, errors.LiangXinError):
        told += [repr(vars(error)), pickle.dumps(error, protocol=0).decode("latin-1")]
    assert KEY not in "\n".join(told)


@both_kinds
def test_what_a_task_is_made_of_is_kept_as_it_came(kind: Kind) -> None:
    """A link or an id that happens to hold the key is not broken: only errors strike it out."""
    link = f"https://files.test/cup.png?signature={KEY}"
    outcome = play(kind, Server([created(f"task_{KEY}")], [success(link)]), waiting(30))
    assert outcome.error is None
    assert (outcome.value.id, outcome.value.result_urls) == (f"task_{KEY}", [link])


def test_key_is_not_in_the_client() -> None:
    """Neither the client nor anything reachable by its attributes shows the key."""
    with liangxin.LiangXin(KEY, BASE_URL) as client:
        task = client.tasks.handle(TASK_ID)
        parts = [client, client.tasks, client._transport, task, *vars(client._transport).values()]
        assert KEY not in "\n".join(repr(part) for part in parts)
        assert KEY.encode() not in pickle.dumps(task)
        with pytest.raises(TypeError, match="not to be pickled"):
            pickle.dumps(client._transport._key)


@both_kinds
def test_raised_errors_can_be_pickled(kind: Kind) -> None:
    """An error raised by a client, with its task, arrives in another process."""
    error = play(kind, Server([created()], [Reply(status=503)]), waiting(5)).error
    arrived = through_pickle(error)
    assert str(arrived) == str(error)
    assert arrived.task.id == TASK_ID
    assert isinstance(arrived.last_error, liangxin.InternalServerError)
    assert INPUT["prompt"] not in str(arrived)
