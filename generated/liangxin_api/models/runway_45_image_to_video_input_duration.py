# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from typing import Literal

Runway45ImageToVideoInputDuration = Literal[5, 8, 10]

RUNWAY_45_IMAGE_TO_VIDEO_INPUT_DURATION_VALUES: set[Runway45ImageToVideoInputDuration] = {
    5,
    8,
    10,
}


def check_runway_45_image_to_video_input_duration(value: int) -> Runway45ImageToVideoInputDuration:
    if value in RUNWAY_45_IMAGE_TO_VIDEO_INPUT_DURATION_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {RUNWAY_45_IMAGE_TO_VIDEO_INPUT_DURATION_VALUES!r}"
    )
