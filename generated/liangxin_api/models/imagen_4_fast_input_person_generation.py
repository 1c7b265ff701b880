# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from typing import Literal

Imagen4FastInputPersonGeneration = Literal["allow_adult", "allow_all", "dont_allow"]

IMAGEN_4_FAST_INPUT_PERSON_GENERATION_VALUES: set[Imagen4FastInputPersonGeneration] = {
    "allow_adult",
    "allow_all",
    "dont_allow",
}


def check_imagen_4_fast_input_person_generation(value: str) -> Imagen4FastInputPersonGeneration:
    if value in IMAGEN_4_FAST_INPUT_PERSON_GENERATION_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {IMAGEN_4_FAST_INPUT_PERSON_GENERATION_VALUES!r}"
    )
