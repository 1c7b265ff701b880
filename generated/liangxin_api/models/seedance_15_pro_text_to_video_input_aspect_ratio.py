# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from typing import Literal

Seedance15ProTextToVideoInputAspectRatio = Literal[
    "classic_4_3",
    "film_horizontal_21_9",
    "film_vertical_9_21",
    "social_story_9_16",
    "square_1_1",
    "traditional_3_4",
    "widescreen_16_9",
]

SEEDANCE_15_PRO_TEXT_TO_VIDEO_INPUT_ASPECT_RATIO_VALUES: set[
    Seedance15ProTextToVideoInputAspectRatio
] = {
    "classic_4_3",
    "film_horizontal_21_9",
    "film_vertical_9_21",
    "social_story_9_16",
    "square_1_1",
    "traditional_3_4",
    "widescreen_16_9",
}


def check_seedance_15_pro_text_to_video_input_aspect_ratio(
    value: str,
) -> Seedance15ProTextToVideoInputAspectRatio:
    if value in SEEDANCE_15_PRO_TEXT_TO_VIDEO_INPUT_ASPECT_RATIO_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {SEEDANCE_15_PRO_TEXT_TO_VIDEO_INPUT_ASPECT_RATIO_VALUES!r}"
    )
