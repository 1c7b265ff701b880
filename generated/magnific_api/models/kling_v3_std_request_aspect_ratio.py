# Generated from openapi/magnific/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/magnific/ and run `nox -s generate`.

from typing import Literal

KlingV3StdRequestAspectRatio = Literal["16:9", "1:1", "9:16"]

KLING_V3_STD_REQUEST_ASPECT_RATIO_VALUES: set[KlingV3StdRequestAspectRatio] = {
    "16:9",
    "1:1",
    "9:16",
}


def check_kling_v3_std_request_aspect_ratio(value: str) -> KlingV3StdRequestAspectRatio:
    if value in KLING_V3_STD_REQUEST_ASPECT_RATIO_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {KLING_V3_STD_REQUEST_ASPECT_RATIO_VALUES!r}"
    )
