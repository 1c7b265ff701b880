"""Samples taken by value from LiangXin's own pages.

A mock made from our own spec can only prove that we agree with ourselves; these are what LiangXin
printed (page in each case), so that a mistake in the spec shows.
"""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from liangxin import errors
from liangxin.apis.liangxin import LIANGXIN
from liangxin.apis.validation import prepare
from liangxin.http_response import Response
from tests.support import spec

CALLBACK = "https://your-domain.com/api/callback"

# Complete request bodies, from /, /market/kling/v3-pro-generate-video and
# /market/kling/v3-omni-standard-video-reference.
BODIES: list[dict[str, Any]] = [
    {
        "model": "seedream-v4-5",
        "callBackUrl": CALLBACK,
        "input": {
            "prompt": "A cinematic product photo of a premium tea bottle on a stone table, natural "
            "morning light",
            "aspect_ratio": "widescreen_16_9",
        },
    },
    {
        "model": "kling-v3-pro",
        "callBackUrl": CALLBACK,
        "input": {
            "prompt": "A cinematic coffee commercial: a ceramic cup on a wooden table, morning "
            "sunlight, steam rising slowly, smooth camera push-in",
            "aspect_ratio": "16:9",
            "duration": 5,
            "negative_prompt": "blur, distort, and low quality",
            "generate_audio": True,
            "cfg_scale": 0.5,
        },
    },
    {
        "model": "kling-v3-omni-std-video-reference",
        "callBackUrl": CALLBACK,
        "input": {
            "prompt": "Use @Video1 as the movement reference and create a clean product showcase "
            "video",
            "video_url": "https://example.com/reference-video.mp4",
            "image_url": "https://example.com/start-frame.png",
            "aspect_ratio": "16:9",
            "duration": 5,
            "negative_prompt": "blur, distort, and low quality",
            "cfg_scale": 0.5,
        },
    },
]

# Models whose pages print a body of `model` and `input.prompt` alone (the numeric pages).
MINIMAL = [
    "seedream-v4-5",
    "z-image",
    "nano-banana-pro",
    "nano-banana-pro-flash",
    "imagen4-ultra",
    "flux-2-pro",
]


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body["model"])
def test_printed_bodies_are_valid(body: dict[str, Any], prism: str) -> None:
    """A body that LiangXin prints is our example, and passes strict validation and Prism."""
    model, sent = prepare(
        LIANGXIN, body["model"], body["input"], mode="strict", callback_url=CALLBACK
    )
    assert sent == body
    assert spec.example(model) == body["input"]
    answer = httpx.post(
        f"{prism}/api/v1/jobs/createTask",
        json=body,
        headers={"Authorization": "Bearer k"},
        timeout=100,
    )
    assert answer.status_code == 200


@pytest.mark.parametrize("model", MINIMAL)
def test_minimal_bodies_are_valid(model: str) -> None:
    """Where LiangXin's example has a prompt only, a prompt is enough."""
    prepare(LIANGXIN, model, {"prompt": "A quiet harbour in the morning"}, mode="strict")


def response(status: int, body: bytes) -> Response:
    return Response(status=status, headers={}, body=body, received_at=0.0)


@pytest.mark.parametrize(
    "task_id",
    [
        "task_seedream-v4-5_1777600000000",
        "task_kling_v3_pro_1765166238716",
        "task_kling_v3_omni_std_ref_1765166238716",
    ],
)
def test_the_printed_acceptance_is_read(task_id: str) -> None:
    """The answer to a create, as the market pages print it, gives the task's id as it is."""
    body = b'{"code": 200, "msg": "success", "data": {"taskId": "%s"}}' % task_id.encode()
    assert LIANGXIN.read_created(response(200, body), "kling-v3-pro").task_id == task_id


def test_both_printed_errors_are_read() -> None:
    """The two error envelopes, as printed on /34591205e0, become what they mean."""
    body = b'{"code": 400, "msg": "input.prompt is required", "data": null}'
    with pytest.raises(errors.BadRequestError, match=r"input\.prompt is required") as bad:
        LIANGXIN.read_record(response(400, body), "task_1")
    assert bad.value.status_code == 400
    body = b'{"error": {"message": "invalid token", "type": "new_api_error", "code": ""}}'
    with pytest.raises(errors.AuthenticationError, match="invalid token") as unauthorised:
        LIANGXIN.read_record(response(401, body), "task_1")
    assert unauthorised.value.status_code == 401
