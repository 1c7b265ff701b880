"""Hints that tasks have ended: to whom they go, and whether they are relied on."""

from __future__ import annotations

import gc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liangxin.polling import hints as hinting
from liangxin.polling.hints import Hints


def test_a_hint_reaches_who_listens() -> None:
    """A hint of a task calls each of its listeners, and no other."""
    hints, called = Hints(), list[str]()
    topics = [
        hints.listen(task_id, lambda name=name: called.append(name), key=name)  # type: ignore[misc]
        for task_id, name in (("a", "first"), ("a", "second"), ("b", "other"))
    ]
    hints.give("a")
    hints.give("unknown")
    assert called == ["first", "second"]
    del topics[1].listeners["second"]
    hints.give("a")
    assert called == ["first", "second", "first"]


def test_a_hint_before_its_listener_counts() -> None:
    """A callback that precedes the answer to its create is not lost."""
    hints, called = Hints(), list[str]()
    hints.give("early")
    hints.listen("early", lambda: called.append("at once"), key=1)
    assert called == ["at once"]


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the latest hints are remembered, and nobody listens once topics are dropped."""
    monkeypatch.setattr(hinting, "REMEMBERED", 3)
    hints = Hints()
    topic = hints.listen("task_0", lambda: None, key=1)
    for n in range(9):
        hints.give(f"task_{n}")
    assert [*hints._ended] == ["task_6", "task_7", "task_8"]
    assert [*hints._topics] == ["task_0"]
    del topic
    gc.collect()
    assert [*hints._topics] == []


def judged(*came_in_time: bool, are_reliable: bool = False) -> bool:
    """Return whether hints are relied on after tasks that ended with them, or without."""
    hints = Hints(are_reliable=are_reliable)
    for each in came_in_time:
        hints.judge(came_in_time=each)
    return hints.are_reliable


def test_hints_prove_themselves() -> None:
    """They are relied on after one that came in time, and not before."""
    assert not judged()
    assert judged(True)
    assert not judged(True, False)
    assert not judged(False)


def test_hints_may_be_trusted_from_the_start() -> None:
    """On request they are relied on at once, until one is missing."""
    assert judged(are_reliable=True)
    assert not judged(False, are_reliable=True)
    assert judged(False, True, are_reliable=True)


def test_hints_that_get_lost_are_relied_on_less_and_less() -> None:
    """Each time they fail while relied on, they need twice as many in a row."""
    assert not judged(True, False, True)
    assert judged(True, False, True, True)
    assert not judged(True, False, True, True, False, True, True, True)
    assert judged(True, False, False, False, True, True)  # those without reliance count once


@given(st.lists(st.booleans(), max_size=400))
def test_a_missing_hint_ends_reliance(came: list[bool]) -> None:
    """Whatever came before, the first missing hint ends reliance, and 64 in a row restore it."""
    assert not judged(*came, False)
    assert judged(*came, *[True] * 64)
