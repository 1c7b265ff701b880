# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from typing import Literal

WanV26TextToVideoInputShotType = Literal["multi", "single"]

WAN_V26_TEXT_TO_VIDEO_INPUT_SHOT_TYPE_VALUES: set[WanV26TextToVideoInputShotType] = {
    "multi",
    "single",
}


def check_wan_v26_text_to_video_input_shot_type(value: str) -> WanV26TextToVideoInputShotType:
    if value in WAN_V26_TEXT_TO_VIDEO_INPUT_SHOT_TYPE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {WAN_V26_TEXT_TO_VIDEO_INPUT_SHOT_TYPE_VALUES!r}"
    )
