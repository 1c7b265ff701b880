# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from typing import Literal

Imagen4FastInputOutputFormat = Literal["image/jpeg", "image/png", "jpeg", "jpg", "png"]

IMAGEN_4_FAST_INPUT_OUTPUT_FORMAT_VALUES: set[Imagen4FastInputOutputFormat] = {
    "image/jpeg",
    "image/png",
    "jpeg",
    "jpg",
    "png",
}


def check_imagen_4_fast_input_output_format(value: str) -> Imagen4FastInputOutputFormat:
    if value in IMAGEN_4_FAST_INPUT_OUTPUT_FORMAT_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {IMAGEN_4_FAST_INPUT_OUTPUT_FORMAT_VALUES!r}"
    )
