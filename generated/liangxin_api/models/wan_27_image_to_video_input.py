# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.wan_27_image_to_video_input_resolution import (
    Wan27ImageToVideoInputResolution,
    check_wan_27_image_to_video_input_resolution,
)
from ..types import UNSET, Link, Unset

if TYPE_CHECKING:
    from ..models.wan_27_image_to_video_input_additional_settings import (
        Wan27ImageToVideoInputAdditionalSettings,
    )

T = TypeVar("T", bound="Wan27ImageToVideoInput")


@_attrs_define(kw_only=True)
class Wan27ImageToVideoInput:
    """Input of model `wan-2-7-image-to-video`: WAN 2.7 - Image to Video. The id is inferred;
    `model=` sends another one.

    Rules:

    - start_image_url or video_url is given (inferred).
    - end_image_url comes with start_image_url or video_url (upstream).
    - start_image_url together with video_url is none of the three modes; behaviour unknown
    (upstream).
    - In continuation, duration counts the input clip as well, so it has to exceed the clip's
    length (inferred).

    Args:
        prompt: Optional guidance of the motion. Optional string; at most 5000 characters; upstream.
        negative_prompt: What to keep out of the video. Optional string; at most 500 characters; upstream.
        resolution: Size of the video; capital P. Optional string; one of 720P, 1080P; default 1080P; upstream.
        seed: Same seed and same input give similar output; omit for a random one. Optional integer; 0 to 2147483647; upstream.
        additional_settings: Further settings, nested as upstream; LiangXin might flatten them (unknown). Optional object; upstream.
        start_image_url: First frame. Optional URL; JPEG, PNG, BMP or WebP, at most 20 MB, 240 to 8000 px per side, 1:8 to 8:1 in width to height; upstream.
        end_image_url: Last frame. Optional URL; JPEG, PNG, BMP or WebP, at most 20 MB, 240 to 8000 px per side, 1:8 to 8:1 in width to height; upstream.
        audio_url: Audio that guides the clip. Optional URL; WAV or MP3, at most 15 MB, 2 to 30 s; upstream.
        video_url: Clip to continue. Optional URL; MP4 or MOV, at most 100 MB, 240 to 4096 px per side, 2 to 10 s; upstream.
        duration: Seconds of output; includes the input clip when a video is continued. Optional integer; 2 to 15; default 5; upstream.
    """

    prompt: str | Unset = UNSET
    """ Optional guidance of the motion. Optional string; at most 5000 characters; upstream. """
    negative_prompt: str | Unset = UNSET
    """ What to keep out of the video. Optional string; at most 500 characters; upstream. """
    resolution: Wan27ImageToVideoInputResolution | Unset = UNSET
    """ Size of the video; capital P. Optional string; one of 720P, 1080P; default 1080P; upstream. """
    seed: int | Unset = UNSET
    """ Same seed and same input give similar output; omit for a random one. Optional integer; 0 to
    2147483647; upstream. """
    additional_settings: Wan27ImageToVideoInputAdditionalSettings | Unset = UNSET
    """ Further settings, nested as upstream; LiangXin might flatten them (unknown). Optional
    object; upstream. """
    start_image_url: Link | Unset = UNSET
    """ First frame. Optional URL; JPEG, PNG, BMP or WebP, at most 20 MB, 240 to 8000 px per side,
    1:8 to 8:1 in width to height; upstream. """
    end_image_url: Link | Unset = UNSET
    """ Last frame. Optional URL; JPEG, PNG, BMP or WebP, at most 20 MB, 240 to 8000 px per side,
    1:8 to 8:1 in width to height; upstream. """
    audio_url: Link | Unset = UNSET
    """ Audio that guides the clip. Optional URL; WAV or MP3, at most 15 MB, 2 to 30 s; upstream. """
    video_url: Link | Unset = UNSET
    """ Clip to continue. Optional URL; MP4 or MOV, at most 100 MB, 240 to 4096 px per side, 2 to 10
    s; upstream. """
    duration: int | Unset = UNSET
    """ Seconds of output; includes the input clip when a video is continued. Optional integer; 2 to
    15; default 5; upstream. """

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
        start_image_url = self.start_image_url
        end_image_url = self.end_image_url
        audio_url = self.audio_url
        video_url = self.video_url
        duration = self.duration
        field_dict: dict[str, Any] = {}
        if prompt is not UNSET:
            field_dict["prompt"] = prompt
        if negative_prompt is not UNSET:
            field_dict["negative_prompt"] = negative_prompt
        if resolution is not UNSET:
            field_dict["resolution"] = resolution
        if seed is not UNSET:
            field_dict["seed"] = seed
        if additional_settings is not UNSET:
            field_dict["additional_settings"] = additional_settings
        if start_image_url is not UNSET:
            field_dict["start_image_url"] = start_image_url
        if end_image_url is not UNSET:
            field_dict["end_image_url"] = end_image_url
        if audio_url is not UNSET:
            field_dict["audio_url"] = audio_url
        if video_url is not UNSET:
            field_dict["video_url"] = video_url
        if duration is not UNSET:
            field_dict["duration"] = duration
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values. Raises ValueError for an unknown field."""
        from ..models.wan_27_image_to_video_input_additional_settings import (
            Wan27ImageToVideoInputAdditionalSettings,
        )

        d = dict(src_dict)
        prompt = d.pop("prompt", UNSET)
        negative_prompt = d.pop("negative_prompt", UNSET)
        _resolution = d.pop("resolution", UNSET)
        resolution: Wan27ImageToVideoInputResolution | Unset
        if isinstance(_resolution, Unset):
            resolution = UNSET
        else:
            resolution = check_wan_27_image_to_video_input_resolution(_resolution)

        seed = d.pop("seed", UNSET)
        _additional_settings = d.pop("additional_settings", UNSET)
        additional_settings: Wan27ImageToVideoInputAdditionalSettings | Unset
        if isinstance(_additional_settings, Unset):
            additional_settings = UNSET
        else:
            additional_settings = Wan27ImageToVideoInputAdditionalSettings.from_dict(
                _additional_settings
            )

        start_image_url = d.pop("start_image_url", UNSET)
        end_image_url = d.pop("end_image_url", UNSET)
        audio_url = d.pop("audio_url", UNSET)
        video_url = d.pop("video_url", UNSET)
        duration = d.pop("duration", UNSET)
        if d:
            raise ValueError(f"Wan27ImageToVideoInput has no field {', '.join(map(repr, d))}")
        return cls(
            prompt=prompt,
            negative_prompt=negative_prompt,
            resolution=resolution,
            seed=seed,
            additional_settings=additional_settings,
            start_image_url=start_image_url,
            end_image_url=end_image_url,
            audio_url=audio_url,
            video_url=video_url,
            duration=duration,
        )
