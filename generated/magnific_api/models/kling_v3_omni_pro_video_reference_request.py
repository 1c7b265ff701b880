# Generated from openapi/magnific/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/magnific/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.kling_v3_omni_pro_video_reference_request_aspect_ratio import (
    KlingV3OmniProVideoReferenceRequestAspectRatio,
    check_kling_v3_omni_pro_video_reference_request_aspect_ratio,
)
from ..models.kling_v3_omni_pro_video_reference_request_duration_type_0 import (
    KlingV3OmniProVideoReferenceRequestDurationType0,
    check_kling_v3_omni_pro_video_reference_request_duration_type_0,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    pass

T = TypeVar("T", bound="KlingV3OmniProVideoReferenceRequest")


@_attrs_define(kw_only=True)
class KlingV3OmniProVideoReferenceRequest:
    """Request for a task of Kling 3 Omni Pro - Video Reference.

    Args:
        video_url: Reference clip for motion and style. Required URL; MP4 or MOV, at most 200 MB, 3 to 10 s, 24 to 60 frames per second; 720 to 2160 px per side (inferred); documented.
        prompt: What the video shows; refer to the clip as @Video1. Optional string; at most 2500 characters; documented.
        image_url: Start frame. Optional URL; JPEG or PNG, at most 10 MB, at least 300 px per side; documented.
        aspect_ratio: Width to height; auto follows the start frame. Optional string; one of auto, 16:9, 9:16, 1:1; default 16:9; documented.
        duration: Seconds of output. The client also takes an integer, such as 5, and sends the string. Optional string; one of 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15; default 5; documented.
        negative_prompt: What to keep out of the video. Optional string; at most 2500 characters; default blur, distort, and low quality; documented.
        cfg_scale: How closely the prompt is followed; higher is stricter. Optional number; 0 to 1; default 0.5; documented.
        webhook_url: Public URL that is called at each change of the task's state; for Motion Control, Magnific speaks of its end only. Optional string; a public http:// or https:// URL; documented.
    """

    video_url: str
    """ Reference clip for motion and style. Required URL; MP4 or MOV, at most 200 MB, 3 to 10 s, 24
    to 60 frames per second; 720 to 2160 px per side (inferred); documented. """
    prompt: str | Unset = UNSET
    """ What the video shows; refer to the clip as @Video1. Optional string; at most 2500
    characters; documented. """
    image_url: str | Unset = UNSET
    """ Start frame. Optional URL; JPEG or PNG, at most 10 MB, at least 300 px per side; documented. """
    aspect_ratio: KlingV3OmniProVideoReferenceRequestAspectRatio | Unset = UNSET
    """ Width to height; auto follows the start frame. Optional string; one of auto, 16:9, 9:16,
    1:1; default 16:9; documented. """
    duration: int | KlingV3OmniProVideoReferenceRequestDurationType0 | Unset = UNSET
    """ Seconds of output. The client also takes an integer, such as 5, and sends the string.
    Optional string; one of 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15; default 5; documented. """
    negative_prompt: str | Unset = UNSET
    """ What to keep out of the video. Optional string; at most 2500 characters; default blur,
    distort, and low quality; documented. """
    cfg_scale: float | Unset = UNSET
    """ How closely the prompt is followed; higher is stricter. Optional number; 0 to 1; default
    0.5; documented. """
    webhook_url: str | Unset = UNSET
    """ Public URL that is called at each change of the task's state; for Motion Control, Magnific
    speaks of its end only. Optional string; a public http:// or https:// URL; documented. """

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
        webhook_url = self.webhook_url
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
        if webhook_url is not UNSET:
            field_dict["webhook_url"] = webhook_url
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values. Raises ValueError for an unknown field."""
        d = dict(src_dict)
        video_url = d.pop("video_url")
        prompt = d.pop("prompt", UNSET)
        image_url = d.pop("image_url", UNSET)
        _aspect_ratio = d.pop("aspect_ratio", UNSET)
        aspect_ratio: KlingV3OmniProVideoReferenceRequestAspectRatio | Unset
        if isinstance(_aspect_ratio, Unset):
            aspect_ratio = UNSET
        else:
            aspect_ratio = check_kling_v3_omni_pro_video_reference_request_aspect_ratio(
                _aspect_ratio
            )

        def _parse_duration(
            data: object,
        ) -> int | KlingV3OmniProVideoReferenceRequestDurationType0 | Unset:
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                duration_type_0 = check_kling_v3_omni_pro_video_reference_request_duration_type_0(
                    data
                )

                return duration_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(int | KlingV3OmniProVideoReferenceRequestDurationType0 | Unset, data)

        duration = _parse_duration(d.pop("duration", UNSET))

        negative_prompt = d.pop("negative_prompt", UNSET)
        cfg_scale = d.pop("cfg_scale", UNSET)
        webhook_url = d.pop("webhook_url", UNSET)
        if d:
            raise ValueError(
                f"KlingV3OmniProVideoReferenceRequest has no field {', '.join(map(repr, d))}"
            )
        return cls(
            video_url=video_url,
            prompt=prompt,
            image_url=image_url,
            aspect_ratio=aspect_ratio,
            duration=duration,
            negative_prompt=negative_prompt,
            cfg_scale=cfg_scale,
            webhook_url=webhook_url,
        )
