"""The answers of the APIs that the compared SDKs speak, as far as their waits read them.

A wire makes two answers: to the POST that creates a job, and to each GET that names the job.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Answer = dict[str, Any]
FILE = "https://files.example/result.mp4"


@dataclass(frozen=True)
class Wire:
    """How one API says it: `created(id, base_url)` and `state(id, is_done, target)`.

    `path` is what the path of its POST begins with.
    """

    path: str
    created: Callable[[str, str], Answer]
    state: Callable[[str, bool, str], Answer]


def _liangxin(job: str, is_done: bool, _target: str) -> Answer:
    record = {
        "taskId": job,
        "model": "z-image",
        "state": "success" if is_done else "generating",
        "param": "{}",
        "resultJson": f'{{"resultUrls":["{FILE}"]}}' if is_done else "",
        "failCode": "",
        "failMsg": "",
    }
    return {"code": 200, "msg": "success", "data": record}


def _magnific(job: str, is_done: bool, _target: str) -> Answer:
    status, generated = ("COMPLETED", [FILE]) if is_done else ("IN_PROGRESS", [])
    return {"data": {"task_id": job, "status": status, "generated": generated}}


def _fal_created(job: str, base_url: str) -> Answer:
    url = f"{base_url}/fal/model/requests/{job}"
    links = {"response_url": url, "status_url": f"{url}/status", "cancel_url": f"{url}/cancel"}
    return {"request_id": job, "status": "IN_QUEUE", "queue_position": 0, **links}


def _fal(_job: str, is_done: bool, target: str) -> Answer:
    if "/status" not in target:
        return {"video": {"url": FILE}}
    return {"status": "COMPLETED" if is_done else "IN_PROGRESS", "logs": None, "metrics": {}}


def _replicate(job: str, is_done: bool, _target: str) -> Answer:
    return {
        "id": job,
        "model": "owner/model",
        "version": "hidden",
        "status": "succeeded" if is_done else "processing",
        "input": {},
        "output": FILE if is_done else None,
        "logs": "",
        "error": None,
        "created_at": "2026-11-01T00:00:00Z",
        "urls": {},
    }


def _runway(job: str, is_done: bool, _target: str) -> Answer:
    task = {"id": job, "createdAt": "2026-11-01T00:00:00Z"}
    if is_done:
        return task | {"status": "SUCCEEDED", "output": [FILE], "cost": {"credits": 1}}
    return task | {"status": "RUNNING", "progress": 0.5, "estimatedCost": {"credits": 1}}


def _luma(job: str, is_done: bool, _target: str) -> Answer:
    generation = {"id": job, "created_at": "2026-11-01T00:00:00Z", "model": "ray-2"}
    if is_done:
        return generation | {"state": "completed", "assets": {"video": FILE}}
    return generation | {"state": "dreaming"}


def _comfy(job: str, is_done: bool, target: str) -> Answer:
    if not target.endswith("/status"):
        return {"video": {"url": FILE}}
    return {"request_id": job, "status": "COMPLETED" if is_done else "IN_PROGRESS"}


def _wavespeed(job: str, is_done: bool, _target: str) -> Answer:
    data = {"id": job, "status": "completed" if is_done else "processing"}
    return {"code": 200, "message": "success", "data": data | {"outputs": [FILE] * is_done}}


def _higgsfield_created(job: str, base_url: str) -> Answer:
    url = f"{base_url}/requests/{job}"
    links = {"status_url": f"{url}/status", "cancel_url": f"{url}/cancel"}
    return {"request_id": job, "status": "queued", **links}


def _higgsfield(job: str, is_done: bool, _target: str) -> Answer:
    status = "completed" if is_done else "in_progress"
    return {"request_id": job, "status": status, "video": {"url": FILE}}


WIRES = {
    "liangxin": Wire(
        "/api/v1/jobs/createTask",
        lambda job, _: {"code": 200, "msg": "success", "data": {"taskId": job}},
        _liangxin,
    ),
    "magnific": Wire("/v1/ai/", lambda job, _: _magnific(job, False, ""), _magnific),
    "fal": Wire("/fal/", _fal_created, _fal),
    "replicate": Wire("/v1/models/", lambda job, _: _replicate(job, False, ""), _replicate),
    "runway": Wire("/v1/text_to_image", lambda job, _: {"id": job}, _runway),
    "luma": Wire("/dream-machine/", lambda job, _: _luma(job, False, ""), _luma),
    "comfy": Wire("/v2/models/", lambda job, _: _comfy(job, False, "/status"), _comfy),
    "wavespeed": Wire("/api/v3/", lambda job, _: _wavespeed(job, False, ""), _wavespeed),
    "higgsfield": Wire("/higgsfield/", _higgsfield_created, _higgsfield),
}
