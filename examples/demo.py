"""Make something with every model on the simulator, watch the tasks move, and save the files.

Run by `nox -s demo`; options after `--`, such as `nox -s demo -- --keep`. Exit code 0 only if every
task succeeded and every file is what its name says.
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
from urllib.parse import urlsplit

import httpx

import liangxin
from liangxin_api.variants import VARIANTS, Variant, bundle_path
from liangxin_mock import MockError, RunningClock, Server, Simulator

# What a file of a kind begins with, and where.
MAGIC = {
    ".png": (0, b"\x89PNG\r\n\x1a\n"),
    ".jpg": (0, b"\xff\xd8\xff"),
    ".mp4": (4, b"ftyp"),
}
PAUSE = 0.5
"""Seconds between lines of progress."""


class Row(NamedTuple):
    """What came of one model."""

    model: str
    kind: str
    state: str
    file: str
    size: int
    seconds: float
    """From the create to the saved file."""
    problem: str = ""

    def __str__(self) -> str:
        size = f"{self.size / 1000:,.0f} kB" if self.size else ""
        line = f"{self.model:34} {self.kind:5} {self.state:8} {self.file:38} {size:>9}"
        return f"{line} {self.seconds:5.1f}  {self.problem}".rstrip()


async def make(
    client: liangxin.AsyncLiangXin,
    web: httpx.AsyncClient,
    variant: Variant,
    folder: Path,
    states: dict[str, str],
) -> Row:
    """Create the example of one model, follow it to its end, and save its file."""
    started = time.monotonic()
    model = variant.model
    file, size, problem = "", 0, ""
    try:
        task = await client.tasks.create(model=model, input=example(variant))
        states[model] = str(task.state)
        await task.wait(
            poll_interval=0.25, on_update=lambda t: states.update({model: str(t.state)})
        )
        path = await save(web, task.result_urls[0], folder / model)
        file, size = path.name, path.stat().st_size
        problem = check(path)
    except (liangxin.LiangXinError, httpx.HTTPError) as error:
        problem = f"{type(error).__name__}: {error}"
        states[model] = "fail"
    return Row(model, variant.kind, states[model], file, size, time.monotonic() - started, problem)


def example(variant: Variant) -> dict[str, Any]:
    """Return the spec's first example of a model's input."""
    schemas = json.loads(bundle_path().read_bytes())["components"]["schemas"]
    found: dict[str, Any] = schemas[variant.input_name]["examples"][0]
    return found


async def save(web: httpx.AsyncClient, url: str, target: Path) -> Path:
    """Download a result to `target`, with the ending of its URL, and return where it is."""
    path = target.with_name(target.name + Path(urlsplit(url).path).suffix)
    draft = path.with_name(path.name + ".part")
    async with web.stream("GET", url) as answer:
        if answer.is_error:
            await answer.aread()
            raise httpx.HTTPStatusError(
                f"{answer.status_code}: {answer.text}", request=answer.request, response=answer
            )
        with draft.open("wb") as file:
            async for part in answer.aiter_bytes():
                file.write(part)
    # Under its name there is only ever a whole file.
    return draft.replace(path)


def check(path: Path) -> str:
    """Say why a file is not what its name says; nothing if it is."""
    start, magic = MAGIC.get(path.suffix, (0, b"?"))
    with path.open("rb") as file:
        head = file.read(16)
    is_real = head[start : start + len(magic)] == magic
    return "" if is_real else f"{path.name} is not a {path.suffix[1:]} file"


async def show(states: dict[str, str]) -> None:
    """Say how far the tasks are: one line that is redrawn on a terminal, else a line per change."""
    last = ""
    while True:
        counts = Counter(states.values())
        order = dict.fromkeys(["to be sent", "waiting", "queuing", "generating", "success", "fail"])
        told = [f"{counts[state]} {state}" for state in [*order] if counts[state]]
        line = f"{len(states)} tasks: " + ", ".join(told)
        if line != last:
            end = "" if sys.stdout.isatty() else "\n"
            print(line if end else f"\r\033[K{line}", end=end, flush=True)
            last = line
        await asyncio.sleep(PAUSE)


async def run(url: str, models: list[str], folder: Path) -> list[Row]:
    """Make something with each of `models` at `url`."""
    states = dict.fromkeys(models, "to be sent")
    async with (
        liangxin.AsyncLiangXin(api_key="any-key-works", base_url=url) as client,
        httpx.AsyncClient(trust_env=False, timeout=60) as web,
    ):
        progress = asyncio.create_task(show(states))
        rows = await asyncio.gather(
            *(make(client, web, VARIANTS[model], folder, states) for model in models)
        )
        await asyncio.sleep(2 * PAUSE)  # for the last line of progress
        progress.cancel()
    if sys.stdout.isatty():
        print()
    return rows


def main() -> int:
    """Start the simulator, run every model, print the table."""
    parser = argparse.ArgumentParser(prog="demo", description=__doc__.split("\n\n")[0])
    parser.add_argument("--out", type=Path, default=Path("demo-results"), help="where files go")
    parser.add_argument("--seed", type=int, default=0, help="decides ids, durations and pictures")
    parser.add_argument("--speed", type=float, default=15.0, help="seconds that pass in a real one")
    parser.add_argument("--keep", action="store_true", help="serve on until Ctrl-C")
    parser.add_argument("models", nargs="*", metavar="MODEL", help="only these models")
    args = parser.parse_args()
    models = args.models or [*VARIANTS]
    if unknown := {*models} - {*VARIANTS}:
        parser.error(f"there is no model {', '.join(unknown)}")
    if find_spec("PIL") is None:
        print('error: Pillow is not installed; run pip install "liangxin[mock]"', file=sys.stderr)
        return 1
    args.out.mkdir(parents=True, exist_ok=True)
    try:
        with Server(Simulator(args.seed, RunningClock(args.speed))) as server:
            print(
                f"The simulator plays on {server.url}, {args.speed:g} times as fast as real time."
            )
            print(f"Watch it in a browser: {server.url}/\n", flush=True)
            rows = asyncio.run(run(server.url, models, args.out))
            head = f"{'model':34} {'kind':5} {'state':8} {'file':38} {'size':>9} {'s':>5}"
            print("", head, *rows, sep="\n")
            saved = sum(row.state == "success" and not row.problem for row in rows)
            print(f"\n{saved} of {len(rows)} tasks succeeded; their files are in {args.out}/")
            if args.keep:
                print(f"The page stays at {server.url}/ until Ctrl-C.", flush=True)
                server.wait()
    except KeyboardInterrupt:
        return 130
    except (MockError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0 if saved == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
