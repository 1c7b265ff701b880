"""Simulators for tests of many tasks."""

from collections.abc import Iterator

import pytest

from liangxin_mock import Simulator, after_seconds, fail
from liangxin_mock.clock import RunningClock
from liangxin_mock.server import Server


@pytest.fixture
def simulator(liangxin_simulator: Simulator) -> Simulator:
    """A simulator that lets the prompt `bad` fail."""
    liangxin_simulator.play(fail(422, "no"), where={"prompt": "bad"}, times=1000)
    return liangxin_simulator


@pytest.fixture
def server() -> Iterator[Server]:
    """A simulator on a port whose jobs take a moment."""
    simulator = Simulator(clock=RunningClock(), timeline=after_seconds(0.05))
    with Server(simulator) as running:
        yield running
