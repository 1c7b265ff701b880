# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.seedream_v45_edit_input_aspect_ratio import (
    SeedreamV45EditInputAspectRatio,
    check_seedream_v45_edit_input_aspect_ratio,
)
from ..types import UNSET, Links, Unset

if TYPE_CHECKING:
    pass

T = TypeVar("T", bound="SeedreamV45EditInput")


@_attrs_define(kw_only=True)
class SeedreamV45EditInput:
    """Input of model `seedream-v4-5-edit`: Seedream4.5 - Edit Image.

    Args:
        prompt: What to change in the reference images. Required (upstream) string; at least 1 character (inferred); at most 4096 characters (upstream); documented.
        reference_images: Pictures to edit, each a URL or a Base64 string. Required array of URLs or Base64 strings; at least 1 item; at most 5 items (documented); each JPEG or PNG, at most 10 MB, at least 256 px per side; upstream.
        aspect_ratio: Width to height. Optional string; one of 1:1, 16:9, 9:16, 4:3, 3:4, 3:2, 2:3, 21:9, square_1_1, widescreen_16_9, social_story_9_16, classic_4_3, traditional_3_4, standard_3_2, portrait_2_3, cinematic_21_9 (upstream; 1:1, 16:9, 9:16, 4:3, 3:4, 3:2, 2:3, 21:9 inferred); default square_1_1; upstream.
        seed: Same seed and same input give similar output; omit for a random one. Optional integer; 0 to 4294967295; upstream.
        enable_safety_checker: Whether the content filter is on. Optional boolean; default true; upstream.
    """

    prompt: str
    """ What to change in the reference images. Required (upstream) string; at least 1 character
    (inferred); at most 4096 characters (upstream); documented. """
    reference_images: Links
    """ Pictures to edit, each a URL or a Base64 string. Required array of URLs or Base64 strings;
    at least 1 item; at most 5 items (documented); each JPEG or PNG, at most 10 MB, at least 256
    px per side; upstream. """
    aspect_ratio: SeedreamV45EditInputAspectRatio | Unset = UNSET
    """ Width to height. Optional string; one of 1:1, 16:9, 9:16, 4:3, 3:4, 3:2, 2:3, 21:9,
    square_1_1, widescreen_16_9, social_story_9_16, classic_4_3, traditional_3_4, standard_3_2,
    portrait_2_3, cinematic_21_9 (upstream; 1:1, 16:9, 9:16, 4:3, 3:4, 3:2, 2:3, 21:9 inferred);
    default square_1_1; upstream. """
    seed: int | Unset = UNSET
    """ Same seed and same input give similar output; omit for a random one. Optional integer; 0 to
    4294967295; upstream. """
    enable_safety_checker: bool | Unset = UNSET
    """ Whether the content filter is on. Optional boolean; default true; upstream. """

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        prompt = self.prompt
        reference_images = self.reference_images

        aspect_ratio: str | Unset = UNSET
        if not isinstance(self.aspect_ratio, Unset):
            aspect_ratio = self.aspect_ratio

        seed = self.seed
        enable_safety_checker = self.enable_safety_checker
        field_dict: dict[str, Any] = {}
        field_dict["prompt"] = prompt
        field_dict["reference_images"] = reference_images
        if aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = aspect_ratio
        if seed is not UNSET:
            field_dict["seed"] = seed
        if enable_safety_checker is not UNSET:
            field_dict["enable_safety_checker"] = enable_safety_checker
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values. Raises ValueError for an unknown field."""
        d = dict(src_dict)
        prompt = d.pop("prompt")
        reference_images = cast(Links, d.pop("reference_images"))

        _aspect_ratio = d.pop("aspect_ratio", UNSET)
        aspect_ratio: SeedreamV45EditInputAspectRatio | Unset
        if isinstance(_aspect_ratio, Unset):
            aspect_ratio = UNSET
        else:
            aspect_ratio = check_seedream_v45_edit_input_aspect_ratio(_aspect_ratio)

        seed = d.pop("seed", UNSET)
        enable_safety_checker = d.pop("enable_safety_checker", UNSET)
        if d:
            raise ValueError(f"SeedreamV45EditInput has no field {', '.join(map(repr, d))}")
        return cls(
            prompt=prompt,
            reference_images=reference_images,
            aspect_ratio=aspect_ratio,
            seed=seed,
            enable_safety_checker=enable_safety_checker,
        )
