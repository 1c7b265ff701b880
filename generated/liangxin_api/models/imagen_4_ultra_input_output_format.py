# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from typing import Literal

Imagen4UltraInputOutputFormat = Literal["image/jpeg", "image/png", "jpeg", "jpg", "png"]

IMAGEN_4_ULTRA_INPUT_OUTPUT_FORMAT_VALUES: set[Imagen4UltraInputOutputFormat] = {
    "image/jpeg",
    "image/png",
    "jpeg",
    "jpg",
    "png",
}


def check_imagen_4_ultra_input_output_format(value: str) -> Imagen4UltraInputOutputFormat:
    if value in IMAGEN_4_ULTRA_INPUT_OUTPUT_FORMAT_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {IMAGEN_4_ULTRA_INPUT_OUTPUT_FORMAT_VALUES!r}"
    )
