# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from typing import Literal

RunwayGen4TurboInputDuration = Literal[5, 10]

RUNWAY_GEN_4_TURBO_INPUT_DURATION_VALUES: set[RunwayGen4TurboInputDuration] = {
    5,
    10,
}


def check_runway_gen_4_turbo_input_duration(value: int) -> RunwayGen4TurboInputDuration:
    if value in RUNWAY_GEN_4_TURBO_INPUT_DURATION_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {RUNWAY_GEN_4_TURBO_INPUT_DURATION_VALUES!r}"
    )
