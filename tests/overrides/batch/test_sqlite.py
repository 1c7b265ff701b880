"""The ledger in an SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from liangxin.batch import sqlite
from liangxin.batch.ceilings import NO_CEILINGS, Amounts, Ceilings, Spent
from liangxin.batch.ledger import Change
from liangxin.batch.orders import File, NewOrder, Order
from liangxin.batch.sqlite import SqliteLedger
from liangxin.batch.states import UNFINISHED, State, Step
from liangxin.errors import BatchError

FILE = File("cup.png", 5, "ab", "image/png")


def new(key: str, **what: Any) -> NewOrder:
    amounts = what.pop("amounts", Amounts(1, 5.0, 0, 10))
    return NewOrder(key, "kling-v3-pro", '{"prompt": "tea"}', None, f"digest {key}", amounts)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqliteLedger]:
    """A ledger with three orders."""
    made = SqliteLedger(tmp_path / "batch.db", create=True)
    with made.importing() as adding:
        for key in "abc":
            adding.insert(new(key), 1.0)
    yield made
    made.close()


def states(ledger: SqliteLedger) -> dict[str, State]:
    return {order.key: order.state for order in ledger.orders()}


def test_the_life_of_an_order(ledger: SqliteLedger) -> None:
    """A claim gives a token, a create an id, and a save the files; the history keeps all."""
    claims = ledger.claim(2, NO_CEILINGS, 2.0)
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


def test_steps_are_conditional(ledger: SqliteLedger) -> None:
    """A step that the state does not allow changes nothing, also in the middle of others."""
    ledger.claim(1, NO_CEILINGS, 2.0)
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


def test_a_claim_keeps_to_the_ceilings(ledger: SqliteLedger) -> None:
    """A claim reserves what its orders take, and takes no order that would exceed a ceiling."""
    claims = ledger.claim(9, Ceilings(seconds=10.0), 2.0)
    assert [claimed.order.key for claimed in claims.claimed] == ["a", "b"]
    assert claims.ceiling == "seconds"
    assert ledger.spent().seconds == 10.0
    ledger.apply([Change(1, Step.RELEASE, 3.0)])
    assert ledger.spent().seconds == 5.0
    assert [c.order.key for c in ledger.claim(9, Ceilings(seconds=10.0), 2.0).claimed] == ["a"]


def test_a_new_claim_forgets_the_task_before(ledger: SqliteLedger) -> None:
    """An order that is retried has no task, and another token; both creates count as paid."""
    token = ledger.claim(1, NO_CEILINGS, 2.0).claimed[0].order.token
    ledger.apply(
        [
            Change(1, Step.CREATE, 3.0, task_id="t1"),
            Change(1, Step.FAIL, 4.0),
            Change(1, Step.RETRY, 5.0),
        ]
    )
    assert next(ledger.orders()).token is None
    order = ledger.claim(1, NO_CEILINGS, 6.0).claimed[0].order
    assert (order.task_id, order.created_at, order.paid) == (None, None, 2)
    assert order.token not in (token, None)
    assert "t1" in {past.task_id for past in ledger.history()}


def test_orders_by_state_and_key(ledger: SqliteLedger) -> None:
    """Orders are found by their states, their keys, or both."""
    ledger.claim(2, NO_CEILINGS, 2.0)
    ledger.apply([Change(1, Step.CREATE, 3.0, task_id="t1")])
    assert [o.key for o in ledger.orders(UNFINISHED)] == ["a"]
    assert [o.key for o in ledger.orders({State.SENDING, State.PENDING})] == ["b", "c"]
    assert [o.key for o in ledger.orders(keys=["c", "a", "x", "c"])] == ["c", "a"]
    assert [o.key for o in ledger.orders({State.PENDING}, ["c", "a"])] == ["c"]


def test_prices_of_later(ledger: SqliteLedger) -> None:
    """New prices hold for what was spent, too."""
    ledger.claim(2, NO_CEILINGS, 2.0)
    ledger.reprice([(1, 7), (2, None)])
    assert [order.amounts.cost for order in ledger.orders()] == [7, None, 10]
    assert ledger.spent() == Spent(2, 10.0, 0, 7, unknown_cost=1)


def test_nothing_is_claimed_of_a_batch_that_is_cancelled(ledger: SqliteLedger) -> None:
    """While the setting says so, there is nothing to claim."""
    ledger.set("cancelled", "5")
    assert ledger.claim(2, NO_CEILINGS, 2.0).claimed == []
    ledger.set("cancelled", None)
    assert ledger.setting("cancelled") is None
    assert len(ledger.claim(2, NO_CEILINGS, 2.0).claimed) == 2


def test_an_import_is_all_or_nothing(ledger: SqliteLedger) -> None:
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


def test_what_is_written_is_there_for_others(ledger: SqliteLedger) -> None:
    """What a method wrote can be read through another connection when it returns."""
    other = SqliteLedger(Path(ledger.name))
    ledger.claim(1, NO_CEILINGS, 2.0)
    assert states(other)["a"] is State.SENDING
    other.apply([Change(1, Step.LOSE, 3.0)])
    assert states(ledger)["a"] is State.UNKNOWN
    other.close()


# --- databases that cannot be used -----------------------------------------------------------------


def test_there_is_none(tmp_path: Path) -> None:
    """A batch that does not exist is not made by looking at it."""
    with pytest.raises(BatchError, match="There is no batch here"):
        SqliteLedger(tmp_path / "batch.db")
    assert [*tmp_path.iterdir()] == []


def test_an_empty_file(tmp_path: Path) -> None:
    """A ledger that was emptied is no batch of 0 orders, and is not made one by looking at it."""
    path = tmp_path / "batch.db"
    path.touch()
    with pytest.raises(BatchError, match=r"There is no batch here: .*batch\.db is empty"):
        SqliteLedger(path)
    assert path.read_bytes() == b""


def test_no_database(tmp_path: Path) -> None:
    """A file that is no database is refused, and left as it is."""
    path = tmp_path / "batch.db"
    path.write_bytes(b"no database" * 100)
    with pytest.raises(BatchError, match="is no batch, or is damaged"):
        SqliteLedger(path, create=True)
    assert path.read_bytes() == b"no database" * 100


def test_the_database_of_another_program(tmp_path: Path) -> None:
    """A database with other tables is refused, and left as it is."""
    path = tmp_path / "batch.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE birds (name)")
    other.close()
    with pytest.raises(BatchError, match="is the database of another program"):
        SqliteLedger(path, create=True)


def test_a_newer_database(ledger: SqliteLedger) -> None:
    """A database of a newer version is refused, with the advice to update."""
    ledger._db.execute(f"PRAGMA user_version = {sqlite.SCHEMA_VERSION + 1}")
    with pytest.raises(BatchError, match=r"newer version of liangxin .*update liangxin"):
        SqliteLedger(Path(ledger.name))


def test_a_locked_database(ledger: SqliteLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that another program locks for long is refused."""
    monkeypatch.setattr(sqlite, "_BUSY", 0.01)
    other = SqliteLedger(Path(ledger.name))
    ledger._db.execute("BEGIN IMMEDIATE")
    with pytest.raises(BatchError, match=r"is locked by another program for more than 0\.01 s"):
        other.claim(1, NO_CEILINGS, 2.0)
    ledger._db.execute("ROLLBACK")
    assert len(other.claim(1, NO_CEILINGS, 2.0).claimed) == 1
    other.close()


def test_a_full_disk(ledger: SqliteLedger) -> None:
    """What does not fit on the disk is refused as a whole; the next write works."""
    pages = ledger._value("PRAGMA page_count")
    ledger._db.execute(f"PRAGMA max_page_count = {pages}")
    ledger.claim(1, NO_CEILINGS, 2.0)
    detail = "x" * 100_000
    with pytest.raises(BatchError, match="the disk is full; make room"):
        ledger.apply(
            [Change(1, Step.CREATE, 3.0, task_id="t1"), Change(2, Step.NOTE, 3.0, detail=detail)]
        )
    assert states(ledger)["a"] is State.SENDING
    assert ledger.apply([Change(1, Step.CREATE, 3.0, task_id="t1")]) == [True]


def test_an_unwritable_folder(tmp_path: Path) -> None:
    """A folder that is none, or cannot be written, is refused."""
    with pytest.raises(BatchError, match="check the permissions"):
        SqliteLedger(tmp_path / "no" / "batch.db", create=True)
