# Generated from openapi/magnific/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/magnific/ and run `nox -s generate`.

from typing import Literal

KlingV3OmniProInputShotType = Literal["customize"]

KLING_V3_OMNI_PRO_INPUT_SHOT_TYPE_VALUES: set[KlingV3OmniProInputShotType] = {
    "customize",
}


def check_kling_v3_omni_pro_input_shot_type(value: str) -> KlingV3OmniProInputShotType:
    if value in KLING_V3_OMNI_PRO_INPUT_SHOT_TYPE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {KLING_V3_OMNI_PRO_INPUT_SHOT_TYPE_VALUES!r}"
    )
