"""How far a batch is."""

from __future__ import annotations

import pytest

from liangxin.batch.progress import Progress
from liangxin.batch.states import State
from liangxin_mock import VirtualClock


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


def begun(clock: VirtualClock, usual: float | None = 60.0) -> Progress:
    progress = Progress(clock.monotonic, lambda _model: usual)
    progress.begin({State.PENDING: 100}, {"z-image": 100}, 10)
    return progress


def end(progress: Progress, after: State = State.SAVED) -> None:
    progress.moved("z-image", State.PENDING, after)


def test_before_anything_has_ended(clock: VirtualClock) -> None:
    """The time left is guessed from how long the model usually takes; it may be unknown."""
    progress = begun(clock)
    assert progress.rate is None
    assert progress.seconds_left == 60 * 100 / 10
    assert begun(clock, None).seconds_left is None


def test_while_creates_are_held_back(clock: VirtualClock) -> None:
    """Nobody knows how long the rest takes while no create gets through."""
    progress = Progress(clock.monotonic, lambda _: 10.0)
    progress.begin({State.PENDING: 2}, {"z-image": 2}, 1)
    assert progress.seconds_left == 20
    progress.held_by = "connection refused"
    assert progress.seconds_left is None


def test_rate(clock: VirtualClock) -> None:
    """The rate is that of the orders that ended, and the rest is expected to go on so."""
    progress = begun(clock)
    for _ in range(20):
        clock.advance(2)
        end(progress)
    assert progress.rate == pytest.approx(0.5)
    assert progress.seconds_left == pytest.approx(80 / 0.5)
    end(progress, State.FAILED)
    assert (progress.failures, progress.total) == (1, 100)
    assert progress.counts[State.SAVED] == 20


def test_others_that_work_on_it(clock: VirtualClock) -> None:
    """What other processes have ended counts for the rate, what this one has, once."""
    progress = begun(clock)
    for second in range(1, 11):
        clock.advance(1)
        end(progress)
        progress.update({State.PENDING: 100 - 2 * second, State.SAVED: 2 * second})
    assert progress.rate == pytest.approx(2)
    assert progress.seconds_left == pytest.approx(40)


def test_the_end(clock: VirtualClock) -> None:
    """Nothing is left when all have ended."""
    progress = begun(clock)
    for _ in range(100):
        end(progress)
    assert progress.seconds_left == 0
