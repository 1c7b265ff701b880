# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.veo_31_fast_image_to_video_input_aspect_ratio import (
    Veo31FastImageToVideoInputAspectRatio,
    check_veo_31_fast_image_to_video_input_aspect_ratio,
)
from ..models.veo_31_fast_image_to_video_input_duration import (
    Veo31FastImageToVideoInputDuration,
    check_veo_31_fast_image_to_video_input_duration,
)
from ..models.veo_31_fast_image_to_video_input_resolution import (
    Veo31FastImageToVideoInputResolution,
    check_veo_31_fast_image_to_video_input_resolution,
)
from ..types import UNSET, Link, Unset

if TYPE_CHECKING:
    pass

T = TypeVar("T", bound="Veo31FastImageToVideoInput")


@_attrs_define(kw_only=True)
class Veo31FastImageToVideoInput:
    """Input of model `veo-3-1-fast-image-to-video`: Google - Veo 3.1 Fast Image to Video. The id
    is inferred; `model=` sends another one.

    Args:
        prompt: What the video shows. Required string; at most 20000 characters; upstream.
        image: First frame, a publicly reachable HTTPS URL or a Base64 string. Required URL or Base64 string; upstream.
        negative_prompt: What to keep out of the video. Optional string; at most 20000 characters; upstream.
        resolution: Size of the video; lower case. Optional string; one of 720p, 1080p, 4k; default 720p; upstream.
        aspect_ratio: Width to height. Optional string; one of 16:9, 9:16; default 16:9; upstream.
        generate_audio: Whether the video gets dialogue and sound effects. Optional boolean; default true; upstream.
        seed: Same seed and same input give similar output; omit for a random one. Optional integer; at least 0; upstream.
        duration: Seconds of output. Optional integer; one of 4, 6, 8; default 8; upstream.
    """

    prompt: str
    """ What the video shows. Required string; at most 20000 characters; upstream. """
    image: Link
    """ First frame, a publicly reachable HTTPS URL or a Base64 string. Required URL or Base64
    string; upstream. """
    negative_prompt: str | Unset = UNSET
    """ What to keep out of the video. Optional string; at most 20000 characters; upstream. """
    resolution: Veo31FastImageToVideoInputResolution | Unset = UNSET
    """ Size of the video; lower case. Optional string; one of 720p, 1080p, 4k; default 720p;
    upstream. """
    aspect_ratio: Veo31FastImageToVideoInputAspectRatio | Unset = UNSET
    """ Width to height. Optional string; one of 16:9, 9:16; default 16:9; upstream. """
    generate_audio: bool | Unset = UNSET
    """ Whether the video gets dialogue and sound effects. Optional boolean; default true; upstream. """
    seed: int | Unset = UNSET
    """ Same seed and same input give similar output; omit for a random one. Optional integer; at
    least 0; upstream. """
    duration: Veo31FastImageToVideoInputDuration | Unset = UNSET
    """ Seconds of output. Optional integer; one of 4, 6, 8; default 8; upstream. """

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        prompt = self.prompt
        image = self.image
        negative_prompt = self.negative_prompt
        resolution: str | Unset = UNSET
        if not isinstance(self.resolution, Unset):
            resolution = self.resolution

        aspect_ratio: str | Unset = UNSET
        if not isinstance(self.aspect_ratio, Unset):
            aspect_ratio = self.aspect_ratio

        generate_audio = self.generate_audio
        seed = self.seed
        duration: int | Unset = UNSET
        if not isinstance(self.duration, Unset):
            duration = self.duration

        field_dict: dict[str, Any] = {}
        field_dict["prompt"] = prompt
        field_dict["image"] = image
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
        if duration is not UNSET:
            field_dict["duration"] = duration
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values. Raises ValueError for an unknown field."""
        d = dict(src_dict)
        prompt = d.pop("prompt")
        image = d.pop("image")
        negative_prompt = d.pop("negative_prompt", UNSET)
        _resolution = d.pop("resolution", UNSET)
        resolution: Veo31FastImageToVideoInputResolution | Unset
        if isinstance(_resolution, Unset):
            resolution = UNSET
        else:
            resolution = check_veo_31_fast_image_to_video_input_resolution(_resolution)

        _aspect_ratio = d.pop("aspect_ratio", UNSET)
        aspect_ratio: Veo31FastImageToVideoInputAspectRatio | Unset
        if isinstance(_aspect_ratio, Unset):
            aspect_ratio = UNSET
        else:
            aspect_ratio = check_veo_31_fast_image_to_video_input_aspect_ratio(_aspect_ratio)

        generate_audio = d.pop("generate_audio", UNSET)
        seed = d.pop("seed", UNSET)
        _duration = d.pop("duration", UNSET)
        duration: Veo31FastImageToVideoInputDuration | Unset
        if isinstance(_duration, Unset):
            duration = UNSET
        else:
            duration = check_veo_31_fast_image_to_video_input_duration(_duration)

        if d:
            raise ValueError(f"Veo31FastImageToVideoInput has no field {', '.join(map(repr, d))}")
        return cls(
            prompt=prompt,
            image=image,
            negative_prompt=negative_prompt,
            resolution=resolution,
            aspect_ratio=aspect_ratio,
            generate_audio=generate_audio,
            seed=seed,
            duration=duration,
        )
