"""Mocks in the foreground, from Python: what they say, log and end with."""

from __future__ import annotations

import logging
import os
import re
import shlex
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

import httpx
import pytest

from liangxin_mock import command
from liangxin_mock.clock import RunningClock
from liangxin_mock.errors import MockError
from liangxin_mock.jobs.timelines import immediate
from liangxin_mock.prism import process as prism_module
from liangxin_mock.receivers import Callback
from liangxin_mock.server import Server
from liangxin_mock.simulator import Simulator
from tests.support.samples import INPUT, KEY, MODEL

CREATE = "/api/v1/jobs/createTask"


def has_ipv6() -> bool:
    """Whether this machine has an address of IPv6."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@contextmanager
def interrupted(number: signal.Signals, *paths: str) -> Iterator[list[httpx.Response]]:
    """Let servers that are waited for answer these requests, and then get a signal."""
    answers: list[httpx.Response] = []

    def wait(server: Server) -> None:
        with httpx.Client(
            base_url=server.url,
            timeout=100,
            headers={"authorization": f"Bearer {KEY}"},
            verify=False,  # noqa: S501
        ) as client:
            for path in paths:
                if path == CREATE:
                    answers.append(client.post(path, json={"model": MODEL, "input": INPUT}))
                else:
                    answers.append(client.get(path))
        signal.raise_signal(number)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Server, "wait", wait)
        yield answers


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ends_with_0(number: signal.Signals, capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C and SIGTERM end it with 0; by default it is a simulator of seed 0 that runs."""
    with interrupted(number, "/") as answers:
        assert command.serve() == 0
    assert answers[0].status_code == 200
    told = capsys.readouterr()
    assert re.match(r"The simulator listens on http://127\.0\.0\.1:\d+\n", told.out)
    assert "seed 0, timeline lognormal(), speed 1\n" in told.out
    assert told.err == ""


@pytest.mark.parametrize(
    ("host", "url", "is_open"),
    [
        ("localhost", "http://localhost:4010", False),
        ("0.0.0.0", "http://127.0.0.1:4010", True),  # noqa: S104
        ("::", "http://[::1]:4010", True),
        ("::1", "http://[::1]:4010", False),
    ],
)
def test_an_address_to_listen_on(host: str, url: str, is_open: bool) -> None:
    """The URL works on this machine, though the address may stand for all that it has."""
    if ":" in host and not has_ipv6():
        pytest.skip("no IPv6 here")
    found, url_of = command._address(host)
    assert (url_of(4010), found) == (url, is_open)


def test_that_other_machines_can_reach_it_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Open to other machines, it warns on stderr, and all URLs are those that work here."""
    with interrupted(signal.SIGINT):
        assert command.serve(host="0.0.0.0") == 0  # noqa: S104
    told = capsys.readouterr()
    (url,) = set(re.findall(r"http://[\w.:]+", told.out))
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", url)
    assert told.err == (
        "liangxin mock: other machines can reach this mock, too, see its jobs and steer it\n"
    )


@pytest.mark.parametrize("host", ["203.0.113.1", "a" * 70, ""])
@pytest.mark.parametrize("engine", ["simulator", "prism"])
def test_no_address_of_this_machine(
    host: str, engine: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A host that isn't this machine is told as such, before anything is started."""
    if engine == "simulator":
        assert command.serve(host=host) == 1
    else:
        assert command.serve_prism(tmp_path, host=host) == 1
    told = capsys.readouterr()
    assert told.err.startswith(f"liangxin mock: {host!r} is not an address of this machine; ")
    assert told.out == ""


def test_log(capsys: pytest.CaptureFixture[str]) -> None:
    """Each request is a line: time, operation, status, task, model, state, or what was wrong."""
    simulator = Simulator(7, RunningClock(), timeline=immediate())
    simulator.inject("status(503)", on="recordInfo")
    record = "/api/v1/jobs/recordInfo?taskId="
    shown = "y\ufffdcreateTask\ufffd[31m"
    forged = f"{record}y%0AcreateTask%1b%5B31m"
    with interrupted(signal.SIGINT, CREATE, f"{record}x", f"{record}x", "/nowhere", forged):
        assert command.serve(simulator) == 0
    lines = capsys.readouterr().out.strip().split("\n")[-5:]
    task_id = simulator.jobs[0].id
    assert [line[10:] for line in lines] == [
        f"createTask  200  {task_id}  {MODEL}  success",
        "recordInfo  503  x  status(503)",
        "recordInfo  422  x  there is no task x",
        "GET /nowhere  404  there is no GET /nowhere",
        # What a client sends can't look like a line of its own, or colour the terminal.
        f"recordInfo  422  {shown}  there is no task {shown}",
    ]
    assert all(line[2] == line[5] == ":" for line in lines)
    logger = logging.getLogger("liangxin_mock")
    assert (logger.handlers, logger.level) == ([], logging.NOTSET)


def test_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    """Quiet, it says how to reach it, and no more."""
    with interrupted(signal.SIGINT, CREATE, "/nowhere"):
        assert command.serve(quiet=True) == 0
    exports = capsys.readouterr().out.strip().split("\n\n")[-1].split("\n")
    assert [line.partition("=")[0] for line in exports] == [
        *("  export LIANGXIN_BASE_URL", "  export LIANGXIN_API_KEY"),
        *("  export MAGNIFIC_BASE_URL", "  export MAGNIFIC_API_KEY"),
        "  export MAGNIFIC_WEBHOOK_SECRET",
    ]
    assert exports[1].endswith("=any-key-works")


def test_exports_are_for_a_shell(capsys: pytest.CaptureFixture[str]) -> None:
    """A key or a secret with characters that a shell knows is exported as it is."""
    simulator = Simulator(clock=RunningClock(), api_key="a$b'c", webhook_secret="d e")
    with interrupted(signal.SIGINT):
        assert command.serve(simulator, quiet=True) == 0
    exports = dict(
        shlex.split(line)[1].split("=", 1)
        for line in capsys.readouterr().out.splitlines()
        if line.startswith("  export ")
    )
    assert exports["LIANGXIN_API_KEY"] == exports["MAGNIFIC_API_KEY"] == "a$b'c"
    assert exports["MAGNIFIC_WEBHOOK_SECRET"] == "d e"


@pytest.mark.parametrize("reader", ["left", "sleeps", "was never there"])
def test_nobody_reads(reader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """When nobody takes what it prints, the mock goes on, and a signal ends it."""
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as output:
        if reader == "left":
            os.close(reading)
        elif reader == "sleeps":
            os.set_blocking(writing, False)
            with suppress(BlockingIOError):
                while True:
                    os.write(writing, b" " * 65_536)
            os.set_blocking(writing, True)
        monkeypatch.setattr(sys, "stdout", None if reader == "was never there" else output)
        with interrupted(signal.SIGTERM, CREATE) as answers:
            assert command.serve() == 0
    assert answers[0].status_code == 200
    if reader == "sleeps":
        os.close(reading)


def test_a_callback_on_its_way_delays_no_end(capsys: pytest.CaptureFixture[str]) -> None:
    """A signal ends the mock though a receiver of callbacks does not answer."""
    simulator = Simulator(clock=RunningClock(), timeline=immediate())
    came, done = threading.Event(), threading.Event()

    def receive(_: Callback) -> None:
        came.set()
        assert done.wait(100)

    simulator.receiver = receive

    def wait(server: Server) -> None:
        body = {"model": MODEL, "input": INPUT, "callBackUrl": "https://app.example/done"}
        headers = {"authorization": f"Bearer {KEY}"}
        httpx.post(f"{server.url}{CREATE}", json=body, headers=headers, timeout=100)
        assert came.wait(100)
        signal.raise_signal(signal.SIGTERM)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Server, "wait", wait)
        assert command.serve(simulator) == 0
    assert not done.is_set()
    done.set()
    assert "createTask  200" in capsys.readouterr().out


def test_prism_in_front_ends_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """When the Prism in front is gone, nobody can reach the mock: it ends with 1 and says so."""

    class Ended:
        def __init__(self, *_: object, **__: object) -> None:
            self.port = 1

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None: ...

        def wait(self) -> None: ...

    monkeypatch.setattr(prism_module, "Prism", Ended)
    monkeypatch.setattr("liangxin_mock.prism.node.ensure", lambda _say: None)
    assert command.serve(contract=tmp_path) == 1
    assert "Prism ended by itself" in capsys.readouterr().err


def test_a_mock_that_cannot_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What stops it from starting is one line, and the code is 1."""

    def broken(_server: Server) -> None:
        raise MockError("httptools is not installed")

    monkeypatch.setattr(Server, "start", broken)
    assert command.serve() == 1
    assert capsys.readouterr().err == "liangxin mock: httptools is not installed\n"
