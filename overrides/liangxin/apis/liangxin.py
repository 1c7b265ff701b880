"""LiangXin's API: createTask and recordInfo."""

import json
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Literal
from urllib.parse import quote

from liangxin import errors
from liangxin.apis import envelope
from liangxin.apis.base import Call, Environment
from liangxin.final_states import KNOWN_STATES, TERMINAL_STATES
from liangxin.lazy import uninterrupted
from liangxin.records import Created, TaskRecord
from liangxin.responses import Response

_FAILED = 501
"""A code that, in a 200 without data, means a failed task: `x-codes` of the spec's TaskFound."""


class _Body:
    """The body of a create, of any model, known or not: generated functions call `to_dict`."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = dict(fields)

    def to_dict(self) -> dict[str, Any]:
        return self._fields


class LiangXinApi:
    """LiangXin's API: every model behind the same two operations."""

    name = "LiangXin"
    environment = Environment(
        key_variable="LIANGXIN_API_KEY",
        base_url_variable="LIANGXIN_BASE_URL",
        default_base_url=None,
        key_header="Authorization",
        key_prefix="Bearer ",
        path_prefix="/api/v1",
    )
    needs_model = False

    @property
    def contract(self) -> Any:
        return uninterrupted(_import_contract)

    def kind(self, model: str) -> Literal["image", "video"] | None:
        variant = uninterrupted(_import_variants).VARIANTS.get(model)
        return None if variant is None else variant.kind

    def model_of(self, typed_input: object) -> str | None:
        variant = uninterrupted(_import_variants).BY_INPUT.get(type(typed_input).__name__)
        return None if variant is None or not hasattr(typed_input, "to_dict") else variant.model

    def connect(self, base_url: str) -> Any:
        return uninterrupted(_import_client).Client(base_url=base_url)

    def body(
        self, model: str, fields: Mapping[str, Any], callback_url: str | None
    ) -> dict[str, Any]:
        body: dict[str, Any] = {"model": model, "input": dict(fields)}
        if callback_url is not None:
            body["callBackUrl"] = callback_url
        return body

    def create(self, model: str, body: Mapping[str, Any]) -> Call:
        del model  # it is in the body
        operation = uninterrupted(_import_operation, "createTask")
        return Call(operation, {"body": _Body(body)}, f"POST {operation.path}")

    def find_task_id(self, text: str) -> str | None:
        return envelope.named_task(text)

    def query(self, task_id: str, model: str | None) -> Call:
        del model
        operation = uninterrupted(_import_operation, "getRecordInfo")
        shown = quote(task_id, safe="", errors="replace")
        return Call(operation, {"task_id": task_id}, f"GET {operation.path}?taskId={shown}")

    def read_created(self, response: Response, model: str) -> Created:
        document = envelope.read_document(response)
        error = envelope.read_error(response, document)
        if isinstance(document, str):
            task_id = envelope.named_task(response.unmasked_body.decode("utf-8", "replace"))
        else:
            task_id = _task_id(document)
            if error is None and task_id is not None:
                return Created(task_id, response)
        # A refusal that names a task is not clean: that task may be running.
        is_refused = isinstance(error, errors.APIStatusError) and envelope.is_clean(error)
        if error is not None and is_refused and task_id is None:
            raise error
        cause = error or envelope.unusable(response, document, "it names no task")
        raise errors.SubmissionUnknownError(
            model=model, cause=cause, body=response.text, task_id=task_id, service=self.name
        ) from cause

    def read_record(self, response: Response, task_id: str) -> TaskRecord:
        document = envelope.read_document(response)
        state = envelope.member(document, "data", "state")
        error = envelope.read_error(response, document)
        if isinstance(document, str) or not isinstance(state, str):
            if isinstance(document, dict) and _is_failure(response, document):
                return _failure(response, document)
            raise error or envelope.unusable(response, document, "it is not a task record")
        # A final state counts, whatever the status and the code are: some similar APIs return the
        # code of an error for a failed task.
        if error is not None and state not in TERMINAL_STATES:
            raise error
        data = document["data"]
        named = envelope.text(data.get("taskId"))
        if named not in (None, task_id):
            raise envelope.unusable(response, document, "it is the record of another task")
        return _record(response, document, data, state)


LIANGXIN = LiangXinApi()


# `import liangxin` must not pay for these.


def _import_client() -> Any:
    from liangxin_api import client  # noqa: PLC0415

    return client


def _import_variants() -> Any:
    from liangxin_api import variants  # noqa: PLC0415

    return variants


def _import_operation(name: str) -> Any:
    operation = _import_variants().OPERATIONS[name]
    import_module(f"liangxin_api.api.{operation.module}")  # as its first call would
    return operation


def _import_contract() -> Any:
    import jsonschema_rs  # noqa: F401, PLC0415  as its first validation would

    from liangxin_api import contract  # noqa: PLC0415

    contract.contract()  # imports what reads the document
    return contract


def _record(
    response: Response, document: dict[str, Any], data: dict[str, Any], state: str
) -> TaskRecord:
    urls, problem = _result(data.get("resultJson")) if state == "success" else ((), None)
    raw = None
    if problem is not None or state == "fail" or state not in KNOWN_STATES:
        # It is shown in errors. A link that holds the key, on the other hand, would be broken.
        raw = response.mask(document)
        data = raw["data"]
    progress = envelope.number(data.get("progress"))
    return TaskRecord(
        state=state if state in KNOWN_STATES else data["state"],
        task_id=envelope.text(data.get("taskId")),
        model=envelope.text(data.get("model")),
        progress=None if progress is None else int(progress),
        result_urls=urls,
        result_problem=problem,
        fail_code=envelope.text(data.get("failCode")),
        fail_msg=envelope.text(data.get("failMsg")),
        created_at=envelope.unix_time(data.get("createTime")),
        raw=raw,
        response=response,
    )


def _is_failure(response: Response, document: dict[str, Any]) -> bool:
    is_failed = envelope.number(document.get("code")) == _FAILED
    return response.status == 200 and is_failed and document.get("data") is None  # noqa: PLR2004


def _failure(response: Response, document: dict[str, Any]) -> TaskRecord:
    raw = response.mask(document)
    return TaskRecord(
        state="fail",
        fail_code=envelope.text(raw.get("code")),
        fail_msg=envelope.text(raw.get("msg")),
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


def _task_id(document: Any) -> str | None:
    """Return the task id in a create's response, at its documented place or near it."""
    for names in (("data", "taskId"), ("data", "task_id"), ("taskId",), ("task_id",)):
        if task_id := envelope.text(envelope.member(document, *names)):
            return task_id
    return None
