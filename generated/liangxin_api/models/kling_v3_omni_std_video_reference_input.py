# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.kling_v3_omni_std_video_reference_input_aspect_ratio import (
    KlingV3OmniStdVideoReferenceInputAspectRatio,
    check_kling_v3_omni_std_video_reference_input_aspect_ratio,
)
from ..models.kling_v3_omni_std_video_reference_input_duration_type_1 import (
    KlingV3OmniStdVideoReferenceInputDurationType1,
    check_kling_v3_omni_std_video_reference_input_duration_type_1,
)
from ..types import UNSET, Link, Unset

if TYPE_CHECKING:
    pass

T = TypeVar("T", bound="KlingV3OmniStdVideoReferenceInput")


@_attrs_define(kw_only=True)
class KlingV3OmniStdVideoReferenceInput:
    """Input of model `kling-v3-omni-std-video-reference`: Kling 3 Omni Standard - Video Reference.

    Rules:

    - aspect_ratio auto needs image_url (inferred).
    - The prompt should refer to the clip as @Video1 (upstream).

    Args:
        video_url: Reference clip for motion and style. Required (upstream) URL; MP4 or MOV, at most 200 MB, 3 to 10 s, 24 to 60 frames per second (upstream); 720 to 2160 px per side (inferred); documented.
        prompt: What the video shows; refer to the clip as @Video1. Optional (upstream) string; at most 2500 characters (upstream); documented.
        image_url: Start frame. Optional (upstream) URL; JPEG or PNG, at most 10 MB, at least 300 px per side (upstream); documented.
        aspect_ratio: Width to height; auto follows the start frame. Optional (upstream) string; one of auto, 16:9, 9:16, 1:1 (documented; auto, 9:16, 1:1 upstream); default 16:9 (upstream); documented.
        duration: Seconds of output. The client also takes a string, such as "5", and sends the integer. Optional (upstream) integer; 3 to 15 (upstream); default 5 (upstream); documented.
        negative_prompt: What to keep out of the video. Optional (upstream) string; at most 2500 characters (upstream); default blur, distort, and low quality (upstream); documented.
        cfg_scale: How closely the prompt is followed; higher is stricter. Optional (upstream) number; 0 to 1 (upstream); default 0.5 (upstream); documented.
    """

    video_url: Link
    """ Reference clip for motion and style. Required (upstream) URL; MP4 or MOV, at most 200 MB, 3
    to 10 s, 24 to 60 frames per second (upstream); 720 to 2160 px per side (inferred);
    documented. """
    prompt: str | Unset = UNSET
    """ What the video shows; refer to the clip as @Video1. Optional (upstream) string; at most 2500
    characters (upstream); documented. """
    image_url: Link | Unset = UNSET
    """ Start frame. Optional (upstream) URL; JPEG or PNG, at most 10 MB, at least 300 px per side
    (upstream); documented. """
    aspect_ratio: KlingV3OmniStdVideoReferenceInputAspectRatio | Unset = UNSET
    """ Width to height; auto follows the start frame. Optional (upstream) string; one of auto,
    16:9, 9:16, 1:1 (documented; auto, 9:16, 1:1 upstream); default 16:9 (upstream); documented. """
    duration: int | KlingV3OmniStdVideoReferenceInputDurationType1 | Unset = UNSET
    """ Seconds of output. The client also takes a string, such as "5", and sends the integer.
    Optional (upstream) integer; 3 to 15 (upstream); default 5 (upstream); documented. """
    negative_prompt: str | Unset = UNSET
    """ What to keep out of the video. Optional (upstream) string; at most 2500 characters
    (upstream); default blur, distort, and low quality (upstream); documented. """
    cfg_scale: float | Unset = UNSET
    """ How closely the prompt is followed; higher is stricter. Optional (upstream) number; 0 to 1
    (upstream); default 0.5 (upstream); documented. """

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        video_url = self.video_url
        prompt = self.prompt
        image_url = self.image_url
        aspect_ratio: str | Unset = UNSET
        if not isinstance(self.aspect_ratio, Unset):
            aspect_ratio = self.aspect_ratio

        duration: int | str | Unset
        if isinstance(self.duration, Unset):
            duration = UNSET
        elif isinstance(self.duration, str):
            duration = self.duration
        else:
            duration = self.duration
        negative_prompt = self.negative_prompt
        cfg_scale = self.cfg_scale
        field_dict: dict[str, Any] = {}
        field_dict["video_url"] = video_url
        if prompt is not UNSET:
            field_dict["prompt"] = prompt
        if image_url is not UNSET:
            field_dict["image_url"] = image_url
        if aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = aspect_ratio
        if duration is not UNSET:
            field_dict["duration"] = duration
        if negative_prompt is not UNSET:
            field_dict["negative_prompt"] = negative_prompt
        if cfg_scale is not UNSET:
            field_dict["cfg_scale"] = cfg_scale
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values. Raises ValueError for an unknown field."""
        d = dict(src_dict)
        video_url = d.pop("video_url")
        prompt = d.pop("prompt", UNSET)
        image_url = d.pop("image_url", UNSET)
        _aspect_ratio = d.pop("aspect_ratio", UNSET)
        aspect_ratio: KlingV3OmniStdVideoReferenceInputAspectRatio | Unset
        if isinstance(_aspect_ratio, Unset):
            aspect_ratio = UNSET
        else:
            aspect_ratio = check_kling_v3_omni_std_video_reference_input_aspect_ratio(_aspect_ratio)

        def _parse_duration(
            data: object,
        ) -> int | KlingV3OmniStdVideoReferenceInputDurationType1 | Unset:
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                duration_type_1 = check_kling_v3_omni_std_video_reference_input_duration_type_1(
                    data
                )

                return duration_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(int | KlingV3OmniStdVideoReferenceInputDurationType1 | Unset, data)

        duration = _parse_duration(d.pop("duration", UNSET))

        negative_prompt = d.pop("negative_prompt", UNSET)
        cfg_scale = d.pop("cfg_scale", UNSET)
        if d:
            raise ValueError(
                f"KlingV3OmniStdVideoReferenceInput has no field {', '.join(map(repr, d))}"
            )
        return cls(
            video_url=video_url,
            prompt=prompt,
            image_url=image_url,
            aspect_ratio=aspect_ratio,
            duration=duration,
            negative_prompt=negative_prompt,
            cfg_scale=cfg_scale,
        )
