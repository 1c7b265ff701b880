# Generated from openapi/magnific/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/magnific/ and run `nox -s generate`.

from typing import Literal

KlingV3StdInputMultiPromptItemDurationType0 = Literal[
    "10", "11", "12", "13", "14", "15", "3", "4", "5", "6", "7", "8", "9"
]

KLING_V3_STD_INPUT_MULTI_PROMPT_ITEM_DURATION_TYPE_0_VALUES: set[
    KlingV3StdInputMultiPromptItemDurationType0
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


def check_kling_v3_std_input_multi_prompt_item_duration_type_0(
    value: str,
) -> KlingV3StdInputMultiPromptItemDurationType0:
    if value in KLING_V3_STD_INPUT_MULTI_PROMPT_ITEM_DURATION_TYPE_0_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {KLING_V3_STD_INPUT_MULTI_PROMPT_ITEM_DURATION_TYPE_0_VALUES!r}"
    )
