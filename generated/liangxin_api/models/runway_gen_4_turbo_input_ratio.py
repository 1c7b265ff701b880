# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from typing import Literal

RunwayGen4TurboInputRatio = Literal[
    "1104:832", "1280:720", "1584:672", "720:1280", "832:1104", "960:960"
]

RUNWAY_GEN_4_TURBO_INPUT_RATIO_VALUES: set[RunwayGen4TurboInputRatio] = {
    "1104:832",
    "1280:720",
    "1584:672",
    "720:1280",
    "832:1104",
    "960:960",
}


def check_runway_gen_4_turbo_input_ratio(value: str) -> RunwayGen4TurboInputRatio:
    if value in RUNWAY_GEN_4_TURBO_INPUT_RATIO_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {RUNWAY_GEN_4_TURBO_INPUT_RATIO_VALUES!r}"
    )
