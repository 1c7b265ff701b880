# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from typing import Literal

Runway45ImageToVideoInputRatio = Literal["1104:832", "1280:720", "720:1280", "832:1104", "960:960"]

RUNWAY_45_IMAGE_TO_VIDEO_INPUT_RATIO_VALUES: set[Runway45ImageToVideoInputRatio] = {
    "1104:832",
    "1280:720",
    "720:1280",
    "832:1104",
    "960:960",
}


def check_runway_45_image_to_video_input_ratio(value: str) -> Runway45ImageToVideoInputRatio:
    if value in RUNWAY_45_IMAGE_TO_VIDEO_INPUT_RATIO_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {RUNWAY_45_IMAGE_TO_VIDEO_INPUT_RATIO_VALUES!r}"
    )
