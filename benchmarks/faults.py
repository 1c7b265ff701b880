"""The fault matrix: this SDK beside others, against one faulty server on the loopback.

    python benchmarks/faults.py                  # measure all, print the table; 6 minutes
    python benchmarks/faults.py --write          # and put it into the documentation
    python benchmarks/faults.py fal-client       # ours and this one only
    python benchmarks/faults.py liangxin         # ours only
    python benchmarks/faults.py --quick          # ours only, with shorter faults: seconds

Each SDK is installed with pip into an environment of its own, in the cache folder, and driven
through its own public API with its default settings (peers/). Nothing is sent beyond the loopback,
apart from what pip fetches.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import platform
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import fault_table
from environments import OURS, PEERS, PROJECT, Peer
from fault_plays import FULL, QUICK, QUICK_OPTIONS, Times, faults, outcome, undisturbed
from faulty import FaultyServer, Play
from wires import WIRES

import liangxin

PAGES = (PROJECT / "docs/faults.md", PROJECT / "README.md")
DRIVER = Path(__file__).with_name("peers") / "driver.py"
MANY = 1000
TURNS = 7
CALM = 45
"""Seconds after which those that wait do little else, so that other things can be timed."""


class Bench:
    """The server and what is measured with it."""

    def __init__(self, server: FaultyServer, times: Times) -> None:
        self.server = server
        self.times = times
        self.start = time.time()
        self.found: dict[str, dict[str, Any]] = {}

    def say(self, text: str) -> None:
        """Show progress."""
        print(f"{time.time() - self.start:5.0f} s  {text}", file=sys.stderr, flush=True)

    @contextlib.asynccontextmanager
    async def driver(
        self, peer: Peer, mode: str, **task: object
    ) -> AsyncIterator[asyncio.StreamReader]:
        """Lines of what the peer's driver says; it is ended at the end."""
        process = await asyncio.create_subprocess_exec(
            *(peer.python, str(DRIVER), peer.adapter, mode, self.server.url),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            # Some print every retry, with its traceback.
            stderr=None if os.environ.get("FAULTS_DEBUG") else asyncio.subprocess.DEVNULL,
            env=peer.variables,
        )
        assert process.stdin  # noqa: S101 - for mypy
        assert process.stdout  # noqa: S101
        process.stdin.write(json.dumps(task).encode())
        process.stdin.close()
        try:
            yield process.stdout
        finally:
            # One that has ended is not to be killed: asyncio may not have noticed.
            if not process.stdout.at_eof():
                process.kill()
            await process.wait()

    async def plays(self, peer: Peer, **options: object) -> None:
        """Run every fault and the undisturbed jobs, all at once, until the end of time."""
        times, mine = self.times, {}
        for name, fault in faults(times).items():
            mine[name] = Play(times.job, fault)
        for kind in peer.kinds:
            for number, share in enumerate(times.spread):
                if seconds := getattr(times, kind):
                    mine[f"{kind}-{number}"] = Play(seconds * share)
        names = {f"{peer.name}/{name}": play for name, play in mine.items()}
        self.server.plays |= names
        ended: dict[str, dict[str, Any]] = {}
        with contextlib.suppress(TimeoutError):
            async with (
                asyncio.timeout(times.end),
                self.driver(peer, "plays", plays=list(names), **options) as lines,
            ):
                async for line in lines:
                    result = json.loads(line)
                    name = result.pop("play").partition("/")[2]
                    ended[name] = result
                    self.say(f"{peer.name}: {name}: {result['outcome']}")
                if missing := mine.keys() - ended:
                    raise RuntimeError(f"{peer.name} ended without {', '.join(missing)}")
        results = {name: outcome(play, ended.get(name)) for name, play in mine.items()}
        self.found[peer.name]["plays"] = {name: results[name] for name in faults(times)}
        for kind in peer.kinds:
            if jobs := [results[name] for name in results if name.startswith(kind)]:
                self.found[peer.name][kind] = undisturbed(jobs)

    async def many(self, peer: Peer) -> None:
        """Let it wait for many tasks at once, and count what the server sees of that."""
        name = f"{peer.name}/many"
        self.server.plays[name] = play = Play(3600)
        reports: list[dict[str, Any]] = []

        async def read(lines: asyncio.StreamReader) -> None:
            async for line in lines:
                reports.append(json.loads(line))  # noqa: PERF401 - read as they come

        async with self.driver(peer, "many", play=name, count=MANY) as lines:
            reader = asyncio.create_task(read(lines))
            give_up = time.time() + 25
            while len(play.jobs) < MANY and time.time() < give_up:  # noqa: ASYNC110 - simplest
                await asyncio.sleep(0.1)
            await asyncio.sleep(1)
            polls, before, begin = play.polls, reports[-1], time.time()
            await asyncio.sleep(8)
            rate = (play.polls - polls) / (time.time() - begin)
            reader.cancel()
        after = reports[-1]
        self.found[peer.name]["many"] = {
            "asked": MANY,
            "tasks": len(play.jobs),
            "polls_per_second": rate,
            "cpu": (after["cpu"] - before["cpu"]) / max(after["at"] - before["at"], 0.1),
            "failed": after["failed"],
            "error": after["error"],
        }
        self.say(f"{peer.name}: {len(play.jobs)} tasks: {rate:.0f} polls/s")

    async def starts(self, peers: list[Peer]) -> None:
        """Measure a new process up to its first response, and a call, in turns: their CPU time."""
        self.server.plays["starts"] = play = Play(3600)
        keys = ("first_answer", "call")
        times: dict[str, list[tuple[float, ...]]] = {peer.name: [] for peer in peers}
        for turn in range(1, TURNS + 1):
            for peer in peers:
                job = self.server.add_job(play, WIRES[peer.wire])
                url = self.server.tls_url
                first = f"import {peer.adapter} as m; m.status(m.connect({url!r}), {job!r})"
                answered = await self.fresh(peer, first)
                async with self.driver(peer, "calls", job=job, count=20) as lines:
                    called = json.loads(await lines.read())["seconds"]
                times[peer.name].append((answered, called))
            self.say(f"first answers and calls: turn {turn} of {TURNS}")
        for name, turns in times.items():
            medians = map(statistics.median, zip(*turns, strict=True))
            self.found[name] |= dict(zip(keys, medians, strict=True))

    async def fresh(self, peer: Peer, code: str) -> float:
        """Run `code` in a fresh interpreter of the peer, and return its seconds of CPU."""
        program = f"import time; a = time.process_time(); {code}; print(time.process_time() - a)"
        trusted = dict.fromkeys(
            ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"), str(self.server.certificates)
        )
        process = await asyncio.create_subprocess_exec(
            *(peer.python, "-c", program),
            stdout=asyncio.subprocess.PIPE,
            cwd=DRIVER.parent,
            env={**peer.variables, **trusted},
        )
        out, _ = await process.communicate()
        if process.returncode:
            raise RuntimeError(f"{peer.name} cannot run: {code}")
        return float(out.split()[-1])


async def later(seconds: float, what: Awaitable[None]) -> None:
    """Wait before it begins."""
    await asyncio.sleep(seconds)
    await what


async def measure(peers: list[Peer], *, quick: bool) -> dict[str, Any]:
    """Measure all."""
    server = FaultyServer()
    bench = Bench(server, QUICK if quick else FULL)
    gate = asyncio.Semaphore(2)

    async def ready(peer: Peer) -> None:
        async with gate:
            if not quick:
                await asyncio.to_thread(peer.install)
                bench.found[peer.name]["packages"] = await asyncio.to_thread(peer.packages)
            bench.say(f"{peer.name} is there")

    async with server.listening():
        for peer in peers:
            bench.found[peer.name] = {"version": peer.version or liangxin.__version__}
        await asyncio.gather(*map(ready, peers))
        options = QUICK_OPTIONS if quick else {}
        plays = [bench.plays(peer, **options) for peer in peers]
        if quick:
            await asyncio.gather(*plays)
        else:
            await asyncio.gather(*plays, later(CALM, bench.starts(peers)))
            for peer in peers:
                await bench.many(peer)
    if server.strays:
        bench.say(f"not understood: {sorted(server.strays)}")
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "seconds": round(time.time() - bench.start),
        "strays": sorted(server.strays),
        "peers": bench.found,
    }


def main() -> None:
    """Measure, print the table, and keep what is asked for."""
    names = [peer.name for peer in PEERS]
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("peers", nargs="*", metavar="PEER", help=f"of {', '.join(names)}")
    parser.add_argument(
        "--quick", action="store_true", help="ours only, with shorter faults: seconds"
    )
    parser.add_argument(
        "--write", action="store_true", help="put the tables into the documentation"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep all figures here")
    parser.add_argument("--from", type=Path, dest="kept", metavar="FILE", help="of an earlier run")
    options = parser.parse_args()
    if unknown := set(options.peers) - set(names):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    if options.write and (options.quick or options.peers):
        parser.error("--write takes a run of all of them")
    chosen = [replace(peer, is_installed=True) for peer in OURS] if options.quick else list(PEERS)
    if options.peers and not options.quick:
        chosen = [peer for peer in PEERS if peer in OURS or peer.name in options.peers]
    if options.kept:
        results = json.loads(options.kept.read_bytes())
    else:
        results = asyncio.run(measure(chosen, quick=options.quick))
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    if options.write:
        for page in PAGES:
            fault_table.write(page, results)
    print(fault_table.quick(results) if options.quick else fault_table.whole(results))


if __name__ == "__main__":
    main()
