"""What the command says: results on standard output, everything else on standard error."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from liangxin.cli import exits

if TYPE_CHECKING:
    from liangxin.tasks import Task

_COLOURS = {"error": "31", "warning": "33"}
"""Of words; the codes of ANSI for red and yellow."""
_FALLBACK_WIDTH = 80
_ESCAPED = {n: f"\\u{n:04x}" for n in (*range(32), *range(127, 160)) if chr(n) not in "\t\n"}
"""Control characters, which a terminal obeys and an API may send; as JSON has them, too."""

# The SDK speaks of Python; here are the command's words for it.
_WORDS = {
    "validate=False": "--validate off",
    "extra_input ": "--extra-input ",
    "poll_interval must": "--poll-interval must",
    "timeout must": "--timeout must",
    " seconds, or None, not": " seconds, or inf, not",
    "pass overwrite=True to replace it, or choose another directory or template": (
        "move it away, or choose another folder with -o"
    ),
    "polls_per_second is low": "these are too many tasks",
    "its last state is None": "nothing was heard of it",
    "callBackUrl must": "--callback-url must",
}
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


class Console:
    """Both outputs of the command.

    Args:
        json: Whether results and errors are told as lines of JSON on standard output.
        quiet: Whether to show no progress.

    """

    def __init__(self, *, json: bool = False, quiet: bool = False) -> None:
        self.json = json
        self.quiet = quiet
        # Python has None for a stream that is closed.
        self._out: TextIO = sys.stdout or io.StringIO()
        self._err: TextIO = sys.stderr or io.StringIO()
        for stream in (self._out, self._err):
            if isinstance(stream, io.TextIOWrapper):
                # What the terminal's encoding has not is shown escaped, rather than an error.
                stream.reconfigure(errors="backslashreplace")
        self._shown = ""
        self._lock = threading.RLock()

    @property
    def is_live(self) -> bool:
        """Whether a line that is rewritten can show the progress."""
        is_plain = self.quiet or os.environ.get("TERM") == "dumb"
        # The log goes to the same terminal, and knows nothing of that line.
        return not is_plain and self._err.isatty() and not os.environ.get("LIANGXIN_LOG")

    def result(self, text: str) -> None:
        """Print a line of the result, at once."""
        with self._lock:
            self._clear()
            try:
                self._out.write(f"{text.translate(_ESCAPED)}\n")
                self._out.flush()
            except OSError as error:
                error.filename = "standard output"
                raise

    def document(self, content: object) -> None:
        """Print a line of JSON."""
        is_utf = "utf" in (self._out.encoding or "").lower()
        self.result(json.dumps(content, ensure_ascii=not is_utf))

    def say(self, text: str) -> None:
        """Print a line on standard error, at once. Whoever read it may have left."""
        with self._lock, contextlib.suppress(OSError, ValueError):
            self._clear()
            self._err.write(f"{text}\n")
            self._err.flush()

    def warn(self, text: str) -> None:
        """Print a warning."""
        self.say(f"{self.paint('warning')}: {in_our_words(text).translate(_ESCAPED)}")

    def live(self, text: str) -> None:
        """Show `text` in place of what was shown last, without ending the line."""
        with self._lock, contextlib.suppress(OSError, ValueError):
            text = text[: self._width() - 1]
            # Spaces instead of a control sequence, which not every terminal knows.
            self._err.write("\r" + text.ljust(len(self._shown)))
            self._err.flush()
            self._shown = text

    def clear(self) -> None:
        """Take away what `live` shows."""
        with self._lock, contextlib.suppress(OSError, ValueError):
            self._clear()
            self._err.flush()

    def paint(self, word: str) -> str:
        """Return a word in its colour, where standard error shows colours."""
        colour = _COLOURS.get(word)
        if colour is None or not self._err.isatty() or not _wants_colours():
            return word
        return f"\x1b[{colour}m{word}\x1b[0m"

    def failed(
        self,
        error: Exception,
        *,
        task: Task | None = None,
        files: Sequence[Mapping[str, Any]] = (),
        resume: str | None = None,
    ) -> int:
        """Tell an error and the command that goes on; return the exit code."""
        code, message = exits.code_of(error), summary(error)
        if task is not None and task.id not in message:
            message = f"Task {task.id}: {message}"
        self.say(f"{self.paint('error')}: {message.translate(_ESCAPED)}")
        for line in getattr(error, "advice", ()):
            self.say(f"  {line}" if line else "")
        if resume is not None:
            self.say(f"To go on: {resume}")
        if self.json:
            told = error_document(error, code, message, resume)
            self.document(document(task, files=files, error=told))
        return code

    def wrong(self, message: str, usage: str) -> int:
        """Tell that the command was wrongly called; return the exit code."""
        self.say(f"{usage.rstrip()}\n{self.paint('error')}: {message.translate(_ESCAPED)}")
        if self.json:
            error = {"type": "WrongCallError", "message": message, "exit_code": exits.WRONG}
            self.document(document(None, error={**_NO_ERROR, **error}))
        return exits.WRONG

    def _clear(self) -> None:
        if self._shown:
            self._err.write("\r" + " " * len(self._shown) + "\r")
            self._err.flush()
            self._shown = ""

    def _width(self) -> int:
        try:
            return os.get_terminal_size(self._err.fileno()).columns or _FALLBACK_WIDTH
        except (OSError, ValueError):
            return _FALLBACK_WIDTH


_NO_ERROR: dict[str, Any] = {
    "type": None,
    "message": None,
    "exit_code": None,
    "resume": None,
    "status_code": None,
    "violations": [],
}


def document(
    task: Task | None,
    *,
    files: Sequence[Mapping[str, Any]] = (),
    error: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what is told of a task as JSON; its keys are always the same."""
    known = {} if task is None else task.to_dict()
    told: dict[str, Any] = {key: known.get(key) for key in _TASK_KEYS}
    told["result_urls"] = told["result_urls"] or []
    return {**told, "raw": known.get("raw", {}), "files": [*files], "error": error}


def error_document(error: Exception, code: int, message: str, resume: str | None) -> dict[str, Any]:
    """Return what is told of an error as JSON; its keys are always the same."""
    violations = [
        {
            "field": v.field,
            "limit": v.limit,
            "message": in_our_words(v.message),
            "evidence": v.evidence,
            "source": v.source,
        }
        for v in getattr(error, "violations", ())
    ]
    return {
        "type": type(error).__name__,
        "message": message,
        "exit_code": code,
        "resume": resume,
        "status_code": getattr(error, "status_code", None),
        "violations": violations,
    }


def summary(error: Exception) -> str:
    """Return what happened; the SDK's advice is left out where it is for Python."""
    from liangxin import errors  # noqa: PLC0415 - not needed to parse and to help

    if isinstance(error, errors.SubmissionUnknownError | errors.NotFoundError):
        return str(error)
    if isinstance(error, errors.LiangXinError):
        text = in_our_words(str(error.args[0]))
        is_query = isinstance(error, errors.UnprocessableEntityError) and error.task_id is not None
        return f"{text}; the API may not know this id" if is_query else text
    return str(error)


def in_our_words(text: str) -> str:
    """Return a message of the SDK with the command's names in place of Python's."""
    for theirs, ours in _WORDS.items():
        text = text.replace(theirs, ours)
    return text


@contextlib.contextmanager
def telling(console: Console) -> Iterator[None]:
    """Let the console tell what the SDK warns of and logs."""
    import logging  # noqa: PLC0415 - not needed to parse and to help
    import warnings  # noqa: PLC0415

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            console.warn(record.getMessage())

    handler = Handler(logging.WARNING)
    logger = logging.getLogger("liangxin")
    with warnings.catch_warnings():
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = lambda message, *_, **__: console.warn(str(message))
        # With LIANGXIN_LOG, the SDK shows its log itself.
        if not os.environ.get("LIANGXIN_LOG"):
            logger.addHandler(handler)
        try:
            yield
        finally:
            logger.removeHandler(handler)


def _wants_colours() -> bool:
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return os.name != "nt" or "WT_SESSION" in os.environ
