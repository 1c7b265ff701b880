# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from typing import Literal

WanV26ImageToVideoInputDuration = Literal[5, 10, 15]

WAN_V26_IMAGE_TO_VIDEO_INPUT_DURATION_VALUES: set[WanV26ImageToVideoInputDuration] = {
    5,
    10,
    15,
}


def check_wan_v26_image_to_video_input_duration(value: int) -> WanV26ImageToVideoInputDuration:
    if value in WAN_V26_IMAGE_TO_VIDEO_INPUT_DURATION_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {WAN_V26_IMAGE_TO_VIDEO_INPUT_DURATION_VALUES!r}"
    )
