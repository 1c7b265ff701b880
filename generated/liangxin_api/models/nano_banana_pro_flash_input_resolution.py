# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from typing import Literal

NanoBananaProFlashInputResolution = Literal["1K", "2K", "4K", "high", "low", "medium"]

NANO_BANANA_PRO_FLASH_INPUT_RESOLUTION_VALUES: set[NanoBananaProFlashInputResolution] = {
    "1K",
    "2K",
    "4K",
    "high",
    "low",
    "medium",
}


def check_nano_banana_pro_flash_input_resolution(value: str) -> NanoBananaProFlashInputResolution:
    if value in NANO_BANANA_PRO_FLASH_INPUT_RESOLUTION_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {NANO_BANANA_PRO_FLASH_INPUT_RESOLUTION_VALUES!r}"
    )
