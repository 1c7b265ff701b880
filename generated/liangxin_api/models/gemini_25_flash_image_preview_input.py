# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Links, Unset

if TYPE_CHECKING:
    pass

T = TypeVar("T", bound="Gemini25FlashImagePreviewInput")


@_attrs_define(kw_only=True)
class Gemini25FlashImagePreviewInput:
    """Input of model `gemini-2.5-flash-image-preview`: Google - Gemini 2.5 Flash Image Preview.

    Args:
        prompt: What the image shows, or how to change the reference images. Required (upstream) string; at least 1 character (inferred); documented.
        reference_images: Pictures to edit, each a URL or a Base64 string. Optional array of URLs or Base64 strings; at most 3 items; upstream.
    """

    prompt: str
    """ What the image shows, or how to change the reference images. Required (upstream) string; at
    least 1 character (inferred); documented. """
    reference_images: Links | Unset = UNSET
    """ Pictures to edit, each a URL or a Base64 string. Optional array of URLs or Base64 strings;
    at most 3 items; upstream. """

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        prompt = self.prompt
        reference_images: Links | Unset = UNSET
        if not isinstance(self.reference_images, Unset):
            reference_images = self.reference_images

        field_dict: dict[str, Any] = {}
        field_dict["prompt"] = prompt
        if reference_images is not UNSET:
            field_dict["reference_images"] = reference_images
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values. Raises ValueError for an unknown field."""
        d = dict(src_dict)
        prompt = d.pop("prompt")
        reference_images = cast(Links, d.pop("reference_images", UNSET))

        if d:
            raise ValueError(
                f"Gemini25FlashImagePreviewInput has no field {', '.join(map(repr, d))}"
            )
        return cls(
            prompt=prompt,
            reference_images=reference_images,
        )
