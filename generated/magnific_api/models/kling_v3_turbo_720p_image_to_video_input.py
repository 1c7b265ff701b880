# Generated from openapi/magnific/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/magnific/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.kling_v3_turbo_720p_image_to_video_input_duration_type_0 import (
    KlingV3Turbo720PImageToVideoInputDurationType0,
    check_kling_v3_turbo_720p_image_to_video_input_duration_type_0,
)
from ..types import UNSET, Link, Unset

if TYPE_CHECKING:
    pass

T = TypeVar("T", bound="KlingV3Turbo720PImageToVideoInput")


@_attrs_define(kw_only=True)
class KlingV3Turbo720PImageToVideoInput:
    """Input of model `kling-v3-turbo-720p-image-to-video`: Kling 3 Turbo 720p - Image to Video.

    Args:
        image: Picture that the video begins with. Required URL or Base64 string; documented.
        prompt: What happens in the video. Optional string; at most 2500 characters; documented.
        duration: Seconds of output. The client also takes an integer, such as 5, and sends the string. Optional string; one of 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15; documented.
    """

    image: Link
    """ Picture that the video begins with. Required URL or Base64 string; documented. """
    prompt: str | Unset = UNSET
    """ What happens in the video. Optional string; at most 2500 characters; documented. """
    duration: int | KlingV3Turbo720PImageToVideoInputDurationType0 | Unset = UNSET
    """ Seconds of output. The client also takes an integer, such as 5, and sends the string.
    Optional string; one of 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15; documented. """

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        image = self.image
        prompt = self.prompt
        duration: int | str | Unset
        if isinstance(self.duration, Unset):
            duration = UNSET
        elif isinstance(self.duration, str):
            duration = self.duration
        else:
            duration = self.duration
        field_dict: dict[str, Any] = {}
        field_dict["image"] = image
        if prompt is not UNSET:
            field_dict["prompt"] = prompt
        if duration is not UNSET:
            field_dict["duration"] = duration
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values. Raises ValueError for an unknown field."""
        d = dict(src_dict)
        image = d.pop("image")
        prompt = d.pop("prompt", UNSET)

        def _parse_duration(
            data: object,
        ) -> int | KlingV3Turbo720PImageToVideoInputDurationType0 | Unset:
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                duration_type_0 = check_kling_v3_turbo_720p_image_to_video_input_duration_type_0(
                    data
                )

                return duration_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(int | KlingV3Turbo720PImageToVideoInputDurationType0 | Unset, data)

        duration = _parse_duration(d.pop("duration", UNSET))

        if d:
            raise ValueError(
                f"KlingV3Turbo720PImageToVideoInput has no field {', '.join(map(repr, d))}"
            )
        return cls(
            image=image,
            prompt=prompt,
            duration=duration,
        )
