"""Run the command in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

# Whoever started pytest may have ignored SIGINT, which children inherit.
LIANGXIN = [
    sys.executable,
    "-c",
    """import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from liangxin.cli import main
sys.exit(main())""",
]
LONG = 120
"""Seconds that nothing here comes near: only a hanging test waits so long."""


@contextmanager
def command(
    *words: str, executable: Sequence[str] = LIANGXIN, **environment: str
) -> Iterator[subprocess.Popen[str]]:
    """Start the command, with its outputs in pipes, and kill it at the end."""
    process = subprocess.Popen(
        [*executable, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def done(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [*LIANGXIN, *words],
        capture_output=True,
        text=True,
        timeout=LONG,
        check=False,
        env={**os.environ, **environment},
    )


def line_of(process: subprocess.Popen[str], words: str) -> str:
    """Read standard error up to a line with these words."""
    assert process.stderr
    read = []
    for line in process.stderr:
        if words in line:
            return line
        read.append(line)
    raise AssertionError("".join(read))
