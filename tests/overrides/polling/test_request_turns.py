"""When a create may be sent under a limit of requests per minute."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liangxin.polling.request_turns import _WINDOW, Turns


@given(
    st.integers(1, 20),
    st.lists(st.tuples(st.floats(0, 30), st.booleans()), max_size=80),
)
def test_the_limit_is_kept(limit: int, requests: list[tuple[float, bool]]) -> None:
    """In no window are there more requests than allowed, as long as each waits for its turn."""
    turns, now, sent = Turns(limit), 0.0, list[float]()
    for pause, is_given_back in requests:
        now += pause
        turn = turns.take(now)
        assert turn >= now
        if is_given_back:
            turns.give_back(turn)
        else:
            sent.append(turn)
    assert sent == sorted(sent)
    for first, last in zip(sent, sent[limit:], strict=False):
        assert last - first >= _WINDOW - 1e-6


def test_a_turn_comes_as_soon_as_it_can() -> None:
    """As many as allowed go at once; the next one goes when the first of them is a minute old."""
    turns = Turns(3)
    assert [turns.take(now) for now in (0.0, 5.0, 6.0, 7.0, 7.0)] == [0, 5, 6, 61, 66]
    assert turns.next(8.0) == 67
    assert turns.take(200.0) == 200


def test_polls_count_as_well() -> None:
    """What was sent without a turn takes the room of a turn."""
    turns = Turns(2)
    turns.record(0.0)
    turns.record(1.0)
    assert turns.take(2.0) == 61
    assert turns.next(2.0) == 62


def test_a_turn_that_was_given_back_is_free() -> None:
    """Who gives up lets the next one go instead."""
    turns = Turns(1)
    turns.take(0.0)
    waiting = turns.take(1.0)
    turns.give_back(waiting)
    turns.give_back(waiting)
    assert turns.take(2.0) == waiting == 61


def test_old_requests_are_forgotten() -> None:
    """Memory does not grow with the number of requests."""
    turns = Turns(5)
    for now in range(10_000):
        turns.record(float(now))
    assert len(turns._times) <= 62


def test_threads_share_the_turns() -> None:
    """No turn is given twice, whichever thread asks."""
    turns, taken = Turns(10), list[float]()

    def take() -> None:
        taken.extend(turns.take(0.0) for _ in range(25))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(taken) == [_WINDOW * (n // 10) for n in range(100)]


def test_a_fork_while_the_lock_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """In another process the lock is a new one."""
    turns = Turns(1)
    turns._lock.acquire()
    monkeypatch.setattr("os.getpid", lambda: turns._process + 1)
    assert turns.take(0.0) == 0
