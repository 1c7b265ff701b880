# Generated from openapi/magnific/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/magnific/ and run `nox -s generate`.

from typing import Literal

KlingV3OmniStdVideoReferenceInputAspectRatio = Literal["16:9", "1:1", "9:16", "auto"]

KLING_V3_OMNI_STD_VIDEO_REFERENCE_INPUT_ASPECT_RATIO_VALUES: set[
    KlingV3OmniStdVideoReferenceInputAspectRatio
] = {
    "16:9",
    "1:1",
    "9:16",
    "auto",
}


def check_kling_v3_omni_std_video_reference_input_aspect_ratio(
    value: str,
) -> KlingV3OmniStdVideoReferenceInputAspectRatio:
    if value in KLING_V3_OMNI_STD_VIDEO_REFERENCE_INPUT_ASPECT_RATIO_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {KLING_V3_OMNI_STD_VIDEO_REFERENCE_INPUT_ASPECT_RATIO_VALUES!r}"
    )
