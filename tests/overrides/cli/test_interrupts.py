"""Ctrl-C, SIGTERM and SIGHUP."""

from __future__ import annotations

import json
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

import pytest

from liangxin.cli.interrupts import (
    SIGNALS,
    Cancellation,
    Interrupted,
    Interrupts,
    interrupt_behind,
)
from liangxin_mock import Simulator, stall
from tests.overrides.cli.conftest import CUP
from tests.overrides.cli.processes import LONG, command, done, line_of


def test_an_interrupt_that_is_passed_on_counts_once(capfd: pytest.CaptureFixture[str]) -> None:
    """A second signal right after the first, as npm sends it, is the same Ctrl-C."""
    times = [1.0, 1.4, 1.6]

    def press() -> None:
        with Interrupts(lambda: times.pop(0)) as interrupts, interrupts.shield():
            for _ in range(3):
                signal.raise_signal(signal.SIGINT)
                assert times, "the last one was postponed"

    with pytest.raises(Interrupted):
        press()
    assert not times
    assert capfd.readouterr().err.count("press again to stop at once") == 1


def test_signals_of_one_event_cancel_once() -> None:
    """SIGTERM and SIGHUP of one end of a session are one press; a later signal is a second one."""
    times = [1.0, 1.03, 1.4, 1.6]
    cancelled: list[float] = []
    cancellation = Cancellation(lambda: cancelled.append(len(times)), lambda: times.pop(0))
    assert cancellation.interrupt is None
    for number in (15, 1, 15, 2):
        cancellation.handle(number)
    assert cancelled == [3, 0]
    interrupt = cancellation.interrupt
    assert interrupt is not None
    assert interrupt.exit_code == 143


def test_a_postponed_interrupt_comes_at_the_end(capfd: pytest.CaptureFixture[str]) -> None:
    """What is shielded runs to its end; then the interrupt is raised."""
    steps = []

    def press() -> None:
        with Interrupts() as interrupts, interrupts.shield():
            signal.raise_signal(signal.SIGTERM)
            steps.append("end")

    with pytest.raises(Interrupted) as caught:
        press()
    assert (steps, caught.value.exit_code) == (["end"], 143)
    assert "A create is in progress" in capfd.readouterr().err


def test_an_ignored_signal_stays_ignored() -> None:
    """Under nohup and in the background of a script, no signal interrupts."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Interrupts():
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, before)


def test_the_interrupt_behind_an_error() -> None:
    """An interrupt is found behind the errors that it caused; Python's own is Ctrl-C."""
    error = RuntimeError()
    error.__context__ = ValueError()
    assert interrupt_behind(error) is None
    error.__context__.__context__ = KeyboardInterrupt()
    interrupt = interrupt_behind(error)
    assert interrupt is not None
    assert interrupt.exit_code == 130


# --- the command in a process of its own ---------------------------------------------------------


@pytest.mark.parametrize("number", SIGNALS)
def test_an_interrupted_wait_loses_nothing(
    number: signal.Signals, liangxin_server: Simulator
) -> None:
    """Ctrl-C, SIGTERM or a closed terminal ends with 128 + signal and the command that goes on, which does."""
    liangxin_server.play(stall())
    with command("run", *CUP, "--timeout", "500", "--json", "--poll-interval", "0.01") as process:
        line_of(process, " created; ")
        task_id = line_of(process, "  generating  ").split()[0]
        process.send_signal(number)
        out, errors = process.communicate(timeout=LONG)
    assert (process.returncode, out) == (128 + number, ""), errors
    again = f"liangxin wait {task_id} --timeout 500 --poll-interval 0.01 --json"
    assert errors == f"Interrupted; the task is not affected. To go on: {again}\n"
    liangxin_server.finish(task_id)
    resumed = done(*again.split()[1:])
    assert resumed.returncode == 0
    assert json.loads(resumed.stdout)["id"] == task_id
    assert liangxin_server.creates == 1


class SlowCreate:
    """A server whose response to a create waits for `go`."""

    def __init__(self) -> None:
        self.received = threading.Event()
        self.go = threading.Event()
        parent = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                parent.received.set()
                parent.go.wait(LONG)
                body = b'{"code": 200, "msg": "success", "data": {"taskId": "task_1"}}'
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Log nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        url = f"http://127.0.0.1:{self._server.server_port}"
        self.environment = {"LIANGXIN_BASE_URL": url, "LIANGXIN_API_KEY": "any"}

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.go.set()
        self._server.shutdown()
        self._server.server_close()


def test_a_create_is_finished_before_an_interrupt() -> None:
    """Ctrl-C during a create waits for its response, so that its id is printed."""
    with SlowCreate() as server, command("run", *CUP, **server.environment) as process:
        assert server.received.wait(LONG)
        process.send_signal(signal.SIGINT)
        line_of(process, "A create is in progress and is finished first; press again to stop")
        server.go.set()
        out, errors = process.communicate(timeout=LONG)
    assert (process.returncode, out) == (130, "")
    assert errors == "task_1 created; wait for it again with: liangxin wait task_1\n"


@pytest.mark.skipif(sys.platform == "win32", reason="has no SIGHUP")
@pytest.mark.parametrize(("before", "code"), [("DFL", 129), ("IGN", 0)])
def test_a_create_is_finished_though_the_terminal_is_closed(before: str, code: int) -> None:
    """The id of a task is written, and under `nohup` the command goes on."""
    program = (
        f"import signal, sys; signal.signal(signal.SIGHUP, signal.SIG_{before}); "
        "from liangxin.cli import main; sys.exit(main())"
    )
    liangxin = [sys.executable, "-c", program]
    with (
        SlowCreate() as server,
        command("submit", *CUP, executable=liangxin, **server.environment) as process,
    ):
        assert server.received.wait(LONG)
        process.send_signal(signal.SIGHUP)
        server.go.set()
        out, _ = process.communicate(timeout=LONG)
    assert (process.returncode, out) == (code, "task_1\n")


def test_a_second_interrupt_stops_a_create() -> None:
    """Ctrl-C twice gives the create up, and says that it may have been accepted and billed."""
    program = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from liangxin.cli import interrupts, main; interrupts._ONE_PRESS = 0; sys.exit(main())"
    )
    liangxin = [sys.executable, "-c", program]
    with (
        SlowCreate() as server,
        command("run", *CUP, executable=liangxin, **server.environment) as process,
    ):
        assert server.received.wait(LONG)
        process.send_signal(signal.SIGINT)
        line_of(process, "press again to stop at once")
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=LONG)
    assert process.returncode == 130
    assert "It may have been accepted and billed, and was not sent again" in errors
    assert "Traceback" not in errors
    assert "client." not in errors


@pytest.mark.parametrize("what", ["find_spec", "__set_name__"])
def test_an_interrupt_of_the_start_prints_no_traceback(what: str) -> None:
    """Ctrl-C while the command is still being imported ends it with exit code 130, and no more."""
    program = f"""
import sys

class Interrupted:
    def __set_name__(self, *_):  # Python makes a RuntimeError of its errors
        raise KeyboardInterrupt

class Interrupting:
    def find_spec(self, name, *_):
        if name == "click" and {what!r} == "__set_name__":
            type("Class", (), {{"member": Interrupted()}})
        if name == "click":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupting())
from liangxin.cli import main
sys.exit(main(["models"]))
"""
    with command("models", executable=[sys.executable, "-c", program]) as process:
        out, errors = process.communicate(timeout=LONG)
    assert (process.returncode, out, errors) == (130, "", "")
