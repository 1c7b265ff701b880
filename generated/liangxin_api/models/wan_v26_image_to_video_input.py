# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.wan_v26_image_to_video_input_duration import (
    WanV26ImageToVideoInputDuration,
    check_wan_v26_image_to_video_input_duration,
)
from ..models.wan_v26_image_to_video_input_shot_type import (
    WanV26ImageToVideoInputShotType,
    check_wan_v26_image_to_video_input_shot_type,
)
from ..models.wan_v26_image_to_video_input_size import (
    WanV26ImageToVideoInputSize,
    check_wan_v26_image_to_video_input_size,
)
from ..types import UNSET, Link, Unset

if TYPE_CHECKING:
    pass

T = TypeVar("T", bound="WanV26ImageToVideoInput")


@_attrs_define(kw_only=True)
class WanV26ImageToVideoInput:
    """Input of model `wan-v2-6-image-to-video`: WAN 2.6 - Image to Video. The id is inferred;
    `model=` sends another one.

    Rules:

    - shot_type multi only with enable_prompt_expansion true (upstream).
    - On Magnific each tier accepts only its own five sizes (defaults 1280*720 and 1920*1080).
    How LiangXin selects the tier is unknown (upstream).

    Args:
        prompt: What the video shows. Required string; at most 2000 characters; upstream.
        image: Picture to animate, a public URL. Required URL; JPEG, PNG or WebP, at most 10 MB, 240 to 8000 px per side; upstream.
        duration: Seconds of output. Optional integer (inferred); one of 5, 10, 15; default 5; upstream.
        negative_prompt: What to keep out of the video. Optional string; at most 1000 characters; upstream.
        enable_prompt_expansion: Whether a language model expands the prompt. Optional boolean; default false; upstream.
        shot_type: One shot or several; multi needs enable_prompt_expansion. Optional string; one of single, multi; default single; upstream.
        seed: Same seed and same input give similar output; -1 means random. Optional integer; -1 to 2147483647; default -1; upstream.
        size: Width and height in pixels; the first five are the 720p tier, the last five the 1080p tier. Optional string; one of 1280*720, 720*1280, 960*960, 1088*832, 832*1088, 1920*1080, 1080*1920, 1440*1440, 1632*1248, 1248*1632; upstream.
    """

    prompt: str
    """ What the video shows. Required string; at most 2000 characters; upstream. """
    image: Link
    """ Picture to animate, a public URL. Required URL; JPEG, PNG or WebP, at most 10 MB, 240 to
    8000 px per side; upstream. """
    duration: WanV26ImageToVideoInputDuration | Unset = UNSET
    """ Seconds of output. Optional integer (inferred); one of 5, 10, 15; default 5; upstream. """
    negative_prompt: str | Unset = UNSET
    """ What to keep out of the video. Optional string; at most 1000 characters; upstream. """
    enable_prompt_expansion: bool | Unset = UNSET
    """ Whether a language model expands the prompt. Optional boolean; default false; upstream. """
    shot_type: WanV26ImageToVideoInputShotType | Unset = UNSET
    """ One shot or several; multi needs enable_prompt_expansion. Optional string; one of single,
    multi; default single; upstream. """
    seed: int | Unset = UNSET
    """ Same seed and same input give similar output; -1 means random. Optional integer; -1 to
    2147483647; default -1; upstream. """
    size: WanV26ImageToVideoInputSize | Unset = UNSET
    """ Width and height in pixels; the first five are the 720p tier, the last five the 1080p tier.
    Optional string; one of 1280*720, 720*1280, 960*960, 1088*832, 832*1088, 1920*1080,
    1080*1920, 1440*1440, 1632*1248, 1248*1632; upstream. """

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        prompt = self.prompt
        image = self.image
        duration: int | Unset = UNSET
        if not isinstance(self.duration, Unset):
            duration = self.duration

        negative_prompt = self.negative_prompt
        enable_prompt_expansion = self.enable_prompt_expansion
        shot_type: str | Unset = UNSET
        if not isinstance(self.shot_type, Unset):
            shot_type = self.shot_type

        seed = self.seed
        size: str | Unset = UNSET
        if not isinstance(self.size, Unset):
            size = self.size

        field_dict: dict[str, Any] = {}
        field_dict["prompt"] = prompt
        field_dict["image"] = image
        if duration is not UNSET:
            field_dict["duration"] = duration
        if negative_prompt is not UNSET:
            field_dict["negative_prompt"] = negative_prompt
        if enable_prompt_expansion is not UNSET:
            field_dict["enable_prompt_expansion"] = enable_prompt_expansion
        if shot_type is not UNSET:
            field_dict["shot_type"] = shot_type
        if seed is not UNSET:
            field_dict["seed"] = seed
        if size is not UNSET:
            field_dict["size"] = size
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values. Raises ValueError for an unknown field."""
        d = dict(src_dict)
        prompt = d.pop("prompt")
        image = d.pop("image")
        _duration = d.pop("duration", UNSET)
        duration: WanV26ImageToVideoInputDuration | Unset
        if isinstance(_duration, Unset):
            duration = UNSET
        else:
            duration = check_wan_v26_image_to_video_input_duration(_duration)

        negative_prompt = d.pop("negative_prompt", UNSET)
        enable_prompt_expansion = d.pop("enable_prompt_expansion", UNSET)
        _shot_type = d.pop("shot_type", UNSET)
        shot_type: WanV26ImageToVideoInputShotType | Unset
        if isinstance(_shot_type, Unset):
            shot_type = UNSET
        else:
            shot_type = check_wan_v26_image_to_video_input_shot_type(_shot_type)

        seed = d.pop("seed", UNSET)
        _size = d.pop("size", UNSET)
        size: WanV26ImageToVideoInputSize | Unset
        if isinstance(_size, Unset):
            size = UNSET
        else:
            size = check_wan_v26_image_to_video_input_size(_size)

        if d:
            raise ValueError(f"WanV26ImageToVideoInput has no field {', '.join(map(repr, d))}")
        return cls(
            prompt=prompt,
            image=image,
            duration=duration,
            negative_prompt=negative_prompt,
            enable_prompt_expansion=enable_prompt_expansion,
            shot_type=shot_type,
            seed=seed,
            size=size,
        )
