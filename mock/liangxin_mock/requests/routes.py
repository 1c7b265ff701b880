"""Which handler a request goes to."""

from __future__ import annotations

from liangxin_mock.apis import APIS, DEFAULT
from liangxin_mock.messages import Reply, Request
from liangxin_mock.requests.call import SHOWN, Call
from liangxin_mock.requests.create import Create
from liangxin_mock.requests.download import RESULTS, Download
from liangxin_mock.requests.listing import Listing
from liangxin_mock.requests.query import Query
from liangxin_mock.requests.upload import UPLOADS, RequestUploadUrls, UploadedFile
from liangxin_mock.state import State

_HANDLERS: dict[str, type[Call]] = {
    "createTask": Create,
    "recordInfo": Query,
    "listTasks": Listing,
    "requestUploadUrls": RequestUploadUrls,
}


def handle(state: State, request: Request) -> Reply:
    """Answer a request to an API, or of a file."""
    for api in APIS.values():
        route = api.route(request)
        if route is not None:
            return _HANDLERS[route.operation](state, api, request, route).handle()
    if request.path.startswith(RESULTS):
        return Download(state, request).handle()
    if request.path.startswith(UPLOADS):
        return UploadedFile(state, request).handle()
    # Recorded as well: a wrong path of the application is to fail its test.
    return Call(state, DEFAULT, request).handle()


def misdirected(state: State, request: Request, host: str) -> Reply:
    """Refuse a request for another host."""
    call = Call(state, DEFAULT, request)
    call.problem = f"this is a mock of LiangXin at {state.base_url}, not {host[:SHOWN]}"
    return call.handle()
