"""Ctrl-C and SIGTERM: both interrupt, but not in the middle of a create."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from types import FrameType, TracebackType
from typing import Any, Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_LATER = b"\nThe create is under way and is finished first; once more to stop at once.\n"

_ONE_PRESS = 0.5
"""Seconds; what runs the command, such as npm, may pass on the Ctrl-C that it has had already."""


class Interrupted(KeyboardInterrupt):
    """A signal asked the command to end; `number` is the signal's."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def behind(error: BaseException | None) -> KeyboardInterrupt | None:
    """Return the interrupt that an error is, or that it comes from; None if it does from none.

    A signal may come amid the locking of a library, which then fails to unlock what is not locked.
    """
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error


class Interrupts:
    """While in its `with` block, both signals raise `Interrupted` in the main thread.

    A signal that was ignored before, as under `nohup`, stays so.

    Args:
        now: Returns a monotonic time in seconds.

    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._before: dict[signal.Signals, Any] = {}
        self._shielded = False
        self._caught: int | None = None
        self._caught_at = 0.0
        self.came = False
        """Whether one was raised."""

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                if signal.getsignal(number) is not signal.SIG_IGN:
                    self._before[number] = signal.signal(number, self._handle)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @contextlib.contextmanager
    def shield(self) -> Iterator[None]:
        """Hold a first signal back until the block ends: a task's id must not be lost.

        A second one is not, unless it comes at once. An error of the block is raised in place of
        the signal.
        """
        self._shielded = True
        try:
            yield
        finally:
            self._shielded = False
        if self._caught is not None:
            raise Interrupted(self._caught)

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        now = self._now()
        if self._shielded and self._caught is None:
            self._caught, self._caught_at = number, now
            # Not through sys.stderr: the signal may have come in the middle of its writing.
            with contextlib.suppress(OSError):
                os.write(2, _LATER)
            return
        if self._shielded and now - self._caught_at < _ONE_PRESS:
            return
        self.came = True
        raise Interrupted(number)
