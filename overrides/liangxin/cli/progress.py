"""Show the progress of tasks: a live line on a terminal with rich, a line per change elsewhere."""

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Self

from liangxin.cli.output import Output, printable
from liangxin.records import TaskData

_MEGABYTE, _KILOBYTE = 1e6, 1e3


class Progress:
    """Show the progress of tasks while the `with` block runs.

    Args:
        output: Prints the lines.
        tasks: The tasks to wait for.
        usual_duration: Returns the seconds that a model usually takes; None if unknown.
        now: Returns a monotonic time in seconds.

    """

    def __init__(
        self,
        output: Output,
        tasks: Sequence[TaskData],
        usual_duration: Callable[[str], float | None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._output = output
        self._tasks = tasks
        self._usual_duration = usual_duration
        self._now = now
        self._begin = now()
        self._shown: dict[str, str | None] = {}
        self._saving: dict[str, dict[int, Any]] = {}

    def update(self, task: TaskData) -> None:
        """Report a change of a task's state."""
        if self._output.quiet or self._shown.get(task.id) == task.state:
            return
        # A live display shows the other states.
        if task.is_terminal or not self._output.is_live:
            self._shown[task.id] = task.state
            self._output.note(f"{task.id}  {task.state}  {minutes(self._elapsed)}")

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
        done = sum(task.is_terminal for task in self._tasks)
        states = Counter(task.state for task in self._tasks if not task.is_terminal and task.state)
        parts = [f"{done} of {len(self._tasks)} done"]
        parts += [f"{count} {state}" for state, count in states.items()]
        return f"{', '.join(parts)}  {minutes(self._elapsed)}"

    def __enter__(self) -> Self:
        if wants_live_display(self._output) and (display := live_display(self.line)) is not None:
            self._output.show(display)
        return self

    def __exit__(self, *_exc_info: object) -> None:
        self._output.hide()

    @property
    def _elapsed(self) -> float:
        return self._now() - self._begin

    def _describe(self, task: TaskData) -> str:
        files = self._saving.get(task.id)
        state = task.state or "polling" if files is None else _saved([*files.values()])
        usual = None if task.model is None else self._usual_duration(task.model)
        expected = "" if usual is None else f" (usually {minutes(usual)})"
        percent = "" if task.progress is None else f"  {task.progress} %"
        return f"{task.model or task.id}  {state}  {minutes(self._elapsed)}{expected}{percent}"


def wants_live_display(output: Output) -> bool:
    """Whether standard error is a terminal whose last line can be rewritten."""
    if output.quiet or os.environ.get("TERM") == "dumb":
        return False
    # The log goes to the same terminal, and would break the line.
    return sys.stderr is not None and sys.stderr.isatty() and not os.environ.get("LIANGXIN_LOG")


def live_display(line: Callable[[], str]) -> Any:
    """Return a display that shows a line, refreshed a few times a second; None without rich."""
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
    if not files:
        return "saving"
    done = sum(file.done for file in files)
    totals = [file.total for file in files if file.total is not None]
    total = sum(totals) if len(totals) == len(files) else None
    is_large = max(done, total or 0) >= _MEGABYTE
    size, unit = (_MEGABYTE, "MB") if is_large else (_KILOBYTE, "kB")
    of = "" if total is None else f" of {total / size:.1f}"
    return f"saving {done / size:.1f}{of} {unit}"
