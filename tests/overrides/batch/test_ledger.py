"""What every ledger does, in SQLite and in Postgres."""

from __future__ import annotations

import math
from typing import Any

import pytest

from liangxin.batch.ceilings import Amounts, Ceilings, Spent
from liangxin.batch.changes import Change
from liangxin.batch.ledger import Ledger
from liangxin.batch.limits import BatchLimits
from liangxin.batch.orders import File, NewOrder, Order
from liangxin.batch.states import UNFINISHED, State, Step
from tests.overrides.batch.conftest import Ledgers

FILE = File("cup.png", 5, "ab", "image/png")


def new(key: str, **what: Any) -> NewOrder:
    amounts = what.pop("amounts", Amounts(1, 5.0, 0, 10))
    return NewOrder(key, "kling-v3-pro", '{"prompt": "tea"}', None, f"digest {key}", amounts)


@pytest.fixture
def ledger(ledgers: Ledgers) -> Ledger:
    """A ledger with three orders."""
    made = ledgers.open(create=True)
    with made.importing() as adding:
        for key in "abc":
            adding.insert(new(key), 1.0)
    return made


def states(ledger: Ledger) -> dict[str, State]:
    return {order.key: order.state for order in ledger.orders()}


def test_the_life_of_an_order(ledger: Ledger) -> None:
    """A claim gives a token, a create an id, and a save the files; the history keeps all."""
    claims = ledger.claim(2, 2.0)
    first, second = claims.claimed
    assert (first.order.key, second.order.key, claims.ceiling) == ("a", "b", None)
    assert first.input == '{"prompt": "tea"}'
    assert first.order.token
    assert first.order.token != second.order.token
    assert ledger.find_token(first.order.token) == first.order
    assert (
        ledger.apply(
            [
                Change(1, Step.CREATE, 3.0, task_id="t1"),
                Change(1, Step.SUCCEED, 4.0),
                Change(1, Step.SAVE, 5.0, files=[FILE]),
                Change(2, Step.REFUSE, 6.0, detail="no"),
            ]
        )
        == [True] * 4
    )
    done, refused, pending = ledger.orders()
    assert done == Order(
        number=1,
        key="a",
        state=State.SAVED,
        model="kling-v3-pro",
        file=None,
        amounts=Amounts(1, 5.0, 0, 10),
        paid=1,
        token=first.order.token,
        task_id="t1",
        since=5.0,
        created_at=3.0,
        error=None,
        files=(FILE,),
    )
    assert (refused.state, refused.paid, refused.error) == (State.REFUSED, 0, "no")
    assert pending.state is State.PENDING
    assert ledger.spent() == Spent(1, 5.0, 0, 10)
    assert ledger.counts() == {State.PENDING: 1, State.SAVED: 1, State.REFUSED: 1}
    assert [
        (past.step, past.at, past.task_id) for past in ledger.history() if past.number == 1
    ] == [
        (Step.CLAIM, 2.0, None),
        (Step.CREATE, 3.0, "t1"),
        (Step.SUCCEED, 4.0, None),
        (Step.SAVE, 5.0, None),
    ]


def test_steps_are_conditional(ledger: Ledger) -> None:
    """A step that the state does not allow changes nothing, also in the middle of others."""
    ledger.claim(1, 2.0)
    changes = [
        Change(1, Step.CREATE, 3.0, task_id="t1"),
        Change(1, Step.CREATE, 3.0, task_id="t2"),
        Change(2, Step.CREATE, 3.0, task_id="t3"),
        Change(9, Step.CREATE, 3.0, task_id="t4"),
        Change(1, Step.FAIL, 4.0, detail="no"),
    ]
    assert ledger.apply(changes) == [True, False, False, False, True]
    assert [order.task_id for order in ledger.orders()] == ["t1", None, None]
    assert states(ledger)["a"] is State.FAILED


def test_a_claim_keeps_to_the_ceilings(ledger: Ledger) -> None:
    """A claim reserves what its orders take, and takes no order that would exceed a ceiling."""
    ledger.set_limits(BatchLimits(ceilings=Ceilings(seconds=10.0)))
    claims = ledger.claim(9, 2.0)
    assert [claimed.order.key for claimed in claims.claimed] == ["a", "b"]
    assert claims.ceiling == "seconds"
    assert ledger.spent().seconds == 10.0
    ledger.apply([Change(1, Step.RELEASE, 3.0)])
    assert ledger.spent().seconds == 5.0
    assert [c.order.key for c in ledger.claim(9, 2.0).claimed] == ["a"]


def test_limits_hold_from_the_next_claim_on(ledger: Ledger) -> None:
    """A claim keeps to the limits that were set last, whoever has set them; a rate to one create."""
    assert len(ledger.claim(1, 2.0).claimed) == 1
    ledger.set_limits(BatchLimits(ceilings=Ceilings(creates=1)))
    claims = ledger.claim(9, 3.0)
    assert (claims.claimed, claims.ceiling) == ([], "creates")
    ledger.set_limits(limits := BatchLimits(rate=4.0, polls_per_second=2.0))
    # A run that names no ceiling, and has read the limits before this one was set, lifts none.
    assert ledger.limits() == limits._replace(ceilings=Ceilings(creates=1))
    ledger.set_limits(limits._replace(ceilings=Ceilings(creates=math.inf)))
    assert ledger.limits() == limits
    claims = ledger.claim(9, 4.0)
    assert (len(claims.claimed), claims.wait) == (1, 0.25)


def test_a_new_claim_forgets_the_task_before(ledger: Ledger) -> None:
    """An order that is retried has no task, and another token; both creates count as paid."""
    token = ledger.claim(1, 2.0).claimed[0].order.token
    ledger.apply(
        [
            Change(1, Step.CREATE, 3.0, task_id="t1"),
            Change(1, Step.FAIL, 4.0),
            Change(1, Step.RETRY, 5.0),
        ]
    )
    assert next(ledger.orders()).token is None
    order = ledger.claim(1, 6.0).claimed[0].order
    assert (order.task_id, order.created_at, order.paid) == (None, None, 2)
    assert order.token not in (token, None)
    assert "t1" in {past.task_id for past in ledger.history()}


def test_orders_by_state_and_key(ledger: Ledger) -> None:
    """Orders are found by their states, their keys, or both."""
    ledger.claim(2, 2.0)
    ledger.apply([Change(1, Step.CREATE, 3.0, task_id="t1")])
    assert [o.key for o in ledger.orders(UNFINISHED)] == ["a"]
    assert [o.key for o in ledger.orders({State.SENDING, State.PENDING})] == ["b", "c"]
    assert [o.key for o in ledger.orders(keys=["c", "a", "x", "c"])] == ["c", "a"]
    assert [o.key for o in ledger.orders({State.PENDING}, ["c", "a"])] == ["c"]


def test_prices_of_later(ledger: Ledger) -> None:
    """New prices hold for what was spent, too."""
    ledger.claim(2, 2.0)
    ledger.reprice([(1, 7), (2, None)])
    assert [order.amounts.cost for order in ledger.orders()] == [7, None, 10]
    assert ledger.spent() == Spent(2, 10.0, 0, 7, unknown_cost=1)


def test_nothing_is_claimed_of_a_batch_that_is_cancelled(ledger: Ledger) -> None:
    """While the setting says so, there is nothing to claim."""
    ledger.set("cancelled", "5")
    assert ledger.claim(2, 2.0).claimed == []
    ledger.set("cancelled", None)
    assert ledger.setting("cancelled") is None
    assert len(ledger.claim(2, 2.0).claimed) == 2


def test_an_import_is_all_or_nothing(ledger: Ledger) -> None:
    """An exception undoes what was added."""

    def add() -> None:
        with ledger.importing() as adding:
            adding.insert(new("d"), 1.0)
            found = adding.find("d")
            assert found is not None
            assert (found.number, found.digest, found.file) == (4, "digest d", None)
            assert adding.find("e") is None
            raise KeyError

    with pytest.raises(KeyError):
        add()
    assert [*states(ledger)] == ["a", "b", "c"]


def test_what_is_written_is_there_for_others(ledger: Ledger, ledgers: Ledgers) -> None:
    """What a method wrote can be read through another connection when it returns."""
    other = ledgers.open()
    ledger.claim(1, 2.0)
    assert states(other)["a"] is State.SENDING
    other.apply([Change(1, Step.LOSE, 3.0)])
    assert states(ledger)["a"] is State.UNKNOWN


def test_an_answer_to_another_claim(ledger: Ledger) -> None:
    """What comes of a create is written for its own claim alone, however late it comes."""
    token = ledger.claim(1, 2.0).claimed[0].order.token
    late = [
        Change(1, Step.RELEASE, 5.0, token=token),
        Change(1, Step.CREATE, 5.0, task_id="t1", token=token),
    ]
    ledger.apply([Change(1, Step.LOSE, 3.0), Change(1, Step.RESEND, 3.0)])
    ledger.claim(1, 4.0)
    assert ledger.apply(late) == [False, False]
    assert states(ledger)["a"] is State.SENDING


def test_an_order_that_was_given_up_too_early(ledger: Ledger) -> None:
    """An order that is unknown may still turn out to be refused, by who has sent it."""
    token = ledger.claim(1, 2.0).claimed[0].order.token
    ledger.apply([Change(1, Step.LOSE, 3.0)])
    assert ledger.apply([Change(1, Step.RELEASE, 4.0, token=token)]) == [True]
    assert states(ledger)["a"] is State.PENDING
    assert ledger.spent() == Spent()
