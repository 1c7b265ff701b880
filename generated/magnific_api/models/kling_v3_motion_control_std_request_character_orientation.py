# Generated from openapi/magnific/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/magnific/ and run `nox -s generate`.

from typing import Literal

KlingV3MotionControlStdRequestCharacterOrientation = Literal["image", "video"]

KLING_V3_MOTION_CONTROL_STD_REQUEST_CHARACTER_ORIENTATION_VALUES: set[
    KlingV3MotionControlStdRequestCharacterOrientation
] = {
    "image",
    "video",
}


def check_kling_v3_motion_control_std_request_character_orientation(
    value: str,
) -> KlingV3MotionControlStdRequestCharacterOrientation:
    if value in KLING_V3_MOTION_CONTROL_STD_REQUEST_CHARACTER_ORIENTATION_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {KLING_V3_MOTION_CONTROL_STD_REQUEST_CHARACTER_ORIENTATION_VALUES!r}"
    )
