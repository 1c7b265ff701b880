"""The command, called in this process against a simulator."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from liangxin.cli import main
from liangxin_mock import Server, Simulator, VirtualClock, immediate

CUP = ["kling-v3-pro", "--prompt", "A cup"]
KEY = "sk-command-line"


class Printed(NamedTuple):
    """The exit code and the outputs of a call."""

    code: int
    out: str
    err: str

    @property
    def documents(self) -> list[Any]:
        """The lines of JSON on standard output."""
        return [json.loads(line) for line in self.out.splitlines()]


class Caller:
    """Calls the command in this process."""

    def __init__(self, simulator: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
        self.simulator = simulator
        self._capsys = capsys

    def __call__(self, *words: str) -> Printed:
        """Call it with these words."""
        code = main(words)
        return Printed(code, *self._capsys.readouterr())

    def submitted(self) -> str:
        """Create a task and return its id."""
        return self("submit", *CUP).out.strip()

    def links(self, task_id: str) -> list[str]:
        """Return the links to a task's results."""
        return [*self.simulator.job(task_id).result_urls]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Caller]:
    """The command, whose API is a simulator on a virtual clock, so that no wait takes time."""
    clock = VirtualClock()
    with Server(Simulator(clock=clock, timeline=immediate())) as server:
        monkeypatch.setenv("LIANGXIN_BASE_URL", server.url)
        monkeypatch.setenv("LIANGXIN_API_KEY", KEY)
        monkeypatch.setattr("liangxin.client.SystemClock", lambda: clock)
        yield Caller(server.simulator, capsys)
