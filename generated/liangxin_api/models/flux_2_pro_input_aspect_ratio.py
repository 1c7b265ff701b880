# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from typing import Literal

Flux2ProInputAspectRatio = Literal["16:9", "1:1", "21:9", "2:3", "3:2", "3:4", "4:3", "9:16"]

FLUX_2_PRO_INPUT_ASPECT_RATIO_VALUES: set[Flux2ProInputAspectRatio] = {
    "16:9",
    "1:1",
    "21:9",
    "2:3",
    "3:2",
    "3:4",
    "4:3",
    "9:16",
}


def check_flux_2_pro_input_aspect_ratio(value: str) -> Flux2ProInputAspectRatio:
    if value in FLUX_2_PRO_INPUT_ASPECT_RATIO_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {FLUX_2_PRO_INPUT_ASPECT_RATIO_VALUES!r}"
    )
