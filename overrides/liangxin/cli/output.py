"""Print results on standard output, and everything else on standard error."""

import contextlib
import dataclasses
import io
import json
import os
import sys
import threading
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from liangxin.records import TaskData

_COLOURS = {"error": "red", "warning": "yellow"}
_TASK_KEYS = (
    "id",
    "model",
    "state",
    "progress",
    "result_urls",
    "result_problem",
    "fail_code",
    "fail_msg",
)


class Output:
    """Print for one call of the command.

    Attributes:
        as_json: Whether to print tasks and errors as lines of JSON.
        quiet: Whether to show no progress.

    """

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json
        self.quiet = False
        self._display: Any = None
        self._lock = threading.RLock()
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                # Characters that the terminal's encoding lacks are escaped, and raise no error.
                stream.reconfigure(errors="backslashreplace")

    @property
    def is_live(self) -> bool:
        """Whether a live display is shown."""
        return self._display is not None

    def show(self, display: Any) -> None:
        """Show a live display of rich, except while a line is printed."""
        with self._lock:
            self._display = display
            display.start()

    def hide(self) -> None:
        """Erase the live display, if there is one."""
        with self._lock:
            display, self._display = self._display, None
            if display is not None:
                display.stop()

    def result(self, *cells: str) -> None:
        """Print a line of the result; its cells cannot break the line."""
        line = "  ".join(printable(cell, allowed="") for cell in cells)
        self._write_result(line)

    def text(self, text: str) -> None:
        """Print a result of several lines."""
        self._write_result(printable(text))

    def document(self, content: object) -> None:
        """Print a line of JSON. It is ASCII, so that any terminal and encoding can show it."""
        self._write_result(json.dumps(content))

    def note(self, line: str) -> None:
        """Print a line on standard error."""
        self._write_error(printable(line, allowed=""))

    def warning(self, text: str) -> None:
        """Print a warning."""
        self._write_error(f"{_coloured('warning')}: {_indented(text)}")

    def error(self, text: str) -> None:
        """Print an error."""
        self._write_error(f"{_coloured('error')}: {_indented(text)}")

    def _write_result(self, text: str) -> None:
        with self._without_display():
            try:
                click.echo(text, color=_wants_colours())
            except OSError as error:
                error.filename = "standard output"
                raise

    def _write_error(self, text: str) -> None:
        # Whatever read standard error may have closed it.
        with self._without_display(), contextlib.suppress(OSError, ValueError):
            click.echo(text, err=True, color=_wants_colours())

    @contextlib.contextmanager
    def _without_display(self) -> Iterator[None]:
        # Warnings come from the threads that poll, too.
        with self._lock:
            display = self._display
            if display is None:
                yield
                return
            display.stop()
            try:
                yield
            finally:
                display.start()


def printable(text: str, *, allowed: str = "\n\t") -> str:
    r"""Return a text with control characters escaped, as `\x1b` and the like.

    A server's text may hold escape sequences, or characters that reverse the direction.
    """
    if text.isprintable():
        return text
    return "".join(
        char
        if char.isprintable() or char in allowed or unicodedata.category(char) == "Zs"
        else char.encode("unicode_escape").decode()
        for char in text
    )


def task_document(
    task: TaskData | None,
    *,
    files: Sequence[Mapping[str, Any]] = (),
    error: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the JSON document of a task; its keys are always the same."""
    known = {} if task is None else task.to_dict()
    document: dict[str, Any] = {key: known.get(key) for key in _TASK_KEYS}
    document["result_urls"] = document["result_urls"] or []
    return {**document, "raw": known.get("raw", {}), "files": [*files], "error": error}


def error_document(
    kind: str,
    message: str,
    exit_code: int,
    *,
    error: Exception | None = None,
    resume: str | None = None,
) -> dict[str, Any]:
    """Return the JSON document of an error; its keys are always the same."""
    return {
        "type": kind,
        "message": message,
        "exit_code": exit_code,
        "resume": resume,
        "status_code": getattr(error, "status_code", None),
        "violations": [dataclasses.asdict(v) for v in getattr(error, "violations", ())],
    }


def _indented(text: str) -> str:
    """Indent all lines but the first: a line of a server's text must not look like one of ours."""
    lines = (line if line.startswith("  ") else f"  {line}" for line in printable(text).split("\n"))
    return "\n".join(lines).removeprefix("  ")


def _coloured(word: str) -> str:
    return click.style(word, fg=_COLOURS[word])


def _wants_colours() -> bool | None:
    """Return False where colours are unwanted; None leaves it to click, which sees the terminal."""
    unwanted = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return False if unwanted else None
