"""Measure batches: the ledger alone, whole orders, many that wait, going on, and polls per order.

python benchmarks/batch.py            everything
python benchmarks/batch.py ledger     one part: ledger, orders, waiting, again or polls

benchmarks/batch_fleet.py measures workers on Postgres.
"""

from __future__ import annotations

import asyncio
import json
import logging
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import liangxin
from liangxin import batch, drive
from liangxin.batch.ceilings import Amounts
from liangxin.batch.changes import Change
from liangxin.batch.ledger import Claimed, Ledger
from liangxin.batch.limits import NO_LIMITS
from liangxin.batch.orders import File, NewOrder
from liangxin.batch.sqlite import SqliteLedger
from liangxin.batch.states import State, Step
from liangxin.batch.writer import Writer
from liangxin.callbacks import Receiver
from liangxin_mock import Callback, Simulator, stall

Row = tuple[str, str, str, str]
MANY = 10_000
WHOLE = 600
SECRET = "sixteen characters or more"  # noqa: S105  of this measurement alone
FILE = File("task_z_image_1765166238716.png", 24_000, "0" * 64, "image/png")


@contextmanager
def ledger_of(count: int) -> Iterator[tuple[SqliteLedger, Path]]:
    """Make a ledger of so many pending orders, with prompts of a usual length."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = SqliteLedger(Path(folder) / "batch.db", create=True)
        fill(ledger, count)
        yield ledger, Path(folder)
        ledger.close()


def fill(ledger: Ledger, count: int) -> None:
    """Add so many orders."""
    given = json.dumps({"prompt": "A ceramic cup on a wooden table " * 8})
    with ledger.importing() as adding:
        for number in range(count):
            amounts = Amounts(1, 0.0, 1)
            adding.insert(NewOrder(f"key {number}", "z-image", given, None, "0" * 64, amounts), 0.0)


async def through_the_ledger(ledger: Ledger, in_flight: int) -> None:
    """Take all orders from pending to saved, so many at a time, with nothing in between."""
    writer = Writer(ledger)
    working = set[asyncio.Task[None]]()

    async def work(claimed: Claimed) -> None:
        number = claimed.order.number
        await writer.write(Change(number, Step.CREATE, 1.0, task_id=f"task_z_image_{number}"))
        written = writer.write(Change(number, Step.SUCCEED, 2.0))
        await writer.write(Change(number, Step.SAVE, 3.0, files=[FILE]))
        await written

    while claims := (await writer.call(ledger.claim, in_flight - len(working), 0.0)).claimed:
        working |= {asyncio.create_task(work(claimed)) for claimed in claims}
        _, working = await asyncio.wait(working, return_when=asyncio.FIRST_COMPLETED)
    if working:
        await asyncio.wait(working)
    await writer.close()


def ledger_rows() -> Iterator[Row]:
    """The ledger alone: orders per second, and CPU time of each."""
    for in_flight in (1000, 50):
        with ledger_of(MANY) as (ledger, _):
            start, cpu = time.perf_counter(), time.process_time()
            asyncio.run(through_the_ledger(ledger, in_flight))
            seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
            if ledger.counts() != {State.SAVED: MANY}:
                raise SystemExit(f"not all are saved: {ledger.counts()}")
        yield (
            f"the ledger alone, {in_flight:,} at a time",
            f"{MANY / seconds:,.0f} orders/s",
            f"{cpu / MANY * 1e3:.3f} ms of CPU",
            ">= 2,000, <= 0.2",
        )


@contextmanager
def mock(speed: int) -> Iterator[str]:
    """Serve the simulator in another process, and yield its URL."""
    command = [sys.executable, "-m", "liangxin", "mock", "--speed", str(speed), "--quiet"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout  # noqa: S101  for the type checker
            for line in process.stdout:
                if "LIANGXIN_BASE_URL=" in line:
                    yield line.strip().partition("=")[2].strip("'\"")
                    break
        finally:
            process.terminate()


async def with_batch(client: liangxin.AsyncLiangXin, lines: list[dict[str, Any]]) -> None:
    """Run orders as a batch."""
    with tempfile.TemporaryDirectory() as folder:
        report = await batch.run_async(lines, folder, client=client)
        if not report.ok:
            raise SystemExit(f"not all are saved: {report}")


async def without_ledger(client: liangxin.AsyncLiangXin, lines: list[dict[str, Any]]) -> None:
    """Create as many tasks with `map`, and save their files, with nothing on disk but those."""
    saves = []
    with tempfile.TemporaryDirectory() as folder:
        async for outcome in client.map(lines, concurrency=50):
            if outcome.task is None or not outcome.ok:
                raise SystemExit(f"not created: {outcome}")
            saves.append(asyncio.create_task(outcome.task.save(folder)))
        await asyncio.gather(*saves)


def order_rows() -> Iterator[Row]:
    """Whole orders on the simulator (claim, create, poll, download, check, save), beside `map`."""
    times: dict[str, list[tuple[float, float]]] = {"batch": [], "map": []}

    async def measure(name: str, url: str, turn: int) -> None:
        lines = [
            {"model": "z-image", "input": {"prompt": f"{name} {turn} {n}"}} for n in range(WHOLE)
        ]
        async with liangxin.AsyncLiangXin("key", url, polls_per_second=1000) as client:
            start, cpu = time.perf_counter(), time.process_time()
            await (with_batch if name == "batch" else without_ledger)(client, lines)
            times[name].append((time.perf_counter() - start, time.process_time() - cpu))

    with mock(1000) as url:
        for turn in range(3):
            for name in times:
                asyncio.run(measure(name, url, turn))
    (ours, our_cpu), (theirs, their_cpu) = (min(found) for found in times.values())
    yield (
        "whole orders on the simulator, batch / map and save",
        f"{WHOLE / ours:,.0f} / {WHOLE / theirs:,.0f} orders/s",
        f"{our_cpu / WHOLE * 1e3:.1f} / {their_cpu / WHOLE * 1e3:.1f} ms of CPU",
        ">= 50",
    )


def waiting() -> None:
    """Follow 10,000 tasks that never end for a while, and print the peak of memory."""
    logging.disable()
    simulator = Simulator(timeline=stall("generating"))
    with ledger_of(MANY) as (ledger, folder):
        ledger.set("api", "LiangXin")
        while claims := ledger.claim(1000, 0.0).claimed:
            changes = [
                Change(one.order.number, Step.CREATE, time.time(), task_id=f"task {one.order.key}")
                for one in claims
            ]
            ledger.apply(changes)

        async def main() -> float:
            start = time.perf_counter()
            adopted = float("nan")

            def on_plan(_plan: batch.Plan) -> None:
                nonlocal adopted
                adopted = time.perf_counter() - start

            options = simulator.client_options(asynchronous=True)
            del options["clock"]  # real time: it is measured
            async with liangxin.AsyncLiangXin(**options) as client:
                await batch.run_async(None, folder, client=client, timeout=5, on_plan=on_plan)
            return adopted

        seconds = asyncio.run(main())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([seconds, peak]))


def waiting_rows() -> Iterator[Row]:
    """Memory of 10,000 orders that wait, in a process of its own."""
    command = [sys.executable, __file__, "--waiting"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds, peak = json.loads(done.stdout)
    yield (
        f"{MANY:,} waiting orders, going on with them",
        f"{peak:,.0f} MB",
        f"read in {seconds:.1f} s",
        "< 300 MB, <= 10 s",
    )


def again_rows() -> Iterator[Row]:
    """Going on with a batch of 10,000 lines of which none, or all, are done."""
    simulator = Simulator()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = [
            {"key": f"{n}", "model": "z-image", "input": {"prompt": "Tea"}} for n in range(MANY)
        ]
        jobs = folder / "jobs.jsonl"
        jobs.write_text("".join(f"{json.dumps(line)}\n" for line in lines))

        async def main(**options: int) -> float:
            made = simulator.client_options(asynchronous=True)
            async with liangxin.AsyncLiangXin(**made) as client:
                start = time.perf_counter()
                await batch.run_async(jobs, folder, client=client, **options)  # type: ignore[arg-type]
                return time.perf_counter() - start

        first = asyncio.run(main(max_creates=0))
        second = asyncio.run(main(max_creates=0))
        ledger = SqliteLedger(folder / "batch.db")
        ledger.set_limits(NO_LIMITS)
        while claims := ledger.claim(1000, 0.0).claimed:
            changes = []
            for number in [one.order.number for one in claims]:
                path = folder / f"{number}.png"
                path.write_bytes(b"png")
                file = File(path.name, 3, "0" * 64, "image/png")
                changes += [
                    Change(number, Step.CREATE, 0.0, task_id=f"task {number}"),
                    Change(number, Step.SUCCEED, 0.0),
                    Change(number, Step.SAVE, 0.0, files=[file]),
                ]
            ledger.apply(changes)
        ledger.close()
        third = asyncio.run(main())
    if simulator.requests:
        raise SystemExit(f"{len(simulator.requests)} requests were made")
    yield f"{MANY:,} lines, validated and added", f"{first:.1f} s", "", ""
    yield f"going on with {MANY:,} that are pending", f"{second:.1f} s", "", "<= 10 s"
    yield (
        f"going on with {MANY:,} that are done",
        f"{third:.1f} s",
        f"{len(simulator.requests)} requests",
        "<= 10 s, no request",
    )


def poll_rows() -> Iterator[Row]:
    """Polls per order where callbacks arrive, on a virtual clock."""
    counts = []
    for has_callbacks in (True, False):
        simulator = Simulator()
        receiver = Receiver(
            "https://shop.example/callbacks", secret=SECRET, clock=simulator.clock, trusted=True
        )
        simulator.receiver = _deliver_to(receiver)
        lines = [{"model": "z-image", "input": {"prompt": f"cup {n}"}} for n in range(200)]

        async def main(
            simulator: Simulator, lines: list[dict[str, object]], callbacks: Receiver | None
        ) -> None:
            options = simulator.client_options(asynchronous=True)
            with tempfile.TemporaryDirectory() as folder:
                async with liangxin.AsyncLiangXin(**options, polls_per_second=50) as client:
                    report = await batch.run_async(
                        lines, folder, client=client, callbacks=callbacks
                    )
                    if not report.ok:
                        raise SystemExit(f"not all are saved: {report}")

        asyncio.run(main(simulator, lines, receiver if has_callbacks else None))  # type: ignore[arg-type]
        counts.append(simulator.polls / len(lines))
    yield (
        "polls per order, with callbacks / without",
        f"{counts[0]:.2f} / {counts[1]:.1f}",
        f"{counts[0] / counts[1]:.2f}",
        "<= 2 polls",
    )


def _deliver_to(receiver: Receiver) -> Callable[[Callback], int]:
    """Return a receiver of the simulator that passes callbacks on, as a server does."""

    def deliver(callback: Callback) -> int:
        statuses: list[int] = []

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": callback.content}

        async def send(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                statuses.append(int(str(message["status"])))

        scope = {
            "type": "http",
            "method": "POST",
            "headers": [(b"content-type", b"application/json")],
            "query_string": urlsplit(callback.url).query.encode(),
        }
        drive.run(receiver(scope, receive, send))  # type: ignore[arg-type]
        return statuses[0]

    return deliver


PARTS: dict[str, Callable[[], Iterator[Row]]] = {
    "ledger": ledger_rows,
    "orders": order_rows,
    "waiting": waiting_rows,
    "again": again_rows,
    "polls": poll_rows,
}


def rows() -> Iterator[Row]:
    """All of it."""
    for part in PARTS.values():
        yield from part()


if __name__ == "__main__":
    if "--waiting" in sys.argv:
        waiting()
    else:
        for name in sys.argv[1:] or PARTS:
            for row in PARTS[name]():
                print(" | ".join(row))
