# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from typing import Literal

KlingV3OmniProVideoReferenceInputDurationType1 = Literal[
    "10", "11", "12", "13", "14", "15", "3", "4", "5", "6", "7", "8", "9"
]

KLING_V3_OMNI_PRO_VIDEO_REFERENCE_INPUT_DURATION_TYPE_1_VALUES: set[
    KlingV3OmniProVideoReferenceInputDurationType1
] = {
    "10",
    "11",
    "12",
    "13",
    "14",
    "15",
    "3",
    "4",
    "5",
    "6",
    "7",
    "8",
    "9",
}


def check_kling_v3_omni_pro_video_reference_input_duration_type_1(
    value: str,
) -> KlingV3OmniProVideoReferenceInputDurationType1:
    if value in KLING_V3_OMNI_PRO_VIDEO_REFERENCE_INPUT_DURATION_TYPE_1_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {KLING_V3_OMNI_PRO_VIDEO_REFERENCE_INPUT_DURATION_TYPE_1_VALUES!r}"
    )
