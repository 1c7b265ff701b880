"""What every SDK goes through, for how long, and what is said of it afterwards."""

import math
import statistics
from dataclasses import dataclass
from typing import Any

from faulty import Fault, Play


@dataclass(frozen=True)
class Times:
    """How long things take, in seconds."""

    job: float = 3
    outage: float = 30
    refusing: float = 10
    retry_after: int = 2
    end: float = 160
    """When to stop looking: what still waits then, is said to wait."""
    image: float | None = 12
    video: float | None = 120
    spread: tuple[float, ...] = (0.85, 0.89, 0.94, 0.98, 1.02, 1.06, 1.11, 1.15)
    """Shares of `image` and `video` that the jobs take, so that no interval fits them all."""


FULL = Times()
QUICK = Times(job=0.3, outage=1, refusing=0.5, retry_after=1, end=20, image=None, video=None)
QUICK_OPTIONS = {
    "client": {"timeout": 1.0, "polls_per_second": 10.0},
    "wait": {"poll_interval": 0.1},
}


def faults(times: Times) -> dict[str, Fault]:
    """Return the faults that every SDK meets once."""
    return {
        "drop": Fault("drop", "POST"),
        "hang": Fault("hang", "POST"),
        "502": Fault(502, "POST"),
        "503": Fault(503, "POST"),
        "429": Fault(429, "POST", seconds=times.refusing, retry_after=times.retry_after),
        "one-drop": Fault("drop", "GET", times=1),
        "one-500": Fault(500, "GET", times=1),
        "drops": Fault("drop", "GET", seconds=times.outage),
        "503s": Fault(503, "GET", seconds=times.outage),
    }


def outcome(play: Play, ended: dict[str, Any] | None) -> dict[str, Any]:
    """Say what became of a play."""
    gaps = [after - before for before, after in zip(play.posts, play.posts[1:], strict=False)]
    result: dict[str, Any] = {
        "posts": len(play.posts),
        "retry_after": play.fault.retry_after if play.fault else None,
        "keys": len(play.keys),
        "shortest_gap": min(gaps, default=None),
        "polls": play.polls,
        "outcome": ended["outcome"] if ended else None,
        "seconds": ended["ended"] - ended["started"] if ended else None,
        "lag": None,
        "after_outage": None,
    }
    if ended and play.jobs:
        job, fault = play.jobs[-1], play.fault
        result["lag"] = ended["ended"] - job.done
        if fault and fault.on == "GET" and fault.seconds < math.inf:
            result["after_outage"] = ended["ended"] - job.created - fault.seconds
    return result


def undisturbed(jobs: list[dict[str, Any]]) -> dict[str, float | None]:
    """Say how late the ends were noticed, and what that took."""
    lags = [job["lag"] for job in jobs if job["outcome"] == "ok"]
    return {
        "jobs": len(jobs),
        "ended": len(lags),
        "lag": statistics.mean(lags) if lags else None,
        "longest_lag": max(lags, default=None),
        "polls": statistics.mean(job["polls"] for job in jobs),
    }
