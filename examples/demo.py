"""Create the example of every model against the mock, wait for all, and print what came of it.

Run by `nox -s demo`. Exit code 0 only if every task succeeded.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

import liangxin
from liangxin_api.variants import VARIANTS, Variant, bundle_path
from liangxin_mock import MockError, Prism
from liangxin_mock.contract import prism_document


async def finish(
    client: liangxin.AsyncLiangXin,
    variant: Variant,
    example: dict[str, Any],
    states: dict[str, str],
) -> dict[str, Any]:
    """Create the example of one model and follow it to its end."""
    started = time.monotonic()
    row: dict[str, Any] = {"model": variant.model, "kind": variant.kind, "result": ""}
    try:
        task = await client.tasks.create(model=variant.model, input=example)
        states[variant.model] = "created"
        await task.wait(on_update=lambda t: states.update({variant.model: str(t.state)}))
        row |= {"state": task.state, "result": " ".join(task.result_urls)}
    except liangxin.LiangXinError as error:
        row |= {"state": type(error).__name__, "result": str(error)}
    states[variant.model] = row["state"]
    row["seconds"] = time.monotonic() - started
    return row


async def show(states: dict[str, str]) -> None:
    """Say how far the tasks are: one line that is redrawn on a terminal, else a line per change."""
    last = ""
    while True:
        counts = {s: list(states.values()).count(s) for s in dict.fromkeys(states.values())}
        line = f"{len(states)} tasks: " + ", ".join(f"{n} {state}" for state, n in counts.items())
        if line != last:
            end = "" if sys.stdout.isatty() else "\n"
            print(f"\r\033[K{line}" if not end else line, end=end, flush=True)
            last = line
        await asyncio.sleep(0.1)


async def run(url: str) -> list[dict[str, Any]]:
    """Create and finish a task of every model at `url`."""
    schemas = json.loads(bundle_path().read_bytes())["components"]["schemas"]
    states = dict.fromkeys(VARIANTS, "to be sent")
    async with liangxin.AsyncLiangXin(api_key="any-key-works", base_url=url) as client:
        progress = asyncio.create_task(show(states))
        rows = await asyncio.gather(
            *(
                finish(client, variant, schemas[variant.input_name]["examples"][0], states)
                for variant in VARIANTS.values()
            )
        )
        await asyncio.sleep(0.2)  # for the last line of progress
        progress.cancel()
    return rows


def main() -> int:
    """Start the mock, run every model, print the table."""
    try:
        print("Starting the mock (the first time, Node and Prism are installed) ...", flush=True)
        with prism_document() as document, Prism(document) as mock:
            print(f"Prism plays the contract on {mock.url}", flush=True)
            rows = asyncio.run(run(mock.url))
    except MockError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    form = "{:34} {:6} {:8} {:34} {:>5}"
    print("\n\n" + form.format("model", "kind", "state", "result", "s"))
    for row in rows:
        seconds = f"{row['seconds']:.1f}"
        print(form.format(row["model"], row["kind"], row["state"], row["result"], seconds))
    succeeded = sum(row["state"] == "success" for row in rows)
    print("\nPrism keeps no state: it answers each query with the contract's example.")
    print(f"{succeeded} of {len(rows)} tasks succeeded.")
    return 0 if succeeded == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
