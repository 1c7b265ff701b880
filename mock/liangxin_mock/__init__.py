"""A mock of LiangXin's API: a simulator of its jobs, and Prism to check requests against the spec.

    from liangxin_mock import Simulator, after_polls, status

    simulator = Simulator(seed=7)
    simulator.play(after_polls(3), model="kling-*")
    simulator.inject(status(503), on="recordInfo")
    client = liangxin.LiangXin(**simulator.client_options())

Names are imported on first use: `__init__.pyi` lists them for type checkers.
"""

from importlib import import_module

# pytest loads the plugin, and with it this module, in every project of the environment: nothing
# else is to be imported before a test asks for it.
_MODULES = {
    "clock": "RunningClock VirtualClock",
    "command": "serve",
    "errors": "MockError RuleError UnknownTaskError",
    "faults.kinds": (
        "broken_result delay drop duplicate early error_code expired_links hang html lost shuffle "
        "slow status truncate unknown_state unknown_task"
    ),
    "faults.rate_limit": "rate_limit",
    "jobs.job": "Delivery Job",
    "jobs.timelines": "after_polls after_seconds fail immediate lognormal stall",
    "prism.process": "Prism",
    "receivers": "Callback",
    "scenario": "load_scenario",
    "simulator": "Simulator",
    "state": "Seen",
    "server": "Server",
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names.split()}
__all__ = sorted(_HOMES)  # noqa: PLE0605 - the names are in one place


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"liangxin_mock.{_HOMES[name]}"), name)
