"""The fault matrix as Markdown: the whole one, and a short one for the README."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

Results = dict[str, Any]
Cell = Callable[[Results], str]


HEADINGS = {"liangxin-magnific": "liangxin: Magnific"}
"""Of columns whose peer is no package of that name."""


def of(name: str, cell: Cell) -> Cell:
    """Return a cell about the play `name` of a peer."""
    return lambda peer: cell(peer["plays"][name])


def sent(play: Results) -> str:
    """How often a create was sent, and whether it would still be."""
    note = ""
    if play["keys"] and play["posts"] > 1:
        note = f", {play['keys']} idempotency keys"
    if play["outcome"] is None:
        note += ", still waiting"
    return f"{play['posts']}{note}"


def hung(play: Results) -> str:
    """The same, with how long it waited."""
    gave_up = "" if play["seconds"] is None else f", gave up after {play['seconds']:.0f} s"
    return sent(play) + gave_up


def refused(play: Results) -> str:
    """Whether a create got through that was refused for a while."""
    if play["outcome"] != "ok":
        return f"no, {counted(play['posts'], 'try', 'tries')}"
    early = play["shortest_gap"] < 0.95 * play["retry_after"]
    return f"yes, {counted(play['posts'], 'try', 'tries')}{' (too early)' if early else ''}"


def survived(play: Results) -> str:
    """Whether a wait survived, and when it noticed the end of an outage."""
    if play["outcome"] != "ok":
        return "still waiting" if play["outcome"] is None else "**no**"
    late = play["after_outage"]
    return "yes" if late is None else f"yes, {late:.0f} s after it"


def yes(play: Results) -> str:
    """Whether a wait survived."""
    return "yes" if play["outcome"] == "ok" else "**no**"


def lag(kind: str) -> Cell:
    """How late the end of a job was noticed."""

    def cell(peer: Results) -> str:
        if kind not in peer:
            return "makes none"
        jobs = peer[kind]
        if jobs["lag"] is None:
            return "never"
        return f"{jobs['lag']:.2g} ({jobs['longest_lag']:.2g}) s"

    return cell


def polls(kind: str) -> Cell:
    """How many requests a job took."""
    return lambda peer: short(peer[kind]["polls"]) if kind in peer else "makes none"


def many(peer: Results) -> str:
    """What the server sees of many tasks."""
    found = peer["many"]
    notes = ""
    if found["tasks"] < found["asked"]:
        notes += f", only {found['tasks']} were created in time"
    if found["failed"]:
        notes += f", {found['failed']} waits failed ({found['error']})"
    return f"{found['polls_per_second']:.0f}{notes}"


def cores(peer: Results) -> str:
    """What that costs."""
    return f"{peer['many']['cpu']:.2f}"


def per_cpu(peer: Results) -> str:
    """The same, whatever else the machine does."""
    found = peer["many"]
    return f"{found['polls_per_second'] / max(found['cpu'], 0.001):.0f}"


def milliseconds(key: str) -> Cell:
    """A time, in ms."""
    return lambda peer: f"{short(peer[key] * 1e3)} ms"


def short(number: float) -> str:
    """`0.38`, `12`, `1,170`."""
    return f"{number:.2g}" if number < 10 else f"{number:,.0f}"  # noqa: PLR2004 - two digits


def counted(count: int, one: str, more: str) -> str:
    """`3 tries`."""
    return f"{count} {one if count == 1 else more}"


FAULTS: tuple[tuple[str, Cell], ...] = (
    ("version", lambda peer: str(peer["version"])),
    ("**creates received** when the connection drops after the body", of("drop", sent)),
    ("… when the server hangs", of("hang", hung)),
    ("… on 502", of("502", sent)),
    ("… on 503", of("503", sent)),
    ("a create gets through 10 s of 429 with `Retry-After: 2`", of("429", refused)),
    ("**a wait survives** one dropped poll", of("one-drop", survived)),
    ("… one poll answered with 500", of("one-500", survived)),
    ("… 30 s of dropped polls", of("drops", survived)),
    ("… 30 s of 503", of("503s", survived)),
)
WHOLE: tuple[tuple[str, Cell], ...] = (
    *FAULTS,
    ("**end noticed after**, jobs of 12 s: mean (longest)", lag("image")),
    ("requests per job of 12 s", polls("image")),
    ("end noticed after, jobs of 120 s: mean (longest)", lag("video")),
    ("requests per job of 120 s", polls("video")),
    ("**1,000 tasks** waited for at once: polls/s", many),
    ("… CPU cores used", cores),
    ("… polls per second of CPU time", per_cpu),
    (
        "**CPU time** of a new process up to its first response, over TLS",
        milliseconds("first_answer"),
    ),
    ("… of one status call", milliseconds("call")),
)
SHORT: tuple[tuple[str, Cell], ...] = (
    ("creates sent when the response is lost", of("drop", sent)),
    ("creates sent on 503", of("503", sent)),
    ("a wait survives one dropped poll", of("one-drop", yes)),
    ("… one 500", of("one-500", yes)),
    ("… 30 s of dropped polls", of("drops", yes)),
    ("… 30 s of 503", of("503s", yes)),
    ("notices the end of a 120 s job after", lambda peer: f"{peer['video']['lag']:.2g} s"),
    ("requests for it", polls("video")),
    ("polls/s with 1,000 tasks", lambda peer: f"{peer['many']['polls_per_second']:.0f}"),
    ("CPU time of a new process up to its first response", milliseconds("first_answer")),
)


def table(results: Results, rows: Iterable[tuple[str, Cell]]) -> str:
    """Return a table, a column for each SDK."""
    peers = results["peers"]
    headings = [HEADINGS.get(name, name) for name in peers]
    lines = [["", *headings], ["---"] * (len(peers) + 1)]
    lines += [[name, *map(cell, peers.values())] for name, cell in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def whole(results: Results) -> str:
    """Return the table with everything, and what it was measured with."""
    where = f"{results['date']}, Python {results['python']}, {results['system']}"
    return f"{table(results, WHOLE)}\n\nMeasured {where}, in {results['seconds']} s."


def quick(results: Results) -> str:
    """Return the table of a quick run."""
    return f"With faults of a second, not as long as it says:\n\n{table(results, FAULTS)}"


def write(page: Path, results: Results) -> None:
    """Put the tables between their markers on a page, those that it has."""
    text = page.read_text(encoding="utf-8")
    for name, content in (("whole", whole(results)), ("short", table(results, SHORT))):
        begin, end = f"<!-- faults: {name} -->", f"<!-- end of faults: {name} -->"
        block = re.compile(f"{begin}.*?{end}", re.DOTALL)
        if block.search(text):
            before, after = block.split(text)
            text = f"{before}{begin}\n{content}\n{end}{after}"
    page.write_text(text, encoding="utf-8")
