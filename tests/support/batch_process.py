"""Run a batch in processes that die: at a chosen point, or when they are killed from outside.

This is a program: it reads a line of JSON for each run, forks, and prints what became of the child.
A fork takes a hundredth of the time that a new interpreter does, so thousands of kills are possible.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import liangxin
from liangxin import batch
from liangxin.batch import postgres, runner, sqlite
from liangxin.batch.postgres import PostgresLedger
from liangxin.polling import schedule
from liangxin.results import files
from liangxin_mock import Simulator

KILLED = 9
"""The exit code of a process that ended itself at a point."""

FAILED = 3
"""That of one whose batch ended otherwise."""

_points = 0
_kill_at: int | None = None


def point() -> None:
    """Die here, if this is the chosen point: no `finally` runs, and no buffer is flushed."""
    global _points  # noqa: PLW0603
    _points += 1
    if _points == _kill_at:
        os._exit(KILLED)


class _Connection(sqlite3.Connection):
    """Has a point before and after each commit."""

    def execute(self, sql: str, /, *arguments: Any) -> sqlite3.Cursor:
        if sql != "COMMIT":
            return super().execute(sql, *arguments)
        point()
        cursor = super().execute(sql, *arguments)
        point()
        return cursor


def _around(owner: Any, name: str) -> None:
    """Put a point before and after each call of a function."""
    function: Callable[..., Any] = getattr(owner, name)

    def called(*arguments: Any, **options: Any) -> Any:
        point()
        result = function(*arguments, **options)
        point()
        return result

    async def awaited(*arguments: Any, **options: Any) -> Any:
        point()
        result = await function(*arguments, **options)
        point()
        return result

    setattr(owner, name, awaited if asyncio.iscoroutinefunction(function) else called)


def prepare() -> None:
    """Add the points, and let tasks be polled as fast as the simulator runs them."""
    connect = sqlite3.connect

    def with_points(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connected: sqlite3.Connection = connect(*arguments, factory=_Connection, **options)
        return connected

    own = {**vars(sqlite3), "connect": staticmethod(with_points)}
    vars(sqlite)["sqlite3"] = type("sqlite3", (), own)
    transaction = PostgresLedger._transaction

    @contextmanager
    def transaction_with_points(ledger: PostgresLedger) -> Iterator[None]:
        with transaction(ledger):
            yield
            point()  # before its commit
        point()

    owner: Any = PostgresLedger
    owner._transaction = transaction_with_points
    postgres._GRACE = 0.0
    runner.LOOK = 0.05
    _around(runner, "send")  # the POST
    for name in ("begin", "write", "publish"):  # amid a save
        _around(files.PartialFile, name)
    schedule._EXPECTED["image"] = (0.03, 0.7)
    schedule.SHORTEST_INTERVAL = 0.005


def warm_up() -> None:
    """Load what a run needs, once for all forks; no thread may be left."""
    output = tempfile.mkdtemp()
    lines = [{"model": "z-image", "input": {"prompt": "tea"}}]

    async def main() -> None:
        simulator = Simulator()
        options = simulator.client_options(asynchronous=True)
        async with liangxin.AsyncLiangXin() as client:
            del client
        async with liangxin.AsyncLiangXin(**options) as client:
            await batch.run_async(lines, output, client=client)

    asyncio.run(main())
    shutil.rmtree(output)


def live(order: dict[str, Any]) -> int:
    """Run the batch in this process, and return its exit code."""
    global _kill_at, _points
    _kill_at, _points = order["kill_at"], 0
    warnings.simplefilter("error")

    async def main() -> bool:
        async with liangxin.AsyncLiangXin(polls_per_second=500, timeout=20) as client:
            report = await batch.run_async(
                order["jobs"], order["output"], client=client, **order["options"]
            )
            return report.stopped_by is None

    return 0 if asyncio.run(main()) else FAILED


def main() -> None:
    """Serve the runs that standard input asks for."""
    prepare()
    warm_up()
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                code = live(order)
            except BaseException:  # noqa: BLE001  shown, and told by the exit code
                sys.excepthook(*sys.exc_info())
                code = FAILED
            sys.stderr.flush()
            os._exit(code)
        if order["kill_after"] is not None:
            time.sleep(order["kill_after"])
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        print(json.dumps(os.waitstatus_to_exitcode(status)), flush=True)  # noqa: T201  the answer


if __name__ == "__main__":
    main()
