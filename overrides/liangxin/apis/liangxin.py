"""LiangXin's API: createTask and recordInfo."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from liangxin.apis.base import Api, Body, Call, Environment, masked
from liangxin.apis.json_values import member, number, text, unix_time
from liangxin.apis.status_codes import read_document, read_error, unusable
from liangxin.http_response import Response
from liangxin.records import TaskRecord
from liangxin.task_states import KNOWN_STATES, TERMINAL_STATES

if TYPE_CHECKING:
    # For the clients: the types of their methods.
    from liangxin_api.overloads import Create as Create
    from liangxin_api.overloads import Run as Run
    from liangxin_api.variants import Input as Input

_FAILED = 501
"""A code that, in a 200 without data, means a failed task: `x-codes` of the spec's TaskFound."""


class LiangXinApi(Api):
    """LiangXin's API: every model behind the same two operations."""

    name = "LiangXin"
    package = "liangxin_api"
    inputs = "liangxin.models"
    environment = Environment(
        key_variable="LIANGXIN_API_KEY",
        base_url_variable="LIANGXIN_BASE_URL",
        default_base_url=None,
        key_header="Authorization",
        key_prefix="Bearer ",
        path_prefix="/api/v1",
    )
    callback_field = "callBackUrl"
    input_path = ("input",)
    needs_model = False

    def body(
        self, model: str, fields: Mapping[str, Any], callback_url: str | None
    ) -> dict[str, Any]:
        body: dict[str, Any] = {"model": model, "input": dict(fields)}
        if callback_url is not None:
            body[self.callback_field] = callback_url
        return body

    def create(self, model: str, body: Mapping[str, Any]) -> Call:
        del model  # it is in the body
        operation = self.ready(self.variants.OPERATIONS["createTask"])
        return Call(operation, {"body": Body(body)}, f"POST {operation.path}")

    def query(self, task_id: str, model: str | None) -> Call:
        del model
        operation = self.ready(self.variants.OPERATIONS["getRecordInfo"])
        shown = quote(task_id, safe="", errors="replace")
        return Call(operation, {"task_id": task_id}, f"GET {operation.path}?taskId={shown}")

    def read_record(self, response: Response, task_id: str) -> TaskRecord:
        document = read_document(response)
        state = member(document, "data", "state")
        error = read_error(response, document)
        if isinstance(document, str) or not isinstance(state, str):
            if isinstance(document, dict) and _is_failure(response, document):
                return _failure(response, document)
            raise error or unusable(response, document, "it is not a task record")
        # A final state counts, whatever the status and the code are: some similar APIs return the
        # code of an error for a failed task.
        if error is not None and state not in TERMINAL_STATES:
            raise error
        if text(document["data"].get("taskId")) not in (None, task_id):
            raise unusable(response, document, "it is the record of another task")
        return _record(response, document)


LIANGXIN = LiangXinApi()


def _record(response: Response, document: dict[str, Any]) -> TaskRecord:
    data = document["data"]
    state = data["state"]
    urls, problem = _result(data.get("resultJson")) if state == "success" else ((), None)
    raw = None
    if problem is not None or state == "fail" or state not in KNOWN_STATES:
        raw, data = masked(response, document)
    progress = number(data.get("progress"))
    return TaskRecord(
        state=state if state in KNOWN_STATES else data["state"],
        task_id=text(data.get("taskId")),
        model=text(data.get("model")),
        progress=None if progress is None else int(progress),
        result_urls=urls,
        result_problem=problem,
        fail_code=text(data.get("failCode")),
        fail_msg=text(data.get("failMsg")),
        created_at=unix_time(data.get("createTime")),
        raw=raw,
        response=response,
    )


def _is_failure(response: Response, document: dict[str, Any]) -> bool:
    is_failed = number(document.get("code")) == _FAILED
    return response.status == 200 and is_failed and document.get("data") is None  # noqa: PLR2004


def _failure(response: Response, document: dict[str, Any]) -> TaskRecord:
    raw = response.mask(document)
    return TaskRecord(
        state="fail",
        fail_code=text(response.mask(document.get("code"))),
        fail_msg=text(response.mask(document.get("msg"))),
        raw=raw,
        response=response,
    )


def _result(value: Any) -> tuple[tuple[str, ...], str | None]:
    """Return the links of a resultJson, and the reason if there are none."""
    if value is None or value == "":
        return (), "resultJson is empty"
    parsed = value
    if isinstance(value, str):
        try:
            parsed = json.loads(value)
        except (ValueError, RecursionError):
            parsed = None
    if not isinstance(parsed, dict):
        return (), "resultJson is not a JSON object"
    urls = parsed.get("resultUrls")
    if not isinstance(urls, list) or not all(isinstance(url, str) for url in urls):
        return (), "resultJson has no list of links in resultUrls"
    return tuple(urls), None
