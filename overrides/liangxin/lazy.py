"""Import modules on first use, where no signal handler can interrupt that."""

import _thread
import contextlib
import functools
import queue
import threading
from collections.abc import Callable
from typing import Any

_SLICE = 0.1
"""Seconds that the main thread blocks at a time: an interrupt may take the wake-up with it."""


@functools.cache
def uninterrupted(load: Callable[..., Any], *arguments: str) -> Any:
    """Call a function that imports what it returns, and keep that.

    Python runs signal handlers in the main thread only. If one raises amid an import, as Ctrl-C and
    the time limits of job runners do, the lock of the module may stay held, and all other threads
    that import it wait for ever. So the main thread lets another one import.
    """
    if threading.get_ident() != threading.main_thread().ident:
        return load(*arguments)
    outcome: list[tuple[Any, BaseException | None]] = []
    wake_up = queue.SimpleQueue[None]()

    def run() -> None:
        try:
            outcome.append((load(*arguments), None))
        except BaseException as exc:  # noqa: BLE001  raised where the caller is
            outcome.append((None, exc))
        wake_up.put(None)

    def wait() -> None:
        while not outcome:
            with contextlib.suppress(queue.Empty):
                wake_up.get(timeout=_SLICE)

    try:
        # Not a Thread: an interrupt of its `start` or `join` breaks the bookkeeping of threads.
        _thread.start_new_thread(run, ())
    except RuntimeError:  # no more threads, as when Python shuts down
        return load(*arguments)
    try:
        wait()
    except BaseException:
        # If Python ends before the import does, a library in C or Rust may abort the process.
        wait()
        raise
    result, error = outcome[0]
    if error is not None:
        raise error
    return result
