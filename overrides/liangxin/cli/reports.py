"""Report errors: as text, as JSON, and by the exit code."""

import contextlib
import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from liangxin.cli import exits, wording
from liangxin.cli.output import Output, error_document, task_document
from liangxin.records import TaskData


def report_error(
    output: Output,
    error: Exception,
    task: TaskData | None = None,
    *,
    files: Sequence[dict[str, Any]] = (),
    resume: str | None = None,
) -> int:
    """Print an error and the command that goes on, and return the exit code."""
    code, message = exits.code_of(error), wording.message(error)
    output.error(message)
    if resume is not None:
        output.note(f"To go on: {resume}")
    if output.as_json:
        document = error_document(type(error).__name__, message, code, error=error, resume=resume)
        output.document(task_document(task, files=files, error=document))
    return code


def report_usage(output: Output, error: click.ClickException) -> int:
    """Report wrong usage of the command, and return the exit code."""
    context, message = getattr(error, "ctx", None), error.format_message()
    if context is not None:
        for line in context.get_usage().splitlines():
            output.note(line)
    output.error(message)
    if output.as_json:
        output.document(
            task_document(None, error=error_document("UsageError", message, exits.WRONG))
        )
    return exits.WRONG


def report_unwritable(output: Output, error: OSError) -> int:
    """Report that standard output is broken, unless its reader closed it; return the exit code."""
    # Python flushes again at its exit, and would print an error.
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        return exits.BROKEN_PIPE
    output.error(str(error))
    return exits.code_of(error)
