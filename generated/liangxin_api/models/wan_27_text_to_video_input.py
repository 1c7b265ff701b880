# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.wan_27_text_to_video_input_aspect_ratio import (
    Wan27TextToVideoInputAspectRatio,
    check_wan_27_text_to_video_input_aspect_ratio,
)
from ..models.wan_27_text_to_video_input_resolution import (
    Wan27TextToVideoInputResolution,
    check_wan_27_text_to_video_input_resolution,
)
from ..types import UNSET, Link, Unset

if TYPE_CHECKING:
    from ..models.wan_27_text_to_video_input_additional_settings import (
        Wan27TextToVideoInputAdditionalSettings,
    )

T = TypeVar("T", bound="Wan27TextToVideoInput")


@_attrs_define(kw_only=True)
class Wan27TextToVideoInput:
    """Input of model `wan-2-7-text-to-video`: WAN 2.7 - Text to Video. The id is inferred;
    `model=` sends another one.

    Args:
        prompt: What the video shows. Required string; at most 5000 characters; upstream.
        negative_prompt: What to keep out of the video. Optional string; at most 500 characters; upstream.
        resolution: Size of the video; capital P. Optional string; one of 720P, 1080P; default 1080P; upstream.
        seed: Same seed and same input give similar output; omit for a random one. Optional integer; 0 to 2147483647; upstream.
        additional_settings: Further settings, nested as upstream; LiangXin might flatten them (unknown). Optional object; upstream.
        audio_url: Audio that guides the clip; the model may make its own otherwise. Optional URL; WAV or MP3, at most 15 MB, 2 to 30 s; upstream.
        aspect_ratio: Width to height. Optional string; one of 16:9, 9:16, 1:1, 4:3, 3:4; default 16:9; upstream.
        duration: Seconds of output. Optional integer; 2 to 15; default 5; upstream.
    """

    prompt: str
    """ What the video shows. Required string; at most 5000 characters; upstream. """
    negative_prompt: str | Unset = UNSET
    """ What to keep out of the video. Optional string; at most 500 characters; upstream. """
    resolution: Wan27TextToVideoInputResolution | Unset = UNSET
    """ Size of the video; capital P. Optional string; one of 720P, 1080P; default 1080P; upstream. """
    seed: int | Unset = UNSET
    """ Same seed and same input give similar output; omit for a random one. Optional integer; 0 to
    2147483647; upstream. """
    additional_settings: Wan27TextToVideoInputAdditionalSettings | Unset = UNSET
    """ Further settings, nested as upstream; LiangXin might flatten them (unknown). Optional
    object; upstream. """
    audio_url: Link | Unset = UNSET
    """ Audio that guides the clip; the model may make its own otherwise. Optional URL; WAV or MP3,
    at most 15 MB, 2 to 30 s; upstream. """
    aspect_ratio: Wan27TextToVideoInputAspectRatio | Unset = UNSET
    """ Width to height. Optional string; one of 16:9, 9:16, 1:1, 4:3, 3:4; default 16:9; upstream. """
    duration: int | Unset = UNSET
    """ Seconds of output. Optional integer; 2 to 15; default 5; upstream. """

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        prompt = self.prompt
        negative_prompt = self.negative_prompt
        resolution: str | Unset = UNSET
        if not isinstance(self.resolution, Unset):
            resolution = self.resolution

        seed = self.seed
        additional_settings: dict[str, Any] | Unset = UNSET
        if not isinstance(self.additional_settings, Unset):
            additional_settings = self.additional_settings.to_dict()
        audio_url = self.audio_url
        aspect_ratio: str | Unset = UNSET
        if not isinstance(self.aspect_ratio, Unset):
            aspect_ratio = self.aspect_ratio

        duration = self.duration
        field_dict: dict[str, Any] = {}
        field_dict["prompt"] = prompt
        if negative_prompt is not UNSET:
            field_dict["negative_prompt"] = negative_prompt
        if resolution is not UNSET:
            field_dict["resolution"] = resolution
        if seed is not UNSET:
            field_dict["seed"] = seed
        if additional_settings is not UNSET:
            field_dict["additional_settings"] = additional_settings
        if audio_url is not UNSET:
            field_dict["audio_url"] = audio_url
        if aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = aspect_ratio
        if duration is not UNSET:
            field_dict["duration"] = duration
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values. Raises ValueError for an unknown field."""
        from ..models.wan_27_text_to_video_input_additional_settings import (
            Wan27TextToVideoInputAdditionalSettings,
        )

        d = dict(src_dict)
        prompt = d.pop("prompt")
        negative_prompt = d.pop("negative_prompt", UNSET)
        _resolution = d.pop("resolution", UNSET)
        resolution: Wan27TextToVideoInputResolution | Unset
        if isinstance(_resolution, Unset):
            resolution = UNSET
        else:
            resolution = check_wan_27_text_to_video_input_resolution(_resolution)

        seed = d.pop("seed", UNSET)
        _additional_settings = d.pop("additional_settings", UNSET)
        additional_settings: Wan27TextToVideoInputAdditionalSettings | Unset
        if isinstance(_additional_settings, Unset):
            additional_settings = UNSET
        else:
            additional_settings = Wan27TextToVideoInputAdditionalSettings.from_dict(
                _additional_settings
            )

        audio_url = d.pop("audio_url", UNSET)
        _aspect_ratio = d.pop("aspect_ratio", UNSET)
        aspect_ratio: Wan27TextToVideoInputAspectRatio | Unset
        if isinstance(_aspect_ratio, Unset):
            aspect_ratio = UNSET
        else:
            aspect_ratio = check_wan_27_text_to_video_input_aspect_ratio(_aspect_ratio)

        duration = d.pop("duration", UNSET)
        if d:
            raise ValueError(f"Wan27TextToVideoInput has no field {', '.join(map(repr, d))}")
        return cls(
            prompt=prompt,
            negative_prompt=negative_prompt,
            resolution=resolution,
            seed=seed,
            additional_settings=additional_settings,
            audio_url=audio_url,
            aspect_ratio=aspect_ratio,
            duration=duration,
        )
