"""A mock of LiangXin's API: a simulator of its jobs, and Prism, which holds all to the contract.

    from liangxin_mock import Simulator, after_polls, status

    simulator = Simulator(seed=7)
    simulator.play(after_polls(3), model="kling-*")
    simulator.inject(status(503), on="recordInfo")
    client = liangxin.LiangXin(**simulator.client_options())

Names are imported on first use, so that nobody pays for the half they don't use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from liangxin_mock.callbacks import Callback
    from liangxin_mock.clock import RunningClock, VirtualClock
    from liangxin_mock.errors import MockError, RuleError
    from liangxin_mock.exchange import Seen
    from liangxin_mock.faults import (
        broken_result,
        delay,
        drop,
        duplicate,
        early,
        error_code,
        expired_links,
        hang,
        html,
        lost,
        shuffle,
        slow,
        status,
        truncate,
        unknown_state,
        unknown_task,
    )
    from liangxin_mock.jobs import Delivery, Job
    from liangxin_mock.limits import rate_limit
    from liangxin_mock.prism import Prism
    from liangxin_mock.scenario import load_scenario
    from liangxin_mock.server import Server
    from liangxin_mock.serving import serve
    from liangxin_mock.simulator import Simulator
    from liangxin_mock.timelines import (
        after_polls,
        after_seconds,
        fail,
        immediate,
        lognormal,
        stall,
    )

__all__ = [
    "Callback",
    "Delivery",
    "Job",
    "MockError",
    "Prism",
    "RuleError",
    "RunningClock",
    "Seen",
    "Server",
    "Simulator",
    "VirtualClock",
    "after_polls",
    "after_seconds",
    "broken_result",
    "delay",
    "drop",
    "duplicate",
    "early",
    "error_code",
    "expired_links",
    "fail",
    "hang",
    "html",
    "immediate",
    "load_scenario",
    "lognormal",
    "lost",
    "rate_limit",
    "serve",
    "shuffle",
    "slow",
    "stall",
    "status",
    "truncate",
    "unknown_state",
    "unknown_task",
]

_MODULES = {
    "callbacks": ("Callback",),
    "clock": ("RunningClock", "VirtualClock"),
    "errors": ("MockError", "RuleError"),
    "exchange": ("Seen",),
    "faults": (
        "broken_result",
        "delay",
        "drop",
        "duplicate",
        "early",
        "error_code",
        "expired_links",
        "hang",
        "html",
        "lost",
        "shuffle",
        "slow",
        "status",
        "truncate",
        "unknown_state",
        "unknown_task",
    ),
    "jobs": ("Delivery", "Job"),
    "limits": ("rate_limit",),
    "prism": ("Prism",),
    "scenario": ("load_scenario",),
    "server": ("Server",),
    "serving": ("serve",),
    "simulator": ("Simulator",),
    "timelines": ("after_polls", "after_seconds", "fail", "immediate", "lognormal", "stall"),
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"liangxin_mock.{_HOMES[name]}"), name)
