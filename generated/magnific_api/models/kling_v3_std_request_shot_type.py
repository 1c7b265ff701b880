# Generated from openapi/magnific/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/magnific/ and run `nox -s generate`.

from typing import Literal

KlingV3StdRequestShotType = Literal["customize", "intelligent"]

KLING_V3_STD_REQUEST_SHOT_TYPE_VALUES: set[KlingV3StdRequestShotType] = {
    "customize",
    "intelligent",
}


def check_kling_v3_std_request_shot_type(value: str) -> KlingV3StdRequestShotType:
    if value in KLING_V3_STD_REQUEST_SHOT_TYPE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {KLING_V3_STD_REQUEST_SHOT_TYPE_VALUES!r}"
    )
