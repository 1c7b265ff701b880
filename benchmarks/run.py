"""Measure what the project promises of speed: side by side, in one run, as ratios.

`nox -s bench` prints a table. Each pair is measured in turns, so that a busy machine is busy for
both; the figure is the median.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import batch
import callbacks
import calls
import httpx
import polling
import simulator
import waiting

import liangxin
from liangxin_api import contract

PROJECT = Path(__file__).parents[1]
URL = "https://liangxin.test"

Row = tuple[str, str, str, str]


def in_turns(count: int, *functions: Callable[[], float]) -> list[float]:
    """Medians of what each function measures, called in turns."""
    results: list[list[float]] = [[] for _ in functions]
    for _ in range(count):
        for function, result in zip(functions, results, strict=True):
            result.append(function())
    return [statistics.median(result) for result in results]


def fresh(code: str) -> Callable[[], float]:
    """Measure `code` in a fresh interpreter, in seconds."""
    program = (
        f"import time; start = time.perf_counter(); {code}; print(time.perf_counter() - start)"
    )

    def measure() -> float:
        result = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        )
        return float(result.stdout)

    return measure


def timed(function: Callable[[], object], count: int) -> Callable[[], float]:
    """Measure `function`, in seconds per call over `count` calls."""

    def measure() -> float:
        start = time.perf_counter()
        for _ in range(count):
            function()
        return (time.perf_counter() - start) / count

    return measure


def ratio(name: str, ours: float, theirs: float, limit: str, unit: str = "ms") -> Row:
    """A row of the table: ours, theirs, their ratio, what must be reached."""
    scale = {"s": 1.0, "ms": 1e3, "µs": 1e6}[unit]
    times = f"{ours * scale:.1f} / {theirs * scale:.1f} {unit}"
    return name, times, f"{ours / theirs:.2f}", limit


def imports() -> Iterator[Row]:
    """What it costs to import the SDK and to make the first client."""
    ours, theirs = in_turns(15, fresh("import liangxin"), fresh("import httpx"))
    yield ratio("import liangxin / import httpx", ours, theirs, "<= 1")
    make = f"liangxin.LiangXin(api_key='some-key', base_url='{URL}')"
    ours, theirs = in_turns(
        15,
        fresh(f"import liangxin; {make}"),
        fresh("import httpx; httpx.Client()"),
    )
    yield ratio("first client, import included / httpx.Client", ours, theirs, "one SSL context")
    client = liangxin.LiangXin(api_key="some-key", base_url=URL)

    def another() -> None:
        liangxin.LiangXin(api_key="some-key", base_url=URL).close()

    def another_httpx() -> None:
        httpx.Client().close()

    ours, theirs = in_turns(7, timed(another, 20), timed(another_httpx, 20))
    client.close()
    yield ratio("second client / httpx.Client", ours, theirs, "")


@contextmanager
def server() -> Iterator[str]:
    """URL of the loopback server."""
    command = [sys.executable, str(PROJECT / "benchmarks/server.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout  # noqa: S101 - for mypy
        yield f"http://127.0.0.1:{run.stdout.readline().strip()}"
        assert run.stdin  # noqa: S101 - for mypy
        run.stdin.close()


def retrieve() -> Iterator[Row]:
    """What tasks.retrieve costs beside a bare GET of the same body."""
    headers = {"Authorization": "Bearer some-key"}
    with (
        server() as url,
        httpx.Client(base_url=url, headers=headers) as bare,
        liangxin.LiangXin(api_key="some-key", base_url=url) as client,
    ):

        def get() -> None:
            bare.get("/api/v1/jobs/recordInfo", params={"taskId": "task_1"}).json()

        def ours() -> None:
            client.tasks.retrieve("task_1")

        for warm_up in (get, ours):
            timed(warm_up, 300)()
        mine, theirs = in_turns(9, timed(ours, 300), timed(get, 300))
        yield ratio("tasks.retrieve / httpx GET and .json()", mine, theirs, "<= 1.3", "µs")


def many_calls() -> Iterator[Row]:
    """What clients get through, with many calls in flight, by httpx and by the extra `fast`."""
    with server() as url:
        yield from calls.rows(url)


def validation() -> Iterator[Row]:
    """What local validation of a typical body costs."""
    model = "kling-v3-pro"
    body = {"model": model, "input": contract.input_schema(model)["examples"][0]}
    contract.violations(model, body)
    (checked,) = in_turns(9, timed(lambda: contract.violations(model, body), 5000))
    yield "local validation of a create", f"{checked * 1e6:.1f} µs", "", "<= 10 µs"
    first_call = "start = time.perf_counter(); violations('z-image', {'model': 'z-image'})"
    (first,) = in_turns(7, fresh(f"from liangxin_api.contract import violations; {first_call}"))
    yield "first validation in a process", f"{first * 1e3:.1f} ms", "", ""


def commands() -> Iterator[Row]:
    """How long the commands of the project take."""
    for name, command, limit in (
        ("generate", ["-m", "generation"], "<= 60 s"),
        ("generate --check", ["-m", "generation", "--check"], "<= 60 s"),
        (
            "conformance matrix",
            ["-m", "pytest", "-q", "-n", "2", "tests/conformance/test_variants.py"],
            "<= 180 s",
        ),
    ):
        start = time.perf_counter()
        subprocess.run([sys.executable, *command], check=True, cwd=PROJECT, capture_output=True)
        yield name, f"{time.perf_counter() - start:.1f} s", "", limit


def command_line() -> Iterator[Row]:
    """What the command costs until it answers, beside a Python that does nothing."""

    def cpu(*words: str) -> Callable[[], float]:
        def measure() -> float:
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([sys.executable, *words], check=True, capture_output=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)

        return measure

    for words in ("--help", "run kling-v3-pro --help", "models"):
        ours, bare = in_turns(7, cpu("-m", "liangxin", *words.split()), cpu("-c", ""))
        yield f"liangxin {words}: CPU", f"{ours:.2f} s", f"{ours / bare:.1f} x python", "< 0.3 s"


def main() -> None:
    """Measure all, or what is named."""
    parts = {
        "imports": imports,
        "retrieve": retrieve,
        "calls": many_calls,
        "validation": validation,
        "command line": command_line,
        "commands": commands,
        "simulator": simulator.rows,
        "waiting": waiting.rows,
        "polling": polling.rows,
        "callbacks": callbacks.rows,
        "batch": batch.rows,
    }
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(parts)}")
    names = parser.parse_args().parts or list(parts)
    if unknown := set(names) - set(parts):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(parts)}")
    form = "{:58} {:>20} {:>7}  {}"
    print(form.format("what", "ours / theirs", "ratio", "must reach"))
    for name in names:
        for row in parts[name]():
            print(form.format(*row), flush=True)


if __name__ == "__main__":
    main()
