"""How tasks go on: a line that is rewritten on a terminal, a line for each change elsewhere."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from liangxin.cli.console import Console
    from liangxin.saving import Progress as SaveProgress
    from liangxin.tasks import Task

_REDRAW = 1.0
"""Seconds; what changes without news is the time, shown in seconds."""


class Progress:
    """Shows how tasks go on while in its `with` block.

    Args:
        console: Where to.
        tasks: All that are waited for.
        usual: Returns the seconds that a model usually takes, None if that is not known.
        now: Returns a monotonic time in seconds.

    """

    def __init__(
        self,
        console: Console,
        tasks: Sequence[Task],
        usual: Callable[[str | None], float | None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._console = console
        self._tasks = tasks
        self._usual = usual
        self._now = now
        self._begin = now()
        self._told: dict[str, str | None] = {}
        self._saving: dict[str, dict[int, SaveProgress]] = {}
        self._is_over = threading.Event()
        self._ticker: threading.Thread | None = None

    def update(self, task: Task) -> None:
        """Show what is new of a task."""
        is_live = self._console.is_live
        is_news = self._told.get(task.id) != task.state and (task.is_terminal or not is_live)
        if is_news and not self._console.quiet:
            self._told[task.id] = task.state
            self._console.say(f"{task.id}  {task.state}  {clock(self._elapsed)}")
        if is_live and not all(task.is_terminal for task in self._tasks):
            self._draw()

    def saving(self, task: Task, news: SaveProgress | None = None) -> None:
        """Show that the files of a task are being saved, and how far one of them is."""
        files = self._saving.setdefault(task.id, {})
        if news is not None:
            files[news.index] = news
        if self._console.is_live:
            self._draw()

    def line(self) -> str:
        """Return the line of a terminal."""
        if len(self._tasks) == 1:
            return "  ".join(self._about(self._tasks[0]))
        done = sum(task.is_terminal for task in self._tasks)
        states = Counter(task.state for task in self._tasks if not task.is_terminal and task.state)
        parts = [f"{done} of {len(self._tasks)} done"]
        parts += [f"{count} {state}" for state, count in states.items()]
        return f"{', '.join(parts)}  {clock(self._elapsed)}"

    @property
    def _elapsed(self) -> float:
        return self._now() - self._begin

    def _about(self, task: Task) -> list[str]:
        files = self._saving.get(task.id)
        state = task.state or "asking" if files is None else _saved([*files.values()])
        parts = [task.model or task.id, state]
        usual = self._usual(task.model)
        parts.append(
            clock(self._elapsed) + (f" (usually {clock(usual)})" if usual is not None else "")
        )
        if task.progress is not None:
            parts.append(f"{task.progress} %")
        return parts

    def _draw(self) -> None:
        self._console.live(self.line())

    def _tick(self) -> None:
        while not self._is_over.wait(_REDRAW):
            self._draw()

    def __enter__(self) -> Self:
        if self._console.is_live:
            self._draw()
            self._ticker = threading.Thread(
                target=self._tick, name="liangxin-progress", daemon=True
            )
            self._ticker.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._is_over.set()
        if self._ticker is not None:
            self._ticker.join()
        self._console.clear()


def _saved(files: Sequence[SaveProgress]) -> str:
    """Return how much of the files is there."""
    if not files:
        return "saving"
    done = sum(file.done for file in files)
    totals = [file.total for file in files if file.total is not None]
    whole = sum(totals) if len(totals) == len(files) else None
    size, unit = (1e6, "MB") if max(done, whole or 0) >= 1e6 else (1e3, "kB")  # noqa: PLR2004
    of = "" if whole is None else f" of {whole / size:.1f}"
    return f"saving {done / size:.1f}{of} {unit}"


def clock(seconds: float) -> str:
    """Return seconds as minutes and seconds: `2:05`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"
