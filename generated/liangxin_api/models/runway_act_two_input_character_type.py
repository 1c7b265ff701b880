# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from typing import Literal

RunwayActTwoInputCharacterType = Literal["image", "video"]

RUNWAY_ACT_TWO_INPUT_CHARACTER_TYPE_VALUES: set[RunwayActTwoInputCharacterType] = {
    "image",
    "video",
}


def check_runway_act_two_input_character_type(value: str) -> RunwayActTwoInputCharacterType:
    if value in RUNWAY_ACT_TWO_INPUT_CHARACTER_TYPE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {RUNWAY_ACT_TWO_INPUT_CHARACTER_TYPE_VALUES!r}"
    )
