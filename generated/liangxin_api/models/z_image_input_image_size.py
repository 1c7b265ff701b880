# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from typing import Literal

ZImageInputImageSize = Literal[
    "landscape_16_9", "landscape_4_3", "portrait_3_4", "portrait_9_16", "square", "square_hd"
]

Z_IMAGE_INPUT_IMAGE_SIZE_VALUES: set[ZImageInputImageSize] = {
    "landscape_16_9",
    "landscape_4_3",
    "portrait_3_4",
    "portrait_9_16",
    "square",
    "square_hd",
}


def check_z_image_input_image_size(value: str) -> ZImageInputImageSize:
    if value in Z_IMAGE_INPUT_IMAGE_SIZE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {Z_IMAGE_INPUT_IMAGE_SIZE_VALUES!r}"
    )
