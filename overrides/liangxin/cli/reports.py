"""Report tasks as JSON, and errors as text, as JSON and by the exit code."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from liangxin.cli import error_output, exits
from liangxin.cli.output import Output
from liangxin.errors import LiangXinError
from liangxin.records import TaskData


def task_document(
    task: TaskData | None,
    *,
    files: Sequence[Mapping[str, Any]] = (),
    error: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the JSON document of a task; its keys are always the same."""
    document = {**TaskData("").to_dict(), "id": None} if task is None else task.to_dict()
    del document["created_at"]  # often only this machine's clock
    return {**document, "files": [*files], "error": error}


def report_error(
    output: Output,
    error: LiangXinError,
    task: TaskData | None = None,
    *,
    files: Sequence[Mapping[str, Any]] = (),
    resume: str | None = None,
) -> int:
    """Print an error and the command that resumes, and return the exit code."""
    code, message = exits.code_of(error), error_output.message(error)
    output.error(message)
    if resume is not None:
        output.note(f"To go on: {resume}")
    if output.as_json:
        document = {
            "type": type(error).__name__,
            "message": message,
            "exit_code": code,
            "resume": resume,
            "status_code": getattr(error, "status_code", None),
            "violations": [dataclasses.asdict(v) for v in getattr(error, "violations", ())],
        }
        output.document(task_document(task, files=files, error=document))
    return code
