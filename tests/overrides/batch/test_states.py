"""The one table of states and steps."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from liangxin.batch.states import MOVES, State, Step

STEPS = st.lists(st.sampled_from([*Step]))


def walk(steps: list[Step]) -> list[tuple[Step, State, int]]:
    """Make the steps that are possible, one after the other; return each with what it led to."""
    state, paid = State.PENDING, 0
    made = []
    for step in steps:
        move = MOVES[step]
        if state in move.sources:
            state, paid = move.target or state, paid + move.paid
            made.append((step, state, paid))
    return made


def test_each_step_has_a_move() -> None:
    """Every step is in the table, and every state but the first is led to by one."""
    assert {*MOVES} == {*Step}
    assert {move.target for move in MOVES.values()} == {*State, None}


@given(STEPS)
def test_what_may_have_been_accepted_counts_as_paid(steps: list[Step]) -> None:
    """An order whose create may have been accepted counts as paid, and none counts below 0."""
    for _, state, paid in walk(steps):
        assert paid >= 0
        if state in {State.SENDING, State.UNKNOWN, State.RUNNING, State.SUCCEEDED, State.SAVED}:
            assert paid > 0 or Step.FIND in steps


@given(STEPS)
def test_an_unknown_order_is_sent_again_by_a_person_alone(steps: list[Step]) -> None:
    """Between two claims, the first was refused or released, or a person wished the second."""
    settled = True
    for step, _, _ in walk(steps):
        if step is Step.CLAIM:
            assert settled
            settled = False
        elif step in {Step.RELEASE, Step.RETRY, Step.RESEND}:
            settled = True


def test_a_saved_order_is_not_sent_again() -> None:
    """From `saved`, no step leads back to a create."""
    reached, new = {State.SAVED}, {State.SAVED}
    while new:
        new = {
            move.target for move in MOVES.values() if move.target and move.sources & reached
        } - reached
        reached |= new
        # Only if its file is missing, and the task itself then turns out to have failed.
        reached -= {State.FAILED}
        if State.SUCCEEDED in reached:
            break
    assert reached <= {State.SAVED, State.SUCCEEDED}
