"""Modules are imported on first use, and an interrupt of that stops nobody else."""

import _thread
import signal
import sys
import textwrap
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from liangxin.lazy import uninterrupted
from tests.support.interrupts import SDK, at_step, in_thread, interrupt

IMPORTLIB = "<frozen importlib._bootstrap"


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file of a module `imported_late` that can be imported, and is not yet."""
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "imported_late", raising=False)
    uninterrupted.cache_clear()
    return tmp_path / "imported_late.py"


def load(name: str) -> Any:
    return import_module(name)


def test_an_interrupt_of_an_import_stops_no_other_thread(module: Path) -> None:
    """Whenever an interrupt comes in the main thread, others can import the same module."""
    module.write_text("value = 1")
    for number in range(10_000):
        sys.modules.pop("imported_late", None)
        uninterrupted.cache_clear()
        try:
            with at_step(number, interrupt, SDK, IMPORTLIB) as step:
                uninterrupted(load, "imported_late")
        except KeyboardInterrupt:
            pass
        if not step.is_reached:
            return
        in_thread(lambda: load("imported_late").value, seconds=10)
    pytest.fail("an import has an end")


def test_an_interrupt_waits_for_the_import(module: Path) -> None:
    """The exception of a signal handler comes when the import is over, and does not break it."""
    module.write_text(
        textwrap.dedent("""
        import signal, threading
        is_handled = threading.Event()
        signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR1)
        is_handled.wait()
        is_whole = True
        """)
    )

    def stop(_number: int, _frame: FrameType | None) -> None:
        sys.modules["imported_late"].is_handled.set()
        raise ZeroDivisionError

    before = signal.signal(signal.SIGUSR1, stop)
    try:
        with pytest.raises(ZeroDivisionError):
            uninterrupted(load, "imported_late")
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert sys.modules["imported_late"].is_whole


def test_an_import_that_fails_is_tried_again(module: Path) -> None:
    """The error of an import is raised where the caller is, and not kept."""
    module.write_text("1 / 0")
    with pytest.raises(ZeroDivisionError):
        uninterrupted(load, "imported_late")
    module.write_text("value = 'mended'")
    assert uninterrupted(load, "imported_late").value == "mended"


def test_without_threads_modules_are_imported_all_the_same(
    module: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no thread can be started, as at the end of Python, the caller imports."""

    def fail(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    module.write_text("value = 1")
    monkeypatch.setattr(_thread, "start_new_thread", fail)
    assert uninterrupted(load, "imported_late").value == 1
