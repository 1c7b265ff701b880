# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from typing import Literal

SeedreamV5LiteInputAspectRatio = Literal[
    "16:9",
    "1:1",
    "21:9",
    "2:3",
    "3:2",
    "3:4",
    "4:3",
    "9:16",
    "cinematic_21_9",
    "classic_4_3",
    "portrait_2_3",
    "social_story_9_16",
    "square_1_1",
    "standard_3_2",
    "traditional_3_4",
    "widescreen_16_9",
]

SEEDREAM_V5_LITE_INPUT_ASPECT_RATIO_VALUES: set[SeedreamV5LiteInputAspectRatio] = {
    "16:9",
    "1:1",
    "21:9",
    "2:3",
    "3:2",
    "3:4",
    "4:3",
    "9:16",
    "cinematic_21_9",
    "classic_4_3",
    "portrait_2_3",
    "social_story_9_16",
    "square_1_1",
    "standard_3_2",
    "traditional_3_4",
    "widescreen_16_9",
}


def check_seedream_v5_lite_input_aspect_ratio(value: str) -> SeedreamV5LiteInputAspectRatio:
    if value in SEEDREAM_V5_LITE_INPUT_ASPECT_RATIO_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {SEEDREAM_V5_LITE_INPUT_ASPECT_RATIO_VALUES!r}"
    )
