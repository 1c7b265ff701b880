"""One thread commits what is waiting together."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from typing import Any

import pytest

from liangxin.backoff import Backoff
from liangxin.batch import writer as writing
from liangxin.batch.changes import Change
from liangxin.batch.ledger import LedgerUnavailableError
from liangxin.batch.states import Step
from liangxin.batch.writer import Writer
from liangxin.errors import BatchError


class Ledger:
    """Notes what is written together; can be held, and can fail."""

    def __init__(self) -> None:
        self.commits: list[list[int]] = []
        self.threads: set[int] = set()
        self.may_commit = threading.Event()
        self.may_commit.set()
        self.error: Exception | None = None

    def apply(self, changes: Sequence[Change]) -> list[bool]:
        self.may_commit.wait(100)
        self.threads.add(threading.get_ident())
        if self.error is not None:
            raise self.error
        self.commits.append([change.number for change in changes])
        return [change.number % 2 == 0 for change in changes]


def change(number: int) -> Change:
    return Change(number, Step.NOTE, 0.0)


@pytest.mark.parametrize("is_inline", [False, True])
def test_changes_are_written_in_their_order(is_inline: bool) -> None:
    """Each future has the result of its own change, and the order is that of the calls."""
    ledger: Any = Ledger()

    async def main() -> None:
        writer = Writer(ledger, is_inline=is_inline)
        futures = [writer.write(change(number)) for number in range(5)]
        assert [await future for future in futures] == [True, False, True, False, True]
        assert await writer.write(change(6))
        await writer.close()

    asyncio.run(main())
    assert [number for commit in ledger.commits for number in commit] == [0, 1, 2, 3, 4, 6]
    assert ledger.commits[0] == [0, 1, 2, 3, 4]
    assert (threading.get_ident() in ledger.threads) == is_inline
    assert len(ledger.threads) == 1


def test_what_comes_during_a_commit_is_committed_together() -> None:
    """Changes that come while the disk is busy are the next commit."""
    ledger: Any = Ledger()
    ledger.may_commit.clear()

    async def main() -> None:
        writer = Writer(ledger)
        first = writer.write(change(0))
        await asyncio.sleep(0)
        others = [writer.write(change(number)) for number in range(1, 100)]
        ledger.may_commit.set()
        await asyncio.gather(first, *others)
        await writer.close()

    asyncio.run(main())
    assert len(ledger.commits) <= 2


def test_an_error_reaches_everybody_who_waits() -> None:
    """A commit that fails fails for all its changes, and the next one is tried."""
    ledger: Any = Ledger()
    ledger.error = BatchError("full")

    async def main() -> None:
        writer = Writer(ledger)
        futures = [writer.write(change(number)) for number in range(2)]
        for future in futures:
            with pytest.raises(BatchError, match="full"):
                await future
        ledger.error = None
        assert await writer.write(change(2))
        await writer.close()

    asyncio.run(main())


def test_an_outage_of_the_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """While the database cannot be reached, changes are written again until they are."""
    monkeypatch.setattr(writing, "_BACKOFF", Backoff(0.0, 1.0, 0.0))
    ledger: Any = Ledger()
    failures = [LedgerUnavailableError("away")] * 3

    def apply(changes: Sequence[Change]) -> list[bool]:
        if failures:
            raise failures.pop()
        return Ledger.apply(ledger, changes)

    ledger.apply = apply

    async def main() -> None:
        writer = Writer(ledger)
        assert await writer.write(change(2))
        failures.append(LedgerUnavailableError("away"))
        monkeypatch.setattr(writing, "PATIENCE", -1.0)
        with pytest.raises(LedgerUnavailableError, match="away"):
            await writer.write(change(4))
        await writer.close()

    asyncio.run(main())
    assert ledger.commits == [[2]]


def test_interrupted_in_an_outage() -> None:
    """A run that is not to wait for the database any longer ends, and does not hang."""
    ledger: Any = Ledger()
    ledger.error = LedgerUnavailableError("away")

    async def main() -> None:
        writer = Writer(ledger)
        future = writer.write(change(2))
        await asyncio.sleep(0)
        assert writer._committing is not None
        writer._committing.cancel()
        await asyncio.wait([writer._committing])
        await writer.close()
        assert not future.done()

    asyncio.run(main())


def test_closing_waits_for_what_is_written() -> None:
    """All that was handed over is written when `close` returns."""
    ledger: Any = Ledger()

    async def main() -> None:
        writer = Writer(ledger)
        writer.write(change(0))
        await writer.close()
        assert ledger.commits == [[0]]

    asyncio.run(main())
