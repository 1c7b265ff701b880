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

# Spelt so that type checkers know them as exported.
if TYPE_CHECKING:
    from liangxin_mock.callbacks import Callback as Callback
    from liangxin_mock.clock import RunningClock as RunningClock
    from liangxin_mock.clock import VirtualClock as VirtualClock
    from liangxin_mock.errors import MockError as MockError
    from liangxin_mock.errors import RuleError as RuleError
    from liangxin_mock.errors import UnknownTaskError as UnknownTaskError
    from liangxin_mock.exchange import Seen as Seen
    from liangxin_mock.faults import broken_result as broken_result
    from liangxin_mock.faults import delay as delay
    from liangxin_mock.faults import drop as drop
    from liangxin_mock.faults import duplicate as duplicate
    from liangxin_mock.faults import early as early
    from liangxin_mock.faults import error_code as error_code
    from liangxin_mock.faults import expired_links as expired_links
    from liangxin_mock.faults import hang as hang
    from liangxin_mock.faults import html as html
    from liangxin_mock.faults import lost as lost
    from liangxin_mock.faults import shuffle as shuffle
    from liangxin_mock.faults import slow as slow
    from liangxin_mock.faults import status as status
    from liangxin_mock.faults import truncate as truncate
    from liangxin_mock.faults import unknown_state as unknown_state
    from liangxin_mock.faults import unknown_task as unknown_task
    from liangxin_mock.jobs import Delivery as Delivery
    from liangxin_mock.jobs import Job as Job
    from liangxin_mock.limits import rate_limit as rate_limit
    from liangxin_mock.prism import Prism as Prism
    from liangxin_mock.scenario import load_scenario as load_scenario
    from liangxin_mock.server import Server as Server
    from liangxin_mock.serving import serve as serve
    from liangxin_mock.simulator import Simulator as Simulator
    from liangxin_mock.timelines import after_polls as after_polls
    from liangxin_mock.timelines import after_seconds as after_seconds
    from liangxin_mock.timelines import fail as fail
    from liangxin_mock.timelines import immediate as immediate
    from liangxin_mock.timelines import lognormal as lognormal
    from liangxin_mock.timelines import stall as stall

_MODULES = {
    "callbacks": ("Callback",),
    "clock": ("RunningClock", "VirtualClock"),
    "errors": ("MockError", "RuleError", "UnknownTaskError"),
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
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"liangxin_mock.{_HOMES[name]}"), name)
