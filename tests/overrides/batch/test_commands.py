"""What a person decides about orders."""

from __future__ import annotations

import pytest

from liangxin.batch import commands
from liangxin.batch.ceilings import Amounts
from liangxin.batch.changes import Change
from liangxin.batch.ledger import Ledger
from liangxin.batch.orders import NewOrder
from liangxin.batch.states import State, Step
from liangxin.callbacks import Event
from liangxin.errors import BatchError, UsageError
from tests.overrides.batch.conftest import Ledgers


@pytest.fixture
def ledger(ledgers: Ledgers) -> Ledger:
    """One order in each of these states: unknown, running, failed, refused, pending."""
    made = ledgers.open(create=True)
    with made.importing() as adding:
        for key in ("unknown", "running", "failed", "refused", "pending"):
            adding.insert(NewOrder(key, "z-image", "{}", None, key, Amounts(1, 0.0, 1)), 1.0)
    made.claim(4, 2.0)
    made.apply(
        [
            Change(1, Step.LOSE, 3.0, detail="dropped"),
            Change(2, Step.CREATE, 3.0, task_id="t2"),
            Change(3, Step.CREATE, 3.0, task_id="t3"),
            Change(3, Step.FAIL, 3.0),
            Change(4, Step.REFUSE, 3.0),
        ]
    )
    return made


def state(ledger: Ledger, key: str) -> State:
    return next(ledger.orders(keys=[key])).state


def test_cancel(ledger: Ledger) -> None:
    """What is pending is not sent, nor what is released later; what runs goes on."""
    assert commands.cancel(ledger, 4.0) == 1
    assert state(ledger, "pending") is State.CANCELLED
    assert state(ledger, "running") is State.RUNNING
    assert ledger.setting("cancelled") == "4"


def test_cancel_one(ledger: Ledger) -> None:
    """An order that is named is cancelled alone."""
    assert commands.cancel(ledger, 4.0, ["pending", "running"]) == 1
    assert ledger.setting("cancelled") is None


def test_what_no_order_allows_is_refused(ledger: Ledger) -> None:
    """Where none of the orders that are named can be cancelled or retried, their states are named."""
    with pytest.raises(BatchError, match="None of the orders can be cancelled: 'running' is run"):
        commands.cancel(ledger, 4.0, ["running"])
    with pytest.raises(BatchError, match="can be sent again: 'pending' is pending, 'running' is"):
        commands.retry(ledger, 4.0, keys=["pending", "running"])


def test_retry(ledger: Ledger) -> None:
    """What failed or was refused is pending again; what was cancelled only if that is asked for."""
    assert commands.retry(ledger, 4.0) == 2
    assert {state(ledger, key) for key in ("failed", "refused")} == {State.PENDING}
    commands.cancel(ledger, 5.0)
    assert commands.retry(ledger, 6.0) == 0
    assert commands.retry(ledger, 6.0, {State.CANCELLED}) == 3
    assert ledger.setting("cancelled") is None


@pytest.mark.parametrize(
    ("step", "task_id", "after"),
    [
        (Step.FIND, "t1", State.RUNNING),
        (Step.RESEND, None, State.PENDING),
        (Step.ABANDON, None, State.ABANDONED),
    ],
)
def test_settle(ledger: Ledger, step: Step, task_id: str | None, after: State) -> None:
    """An unknown order gets its task, or is sent again, or given up; it counts as paid."""
    order = commands.settle(ledger, 4.0, "unknown", step, task_id=task_id)
    assert (order.state, order.task_id, order.paid) == (after, task_id, 1)


def test_what_cannot_be_settled(ledger: Ledger) -> None:
    """Only what is unknown is settled, and no task is given to two orders."""
    with pytest.raises(BatchError, match="Order 'running' is running, and only unknown ones"):
        commands.settle(ledger, 4.0, "running", Step.RESEND)
    with pytest.raises(BatchError, match="Task t2 is that of order 'running'"):
        commands.settle(ledger, 4.0, "unknown", Step.FIND, task_id="t2")
    commands.settle(ledger, 4.0, "unknown", Step.ABANDON)
    with pytest.raises(BatchError, match="cannot be settled so"):
        commands.settle(ledger, 4.0, "unknown", Step.ABANDON)
    with pytest.raises(BatchError, match=r"There is no order 'unknwon'.*did you mean 'unknown'"):
        commands.settle(ledger, 4.0, "unknwon", Step.ABANDON)


@pytest.mark.parametrize("task_id", ["", "  ", " t1", "t1\n"])
def test_a_task_id_that_is_none(ledger: Ledger, task_id: str) -> None:
    """An id that no task can have is refused: it would stop every later run."""
    with pytest.raises(UsageError, match="task_id must be the id of a task"):
        commands.settle(ledger, 4.0, "unknown", Step.FIND, task_id=task_id)
    assert state(ledger, "unknown") is State.UNKNOWN


def test_a_wrong_task_id_is_corrected(ledger: Ledger, ledgers: Ledgers) -> None:
    """What a person has mistyped can be put right, or given up, while nobody runs the batch."""
    token = next(ledger.orders(keys=["unknown"])).token
    commands.settle(ledger, 4.0, "unknown", Step.FIND, task_id="tt1")
    with pytest.raises(BatchError, match="is running, and only unknown ones"):
        commands.settle(ledger, 4.0, "unknown", Step.RESEND)
    running = ledgers.open(is_worker=True)
    with pytest.raises(BatchError, match="Another process is running this batch"):
        commands.settle(ledger, 4.0, "unknown", Step.FIND, task_id="t1")
    running.close()
    order = commands.settle(ledger, 4.0, "unknown", Step.FIND, task_id="t1")
    assert (order.state, order.task_id, order.paid) == (State.RUNNING, "t1", 1)
    order = commands.settle(ledger, 5.0, "unknown", Step.ABANDON)
    assert (order.state, order.task_id, order.paid) == (State.ABANDONED, None, 1)
    assert order.token == token
    for step in (Step.FIND, Step.ABANDON):
        with pytest.raises(BatchError, match="Order 'running' is running"):
            commands.settle(ledger, 4.0, "running", step, task_id="t9")


@pytest.mark.parametrize("step", [Step.SUCCEED, Step.FAIL])
def test_a_wrong_task_that_has_ended_is_corrected(ledger: Ledger, step: Step) -> None:
    """That its task has ended does not make it the right one; that its files are saved settles it."""
    number = commands.settle(ledger, 4.0, "unknown", Step.FIND, task_id="tt1").number
    ledger.apply([Change(number, step, 5.0), Change(number, Step.NOTE, 5.0, detail="a picture")])
    order = commands.settle(ledger, 6.0, "unknown", Step.FIND, task_id="t1")
    assert (order.state, order.task_id, order.error) == (State.RUNNING, "t1", None)
    ledger.apply([Change(number, Step.SUCCEED, 7.0), Change(number, Step.SAVE, 7.0, files=[])])
    with pytest.raises(BatchError, match="is saved, and only unknown ones are settled"):
        commands.settle(ledger, 8.0, "unknown", Step.FIND, task_id="t5")


def test_an_order_of_a_run_that_died_is_settled(ledger: Ledger, ledgers: Ledgers) -> None:
    """An id that could not be written is given to its order before the next run, not during one."""
    ledger.claim(9, 4.0)
    running = ledgers.open(is_worker=True)
    with pytest.raises(BatchError, match="Another process is running this batch"):
        commands.settle(ledger, 5.0, "pending", Step.FIND, task_id="t5")
    running.close()
    order = commands.settle(ledger, 5.0, "pending", Step.FIND, task_id="t5")
    assert (order.state, order.task_id, order.paid) == (State.RUNNING, "t5", 1)


def event(token: str | None, task_id: str = "t1") -> Event:
    query = {} if token is None else {commands.TOKEN: token}
    return Event("LiangXin", task_id, "success", 5.0, query)


def test_callbacks(ledger: Ledger) -> None:
    """A callback with the token of an unknown order names its task; any other changes nothing."""
    token = next(ledger.orders(keys=["unknown"])).token
    running = next(ledger.orders(keys=["running"])).token
    assert not commands.record(ledger, event(None), 5.0)
    assert not commands.record(ledger, event("forged"), 5.0)
    assert not commands.record(ledger, event(running, "t9"), 5.0)
    assert not commands.record(ledger, event(token, "t2"), 5.0)
    assert commands.record(ledger, event(token), 5.0)
    assert not commands.record(ledger, event(token), 5.0)
    order = next(ledger.orders(keys=["unknown"]))
    assert (order.state, order.task_id) == (State.RUNNING, "t1")


def test_a_callback_comes_before_an_order_is_sent_again(ledger: Ledger) -> None:
    """An order that is to be sent again is not, if its callback comes first."""
    token = next(ledger.orders(keys=["unknown"])).token
    commands.settle(ledger, 4.0, "unknown", Step.RESEND)
    assert commands.record(ledger, event(token), 5.0)
    assert state(ledger, "unknown") is State.RUNNING


def test_the_callback_of_an_earlier_create(ledger: Ledger) -> None:
    """A late callback of a create before the last one does not touch the new one."""
    token = next(ledger.orders(keys=["failed"])).token
    commands.retry(ledger, 4.0)
    assert not commands.record(ledger, event(token, "t3"), 5.0)
    ledger.claim(9, 6.0)
    assert not commands.record(ledger, event(token, "t3"), 7.0)


def test_a_callback_whose_order_is_sent_again_meanwhile(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The task of an earlier create is not given to a new one that has just begun."""
    token = next(ledger.orders(keys=["unknown"])).token
    commands.settle(ledger, 4.0, "unknown", Step.RESEND)
    monkeypatch.setattr(ledger, "find_task", lambda _: ledger.claim(9, 5.0) and None)
    assert not commands.record(ledger, event(token), 6.0)
    assert state(ledger, "unknown") is State.SENDING
