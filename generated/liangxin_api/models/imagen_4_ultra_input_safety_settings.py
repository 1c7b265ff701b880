# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from typing import Literal

Imagen4UltraInputSafetySettings = Literal[
    "block_low_and_above", "block_medium_and_above", "block_none", "block_only_high"
]

IMAGEN_4_ULTRA_INPUT_SAFETY_SETTINGS_VALUES: set[Imagen4UltraInputSafetySettings] = {
    "block_low_and_above",
    "block_medium_and_above",
    "block_none",
    "block_only_high",
}


def check_imagen_4_ultra_input_safety_settings(value: str) -> Imagen4UltraInputSafetySettings:
    if value in IMAGEN_4_ULTRA_INPUT_SAFETY_SETTINGS_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {IMAGEN_4_ULTRA_INPUT_SAFETY_SETTINGS_VALUES!r}"
    )
