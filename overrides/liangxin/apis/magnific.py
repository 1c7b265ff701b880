"""Magnific's API: an operation per model creates, one per family queries, and one lists."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from liangxin import errors
from liangxin.apis.base import Body, Call, Environment, ListingApi, UploadingApi, masked
from liangxin.apis.json_values import member, number, text
from liangxin.apis.status_codes import read_success, unusable
from liangxin.http_response import Response
from liangxin.records import TaskRecord, Upload

if TYPE_CHECKING:
    # For the clients: the types of their methods.
    from magnific_api.overloads import Create as Create
    from magnific_api.overloads import Run as Run
    from magnific_api.variants import Input as Input

STATES = {
    "CREATED": "waiting",
    "IN_PROGRESS": "generating",
    "COMPLETED": "success",
    "FAILED": "fail",
}
"""Magnific's states in ours."""

_DAY = 24 * 3600.0
"""Seconds for which the link of an upload can be fetched, where the response does not say."""


class MagnificApi(ListingApi, UploadingApi):
    """Magnific's API: the status path of a task depends on its model."""

    name = "Magnific"
    package = "magnific_api"
    inputs = "liangxin.magnific_models"
    environment = Environment(
        key_variable="MAGNIFIC_API_KEY",
        base_url_variable="MAGNIFIC_BASE_URL",
        default_base_url="https://api.magnific.com",
        key_header="x-magnific-api-key",
        key_prefix="",
        path_prefix="/v1/ai",
        requests_per_minute=50,
    )
    callback_field = "webhook_url"
    input_path = ()
    needs_model = True
    upload_types = ("image/jpeg", "image/png", "image/webp")

    def body(
        self, model: str, fields: Mapping[str, Any], callback_url: str | None
    ) -> dict[str, Any]:
        del model  # it is in the path
        return {**fields, **({} if callback_url is None else {self.callback_field: callback_url})}

    def create(self, model: str, body: Mapping[str, Any]) -> Call:
        operation = self.ready(self._variant(model).create)
        return Call(operation, {"body": Body(body)}, f"POST {operation.path}")

    def query(self, task_id: str, model: str | None) -> Call:
        variant = self._variant(model)
        shown = quote(task_id, safe="", errors="replace")
        path = variant.query.path.partition("{")[0]
        return Call(self.ready(variant.query), {variant.id_argument: task_id}, f"GET {path}{shown}")

    def list_tasks(self, model: str, paging: Mapping[str, int]) -> Call:
        operation = self.ready(self._variant(model).listing)
        for name in paging:
            if name not in operation.parameters:
                raise errors.UsageError(f"is not an option of the list of {model}", argument=name)
        return Call(operation, paging, f"GET {operation.path}")

    def read_record(self, response: Response, task_id: str) -> TaskRecord:
        document = read_success(response)
        if not isinstance(member(document, "data", "status"), str):
            raise unusable(response, document, "it is not a task")
        if text(document["data"].get("task_id")) not in (None, task_id):
            raise unusable(response, document, "it is another task")
        return _record(response, document)

    def read_tasks(self, response: Response) -> Sequence[TaskRecord]:
        document = read_success(response)
        tasks = member(document, "data")
        if not isinstance(tasks, list) or not all(map(_is_summary, tasks)):
            raise unusable(response, document, "it is not a list of tasks")
        return [_record(response, {"data": task}, is_whole=False) for task in tasks]

    def request_upload(self, media_type: str) -> Call:
        operation = self.ready(self.variants.OPERATIONS["requestUploadUrls"])
        body = Body({"files": [{"content_type": media_type}]})
        return Call(operation, {"body": body}, f"POST {operation.path}")

    def read_upload(self, response: Response) -> Upload:
        # Masked: what goes to the host of the upload must not have the key.
        document = response.mask(read_success(response))
        files = member(document, "files")
        file = files[0] if isinstance(files, list) and files else None
        url, link = (text(member(file, n)) for n in ("upload_url", "asset_url"))
        headers = member(file, "headers") or {}
        if url is None or link is None or not _is_text(headers):
            raise unusable(response, document, "it is not a place to upload a file to")
        seconds = number(member(file, "asset_url_expires_in"))
        return Upload(url, headers, link, _DAY if seconds is None else seconds)

    def _variant(self, model: str | None) -> Any:
        variants = self.variants.VARIANTS
        model = None if model is None else self.current_model(model)
        if model not in variants:
            near = self.contract.nearest_models(str(model))
            hint = f"; did you mean {' or '.join(near)}?" if near else ""
            problem = f"must be a model of {self.name}, not {model!r}{hint}"
            raise errors.UsageError(problem, argument="model")
        return variants[model]


MAGNIFIC = MagnificApi()


def _record(response: Response, document: dict[str, Any], *, is_whole: bool = True) -> TaskRecord:
    """Return the record of a task; in a list it has no links, whatever its state."""
    data = document["data"]
    status = data["status"]
    is_success = STATES.get(status) == "success"
    urls, problem = _links(data.get("generated")) if is_success else ((), None)
    if is_success and not is_whole:
        urls, problem = (), "a list has no links; refresh the task"
    raw = None
    if not is_whole or problem is not None or STATES.get(status) in (None, "fail"):
        raw, data = masked(response, document)
        status = data["status"]
    return TaskRecord(
        state=STATES.get(status, status),
        task_id=text(data.get("task_id")),
        result_urls=urls,
        result_problem=problem,
        fail_msg=None if raw is None else text(data.get("error")),
        raw=raw,
        response=response,
    )


def _links(value: Any) -> tuple[tuple[str, ...], str | None]:
    """Return the links of a task, and the reason if there are none."""
    if not value:
        return (), "generated is empty"
    if not isinstance(value, list) or not all(isinstance(url, str) for url in value):
        return (), "generated is not a list of links"
    return tuple(value), None


def _is_text(headers: Any) -> bool:
    return isinstance(headers, dict) and all(isinstance(value, str) for value in headers.values())


def _is_summary(value: Any) -> bool:
    return text(member(value, "task_id")) is not None and isinstance(member(value, "status"), str)
