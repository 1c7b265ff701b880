"""Print lines that nobody need read: what standard output cannot take at once is dropped.

A mock started by a test harness whose pipe nobody reads goes on, and so does one whose output was
closed. Python's own streams would block, with a lock that even the exit of the process waits for.
"""

from __future__ import annotations

import contextlib
import os
import select
import sys
from typing import TextIO

# A pipe that can be written to takes as much without blocking (POSIX's PIPE_BUF is at least 512).
_AT_ONCE = min(getattr(select, "PIPE_BUF", 512), 4096)

_LAST_STANDARD = 2


def say(line: str) -> None:
    """Print a line on standard output."""
    _print(sys.stdout, line)


def warn(line: str) -> None:
    """Print a line on standard error."""
    _print(sys.stderr, line)


def occupy_standard_streams() -> None:
    """Open the null device in place of standard streams that were closed before the start.

    Or sockets would get their descriptors, which libuv, for one, aborts the process over.
    """
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= _LAST_STANDARD:
        pass
    os.close(descriptor)


def _print(stream: TextIO | None, line: str) -> None:
    # ValueError is a closed stream's. Python has none where its descriptor was closed at the start.
    with contextlib.suppress(OSError, ValueError):
        if stream is not None and not _print_at_once(stream, f"{line}\n"):
            stream.write(f"{line}\n")
            stream.flush()


def _print_at_once(stream: TextIO, text: str) -> bool:
    """Write text as far as it is taken at once; return False for a stream that is no file."""
    try:
        descriptor = stream.fileno()
        select.select([], [descriptor], [], 0)
    except (OSError, ValueError):  # a test's, or on Windows, which knows it for sockets alone
        return False
    content = text.encode(stream.encoding or "utf-8", "backslashreplace")
    for start in range(0, len(content), _AT_ONCE):
        # Asked before each part: what was written last may have filled the pipe.
        if not select.select([], [descriptor], [], 0)[1]:
            break
        os.write(descriptor, content[start : start + _AT_ONCE])
    return True
