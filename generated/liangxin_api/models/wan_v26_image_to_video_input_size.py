# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from typing import Literal

WanV26ImageToVideoInputSize = Literal[
    "1080*1920",
    "1088*832",
    "1248*1632",
    "1280*720",
    "1440*1440",
    "1632*1248",
    "1920*1080",
    "720*1280",
    "832*1088",
    "960*960",
]

WAN_V26_IMAGE_TO_VIDEO_INPUT_SIZE_VALUES: set[WanV26ImageToVideoInputSize] = {
    "1080*1920",
    "1088*832",
    "1248*1632",
    "1280*720",
    "1440*1440",
    "1632*1248",
    "1920*1080",
    "720*1280",
    "832*1088",
    "960*960",
}


def check_wan_v26_image_to_video_input_size(value: str) -> WanV26ImageToVideoInputSize:
    if value in WAN_V26_IMAGE_TO_VIDEO_INPUT_SIZE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {WAN_V26_IMAGE_TO_VIDEO_INPUT_SIZE_VALUES!r}"
    )
