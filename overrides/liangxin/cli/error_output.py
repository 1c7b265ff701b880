"""Word errors for a terminal, where `str(error)` words the same data for Python.

An error has only data: the argument, field or limit it is about, and hints. Here arguments become
options and advice becomes commands. Texts of servers and users are not changed.
"""

from collections.abc import Sequence

from liangxin.cli.api import api, command
from liangxin.cli.fields import option_name
from liangxin.errors import (
    Hint,
    InvalidInputError,
    LiangXinError,
    SubmissionUnknownError,
    UsageError,
    Violation,
)

_BILLED = (
    "It may have been accepted and billed, and was not sent again: check the {service} console "
    "before creating it once more."
)
_SENDS_ALL = "--validate off sends it all the same"
_ADVICE = {
    Hint.MAKE_ROOM: "Move the other file away, or choose another directory with -o.",
    Hint.CHECK_TASK: "Check the id, the account of the key, and {base_url_variable}.",
    Hint.CHECK_KEY: "Check {key_variable} and {base_url_variable}.",
    Hint.CHECK_BASE_URL: "Check {base_url_variable}.",
    Hint.CHECK_NETWORK: (
        "{base_url} cannot be reached: check {base_url_variable} and the network."
    ),
    Hint.CHECK_CERTIFICATES: (
        "The certificate of {base_url} is not trusted: set SSL_CERT_FILE to the certificates of "
        "your network."
    ),
    Hint.CHECK_PROXY: (
        "Check the proxy in HTTPS_PROXY, HTTP_PROXY and ALL_PROXY, with its user name and password."
    ),
    Hint.CHECK_BILLING: _BILLED,
    Hint.CHECK_BILLED_TASK: f"{_BILLED} The response names a task; wait for it with: {{wait}}",
    Hint.ATTACH: "To go on: {wait}",
    # The command prints the command that resumes, with all options, on a line of its own.
    Hint.RESUME: "",
    Hint.UNAFFECTED: "",
    Hint.SAVE_AGAIN: "",
}


def message(error: LiangXinError) -> str:
    """Return the text of an error, with advice."""
    subject = f"Task {error.task_id}: " if error.task_id and error.task_id not in error.text else ""
    text, advice = f"{subject}{_text(error)}", _advice(error)
    if not advice:
        return text
    return f"{text} {advice}" if text.endswith((".", "\n")) else f"{text}. {advice}"


def goes_on(error: LiangXinError) -> bool:
    """Whether the task that an error is about can be waited for, or saved, again."""
    return error.hint not in {None, Hint.CHECK_TASK}


def wait_command(task_ids: Sequence[str], model: str | None = None) -> str:
    """Return the command that waits for tasks; `model` if the API needs it."""
    return command("wait", *task_ids, *([] if model is None else ["--model", model]))


def interrupted_create(model: str) -> str:
    """Return the text for a create whose response was not awaited."""
    return f"The create of a {model} task was interrupted. {_BILLED.format(service=api().name)}"


def violation_text(violation: Violation) -> str:
    """Return a violation as a line, with its field as an option."""
    field, advice = violation.field, ""
    if violation.limit == "additionalProperties":
        advice = " (--extra-input sends it all the same)"
    elif field == "model":
        advice = "" if api().needs_model else f" ({_SENDS_ALL})"
    elif field == api().callback_field:
        field = "--callback-url"
    elif field == "extra_input":
        field = "--extra-input"
    elif field not in {"input", "validate"}:
        name, dot, rest = field.removeprefix("input.").partition(".")
        field = f"{option_name(name)}{dot}{rest}"
        if violation.is_path:
            advice = " (there is no such file; one that exists is uploaded)"
        elif violation.file is not None:
            advice = f" ({_SENDS_ALL})"
    return f"{field} {violation.details}{advice}"


def _text(error: LiangXinError) -> str:
    if isinstance(error, InvalidInputError):
        subject = f"The input for {error.model}" if error.model else "The input"
        lines = [violation_text(violation) for violation in error.violations]
        return "\n  ".join([f"{subject} is not valid; nothing was sent.", *lines])
    if isinstance(error, UsageError) and error.argument is not None:
        # Python's None is an option that is left out.
        problem = error.problem.replace(", or None,", ",")
        return f"{error.variable or option_name(error.argument)} {problem}"
    return error.text


def _advice(error: LiangXinError) -> str:
    # Only the template is formatted: braces in texts of the error are never parsed.
    return " ".join(filter(None, (_ADVICE[hint] for hint in error.hints))).format(
        key_variable=api().environment.key_variable,
        base_url_variable=api().environment.base_url_variable,
        base_url=getattr(error, "base_url", ""),
        service=error.service if isinstance(error, SubmissionUnknownError) else api().name,
        wait=wait_command(
            [error.task_id] if error.task_id else [],
            None if error.task is None else error.task.needed_model,
        ),
    )
