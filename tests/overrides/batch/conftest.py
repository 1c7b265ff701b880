"""Ledgers of each kind: in SQLite every day, in Postgres too in thorough runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from liangxin.batch.databases import open_ledger
from liangxin.batch.ledger import Ledger

KINDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.thorough)]


class Ledgers:
    """Opens one batch again and again."""

    def __init__(self, folder: Path, database: str | None) -> None:
        self._place = (folder, database)
        self._opened: list[Ledger] = []

    def open(self, **options: Any) -> Ledger:
        """Open it once more."""
        ledger = open_ledger(*self._place, **options)
        self._opened.append(ledger)
        return ledger

    def close(self) -> None:
        """Close all."""
        for ledger in reversed(self._opened):
            ledger.close()


@pytest.fixture(params=KINDS)
def ledgers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledgers]:
    """A batch that is still to be made."""
    is_sqlite = request.param == "sqlite"
    database = None if is_sqlite else request.getfixturevalue("postgres").address()
    made = Ledgers(tmp_path, database)
    yield made
    made.close()
