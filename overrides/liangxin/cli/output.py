"""Print results on standard output, and everything else on standard error."""

import contextlib
import io
import json
import os
import sys
import threading
import unicodedata
from collections.abc import Iterator
from typing import Any

import click


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
        # None leaves colours to click, which sees the terminal.
        no_colours = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        self._colours = False if no_colours else None
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                # Characters that the terminal's encoding lacks are escaped, and raise no error.
                stream.reconfigure(errors="backslashreplace")

    @property
    def is_live(self) -> bool:
        """Whether a live display is shown."""
        return self._display is not None

    @contextlib.contextmanager
    def live(self, display: Any) -> Iterator[None]:
        """Show a live display of rich, except while a line is printed; None shows nothing."""
        if display is None:
            yield
            return
        with self._lock:
            self._display = display
            display.start()
        try:
            yield
        finally:
            with self._lock:
                self._display = None
                # The terminal may be gone; an error would take the place of the interrupt by that.
                with contextlib.suppress(OSError):
                    display.stop()

    def result(self, *cells: str) -> None:
        """Print a line of the result; its cells cannot break the line."""
        self._write_result("  ".join(printable(cell, allowed="") for cell in cells))

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
        self._write_error(f"{click.style('warning', fg='yellow')}: {_indented(text)}")

    def error(self, text: str) -> None:
        """Print an error."""
        self._write_error(f"{click.style('error', fg='red')}: {_indented(text)}")

    def _write_result(self, text: str) -> None:
        try:
            self._write(text)
        except OSError as error:
            error.filename = "standard output"
            raise

    def _write_error(self, text: str) -> None:
        # The reader of standard error may have closed it.
        with contextlib.suppress(OSError, ValueError):
            self._write(text, err=True)

    def _write(self, text: str, *, err: bool = False) -> None:
        # Warnings come from the threads that poll, too.
        with self._lock:
            # rich could print above its display, but only to the stream of the display.
            if self._display is not None:
                self._display.stop()
            try:
                click.echo(text, err=err, color=self._colours)
            finally:
                if self._display is not None:
                    self._display.start()


def printable(text: str, *, allowed: str = "\n\t") -> str:
    r"""Return a text with control characters escaped, as `\x1b` and the like.

    A server's text may hold escape sequences, or characters that reverse the direction.
    """
    return "".join(
        char
        if char.isprintable() or char in allowed or unicodedata.category(char) == "Zs"
        else char.encode("unicode_escape").decode()
        for char in text
    )


def _indented(text: str) -> str:
    """Indent all lines but the first: a server's text must not look like lines of the command."""
    lines = (line if line.startswith("  ") else f"  {line}" for line in printable(text).split("\n"))
    return "\n".join(lines).removeprefix("  ")
