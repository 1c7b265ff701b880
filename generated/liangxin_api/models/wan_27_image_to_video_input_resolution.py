# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from typing import Literal

Wan27ImageToVideoInputResolution = Literal["1080P", "720P"]

WAN_27_IMAGE_TO_VIDEO_INPUT_RESOLUTION_VALUES: set[Wan27ImageToVideoInputResolution] = {
    "1080P",
    "720P",
}


def check_wan_27_image_to_video_input_resolution(value: str) -> Wan27ImageToVideoInputResolution:
    if value in WAN_27_IMAGE_TO_VIDEO_INPUT_RESOLUTION_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {WAN_27_IMAGE_TO_VIDEO_INPUT_RESOLUTION_VALUES!r}"
    )
