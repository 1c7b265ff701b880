"""Magnific's API: a create per model, status and list per family, signed webhooks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, unquote

from liangxin_mock.apis.base import Api, RecordedState, Route, Submission, Webhook
from liangxin_mock.apis.recorded_links import with_links
from liangxin_mock.chance import Chance
from liangxin_mock.contract import Contract
from liangxin_mock.jobs.job import Job
from liangxin_mock.jobs.timelines import ENDS, SUCCESS
from liangxin_mock.messages import Reply, Request, json_reply
from liangxin_mock.uploads import UPLOAD_SECONDS, Upload
from magnific_api.variants import PATHS, VARIANTS

_CREATES = {variant.create.path: variant.model for variant in VARIANTS.values()}
# The first model of a family stands for it in routes of its status and its list.
_QUERIES = {
    variant.query.path.partition("{")[0]: variant.model for variant in reversed(VARIANTS.values())
}
_LISTS = {
    variant.listing.path: variant.model
    for variant in reversed(VARIANTS.values())
    if variant.listing is not None
}
_PAGED = {
    variant.listing.path
    for variant in VARIANTS.values()
    if variant.listing is not None and "page" in variant.listing.parameters
}
"""Paths of the lists that take `page` and `page_size`."""

_STATUSES = {
    "waiting": "CREATED",
    "queuing": "CREATED",
    "generating": "IN_PROGRESS",
    "success": "COMPLETED",
    "fail": "FAILED",
}
_STATES = {
    "CREATED": "waiting",
    "IN_PROGRESS": "generating",
    "COMPLETED": "success",
    "FAILED": "fail",
}
_MESSAGES = {
    400: "Bad request",
    401: "Invalid API key",
    402: "Not enough credits",
    403: "Forbidden",
    404: "AI resource not found",
    429: "Too many requests",
    500: "Internal Server Error",
    503: "Service Unavailable. Please try again later.",
}
_BROKEN_RESULTS: dict[str, Any] = {"empty": [], "no links": None, "malformed": "https:"}


class Magnific(Api):
    """Magnific's API, the Kling 3 family."""

    name = "magnific"
    key_header = "x-magnific-api-key"
    signs_webhooks = True
    upload_schema = "UploadRequest"

    def contract(self, *, strict: bool, callback_hosts: Collection[str]) -> Contract:
        return Contract("magnific_api", "webhook_url", strict=strict, callback_hosts=callback_hosts)

    def route(self, request: Request) -> Route | None:
        path = request.path
        # Motion Control has its creates and its lists at the same paths.
        if path in _CREATES and not (request.method == "GET" and path in _LISTS):
            methods = ("POST", "GET") if path in _LISTS else ("POST",)
            return Route("createTask", methods, _CREATES[path])
        if path in _LISTS:
            return Route("listTasks", ("GET",), _LISTS[path])
        if path == PATHS["requestUploadUrls"]:
            return Route("requestUploadUrls", ("POST",))
        parent, _, task_id = path.rpartition("/")
        if task_id and (model := _QUERIES.get(f"{parent}/")):
            return Route("recordInfo", ("GET",), model, unquote(task_id))
        return None

    def key(self, request: Request) -> str | None:
        return request.headers.get(self.key_header) or None

    def unauthorized(self, key: str | None) -> Reply:
        return self.error(401, "Invalid API key" if key else "Missing API key")

    def out_of_credit(self) -> Reply:
        return self.error(402)

    def submission(self, route: Route, document: dict[str, Any], text: str) -> Submission:
        del text
        # In LiangXin's form, so that rules and expectations are the same for both APIs.
        fields = dict(document)
        body: dict[str, Any] = {"model": route.model, "input": fields}
        if "webhook_url" in fields:
            body["callBackUrl"] = fields.pop("webhook_url")
        return Submission(document, body, json.dumps(body))

    def new_id(self, model: str, chance: Chance, attempt: int) -> str:
        del model
        return str(uuid.UUID(bytes=chance.of(b"id%d" % attempt).key, version=4))

    def accepted(self, job: Job) -> Reply:
        return json_reply({"data": _task(job, job.state)})

    def answers_for(self, route: Route, job: Job) -> bool:
        of_route, of_job = VARIANTS[str(route.model)], VARIANTS.get(job.model)
        return of_job is not None and of_job.query.path == of_route.query.path

    def record(self, job: Job) -> Reply:
        if job.rendered is None:
            job.rendered = json.dumps({"data": _task(job, job.state)}).encode()
        return Reply(200, job.rendered)

    def recorded_id(self, answer: Mapping[str, Any]) -> str:
        return str(answer["data"]["task_id"])

    def recorded_state(
        self, answer: Mapping[str, Any], task_id: str | None
    ) -> RecordedState | None:
        # A webhook has the task without `data` around it.
        data = answer if task_id is None else answer["data"]
        status = data["status"]
        state = _STATES.get(status, status)
        return RecordedState(data["task_id"], state, data, data["generated"])

    def listing(self, request: Request, jobs: Sequence[Job]) -> Reply:
        if request.path in _PAGED:
            page, size = _number(request.query, "page", 1), _number(request.query, "page_size", 20)
            if page is None or page < 1:
                return self.error(400, "Parameter 'page' must be greater than 0")
            if size is None or not 1 <= size <= 100:  # noqa: PLR2004
                return self.error(400, "Parameter 'page_size' must be between 1 and 100")
            jobs = jobs[(page - 1) * size : page * size]
        return json_reply({"data": [_summary(job, job.state) for job in jobs]})

    def upload_types(self, document: dict[str, Any]) -> Sequence[str]:
        return [file["content_type"] for file in document["files"]]

    def upload_urls(self, uploads: Sequence[Upload]) -> Reply:
        files = [
            {
                "file_id": upload.id,
                "upload_url": upload.put_url,
                "headers": {"Content-Type": upload.media_type},
                "expires_in": UPLOAD_SECONDS,
                "asset_url": upload.link,
                "asset_url_expires_in": upload.link_seconds,
            }
            for upload in uploads
        ]
        return json_reply({"files": files})

    def reported_states(self, model: str) -> frozenset[str]:
        # For Motion Control, Magnific speaks of the end only.
        is_motion_control = "motion-control" in model
        # Without "queuing", at which the status is CREATED, as before.
        return ENDS if is_motion_control else ENDS | {"generating"}

    def webhook(self, job: Job, state: str, *, at: float, secret: str) -> Webhook:
        content = json.dumps(_task(job, state)).encode()
        # Retries of a webhook have the same id, by which a receiver knows them.
        event = hashlib.blake2b(f"{job.id}:{state}".encode(), digest_size=12).hexdigest()
        message, timestamp = f"msg_{event}", str(int(at))
        # The key is the secret's UTF-8 bytes, as in Freepik's samples in Python, JavaScript and
        # Java; its PHP sample decodes base64 first.
        signed = f"{message}.{timestamp}.".encode() + content
        signature = base64.b64encode(hmac.digest(secret.encode(), signed, "sha256")).decode()
        return Webhook(
            content,
            {
                "webhook-id": message,
                "webhook-timestamp": timestamp,
                "webhook-signature": f"v1,{signature}",
            },
        )

    def error(
        self,
        status: int,
        message: str | None = None,
        *,
        gateway: bool | None = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        del gateway  # all errors have one form here
        text = _MESSAGES.get(status, f"error {status}") if message is None else message
        return json_reply({"message": text}, status, headers)

    def error_in_success(self, code: int, message: str) -> Reply:
        del code
        return json_reply({"message": message})

    def unknown_task(self) -> Reply:
        return self.error(404)

    def link_expired(self) -> Reply:
        return self.error(403, "the link has expired")

    def with_broken_result(self, record: Reply, how: str) -> Reply | None:
        data = _data(record)
        if data.get("status") != _STATUSES[SUCCESS]:
            return None
        return json_reply({"data": data | {"generated": _BROKEN_RESULTS[how]}})

    def with_state(self, record: Reply, state: str) -> Reply | None:
        data = _data(record)
        if data.get("status") in (None, *(_STATUSES[end] for end in ENDS)):
            return None
        return json_reply({"data": data | {"status": state}})


def _summary(job: Job, state: str) -> dict[str, Any]:
    return {"task_id": job.id, "status": _STATUSES.get(state, state)}


def _task(job: Job, state: str) -> dict[str, Any]:
    # A webhook may report an earlier state than the job's, of whose record nothing is left.
    if job.recorded is not None and state == job.state:
        recorded: dict[str, Any] = with_links(job.recorded.data, job.result_urls)
        return recorded | {"task_id": job.id}
    # A failed task names no reason.
    return {**_summary(job, state), "generated": [*job.result_urls] if state == SUCCESS else []}


def _data(record: Reply) -> dict[str, Any]:
    return (json.loads(record.body).get("data") or {}) if record.status == 200 else {}  # noqa: PLR2004


def _number(query: str, name: str, default: int) -> int | None:
    """Return a whole number from a query; None if it is not one."""
    # Bounded, as int() raises for texts of thousands of digits.
    text = parse_qs(query, keep_blank_values=True).get(name, [str(default)])[-1]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 100 else None  # noqa: PLR2004
