# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from typing import Literal

Runway45TextToVideoInputDuration = Literal[5, 8, 10]

RUNWAY_45_TEXT_TO_VIDEO_INPUT_DURATION_VALUES: set[Runway45TextToVideoInputDuration] = {
    5,
    8,
    10,
}


def check_runway_45_text_to_video_input_duration(value: int) -> Runway45TextToVideoInputDuration:
    if value in RUNWAY_45_TEXT_TO_VIDEO_INPUT_DURATION_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {RUNWAY_45_TEXT_TO_VIDEO_INPUT_DURATION_VALUES!r}"
    )
