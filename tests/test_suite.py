"""The suite itself: it depends on nobody's signals, and its options do what they say."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.postgres_server import binaries

PROJECT = Path(__file__).parents[1]

SERVING = """
import sys
from tests.support.postgres_server import postgres_server
with postgres_server() as server:
    print(server.folder, flush=True)
    sys.stdin.read()
"""

STARTER = """
import os, signal, sys
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
os.execv(sys.executable, [sys.executable, "-m", "pytest", *sys.argv[1:]])
"""


def pytest_runs(*arguments: str, starter: str | None = None) -> str:
    """Run pytest in a process of its own, and return the last line that it prints."""
    how = ["-m", "pytest"] if starter is None else ["-c", starter]
    plugins = (f"-pno:{name}" for name in ("cacheprovider", "xdist", "schemathesis", "pytest_cov"))
    command = [sys.executable, *how, "-q", *plugins, *arguments]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "COV_"))}
    ran = subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )
    return ran.stdout.strip().splitlines()[-1]


def test_an_interrupt_reaches_a_test() -> None:
    """A test that is interrupted sees a KeyboardInterrupt."""
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="needs POSIX signals")
def test_signals_reach_tests_whoever_started_pytest() -> None:
    """Tests get their signals even where pytest was started with them ignored and blocked."""
    test = f"{__file__}::{test_an_interrupt_reaches_a_test.__name__}"
    assert pytest_runs(test, starter=STARTER).startswith("1 passed")


@pytest.mark.thorough
def test_thorough_runs_when_asked(request: pytest.FixtureRequest) -> None:
    """A test that is marked thorough runs with `--thorough`."""
    assert request.config.getoption("--thorough")


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("options", "closing_line"), [((), "1 deselected"), (("--thorough",), "1 passed")]
)
def test_thorough_tests_run_only_when_asked(options: tuple[str, ...], closing_line: str) -> None:
    """A test that is marked thorough is deselected without `--thorough`."""
    test = f"{__file__}::{test_thorough_runs_when_asked.__name__}"
    assert pytest_runs(test, *options).startswith(closing_line)


@pytest.mark.thorough
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="there is no setpriv")
def test_a_killed_run_leaves_no_database() -> None:
    """The Postgres of a run of the tests ends with it, even if that is killed."""
    binaries()
    tests = subprocess.Popen(
        [sys.executable, "-c", SERVING],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert tests.stdin
    assert tests.stdout
    folder = Path(tests.stdout.readline().strip())
    lock = folder / "data" / "postmaster.pid"
    assert lock.exists()
    tests.kill()
    tests.communicate(timeout=60)
    deadline = time.monotonic() + 60
    while lock.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    shutil.rmtree(folder)
