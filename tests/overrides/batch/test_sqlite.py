"""The ledger in an SQLite file: databases that cannot be used; see also test_ledger.py."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from liangxin.batch import sqlite
from liangxin.batch.ceilings import Amounts
from liangxin.batch.changes import Change
from liangxin.batch.orders import NewOrder
from liangxin.batch.sqlite import SqliteLedger
from liangxin.batch.states import State, Step
from liangxin.errors import BatchError


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqliteLedger]:
    """A ledger with two orders."""
    made = SqliteLedger(tmp_path / "batch.db", create=True)
    with made.importing() as adding:
        for key in "ab":
            adding.insert(NewOrder(key, "z-image", "{}", None, key, Amounts()), 1.0)
    yield made
    made.close()


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
        other.claim(1, 2.0)
    ledger._db.execute("ROLLBACK")
    assert len(other.claim(1, 2.0).claimed) == 1
    other.close()


def test_a_full_disk(ledger: SqliteLedger) -> None:
    """What does not fit on the disk is refused as a whole; the next write works."""
    pages = ledger._value("PRAGMA page_count")
    ledger._db.execute(f"PRAGMA max_page_count = {pages}")
    ledger.claim(1, 2.0)
    detail = "x" * 100_000
    with pytest.raises(BatchError, match="the disk is full; make room"):
        ledger.apply(
            [Change(1, Step.CREATE, 3.0, task_id="t1"), Change(2, Step.NOTE, 3.0, detail=detail)]
        )
    assert next(ledger.orders()).state is State.SENDING
    assert ledger.apply([Change(1, Step.CREATE, 3.0, task_id="t1")]) == [True]


def test_an_unwritable_folder(tmp_path: Path) -> None:
    """A folder that is none, or cannot be written, is refused."""
    with pytest.raises(BatchError, match="check the permissions"):
        SqliteLedger(tmp_path / "no" / "batch.db", create=True)
