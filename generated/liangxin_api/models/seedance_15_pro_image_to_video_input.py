# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.seedance_15_pro_image_to_video_input_aspect_ratio import (
    Seedance15ProImageToVideoInputAspectRatio,
    check_seedance_15_pro_image_to_video_input_aspect_ratio,
)
from ..types import UNSET, Link, Unset

if TYPE_CHECKING:
    pass

T = TypeVar("T", bound="Seedance15ProImageToVideoInput")


@_attrs_define(kw_only=True)
class Seedance15ProImageToVideoInput:
    """Input of model `seedance-1-5-pro-image-to-video`: Seedance 1.5 Pro - Image to Video. The id
    is inferred; `model=` sends another one.

    Args:
        prompt: Scene, dialogue and sounds. Required string; at most 2000 characters; upstream.
        image: First frame, a URL or a Base64 string. Required (inferred) URL or Base64 string; upstream.
        duration: Seconds of output. Optional integer; 4 to 12; default 5; upstream.
        generate_audio: Whether the video gets synchronised sound. Optional boolean; default true; upstream.
        camera_fixed: Whether the camera stands still. Optional boolean; default false; upstream.
        aspect_ratio: Width to height. Optional string; one of film_horizontal_21_9, widescreen_16_9, classic_4_3, square_1_1, traditional_3_4, social_story_9_16, film_vertical_9_21; default widescreen_16_9; upstream.
        seed: Same seed and same input give similar output; -1 means random. Optional integer; -1 to 4294967295; default -1; upstream.
    """

    prompt: str
    """ Scene, dialogue and sounds. Required string; at most 2000 characters; upstream. """
    image: Link
    """ First frame, a URL or a Base64 string. Required (inferred) URL or Base64 string; upstream. """
    duration: int | Unset = UNSET
    """ Seconds of output. Optional integer; 4 to 12; default 5; upstream. """
    generate_audio: bool | Unset = UNSET
    """ Whether the video gets synchronised sound. Optional boolean; default true; upstream. """
    camera_fixed: bool | Unset = UNSET
    """ Whether the camera stands still. Optional boolean; default false; upstream. """
    aspect_ratio: Seedance15ProImageToVideoInputAspectRatio | Unset = UNSET
    """ Width to height. Optional string; one of film_horizontal_21_9, widescreen_16_9, classic_4_3,
    square_1_1, traditional_3_4, social_story_9_16, film_vertical_9_21; default widescreen_16_9;
    upstream. """
    seed: int | Unset = UNSET
    """ Same seed and same input give similar output; -1 means random. Optional integer; -1 to
    4294967295; default -1; upstream. """

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        prompt = self.prompt
        image = self.image
        duration = self.duration
        generate_audio = self.generate_audio
        camera_fixed = self.camera_fixed
        aspect_ratio: str | Unset = UNSET
        if not isinstance(self.aspect_ratio, Unset):
            aspect_ratio = self.aspect_ratio

        seed = self.seed
        field_dict: dict[str, Any] = {}
        field_dict["prompt"] = prompt
        field_dict["image"] = image
        if duration is not UNSET:
            field_dict["duration"] = duration
        if generate_audio is not UNSET:
            field_dict["generate_audio"] = generate_audio
        if camera_fixed is not UNSET:
            field_dict["camera_fixed"] = camera_fixed
        if aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = aspect_ratio
        if seed is not UNSET:
            field_dict["seed"] = seed
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values. Raises ValueError for an unknown field."""
        d = dict(src_dict)
        prompt = d.pop("prompt")
        image = d.pop("image")
        duration = d.pop("duration", UNSET)
        generate_audio = d.pop("generate_audio", UNSET)
        camera_fixed = d.pop("camera_fixed", UNSET)
        _aspect_ratio = d.pop("aspect_ratio", UNSET)
        aspect_ratio: Seedance15ProImageToVideoInputAspectRatio | Unset
        if isinstance(_aspect_ratio, Unset):
            aspect_ratio = UNSET
        else:
            aspect_ratio = check_seedance_15_pro_image_to_video_input_aspect_ratio(_aspect_ratio)

        seed = d.pop("seed", UNSET)
        if d:
            raise ValueError(
                f"Seedance15ProImageToVideoInput has no field {', '.join(map(repr, d))}"
            )
        return cls(
            prompt=prompt,
            image=image,
            duration=duration,
            generate_audio=generate_audio,
            camera_fixed=camera_fixed,
            aspect_ratio=aspect_ratio,
            seed=seed,
        )
