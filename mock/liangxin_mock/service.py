"""Where each request goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liangxin_api.variants import PATHS
from liangxin_mock.call import SHOWN, Call
from liangxin_mock.exchange import Reply, Request
from liangxin_mock.operations import RESULTS, Create, Record, Result

if TYPE_CHECKING:
    from liangxin_mock.simulator import Simulator

CREATE, RECORD = PATHS["createTask"], PATHS["getRecordInfo"]


def handle(simulator: Simulator, request: Request) -> Reply:
    """Answer a request to the API, to a result, or to the mock's own pages."""
    path = request.path
    if path == CREATE:
        call: Call = Create(simulator, request)
    elif path == RECORD:
        call = Record(simulator, request)
    elif path.startswith(RESULTS):
        call = Result(simulator, request)
    elif path == "/" or path.startswith("/_mock"):
        from liangxin_mock.control import control  # noqa: PLC0415 - only who looks pays

        return control(simulator, request)
    else:
        call = Call(simulator, request)
    return call.handle()


def misdirected(simulator: Simulator, request: Request, host: str) -> Reply:
    """Refuse a request for another host."""
    call = Call(simulator, request)
    call.problem = f"this is a mock of LiangXin at {simulator.base_url}, not {host[:SHOWN]}"
    return call.handle()
