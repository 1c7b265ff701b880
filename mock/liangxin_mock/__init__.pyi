from liangxin_mock.clock import RunningClock as RunningClock
from liangxin_mock.clock import VirtualClock as VirtualClock
from liangxin_mock.command import serve as serve
from liangxin_mock.errors import MockError as MockError
from liangxin_mock.errors import RuleError as RuleError
from liangxin_mock.errors import UnknownTaskError as UnknownTaskError
from liangxin_mock.faults.kinds import broken_result as broken_result
from liangxin_mock.faults.kinds import delay as delay
from liangxin_mock.faults.kinds import drop as drop
from liangxin_mock.faults.kinds import duplicate as duplicate
from liangxin_mock.faults.kinds import early as early
from liangxin_mock.faults.kinds import error_code as error_code
from liangxin_mock.faults.kinds import expired_links as expired_links
from liangxin_mock.faults.kinds import hang as hang
from liangxin_mock.faults.kinds import html as html
from liangxin_mock.faults.kinds import lost as lost
from liangxin_mock.faults.kinds import shuffle as shuffle
from liangxin_mock.faults.kinds import slow as slow
from liangxin_mock.faults.kinds import status as status
from liangxin_mock.faults.kinds import truncate as truncate
from liangxin_mock.faults.kinds import unknown_state as unknown_state
from liangxin_mock.faults.kinds import unknown_task as unknown_task
from liangxin_mock.faults.rate_limit import rate_limit as rate_limit
from liangxin_mock.jobs.job import Delivery as Delivery
from liangxin_mock.jobs.job import Job as Job
from liangxin_mock.jobs.timelines import after_polls as after_polls
from liangxin_mock.jobs.timelines import after_seconds as after_seconds
from liangxin_mock.jobs.timelines import fail as fail
from liangxin_mock.jobs.timelines import immediate as immediate
from liangxin_mock.jobs.timelines import lognormal as lognormal
from liangxin_mock.jobs.timelines import stall as stall
from liangxin_mock.prism.process import Prism as Prism
from liangxin_mock.receivers import Callback as Callback
from liangxin_mock.scenario import load_scenario as load_scenario
from liangxin_mock.server import Server as Server
from liangxin_mock.simulator import Simulator as Simulator
from liangxin_mock.state import Seen as Seen

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
    "UnknownTaskError",
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
