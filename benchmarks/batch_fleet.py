"""Measure batches in Postgres: the ledger alone, whole orders with three workers, bytes per order.

python benchmarks/batch_fleet.py      needs Postgres's programs, and two cores or more
"""

from __future__ import annotations

import asyncio
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT))

from batch import MANY, Row, fill, ledger_of, mock, through_the_ledger  # noqa: E402

import liangxin  # noqa: E402
from liangxin import batch  # noqa: E402
from liangxin.batch import State  # noqa: E402
from liangxin.batch.databases import open_ledger  # noqa: E402
from liangxin.batch.states import Step  # noqa: E402
from tests.support.postgres_server import PostgresServer, postgres_server  # noqa: E402

WORKERS = 3
WHOLE = 600
IN_FLIGHT = 50


def work_on_the_ledger(address: str, folder: str) -> None:
    """Take orders from pending to saved until there are none, and print the CPU time of that."""
    ledger = open_ledger(folder, address, is_worker=True)
    before = time.process_time()
    asyncio.run(through_the_ledger(ledger, IN_FLIGHT))
    print(time.process_time() - before)
    ledger.close()


def work(address: str, folder: str, url: str) -> None:
    """Work on a batch, and print the CPU time of that."""

    async def main() -> None:
        async with liangxin.AsyncLiangXin("key", url, polls_per_second=1000) as client:
            await batch.run_async(
                None, folder, client=client, database=address, max_creates=math.inf
            )

    before = time.process_time()
    asyncio.run(main())
    print(time.process_time() - before)


def processes(*arguments: Any, count: int) -> list[float]:
    """Run this program so often at a time, and return what each printed."""
    command = [sys.executable, __file__, *map(str, arguments)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(count)]
    return [float(process.communicate()[0]) for process in started]


def rate_of(address: str, folder: Path) -> float:
    """Return the orders per second from the first claim to the last save."""
    ledger = open_ledger(folder, address)
    times = [past.at for past in ledger.history() if past.step in {Step.CLAIM, Step.SAVE}]
    counts = ledger.counts()
    ledger.close()
    if {*counts} != {State.SAVED}:
        raise SystemExit(f"not all are saved: {counts}")
    return counts[State.SAVED] / (max(times) - min(times))


def ledger_rows(server: PostgresServer, folder: Path) -> Iterator[Row]:
    """The ledger alone, beside SQLite; and how large it is."""
    with ledger_of(MANY) as (embedded, _):
        begun = time.perf_counter()
        asyncio.run(through_the_ledger(embedded, IN_FLIGHT))
        sqlite = MANY / (time.perf_counter() - begun)
    for workers in (1, WORKERS):
        address = server.address()
        ledger = open_ledger(folder, address, create=True)
        fill(ledger, MANY)
        ledger.close()
        begun = time.perf_counter()
        cpu = sum(processes("ledger", address, folder, count=workers))
        postgres = MANY / (time.perf_counter() - begun)
        yield (
            f"the ledger alone, {workers} worker(s) on Postgres / one process on SQLite",
            f"{postgres:,.0f} / {sqlite:,.0f} orders/s",
            f"{cpu / MANY * 1e3:.2f} ms of CPU in the workers",
            "",
        )
    with server.connect() as database:
        schema = address.rpartition("schema=")[2]
        found = database.execute(
            "SELECT relname, pg_total_relation_size(oid) / %s FROM pg_class "
            "WHERE relnamespace = %s::regnamespace AND relkind = 'r' ORDER BY 2 DESC LIMIT 3",
            [MANY, schema],
        ).fetchall()
    parts = ", ".join(f"{name} {size:,.0f}" for name, size in found)
    yield (
        "bytes per order, its prompt of 256 included",
        parts,
        "6 rows: an order, an input, 4 steps",
        "",
    )


def order_rows(server: PostgresServer, folder: Path) -> Iterator[Row]:
    """Whole orders on the simulator: three workers on Postgres, beside one process on SQLite."""

    def lines(name: str) -> list[dict[str, Any]]:
        return [{"model": "z-image", "input": {"prompt": f"{name} {n}"}} for n in range(WHOLE)]

    def add(url: str, name: str, **place: Any) -> None:
        async def main() -> None:
            async with liangxin.AsyncLiangXin("key", url, polls_per_second=1000) as client:
                await batch.run_async(lines(name), folder / name, client=client, **place)

        asyncio.run(main())

    address = server.address()
    with mock(1000) as url:
        add(url, "sqlite")
        one = rate_of(str(folder / "sqlite" / "batch.db"), folder)
        add(url, "postgres", database=address, max_creates=0)
        cpu = sum(processes("work", address, folder / "postgres", url, count=WORKERS))
        three = rate_of(address, folder)
    yield (
        f"whole orders on the simulator, {WORKERS} workers on Postgres / one on SQLite",
        f"{three:,.0f} / {one:,.0f} orders/s",
        f"{cpu / WHOLE * 1e3:.1f} ms of CPU in the workers",
        ">= 50",
    )


def main() -> None:
    """Measure all, and print a line for each."""
    with tempfile.TemporaryDirectory() as name, postgres_server(is_durable=True) as server:
        for rows in (ledger_rows, order_rows):
            for row in rows(server, Path(name)):
                print(" | ".join(row), flush=True)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["ledger", address, folder]:
            work_on_the_ledger(address, folder)
        case ["work", address, folder, url]:
            work(address, folder, url)
        case _:
            main()
