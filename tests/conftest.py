"""Options and fixtures of the whole suite."""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import pytest
from hypothesis import settings

from liangxin_mock import Prism
from liangxin_mock.clock import VirtualClock
from liangxin_mock.prism.document import prism_document
from tests.support import thoroughness
from tests.support.acme import make_acme
from tests.support.checked_simulator import CheckedSimulator, checked_simulator
from tests.support.conformance_matrix import Matrix
from tests.support.postgres_server import PostgresServer, postgres_server

WHOLLY_THOROUGH = "\npytestmark = pytest.mark.thorough\n"

EXIT_LIMIT = 120.0
"""Seconds that a process of pytest may take to end after its last test."""

# A proxy of this machine must not come between the tests and their servers on loopback.
for name in ("no_proxy", "NO_PROXY"):
    os.environ[name] = "127.0.0.1,localhost"

# --- options -------------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--conformance", type=Path, help="write the variant matrix to this JSON file")
    parser.addoption(
        "--thorough",
        action="store_true",
        help="run the tests marked thorough as well, and try more examples in all others",
    )
    parser.addoption(
        "--kills", type=int, default=200, help="how often thorough runs kill a batch, at least"
    )


def pytest_configure(config: pytest.Config) -> None:
    thoroughness.register_profiles()
    is_thorough = config.getoption("--thorough")
    settings.load_profile(thoroughness.THOROUGH if is_thorough else thoroughness.EVERYDAY)
    if config.getoption("--conformance") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Matrix(), "conformance-matrix")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    if config.getoption("--thorough") or collection_path.suffix != ".py":
        return None
    # It may import what is installed for thorough runs only.
    is_thorough = WHOLLY_THOROUGH in collection_path.read_text(encoding="utf-8")
    return True if is_thorough else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--thorough"):
        return
    thorough = [item for item in items if item.get_closest_marker("thorough")]
    if thorough:
        config.hook.pytest_deselected(items=thorough)
        items[:] = [item for item in items if not item.get_closest_marker("thorough")]


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    matrix = config.pluginmanager.get_plugin("conformance-matrix")
    if matrix is None:
        return
    terminalreporter.section("variant conformance")
    for line in matrix.table():
        terminalreporter.write_line(line)
    path: Path = config.getoption("--conformance")
    path.write_text(json.dumps(matrix.rows, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    terminalreporter.write_line(f"written to {path}")


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    # Python waits for threads at its exit: one that a failed test left behind would hang the run.
    faulthandler.dump_traceback_later(EXIT_LIMIT, exit=True)


# --- fixtures ------------------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def default_signals() -> None:
    """Let SIGINT, SIGTERM and SIGHUP reach the tests and their processes.

    A shell script starts `pytest &` with SIGINT ignored, `nohup` with SIGHUP, and children inherit
    that.
    """
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows lacks the last
        if number is not None and signal.getsignal(number) is signal.SIG_IGN:
            is_int = number == signal.SIGINT
            signal.signal(number, signal.default_int_handler if is_int else signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})


@pytest.fixture
def virtual_clock() -> VirtualClock:
    """A clock that stands still until somebody sleeps on it."""
    return VirtualClock()


@pytest.fixture(scope="session")
def acme(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The generated package of an invented second API."""
    return make_acme(tmp_path_factory.mktemp("acme"))


class PrismFor(Protocol):
    """Return the URL of a Prism that plays the contract of an API; if strict, inferred limits too."""

    def __call__(self, api: str, *, strict: bool = False) -> str: ...


@pytest.fixture(scope="session")
def prism_for() -> Iterator[PrismFor]:
    """What starts a Prism for each API and level of strictness that is asked for."""
    with ExitStack() as stack:

        @cache
        def start(api: str, *, strict: bool = False) -> str:
            document = stack.enter_context(prism_document(api, strict=strict))
            return stack.enter_context(Prism(document, start_timeout=100)).url

        yield start


@pytest.fixture(scope="session")
def prism(prism_for: PrismFor) -> str:
    """URL of a Prism that plays LiangXin's contract."""
    return prism_for("liangxin")


@pytest.fixture(scope="session")
def checked_for() -> Iterator[Callable[[str], CheckedSimulator]]:
    """What starts a simulator behind a Prism that checks each request for an API and each answer."""
    with ExitStack() as stack:
        yield cache(lambda api: stack.enter_context(checked_simulator(api)))


@pytest.fixture(scope="session")
def checked(checked_for: Callable[[str], CheckedSimulator]) -> CheckedSimulator:
    """A simulator behind a Prism that checks each request for LiangXin and each answer."""
    return checked_for("liangxin")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A Postgres server of these tests alone; each batch is a schema of its own."""
    with postgres_server() as server:
        yield server


@pytest.fixture
def own_modules(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Import files of the test's folder as modules, and forget them afterwards."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    before = {*sys.modules}
    yield
    for name in {*sys.modules} - before:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]
