"""Mocks in the foreground, from Python: what they say, log and end with."""

from __future__ import annotations

import gc
import logging
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import httpx
import pytest

from harness import INPUT, KEY, MODEL
from liangxin_mock import prism as prism_module
from liangxin_mock import serving
from liangxin_mock.clock import RunningClock
from liangxin_mock.errors import MockError
from liangxin_mock.server import Server
from liangxin_mock.simulator import Simulator
from liangxin_mock.timelines import immediate

CREATE = "/api/v1/jobs/createTask"


@pytest.fixture(autouse=True)
def _process() -> Iterator[None]:
    """Check that this process is left as it was."""
    before = signal.getsignal(signal.SIGTERM)
    threshold, frozen = gc.get_threshold(), gc.get_freeze_count()
    yield
    assert (gc.get_threshold(), gc.get_freeze_count()) == (threshold, frozen)
    assert signal.getsignal(signal.SIGTERM) is before


@contextmanager
def interrupted(number: signal.Signals, *paths: str) -> Iterator[list[httpx.Response]]:
    """Let servers that are waited for answer these requests, and then get a signal."""
    answers: list[httpx.Response] = []

    def wait(server: Server) -> None:
        with httpx.Client(
            base_url=server.url,
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
        assert serving.serve() == 0
    assert answers[0].status_code == 200
    told = capsys.readouterr()
    assert "seed 0, timeline lognormal(), speed 1\n" in told.out
    assert told.err == ""


def test_log(capsys: pytest.CaptureFixture[str]) -> None:
    """Each request is a line: time, operation, status, task, model, state, or what was wrong."""
    simulator = Simulator(7, RunningClock(), timeline=immediate())
    simulator.inject("status(503)", on="recordInfo")
    record = "/api/v1/jobs/recordInfo?taskId="
    shown = "y\ufffdcreateTask\ufffd[31m"
    forged = f"{record}y%0AcreateTask%1b%5B31m"
    with interrupted(signal.SIGINT, CREATE, f"{record}x", f"{record}x", "/nowhere", forged):
        assert serving.serve(simulator) == 0
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
        assert serving.serve(quiet=True) == 0
    assert capsys.readouterr().out.strip().endswith("LIANGXIN_API_KEY=any-key-works")


def test_nobody_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """When whoever read its output has left, the mock goes on."""

    class Gone:
        def write(self, _text: str) -> int:
            raise BrokenPipeError

        def flush(self) -> None:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", Gone())
    with interrupted(signal.SIGINT, CREATE) as answers:
        assert serving.serve() == 0
    assert answers[0].status_code == 200


def test_prism_in_front_ends_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """When the Prism in front is gone, nobody can reach the mock: it ends with 1 and says so."""

    class Ended:
        def __init__(self, *_: object, **__: object) -> None:
            self.url = "http://127.0.0.1:1"

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None: ...

        def wait(self) -> None: ...

    monkeypatch.setattr(prism_module, "Prism", Ended)
    monkeypatch.setattr("liangxin_mock.node.ensure", lambda _say: None)
    assert serving.serve(contract=tmp_path) == 1
    assert "Prism ended by itself" in capsys.readouterr().err


def test_a_mock_that_cannot_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What stops it from starting is one line, and the code is 1."""

    def broken(_server: Server) -> None:
        raise MockError("httptools is not installed")

    monkeypatch.setattr(Server, "start", broken)
    assert serving.serve() == 1
    assert capsys.readouterr().err == "liangxin mock: httptools is not installed\n"
