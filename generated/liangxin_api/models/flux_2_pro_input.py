# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.flux_2_pro_input_aspect_ratio import (
    Flux2ProInputAspectRatio,
    check_flux_2_pro_input_aspect_ratio,
)
from ..types import UNSET, Link, Links, Unset

if TYPE_CHECKING:
    pass

T = TypeVar("T", bound="Flux2ProInput")


@_attrs_define(kw_only=True)
class Flux2ProInput:
    """Input of model `flux-2-pro`: Flux-2 - Pro Text to Image.

    Rules:

    - width and height are given together or not at all (documented).
    - The input_image fields and reference_images together hold at most 4 pictures (documented).
    - aspect_ratio is an alternative to width+height; which one wins when all are sent is
    unknown (documented).

    Args:
        prompt: What the image shows. Required string; at least 1 character; documented.
        width: Pixels; only together with height. Optional integer; 256 to 1440; default 1024; documented.
        height: Pixels; only together with width. Optional integer; 256 to 1440; default 768; documented.
        aspect_ratio: Width to height; alternative to width and height. Optional string; one of 1:1, 16:9, 9:16, 4:3, 3:4, 3:2, 2:3, 21:9; documented.
        input_image: First reference picture URL; shares a total of 4 with reference_images. Optional URL or Base64 string; JPEG, PNG or WebP (upstream); documented.
        input_image_2: Second reference picture URL. Optional URL or Base64 string; JPEG, PNG or WebP (upstream); documented.
        input_image_3: Third reference picture URL. Optional URL or Base64 string; JPEG, PNG or WebP (upstream); documented.
        input_image_4: Fourth reference picture URL. Optional URL or Base64 string; JPEG, PNG or WebP (upstream); documented.
        reference_images: Reference picture URLs; shares a total of 4 with the input_image fields. Optional array of URLs or Base64 strings; at most 4 items; documented.
        seed: Same seed and same input give similar output; omit for a random one. Optional integer; 0 to 4294967295 (upstream); documented.
        prompt_upsampling: Whether the prompt is expanded. Optional boolean; default false (upstream); documented.
    """

    prompt: str
    """ What the image shows. Required string; at least 1 character; documented. """
    width: int | Unset = UNSET
    """ Pixels; only together with height. Optional integer; 256 to 1440; default 1024; documented. """
    height: int | Unset = UNSET
    """ Pixels; only together with width. Optional integer; 256 to 1440; default 768; documented. """
    aspect_ratio: Flux2ProInputAspectRatio | Unset = UNSET
    """ Width to height; alternative to width and height. Optional string; one of 1:1, 16:9, 9:16,
    4:3, 3:4, 3:2, 2:3, 21:9; documented. """
    input_image: Link | Unset = UNSET
    """ First reference picture URL; shares a total of 4 with reference_images. Optional URL or
    Base64 string; JPEG, PNG or WebP (upstream); documented. """
    input_image_2: Link | Unset = UNSET
    """ Second reference picture URL. Optional URL or Base64 string; JPEG, PNG or WebP (upstream);
    documented. """
    input_image_3: Link | Unset = UNSET
    """ Third reference picture URL. Optional URL or Base64 string; JPEG, PNG or WebP (upstream);
    documented. """
    input_image_4: Link | Unset = UNSET
    """ Fourth reference picture URL. Optional URL or Base64 string; JPEG, PNG or WebP (upstream);
    documented. """
    reference_images: Links | Unset = UNSET
    """ Reference picture URLs; shares a total of 4 with the input_image fields. Optional array of
    URLs or Base64 strings; at most 4 items; documented. """
    seed: int | Unset = UNSET
    """ Same seed and same input give similar output; omit for a random one. Optional integer; 0 to
    4294967295 (upstream); documented. """
    prompt_upsampling: bool | Unset = UNSET
    """ Whether the prompt is expanded. Optional boolean; default false (upstream); documented. """

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        prompt = self.prompt
        width = self.width
        height = self.height
        aspect_ratio: str | Unset = UNSET
        if not isinstance(self.aspect_ratio, Unset):
            aspect_ratio = self.aspect_ratio

        input_image = self.input_image
        input_image_2 = self.input_image_2
        input_image_3 = self.input_image_3
        input_image_4 = self.input_image_4
        reference_images: Links | Unset = UNSET
        if not isinstance(self.reference_images, Unset):
            reference_images = self.reference_images

        seed = self.seed
        prompt_upsampling = self.prompt_upsampling
        field_dict: dict[str, Any] = {}
        field_dict["prompt"] = prompt
        if width is not UNSET:
            field_dict["width"] = width
        if height is not UNSET:
            field_dict["height"] = height
        if aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = aspect_ratio
        if input_image is not UNSET:
            field_dict["input_image"] = input_image
        if input_image_2 is not UNSET:
            field_dict["input_image_2"] = input_image_2
        if input_image_3 is not UNSET:
            field_dict["input_image_3"] = input_image_3
        if input_image_4 is not UNSET:
            field_dict["input_image_4"] = input_image_4
        if reference_images is not UNSET:
            field_dict["reference_images"] = reference_images
        if seed is not UNSET:
            field_dict["seed"] = seed
        if prompt_upsampling is not UNSET:
            field_dict["prompt_upsampling"] = prompt_upsampling
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values. Raises ValueError for an unknown field."""
        d = dict(src_dict)
        prompt = d.pop("prompt")
        width = d.pop("width", UNSET)
        height = d.pop("height", UNSET)
        _aspect_ratio = d.pop("aspect_ratio", UNSET)
        aspect_ratio: Flux2ProInputAspectRatio | Unset
        if isinstance(_aspect_ratio, Unset):
            aspect_ratio = UNSET
        else:
            aspect_ratio = check_flux_2_pro_input_aspect_ratio(_aspect_ratio)

        input_image = d.pop("input_image", UNSET)
        input_image_2 = d.pop("input_image_2", UNSET)
        input_image_3 = d.pop("input_image_3", UNSET)
        input_image_4 = d.pop("input_image_4", UNSET)
        reference_images = cast(Links, d.pop("reference_images", UNSET))

        seed = d.pop("seed", UNSET)
        prompt_upsampling = d.pop("prompt_upsampling", UNSET)
        if d:
            raise ValueError(f"Flux2ProInput has no field {', '.join(map(repr, d))}")
        return cls(
            prompt=prompt,
            width=width,
            height=height,
            aspect_ratio=aspect_ratio,
            input_image=input_image,
            input_image_2=input_image_2,
            input_image_3=input_image_3,
            input_image_4=input_image_4,
            reference_images=reference_images,
            seed=seed,
            prompt_upsampling=prompt_upsampling,
        )
