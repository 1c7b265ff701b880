"""Show the progress of tasks: a live line on a terminal with rich, a line per change elsewhere."""

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from liangxin.cli.output import Output, printable
from liangxin.http import settings
from liangxin.records import TaskData


class Progress:
    """Show the progress of tasks.

    Args:
        output: Prints the lines.
        tasks: The tasks to wait for.
        now: Returns a monotonic time in seconds.

    """

    def __init__(
        self,
        output: Output,
        tasks: Sequence[TaskData],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._output = output
        self._tasks = tasks
        self._now = now
        self._begin = now()
        self._shown: dict[str, str | None] = {}
        self._saving: dict[str, dict[int, Any]] = {}

    def shown(self) -> AbstractContextManager[None]:
        """Return a context that shows the live line, on a terminal that can have one."""
        return self._output.live(live_display(self.line, self._output))

    def update(self, task: TaskData) -> None:
        """Report a change of a task's state."""
        if self._output.quiet or self._shown.get(task.id) == task.state:
            return
        # A live display shows the other states, and is erased at the end.
        if task.is_terminal or not self._output.is_live:
            self._shown[task.id] = task.state
            self._output.note(f"{task.id}  {task.state}  {self._elapsed}")

    def saving(self, task: TaskData, news: Any = None) -> None:
        """Record the progress of a task's files. Safe to call from any thread."""
        files = self._saving.setdefault(task.id, {})
        if news is not None:
            files[news.index] = news

    def line(self) -> str:
        """Return the line of the live display."""
        text = self._describe(*self._tasks) if len(self._tasks) == 1 else self._count()
        return printable(text, allowed="")

    def _count(self) -> str:
        states = Counter(task.state for task in self._tasks if not task.is_terminal and task.state)
        done = sum(task.is_terminal for task in self._tasks)
        parts = [f"{done} of {len(self._tasks)} done"]
        parts += [f"{count} {state}" for state, count in states.items()]
        return f"{', '.join(parts)}  {self._elapsed}"

    def _describe(self, task: TaskData) -> str:
        files = self._saving.get(task.id)
        state = task.state or "polling" if files is None else _saved([*files.values()])
        left = None if task.time_left is None else f" (about {minutes(task.time_left)} left)"
        percent = "" if task.progress is None else f"  {task.progress} %"
        return f"{task.model or task.id}  {state}  {self._elapsed}{left or ''}{percent}"

    @property
    def _elapsed(self) -> str:
        return minutes(self._now() - self._begin)


def live_display(line: Callable[[], str], output: Output) -> Any:
    """Return a display that shows a line, refreshed a few times a second.

    None without rich, and where standard error is no terminal whose last line can be rewritten.
    """
    # The log goes to the same terminal, and would break the line.
    is_plain = os.environ.get("TERM") == "dumb" or settings.log_level() is not None
    if output.quiet or is_plain or sys.stderr is None or not sys.stderr.isatty():
        return None
    try:
        from rich.console import Console  # noqa: PLC0415  slow, and in an extra
        from rich.live import Live  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415
    except ImportError:
        return None
    return Live(
        get_renderable=lambda: Text(line(), no_wrap=True, overflow="ellipsis"),
        console=Console(stderr=True),
        transient=True,
        # Results belong to standard output, which may be a file.
        redirect_stdout=False,
        redirect_stderr=False,
    )


def minutes(seconds: float) -> str:
    """Return seconds as minutes and seconds: `2:05`."""
    whole, rest = divmod(round(seconds), 60)
    return f"{whole}:{rest:02}"


def _saved(files: Sequence[Any]) -> str:
    """Return the progress of the files."""
    from rich.filesize import decimal  # noqa: PLC0415  the live line needs rich anyway

    if not files:
        return "saving"
    totals = [file.total for file in files]
    of = "" if None in totals else f" of {decimal(sum(totals))}"
    return f"saving {decimal(sum(file.done for file in files))}{of}"
