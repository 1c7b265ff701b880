"""Run every model of both APIs on the simulator, show the progress, and save the files.

Run it by `nox -s demo`, with options after `--`, such as `nox -s demo -- --keep`. The exit code is
0 only if every task succeeded and every file was saved.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import liangxin
import liangxin_api.variants
import magnific_api.variants
from liangxin_mock import MockError, RunningClock, Server, Simulator

PAUSE = 0.5
"""Seconds between lines of progress."""

APIS: dict[str, Any] = {
    "LiangXin": liangxin_api.variants,
    "Magnific": magnific_api.variants,
}
"""The generated packages, by the names of the clients."""

States = dict[tuple[str, str], str]
"""The states of the tasks, by API and model."""


class Row(NamedTuple):
    """The outcome of one model."""

    api: str
    model: str
    kind: str
    state: str
    file: str
    size: int
    seconds: float
    """From the start to the saved file."""
    problem: str = ""

    def __str__(self) -> str:
        size = f"{self.size / 1000:,.0f} kB" if self.size else ""
        line = f"{self.api:8} {self.model:35} {self.kind:5} {self.state:8} {self.file:39} {size:>9}"
        return f"{line} {self.seconds:5.1f}  {self.problem}".rstrip()


def example(api: str, model: str) -> dict[str, Any]:
    """Return the spec's first example of a model's input."""
    package = APIS[api]
    schemas = json.loads(package.bundle_path().read_bytes())["components"]["schemas"]
    found: dict[str, Any] = schemas[package.VARIANTS[model].input_name]["examples"][0]
    return found


async def show(states: States) -> None:
    """Show the progress: one line, redrawn on a terminal, else a line per change."""
    last = ""
    while True:
        counts = Counter(states.values())
        order = dict.fromkeys(["to be sent", "waiting", "queuing", "generating", "success", "fail"])
        parts = [f"{counts[state]} {state}" for state in [*order] if counts[state]]
        line = f"{len(states)} tasks: " + ", ".join(parts)
        if line != last:
            end = "" if sys.stdout.isatty() else "\n"
            print(line if end else f"\r\033[K{line}", end=end, flush=True)
            last = line
        await asyncio.sleep(PAUSE)


async def run(url: str, wanted: list[tuple[str, str]], folder: Path) -> list[Row]:
    """Run each of these models of an API at `url`, and save the files."""
    states = dict.fromkeys(wanted, "to be sent")
    progress = asyncio.create_task(show(states))
    rows = await asyncio.gather(*(run_api(api, url, states, folder) for api in APIS))
    await asyncio.sleep(2 * PAUSE)  # for the last line of progress
    progress.cancel()
    if sys.stdout.isatty():
        print()
    return sorted(row for found in rows for row in found)


async def run_api(api: str, url: str, states: States, folder: Path) -> list[Row]:
    """Run the models of one API."""
    requests = [
        {"model": model, "input": example(api, model)} for name, model in states if name == api
    ]
    rows: list[Row] = []
    started = time.monotonic()
    make_client: Any = getattr(liangxin, f"Async{api}")
    async with make_client("any-key-works", url, polls_per_second=100) as client:
        async for outcome in client.map(
            requests,
            concurrency=len(requests) or 1,
            poll_interval=0.25,  # time runs faster here than usual
            on_update=lambda task: states.update({(api, str(task.model)): str(task.state)}),
        ):
            rows.append(await finish(api, outcome, folder, started))
            states[api, rows[-1].model] = rows[-1].state
    return rows


async def finish(
    api: str, outcome: liangxin.Outcome[liangxin.AsyncTask], folder: Path, started: float
) -> Row:
    """Save the result of a request, and return its row."""
    model = outcome.request["model"]
    kind = APIS[api].VARIANTS[model].kind
    try:
        if outcome.task is None or outcome.error is not None:
            raise outcome.error or RuntimeError("no task")
        folder = folder / api.lower()
        (file,) = await outcome.task.save(folder, template="{model}.{ext}", overwrite=True)
    except liangxin.LiangXinError as error:
        return Row(api, model, kind, "fail", "", 0, time.monotonic() - started, str(error))
    seconds = time.monotonic() - started
    return Row(api, model, kind, str(outcome.task.state), file.name, file.size, seconds)


def main() -> int:
    """Start the simulator, run every model, print the table."""
    parser = argparse.ArgumentParser(prog="demo", description=__doc__.split("\n\n")[0])
    parser.add_argument("--out", type=Path, default=Path("demo-results"), help="where files go")
    parser.add_argument("--seed", type=int, default=0, help="determines ids, durations and images")
    parser.add_argument("--speed", type=float, default=15.0, help="times as fast as real time")
    parser.add_argument("--keep", action="store_true", help="serve the simulator until Ctrl-C")
    parser.add_argument("models", nargs="*", metavar="MODEL", help="only these models")
    args = parser.parse_args()
    every = [(api, model) for api, package in APIS.items() for model in package.VARIANTS]
    wanted = [(api, model) for api, model in every if not args.models or model in args.models]
    if unknown := {*args.models} - {model for _, model in every}:
        parser.error(f"there is no model {', '.join(unknown)}")
    if find_spec("PIL") is None:
        print("error: Pillow is not installed; run pip install pillow", file=sys.stderr)
        return 1
    args.out.mkdir(parents=True, exist_ok=True)
    try:
        with Server(Simulator(args.seed, RunningClock(args.speed))) as server:
            print(f"The simulator runs on {server.url}, {args.speed:g} times as fast as real time.")
            print(f"Watch it in a browser: {server.url}/\n", flush=True)
            rows = asyncio.run(run(server.url, wanted, args.out))
            head = f"{'API':8} {'model':35} {'kind':5} {'state':8} {'file':39} {'size':>9} {'s':>5}"
            print("", head, *rows, sep="\n")
            saved = sum(row.state == "success" and not row.problem for row in rows)
            print(f"\n{saved} of {len(rows)} tasks succeeded; their files are in {args.out}/")
            if args.keep:
                print(f"The simulator runs at {server.url}/ until Ctrl-C.", flush=True)
                server.wait()
    except KeyboardInterrupt:
        return 130
    except (MockError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0 if saved == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
