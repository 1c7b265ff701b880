"""Printing: nothing that nobody takes holds the mock up."""

from __future__ import annotations

import subprocess
import sys

import pytest

from liangxin_mock.output import say, warn

# More than a pipe holds, and a shell's descriptors as they come.
FLOOD = "from liangxin_mock.output import say\nfor n in range(3000): say(f'{n:04} ' + 'x' * 95)"


def test_lines_are_printed_whole(capfd: pytest.CaptureFixture[str]) -> None:
    """Lines arrive in order, however long, and those for standard error there."""
    say("a cup \N{HOT BEVERAGE}")
    say("x" * 20_000)
    warn("careful")
    printed = capfd.readouterr()
    assert printed.out.split("\n") == ["a cup \N{HOT BEVERAGE}", "x" * 20_000, ""]
    assert printed.err == "careful\n"


def test_what_is_not_taken_is_dropped() -> None:
    """A process that fills a pipe ends, and what the pipe held are its first lines."""
    with subprocess.Popen([sys.executable, "-c", FLOOD], stdout=subprocess.PIPE) as process:
        assert process.wait(100) == 0
        assert process.stdout is not None
        lines = process.stdout.read().split(b"\n")
    assert 100 < len(lines) < 3000
    assert [line[:4] for line in lines[:100]] == [b"%04d" % n for n in range(100)]
