# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.veo_31_reference_to_video_input_aspect_ratio import (
    Veo31ReferenceToVideoInputAspectRatio,
    check_veo_31_reference_to_video_input_aspect_ratio,
)
from ..models.veo_31_reference_to_video_input_resolution import (
    Veo31ReferenceToVideoInputResolution,
    check_veo_31_reference_to_video_input_resolution,
)
from ..types import UNSET, Links, Unset

if TYPE_CHECKING:
    pass

T = TypeVar("T", bound="Veo31ReferenceToVideoInput")


@_attrs_define(kw_only=True)
class Veo31ReferenceToVideoInput:
    """Input of model `veo-3-1-reference-to-video`: Google - Veo 3.1 Reference to Video. The id is
    inferred; `model=` sends another one.

    Args:
        prompt: What the video shows. Required string; at most 20000 characters; upstream.
        image_urls: Public HTTPS URLs of the reference pictures. Required array of URLs; 1 to 3 items; upstream.
        negative_prompt: What to keep out of the video. Optional string; at most 20000 characters; upstream.
        resolution: Size of the video; lower case. Optional string; one of 720p, 1080p, 4k; default 720p; upstream.
        aspect_ratio: Width to height. Optional string; one of 16:9, 9:16; default 16:9; upstream.
        generate_audio: Whether the video gets dialogue and sound effects. Optional boolean; default true; upstream.
        seed: Same seed and same input give similar output; omit for a random one. Optional integer; at least 0; upstream.
    """

    prompt: str
    """ What the video shows. Required string; at most 20000 characters; upstream. """
    image_urls: Links
    """ Public HTTPS URLs of the reference pictures. Required array of URLs; 1 to 3 items; upstream. """
    negative_prompt: str | Unset = UNSET
    """ What to keep out of the video. Optional string; at most 20000 characters; upstream. """
    resolution: Veo31ReferenceToVideoInputResolution | Unset = UNSET
    """ Size of the video; lower case. Optional string; one of 720p, 1080p, 4k; default 720p;
    upstream. """
    aspect_ratio: Veo31ReferenceToVideoInputAspectRatio | Unset = UNSET
    """ Width to height. Optional string; one of 16:9, 9:16; default 16:9; upstream. """
    generate_audio: bool | Unset = UNSET
    """ Whether the video gets dialogue and sound effects. Optional boolean; default true; upstream. """
    seed: int | Unset = UNSET
    """ Same seed and same input give similar output; omit for a random one. Optional integer; at
    least 0; upstream. """

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        prompt = self.prompt
        image_urls = self.image_urls

        negative_prompt = self.negative_prompt
        resolution: str | Unset = UNSET
        if not isinstance(self.resolution, Unset):
            resolution = self.resolution

        aspect_ratio: str | Unset = UNSET
        if not isinstance(self.aspect_ratio, Unset):
            aspect_ratio = self.aspect_ratio

        generate_audio = self.generate_audio
        seed = self.seed
        field_dict: dict[str, Any] = {}
        field_dict["prompt"] = prompt
        field_dict["image_urls"] = image_urls
        if negative_prompt is not UNSET:
            field_dict["negative_prompt"] = negative_prompt
        if resolution is not UNSET:
            field_dict["resolution"] = resolution
        if aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = aspect_ratio
        if generate_audio is not UNSET:
            field_dict["generate_audio"] = generate_audio
        if seed is not UNSET:
            field_dict["seed"] = seed
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values. Raises ValueError for an unknown field."""
        d = dict(src_dict)
        prompt = d.pop("prompt")
        image_urls = cast(Links, d.pop("image_urls"))

        negative_prompt = d.pop("negative_prompt", UNSET)
        _resolution = d.pop("resolution", UNSET)
        resolution: Veo31ReferenceToVideoInputResolution | Unset
        if isinstance(_resolution, Unset):
            resolution = UNSET
        else:
            resolution = check_veo_31_reference_to_video_input_resolution(_resolution)

        _aspect_ratio = d.pop("aspect_ratio", UNSET)
        aspect_ratio: Veo31ReferenceToVideoInputAspectRatio | Unset
        if isinstance(_aspect_ratio, Unset):
            aspect_ratio = UNSET
        else:
            aspect_ratio = check_veo_31_reference_to_video_input_aspect_ratio(_aspect_ratio)

        generate_audio = d.pop("generate_audio", UNSET)
        seed = d.pop("seed", UNSET)
        if d:
            raise ValueError(f"Veo31ReferenceToVideoInput has no field {', '.join(map(repr, d))}")
        return cls(
            prompt=prompt,
            image_urls=image_urls,
            negative_prompt=negative_prompt,
            resolution=resolution,
            aspect_ratio=aspect_ratio,
            generate_audio=generate_audio,
            seed=seed,
        )
