# Generated from openapi/magnific/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/magnific/ and run `nox -s generate`.

from typing import Literal

KlingV3Turbo1080PImageToVideoRequestDurationType0 = Literal[
    "10", "11", "12", "13", "14", "15", "3", "4", "5", "6", "7", "8", "9"
]

KLING_V3_TURBO_1080P_IMAGE_TO_VIDEO_REQUEST_DURATION_TYPE_0_VALUES: set[
    KlingV3Turbo1080PImageToVideoRequestDurationType0
] = {
    "10",
    "11",
    "12",
    "13",
    "14",
    "15",
    "3",
    "4",
    "5",
    "6",
    "7",
    "8",
    "9",
}


def check_kling_v3_turbo_1080p_image_to_video_request_duration_type_0(
    value: str,
) -> KlingV3Turbo1080PImageToVideoRequestDurationType0:
    if value in KLING_V3_TURBO_1080P_IMAGE_TO_VIDEO_REQUEST_DURATION_TYPE_0_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {KLING_V3_TURBO_1080P_IMAGE_TO_VIDEO_REQUEST_DURATION_TYPE_0_VALUES!r}"
    )
