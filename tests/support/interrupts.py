"""Interrupts and garbage collection at any chosen step of our code."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import liangxin
import liangxin_mock

SDK, MOCK = (
    f"{Path(str(package.__file__)).parent}{os.sep}" for package in (liangxin, liangxin_mock)
)


@dataclass
class Step:
    """A moment at which Python may handle a signal in our code, by its number."""

    number: int
    is_reached: bool = False


@contextmanager
def at_step(number: int, action: Callable[[], object], *files: str) -> Iterator[Step]:
    """Run an action at the step of that number which this thread makes in our code.

    Or in the code of `files`, the beginnings of their names.

    A step is where CPython handles signals: where a function begins, and after a call of one that
    is written in C. Between other instructions no interrupt comes, not even between the end of a
    `with` block and the release of its lock.
    """
    step, left, before = Step(number), number, sys.getprofile()

    def profile(frame: FrameType, event: str, _: object) -> None:
        nonlocal left
        if not step.is_reached and event in {"call", "c_return"}:
            left -= frame.f_code.co_filename.startswith(files or SDK)
            if left < 0:
                step.is_reached = True
                action()

    sys.setprofile(profile)
    try:
        yield step
    finally:
        sys.setprofile(before)


def interrupt() -> None:
    """Raise what Ctrl-C raises."""
    raise KeyboardInterrupt


def in_thread(function: Callable[[], object], seconds: float | None = None) -> None:
    """Run a function in a thread that cannot outlive the process, and raise what it raises.

    It has to end within `seconds`.
    """
    errors: list[BaseException] = []

    def run() -> None:
        try:
            function()
        except BaseException as exc:  # noqa: BLE001  raised again below
            errors.append(exc)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    assert not thread.is_alive(), "the thread hangs"
    if errors:
        raise errors[0]


def when_blocked(action: Callable[[], object], thread: int | None = None) -> threading.Thread:
    """Run an action as soon as a thread, by default this one, seems to be blocked in our code."""
    ident = threading.get_ident() if thread is None else thread

    def place() -> tuple[int, int] | None:
        frame: FrameType | None
        frame = innermost = sys._current_frames()[ident]
        while frame and not frame.f_code.co_filename.startswith((SDK, MOCK)):
            frame = frame.f_back
        return frame and (id(innermost), innermost.f_lasti)

    def watch() -> None:
        pause, same, last = threading.Event(), 0, place()
        while same < 10:
            pause.wait(0.01)
            now = place()
            same, last = (same + 1 if now and now == last else 0), now
        action()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    return watcher
