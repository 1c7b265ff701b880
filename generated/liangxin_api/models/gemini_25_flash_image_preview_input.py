# Generated from openapi/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="Gemini25FlashImagePreviewInput")


@_attrs_define
class Gemini25FlashImagePreviewInput:
    """Input of model `gemini-2.5-flash-image-preview`: Google - Gemini 2.5 Flash Image Preview."""

    prompt: str
    """ What the image shows, or how to change the reference images. Required; at least 1 characters (documented by
    LiangXin; minLength: inferred; required: upstream). """
    reference_images: list[str] | Unset = UNSET
    """ Pictures to edit, each a URL or a Base64 string. Optional; at most 3 items (known from upstream). """

    def to_dict(self) -> dict[str, Any]:
        prompt = self.prompt

        reference_images: list[str] | Unset = UNSET
        if not isinstance(self.reference_images, Unset):
            reference_images = self.reference_images

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "prompt": prompt,
            }
        )
        if reference_images is not UNSET:
            field_dict["reference_images"] = reference_images

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        prompt = d.pop("prompt")

        reference_images = cast(list[str], d.pop("reference_images", UNSET))

        gemini_25_flash_image_preview_input = cls(
            prompt=prompt,
            reference_images=reference_images,
        )

        return gemini_25_flash_image_preview_input
