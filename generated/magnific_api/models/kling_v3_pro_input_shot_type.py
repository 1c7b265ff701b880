# Generated from openapi/magnific/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/magnific/ and run `nox -s generate`.

from typing import Literal

KlingV3ProInputShotType = Literal["customize", "intelligent"]

KLING_V3_PRO_INPUT_SHOT_TYPE_VALUES: set[KlingV3ProInputShotType] = {
    "customize",
    "intelligent",
}


def check_kling_v3_pro_input_shot_type(value: str) -> KlingV3ProInputShotType:
    if value in KLING_V3_PRO_INPUT_SHOT_TYPE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {KLING_V3_PRO_INPUT_SHOT_TYPE_VALUES!r}"
    )
