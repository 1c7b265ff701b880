"""Turn Ctrl-C, SIGTERM and SIGHUP into `Interrupted`, but never in the middle of a create."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""Signals that end the command. The last, which Windows lacks, is sent when the terminal is closed
or its connection is lost."""

_POSTPONED = b"\nA create is in progress and is finished first; press again to stop at once.\n"

_ONE_PRESS = 0.5
"""Seconds within which further signals belong to the first. A parent process such as npm may pass
on the Ctrl-C that the terminal sent to both, and an end of a session sends SIGTERM and SIGHUP."""


class Interrupted(KeyboardInterrupt):
    """One of `SIGNALS` was received; the exit code is 128 plus its number, by convention."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.exit_code = 128 + number


def interrupt_behind(error: BaseException | None) -> Interrupted | None:
    """Return the interrupt that an error is or was caused by; None if there is none.

    A signal may come while a library takes a lock, which then fails with an error of its own.
    """
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    if isinstance(error, KeyboardInterrupt) and not isinstance(error, Interrupted):
        return Interrupted(signal.SIGINT)
    return error


def is_ignored(number: int) -> bool:
    """Whether a signal was ignored when the command began, as SIGHUP is under `nohup`."""
    return signal.getsignal(number) is signal.SIG_IGN


class Interrupts:
    """Raise `Interrupted` in the main thread for `SIGNALS`, while in the `with` block.

    A signal that was ignored before stays ignored, as under `nohup`.

    Args:
        now: Returns a monotonic time in seconds.

    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._before: dict[signal.Signals, Any] = {}
        self._is_shielded = False
        self._postponed: tuple[int, float] | None = None
        self.occurred = False
        """Whether an interrupt was raised."""

    def __enter__(self) -> Self:
        for number in SIGNALS:
            if not is_ignored(number):
                self._before[number] = signal.signal(number, self._handle)
        return self

    def __exit__(self, *_exc_info: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @contextlib.contextmanager
    def shield(self) -> Iterator[None]:
        """Postpone a first signal to the end of the block, so that a task's id is not lost.

        A second signal is not postponed. An error of the block takes precedence over the signal.
        """
        self._is_shielded = True
        try:
            yield
        finally:
            self._is_shielded = False
        if self._postponed is not None:
            self._raise(self._postponed[0])

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        if self._is_shielded and self._postponed is None:
            self._postponed = number, self._now()
            # Not by sys.stderr, whose buffer the signal may have interrupted.
            with contextlib.suppress(OSError):
                os.write(2, _POSTPONED)
        elif self._postponed is None or self._now() - self._postponed[1] >= _ONE_PRESS:
            self._raise(number)

    def _raise(self, number: int) -> None:
        self.occurred = True
        raise Interrupted(number)


class Cancellation:
    """Cancel an asyncio task at the first of `SIGNALS`, and again at each further press.

    A signal that was ignored before stays ignored.

    Args:
        cancel: Cancels the task.
        now: Returns a monotonic time in seconds.

    """

    def __init__(
        self, cancel: Callable[[], object], now: Callable[[], float] = time.monotonic
    ) -> None:
        self._cancel = cancel
        self._now = now
        self._first: tuple[int, float] | None = None

    @property
    def interrupt(self) -> Interrupted | None:
        """The interrupt to raise once the task has ended; None if no signal was received."""
        return None if self._first is None else Interrupted(self._first[0])

    def listen(self, loop: "AbstractEventLoop") -> None:
        """Handle `SIGNALS` in an event loop; on Windows, asyncio itself handles Ctrl-C alone."""
        with contextlib.suppress(NotImplementedError):
            for number in SIGNALS:
                if not is_ignored(number):
                    loop.add_signal_handler(number, self.handle, number)

    def handle(self, number: int) -> None:
        """Handle a signal."""
        if self._first is None:
            self._first = number, self._now()
        elif self._now() - self._first[1] < _ONE_PRESS:
            return
        self._cancel()
