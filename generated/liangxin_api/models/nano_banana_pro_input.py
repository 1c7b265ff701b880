# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.nano_banana_pro_input_output_format import (
    NanoBananaProInputOutputFormat,
    check_nano_banana_pro_input_output_format,
)
from ..models.nano_banana_pro_input_resolution import (
    NanoBananaProInputResolution,
    check_nano_banana_pro_input_resolution,
)
from ..types import UNSET, Links, Unset

if TYPE_CHECKING:
    pass

T = TypeVar("T", bound="NanoBananaProInput")


@_attrs_define(kw_only=True)
class NanoBananaProInput:
    """Input of model `nano-banana-pro`: Google - Nano Banana Pro.

    Rules:

    - image_input and reference_images together hold at most 3 items (documented).

    Args:
        prompt: What the image shows, or how to change the references. Required string; 2 to 3000 characters; documented.
        image_input: Reference pictures, each a URL ending in .png, .jpg, .jpeg or .webp or a data URI of one of these kinds; shares a total of 3 with reference_images. Optional array of URLs or data URIs; at most 3 items; each PNG, JPEG or WebP; documented.
        reference_images: Reference pictures, each a URL ending in .png, .jpg, .jpeg or .webp or a data URI of one of these kinds; shares a total of 3 with image_input. Optional array of URLs or data URIs; at most 3 items; each PNG, JPEG or WebP; documented.
        aspect_ratio: Width to height. Further aliases, which LiangXin does not name, are accepted too. Optional string; such as 1:1, 2:3, 3:2, 4:3, 3:4, 5:4, 4:5, 16:9, 9:16, 21:9; default 1:1; documented.
        resolution: Size of the image; written exactly as listed. Optional string; one of 1K, 2K, 4K, low, medium, high; default 2K; documented.
        output_format: File format of the image; png only. Optional string; one of png; documented.
    """

    prompt: str
    """ What the image shows, or how to change the references. Required string; 2 to 3000
    characters; documented. """
    image_input: Links | Unset = UNSET
    """ Reference pictures, each a URL ending in .png, .jpg, .jpeg or .webp or a data URI of one of
    these kinds; shares a total of 3 with reference_images. Optional array of URLs or data URIs;
    at most 3 items; each PNG, JPEG or WebP; documented. """
    reference_images: Links | Unset = UNSET
    """ Reference pictures, each a URL ending in .png, .jpg, .jpeg or .webp or a data URI of one of
    these kinds; shares a total of 3 with image_input. Optional array of URLs or data URIs; at
    most 3 items; each PNG, JPEG or WebP; documented. """
    aspect_ratio: str | Unset = UNSET
    """ Width to height. Further aliases, which LiangXin does not name, are accepted too. Optional
    string; such as 1:1, 2:3, 3:2, 4:3, 3:4, 5:4, 4:5, 16:9, 9:16, 21:9; default 1:1;
    documented. """
    resolution: NanoBananaProInputResolution | Unset = UNSET
    """ Size of the image; written exactly as listed. Optional string; one of 1K, 2K, 4K, low,
    medium, high; default 2K; documented. """
    output_format: NanoBananaProInputOutputFormat | Unset = UNSET
    """ File format of the image; png only. Optional string; one of png; documented. """

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        prompt = self.prompt
        image_input: Links | Unset = UNSET
        if not isinstance(self.image_input, Unset):
            image_input = self.image_input

        reference_images: Links | Unset = UNSET
        if not isinstance(self.reference_images, Unset):
            reference_images = self.reference_images

        aspect_ratio = self.aspect_ratio
        resolution: str | Unset = UNSET
        if not isinstance(self.resolution, Unset):
            resolution = self.resolution

        output_format: str | Unset = UNSET
        if not isinstance(self.output_format, Unset):
            output_format = self.output_format

        field_dict: dict[str, Any] = {}
        field_dict["prompt"] = prompt
        if image_input is not UNSET:
            field_dict["image_input"] = image_input
        if reference_images is not UNSET:
            field_dict["reference_images"] = reference_images
        if aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = aspect_ratio
        if resolution is not UNSET:
            field_dict["resolution"] = resolution
        if output_format is not UNSET:
            field_dict["output_format"] = output_format
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values. Raises ValueError for an unknown field."""
        d = dict(src_dict)
        prompt = d.pop("prompt")
        image_input = cast(Links, d.pop("image_input", UNSET))

        reference_images = cast(Links, d.pop("reference_images", UNSET))

        aspect_ratio = d.pop("aspect_ratio", UNSET)
        _resolution = d.pop("resolution", UNSET)
        resolution: NanoBananaProInputResolution | Unset
        if isinstance(_resolution, Unset):
            resolution = UNSET
        else:
            resolution = check_nano_banana_pro_input_resolution(_resolution)

        _output_format = d.pop("output_format", UNSET)
        output_format: NanoBananaProInputOutputFormat | Unset
        if isinstance(_output_format, Unset):
            output_format = UNSET
        else:
            output_format = check_nano_banana_pro_input_output_format(_output_format)

        if d:
            raise ValueError(f"NanoBananaProInput has no field {', '.join(map(repr, d))}")
        return cls(
            prompt=prompt,
            image_input=image_input,
            reference_images=reference_images,
            aspect_ratio=aspect_ratio,
            resolution=resolution,
            output_format=output_format,
        )
