# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from typing import Literal

Wan27ReferenceToVideoInputAspectRatio = Literal["16:9", "1:1", "3:4", "4:3", "9:16"]

WAN_27_REFERENCE_TO_VIDEO_INPUT_ASPECT_RATIO_VALUES: set[Wan27ReferenceToVideoInputAspectRatio] = {
    "16:9",
    "1:1",
    "3:4",
    "4:3",
    "9:16",
}


def check_wan_27_reference_to_video_input_aspect_ratio(
    value: str,
) -> Wan27ReferenceToVideoInputAspectRatio:
    if value in WAN_27_REFERENCE_TO_VIDEO_INPUT_ASPECT_RATIO_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {WAN_27_REFERENCE_TO_VIDEO_INPUT_ASPECT_RATIO_VALUES!r}"
    )
