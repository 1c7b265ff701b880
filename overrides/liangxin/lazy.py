"""Import modules on first use, where no signal handler can interrupt that."""

import _thread
import functools
import queue
import threading
from collections.abc import Callable
from typing import Any


@functools.cache
def uninterrupted(load: Callable[..., Any], *arguments: str) -> Any:
    """Call a function that imports what it returns, and keep that.

    Python runs signal handlers in the main thread only. If one raises amid an import, as Ctrl-C and
    the time limits of job runners do, the lock of the module may stay held, and all other threads
    that import it wait for ever. So the main thread lets another one import.
    """
    if threading.get_ident() != threading.main_thread().ident:
        return load(*arguments)
    results = queue.SimpleQueue[tuple[Any, BaseException | None]]()

    def run() -> None:
        try:
            outcome: tuple[Any, BaseException | None] = load(*arguments), None
        except BaseException as exc:  # noqa: BLE001  raised where the caller is
            outcome = None, exc
        for _ in range(2):  # an interrupt may come just when the first is taken
            results.put(outcome)

    try:
        # Not a Thread: an interrupt of its `start` or `join` breaks the bookkeeping of threads.
        _thread.start_new_thread(run, ())
    except RuntimeError:  # no more threads, as when Python shuts down
        return load(*arguments)
    try:
        result, error = results.get()
    except BaseException:
        # If Python ends before the import does, a library in C or Rust may abort the process.
        results.get()
        raise
    if error is not None:
        raise error
    return result
