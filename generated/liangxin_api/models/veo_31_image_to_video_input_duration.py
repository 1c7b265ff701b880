# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from typing import Literal

Veo31ImageToVideoInputDuration = Literal[4, 6, 8]

VEO_31_IMAGE_TO_VIDEO_INPUT_DURATION_VALUES: set[Veo31ImageToVideoInputDuration] = {
    4,
    6,
    8,
}


def check_veo_31_image_to_video_input_duration(value: int) -> Veo31ImageToVideoInputDuration:
    if value in VEO_31_IMAGE_TO_VIDEO_INPUT_DURATION_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {VEO_31_IMAGE_TO_VIDEO_INPUT_DURATION_VALUES!r}"
    )
