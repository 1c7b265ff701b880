# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from typing import Literal

Wan27TextToVideoInputResolution = Literal["1080P", "720P"]

WAN_27_TEXT_TO_VIDEO_INPUT_RESOLUTION_VALUES: set[Wan27TextToVideoInputResolution] = {
    "1080P",
    "720P",
}


def check_wan_27_text_to_video_input_resolution(value: str) -> Wan27TextToVideoInputResolution:
    if value in WAN_27_TEXT_TO_VIDEO_INPUT_RESOLUTION_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {WAN_27_TEXT_TO_VIDEO_INPUT_RESOLUTION_VALUES!r}"
    )
