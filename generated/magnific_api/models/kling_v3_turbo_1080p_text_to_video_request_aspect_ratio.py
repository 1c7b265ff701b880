# Generated from openapi/magnific/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/magnific/ and run `nox -s generate`.

from typing import Literal

KlingV3Turbo1080PTextToVideoRequestAspectRatio = Literal["16:9", "1:1", "9:16"]

KLING_V3_TURBO_1080P_TEXT_TO_VIDEO_REQUEST_ASPECT_RATIO_VALUES: set[
    KlingV3Turbo1080PTextToVideoRequestAspectRatio
] = {
    "16:9",
    "1:1",
    "9:16",
}


def check_kling_v3_turbo_1080p_text_to_video_request_aspect_ratio(
    value: str,
) -> KlingV3Turbo1080PTextToVideoRequestAspectRatio:
    if value in KLING_V3_TURBO_1080P_TEXT_TO_VIDEO_REQUEST_ASPECT_RATIO_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {KLING_V3_TURBO_1080P_TEXT_TO_VIDEO_REQUEST_ASPECT_RATIO_VALUES!r}"
    )
