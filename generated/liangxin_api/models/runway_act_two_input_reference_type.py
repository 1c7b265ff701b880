# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from typing import Literal

RunwayActTwoInputReferenceType = Literal["video"]

RUNWAY_ACT_TWO_INPUT_REFERENCE_TYPE_VALUES: set[RunwayActTwoInputReferenceType] = {
    "video",
}


def check_runway_act_two_input_reference_type(value: str) -> RunwayActTwoInputReferenceType:
    if value in RUNWAY_ACT_TWO_INPUT_REFERENCE_TYPE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {RUNWAY_ACT_TWO_INPUT_REFERENCE_TYPE_VALUES!r}"
    )
