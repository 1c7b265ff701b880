# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from typing import Literal

Imagen4UltraInputLanguage = Literal["auto", "en", "es", "hi", "ja", "ko", "pt", "zh", "zh-CN"]

IMAGEN_4_ULTRA_INPUT_LANGUAGE_VALUES: set[Imagen4UltraInputLanguage] = {
    "auto",
    "en",
    "es",
    "hi",
    "ja",
    "ko",
    "pt",
    "zh",
    "zh-CN",
}


def check_imagen_4_ultra_input_language(value: str) -> Imagen4UltraInputLanguage:
    if value in IMAGEN_4_ULTRA_INPUT_LANGUAGE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {IMAGEN_4_ULTRA_INPUT_LANGUAGE_VALUES!r}"
    )
