"""Errors in the words of a terminal, beside Python's words for the same data."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import pytest

from liangxin import errors
from liangxin.cli import error_output
from liangxin.errors import Hint, LiangXinError, Violation
from liangxin.records import TaskData

TRAP = (
    "timeout must be {task_id}, validate=False, extra_input, {e.args} %s {} "
    "client.tasks.handle('x').wait() poll_interval must callBackUrl must"
)
"""What a server or a user may write; front ends once replaced such words."""


def task() -> TaskData:
    """A task that failed."""
    return TaskData.from_dict({"id": "task_1", "state": "fail", "fail_msg": TRAP})


def status_error(kind: type[errors.APIStatusError]) -> errors.APIStatusError:
    return kind("refused", status_code=400, text=TRAP, body=TRAP)


def every_error() -> Iterator[LiangXinError]:
    """Errors of every class and with every hint, whose texts hold the trap."""
    yield LiangXinError(TRAP)
    yield errors.UsageError(TRAP)
    yield errors.UsageError(f"cannot be {TRAP!r}", argument="poll_interval")
    yield errors.UsageError(TRAP, argument="api_key", variable="LIANGXIN_API_KEY")
    yield errors.UsageError(TRAP, hint=Hint.ATTACH, task_id="task_1")
    violations = (
        Violation("input.multi_prompt[0].duration", "enum", f"must be 5, got {TRAP!r}", TRAP, TRAP),
        Violation(f"input.{TRAP}", "additionalProperties", "is not a field of z-image"),
        Violation("callBackUrl", "format", TRAP),
        Violation("extra_input", "type", TRAP),
        Violation("input", "some-rule", TRAP),
        Violation("model", "enum", f"is {TRAP!r}, which is not a known model"),
    )
    yield errors.InvalidInputError(model=TRAP, violations=violations)
    yield errors.InvalidInputError(model="", violations=violations)
    cause = status_error(errors.InternalServerError)
    yield errors.NotSentError(TRAP)
    yield errors.BatchError(TRAP)
    yield errors.InvalidOrdersError([TRAP], TRAP)
    yield errors.APIError(TRAP)
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, errors.APIStatusError):
            yield status_error(kind)
            yield status_error(kind).about(task())
    for kind in (errors.APIConnectionError, errors.APITimeoutError):
        yield kind(TRAP, may_have_arrived=True).about(task())
        for hint in (None, Hint.CHECK_CERTIFICATES, Hint.CHECK_PROXY):
            yield kind(TRAP, may_have_arrived=False, hint=hint, base_url=TRAP)
    yield errors.APIResponseError(TRAP, excerpt=TRAP, body=TRAP)
    yield errors.SubmissionUnknownError(model=TRAP, cause=cause, service="Other")
    yield errors.SubmissionUnknownError(model="z-image", cause=cause).about(task())
    yield errors.UploadError(TRAP)
    yield errors.UploadError(TRAP, file=TRAP, field=TRAP)
    yield errors.DownloadError(TRAP, failed={"https://example.com": TRAP})
    for error in (
        errors.APIError(TRAP),
        errors.APIResponseError(TRAP),
        errors.CallbackVerificationError(TRAP),
        errors.DownloadError(TRAP),
        errors.DownloadError(TRAP, hint=Hint.MAKE_ROOM),
        errors.TaskError(TRAP),
        errors.TaskFailedError(f"Task task_1 failed: {TRAP} (code 1)"),
        errors.TaskTimeoutError(TRAP, last_error=cause),
    ):
        yield error.about(task())


ERRORS = [*every_error()]


def test_every_error_and_hint_is_here() -> None:
    """The tests below cover every class of errors.py and every member of Hint."""
    classes = {
        kind
        for kind in vars(errors).values()
        if inspect.isclass(kind) and issubclass(kind, LiangXinError)
    }
    assert {type(error) for error in ERRORS} >= classes
    assert {error.hint for error in ERRORS} - {None} == {*Hint}


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_texts_are_unchanged_and_the_rest_is_no_python(error: LiangXinError) -> None:
    """What the server or the user wrote is unchanged; the rest names nothing of Python's."""
    for text in (str(error), error_output.message(error)):
        assert TRAP in text or repr(TRAP) in text
    rest = error_output.message(error).replace(TRAP, "").replace(repr(TRAP), "")
    assert not any(word in rest for word in ("client.", "=True", "=False", "poll_interval", "None"))


def test_arguments_are_options() -> None:
    """An argument of Python's is its option; a setting is the variable that sets it."""
    problem = "must be more than 0 seconds, not 0.0"
    error = errors.UsageError(problem, argument="poll_interval")
    assert str(error) == f"poll_interval {problem}"
    assert error_output.message(error) == f"--poll-interval {problem}"
    error = errors.UsageError("is empty", argument="api_key", variable="LIANGXIN_API_KEY")
    assert error_output.message(error) == "LIANGXIN_API_KEY is empty"


@pytest.mark.parametrize(
    ("violation", "text"),
    [
        (Violation("input.aspect_ratio", "enum", "is bad"), "--aspect-ratio is bad [enum]"),
        (
            Violation("input.multi_prompt[0].a_b", "type", "is bad", "upstream", "a page"),
            "--multi-prompt[0].a_b is bad [type] (upstream, a page)",
        ),
        (
            Violation("input.typo", "additionalProperties", "is unknown"),
            "input.typo is unknown [additionalProperties] (--extra-input sends it all the same)",
        ),
        (
            Violation("model", "enum", "is unknown"),
            "model is unknown [enum] (--validate off sends it all the same)",
        ),
        (
            Violation("image_url", "pattern", "is a file", file="./a.png"),
            "--image-url is a file [pattern] (there is no such file; one that exists is uploaded)",
        ),
        (Violation("callBackUrl", "format", "is bad"), "--callback-url is bad [format]"),
        (Violation("input", "some-rule", "breaks a rule"), "input breaks a rule [some-rule]"),
    ],
)
def test_violations_name_options(violation: Violation, text: str) -> None:
    """A field is named as its option, and what overrides a limit is an option, too."""
    assert error_output.violation_text(violation) == text


def test_advice_names_settings_and_commands() -> None:
    """Advice is about variables, options and commands."""
    error = errors.APIConnectionError(
        "no route", may_have_arrived=False, base_url="http://127.0.0.1:9"
    )
    assert error_output.message(error) == (
        "no route. http://127.0.0.1:9 cannot be reached: check LIANGXIN_BASE_URL and the network."
    )
    unknown = errors.SubmissionUnknownError(model="z-image", cause=error).about(task())
    assert error_output.message(unknown).endswith(
        "check the LiangXin console before creating it once more. "
        "The response names a task; wait for it with: liangxin wait task_1"
    )


def test_a_message_names_its_task() -> None:
    """The task's id comes first, unless the text has it."""
    error = errors.APIError("HTTP 500: oops").about(task())
    assert error_output.message(error) == "Task task_1: HTTP 500: oops"
    error = errors.APIError("Task task_1 is broken").about(task())
    assert error_output.message(error) == "Task task_1 is broken"


def test_what_goes_on() -> None:
    """Only a task that is not lost gets a command that goes on."""
    unreachable = errors.APIConnectionError("no route", may_have_arrived=False)
    for error in (errors.TaskTimeoutError("late"), errors.DownloadError("broken"), unreachable):
        assert error_output.goes_on(error.about(task()))
    for lost in (errors.TaskFailedError("failed"), status_error(errors.NotFoundError)):
        assert not error_output.goes_on(lost.about(task()))
