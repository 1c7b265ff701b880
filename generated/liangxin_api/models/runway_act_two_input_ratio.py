# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from typing import Literal

RunwayActTwoInputRatio = Literal[
    "1104:832", "1280:720", "1584:672", "720:1280", "832:1104", "960:960"
]

RUNWAY_ACT_TWO_INPUT_RATIO_VALUES: set[RunwayActTwoInputRatio] = {
    "1104:832",
    "1280:720",
    "1584:672",
    "720:1280",
    "832:1104",
    "960:960",
}


def check_runway_act_two_input_ratio(value: str) -> RunwayActTwoInputRatio:
    if value in RUNWAY_ACT_TWO_INPUT_RATIO_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {RUNWAY_ACT_TWO_INPUT_RATIO_VALUES!r}"
    )
