"""LiangXin's API: createTask, recordInfo and its callbacks, with both envelopes for errors."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import parse_qs

from liangxin_api.variants import PATHS
from liangxin_mock.apis.base import Api, RecordedState, Route, Webhook
from liangxin_mock.apis.recorded_links import with_links
from liangxin_mock.chance import Chance
from liangxin_mock.contract import Contract
from liangxin_mock.jobs.job import Job
from liangxin_mock.jobs.timelines import ENDS, FAIL, SUCCESS
from liangxin_mock.messages import Reply, Request, json_reply

CREATE, RECORD = PATHS["createTask"], PATHS["getRecordInfo"]

_CREATE = Route("createTask", ("POST",))
_ACCEPTED = b'{"code":200,"msg":"success","data":{"taskId":"%s"}}'
_FAILED = 501
"""A code that, in a 200 without data, means a failed task: `x-codes` of the spec's TaskFound."""
_MILLISECONDS = range(10**12, 10**14)
"""Numbers that are Unix times in milliseconds."""
_NOT_IN_IDS = re.compile(r"[^a-zA-Z0-9]+")
# Thirteen digits, as in documented ids: task_kling_v3_pro_1765166238716.
_FIRST_NUMBER, _NUMBERS = 10**12, 9 * 10**12
_BROKEN_RESULTS = {
    "empty": "",
    "no links": '{"resultUrls":[]}',
    "malformed": '{"resultUrls":["https:',
}
_PROGRESS = {"generating": 50, "success": 100}
"""Per cent; other states have 0."""

# Ours, but for "invalid token", which is in LiangXin's sample of the gateway's envelope.
_MESSAGES = {
    400: "bad request",
    401: "invalid token",
    403: "insufficient quota",
    404: "task not found",
    413: "request body too large",
    415: "unsupported content encoding",
    422: "upstream validation failed",
    429: "too many requests",
    500: "internal server error",
    502: "bad gateway",
    503: "service unavailable",
    504: "gateway timeout",
}
_OF_GATEWAY = (401, 405, 413, 415, 421, 429)
"""Statuses that only the gateway answers with. Of 403 and 404, both do."""


class LiangXin(Api):
    """LiangXin's API."""

    name = "liangxin"
    key_header = "authorization"

    def contract(self, *, strict: bool, callback_hosts: Collection[str]) -> Contract:
        return Contract("liangxin_api", "callBackUrl", strict=strict, callback_hosts=callback_hosts)

    def route(self, request: Request) -> Route | None:
        if request.path == CREATE:
            return _CREATE
        if request.path == RECORD:
            return Route("recordInfo", ("GET",), task_id=_task_id(request.query))
        return None

    def key(self, request: Request) -> str | None:
        scheme, _, key = request.headers.get(self.key_header, "").partition(" ")
        return key.strip() if scheme.lower() == "bearer" else None

    def out_of_credit(self) -> Reply:
        return self.error(403, gateway=False)

    def new_id(self, model: str, chance: Chance, attempt: int) -> str:
        number = _FIRST_NUMBER + chance.number(b"id%d" % attempt, _NUMBERS)
        return f"task_{_NOT_IN_IDS.sub('_', model)}_{number}"

    def accepted(self, job: Job) -> Reply:
        # Filled in, not dumped, in a tenth of the time: ids hold nothing that JSON would escape.
        return Reply(200, _ACCEPTED % job.id.encode())

    def record(self, job: Job) -> Reply:
        record = job.rendered
        if record is None:
            urls = job.result_urls
            data: dict[str, Any] = {
                "taskId": job.id,
                "model": job.model,
                "state": job.state,
                "param": job.param,
                "resultJson": json.dumps({"resultUrls": urls}) if urls else "",
                "failCode": job.fail_code,
                "failMsg": job.fail_msg,
            }
            data = _as_recorded(data, job) if job.recorded else _as_asked(data, job)
            document = {"code": 200, "msg": "success", "data": data}
            record = json.dumps(document, separators=(",", ":")).encode()
            # Kept, as most polls find nothing new; but not twice what is large.
            job.rendered = None if job.is_large else record
        return Reply(200, record)

    def recorded_id(self, answer: Mapping[str, Any]) -> str:
        return str(answer["data"]["taskId"])

    def recorded_state(
        self, answer: Mapping[str, Any], task_id: str | None
    ) -> RecordedState | None:
        data = answer.get("data")
        if isinstance(data, dict):
            texts = [str(data.get(name) or "") for name in ("failCode", "failMsg")]
            result = data.get("resultJson")
            return RecordedState(data["taskId"], data["state"], data, result, *texts)
        if answer.get("code") == _FAILED and task_id is not None:
            return RecordedState(task_id, FAIL, None, None, str(_FAILED), str(answer.get("msg")))
        return None

    def webhook(self, job: Job, state: str, *, at: float, secret: str) -> Webhook:
        del state, at, secret
        # No signature is documented; the body is documented as that of recordInfo.
        return Webhook(self.record(job).body, {})

    def error(
        self,
        status: int,
        message: str | None = None,
        *,
        gateway: bool | None = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        text = _MESSAGES.get(status, f"error {status}") if message is None else message
        # Where `gateway` is given, it decides; elsewhere, the status does.
        if status in _OF_GATEWAY if gateway is None else gateway:
            error = {"message": text, "type": "new_api_error", "code": ""}
            return json_reply({"error": error}, status, headers)
        # Formatted by hand: load tests send many invalid creates, and this is twice as fast.
        body = f'{{"code":{status},"msg":{json.dumps(text)},"data":null}}'
        return Reply(status, body.encode(), headers=headers or {})

    def error_in_success(self, code: int, message: str) -> Reply:
        return json_reply({"code": code, "msg": message, "data": None})

    def unknown_task(self) -> Reply:
        """Make the response about a task that does not exist.

        LiangXin's own is unknown. The contract has 422 for queries; clients of Kie.ai, whose API
        LiangXin's copies, report it, with this text, for tasks that are unknown or just created.
        """
        return self.error(422, "recordInfo is null")

    def link_expired(self) -> Reply:
        return self.error(403, "the link has expired", gateway=True)

    def with_broken_result(self, record: Reply, how: str) -> Reply | None:
        data = _data(record)
        if data.get("state") != SUCCESS:
            return None
        return _success(data | {"resultJson": _BROKEN_RESULTS[how]})

    def with_state(self, record: Reply, state: str) -> Reply | None:
        data = _data(record)
        if data.get("state") in (None, *ENDS):
            return None
        return _success(data | {"state": state})


def _as_asked(data: dict[str, Any], job: Job) -> dict[str, Any]:
    """Return the record with the fields that the job's has."""
    if job.fields == "all":
        return data | _further(job)
    if job.fields == "null":
        empty = {name: None for name, value in data.items() if not value}
        return data | empty | dict.fromkeys(_further(job))
    if job.fields == "absent":
        return {name: value for name, value in data.items() if value}
    return data


def _as_recorded(data: dict[str, Any], job: Job) -> dict[str, Any]:
    """Return the record of a real job, with the ids, links and times of this one."""
    assert job.recorded is not None  # noqa: S101 - for the type checker
    later = round((job.created_at - job.recorded.created_at) * 1000)
    own = {name: data[name] for name in ("taskId", "model", "param")}
    return {
        name: own[name]
        if name in own
        # costTime ends in Time, too, but is a duration: its milliseconds are too few.
        else value + later
        if name.endswith("Time") and isinstance(value, int) and value in _MILLISECONDS
        else with_links(value, job.result_urls)
        for name, value in job.recorded.data.items()
    }


def _further(job: Job) -> dict[str, Any]:
    """Return the fields that Kie's records have, and LiangXin's may have."""
    started, changed = int(job.created_at * 1000), int(job.transitions[-1].at * 1000)
    fields: dict[str, Any] = {
        "createTime": started,
        "updateTime": changed,
        "progress": _PROGRESS.get(job.state, 0),
    }
    if job.has_ended:
        fields |= {
            "completeTime": changed,
            "costTime": changed - started,
            "creditsConsumed": int(job.state == SUCCESS),
        }
    return fields


def _task_id(query: str) -> str | None:
    name, _, value = query.partition("=")
    # What every client sends is read without parse_qs, which takes seven times as long.
    if name != "taskId" or not value.isascii() or not value.replace("_", "").isalnum():
        # Of two ids, nobody knows which one LiangXin would take: that is refused as none.
        values = parse_qs(query, keep_blank_values=True).get("taskId", [""])
        value = values[0] if len(values) == 1 else ""
    return value or None


def _data(record: Reply) -> dict[str, Any]:
    return (json.loads(record.body).get("data") or {}) if record.status == 200 else {}  # noqa: PLR2004


def _success(data: dict[str, Any]) -> Reply:
    return json_reply({"code": 200, "msg": "success", "data": data})
