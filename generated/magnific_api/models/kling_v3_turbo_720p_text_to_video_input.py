# Generated from openapi/magnific/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/magnific/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.kling_v3_turbo_720p_text_to_video_input_aspect_ratio import (
    KlingV3Turbo720PTextToVideoInputAspectRatio,
    check_kling_v3_turbo_720p_text_to_video_input_aspect_ratio,
)
from ..models.kling_v3_turbo_720p_text_to_video_input_duration_type_0 import (
    KlingV3Turbo720PTextToVideoInputDurationType0,
    check_kling_v3_turbo_720p_text_to_video_input_duration_type_0,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    pass

T = TypeVar("T", bound="KlingV3Turbo720PTextToVideoInput")


@_attrs_define(kw_only=True)
class KlingV3Turbo720PTextToVideoInput:
    """Input of model `kling-v3-turbo-720p-text-to-video`: Kling 3 Turbo 720p - Text to Video.

    Args:
        prompt: What the video shows. Required string; 1 to 3072 characters; documented.
        aspect_ratio: Width to height. Optional string; one of 16:9, 9:16, 1:1 (sibling); documented.
        duration: Seconds of output. The client also takes an integer, such as 5, and sends the string. Optional string; one of 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15; documented.
    """

    prompt: str
    """ What the video shows. Required string; 1 to 3072 characters; documented. """
    aspect_ratio: KlingV3Turbo720PTextToVideoInputAspectRatio | Unset = UNSET
    """ Width to height. Optional string; one of 16:9, 9:16, 1:1 (sibling); documented. """
    duration: int | KlingV3Turbo720PTextToVideoInputDurationType0 | Unset = UNSET
    """ Seconds of output. The client also takes an integer, such as 5, and sends the string.
    Optional string; one of 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15; documented. """

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        prompt = self.prompt
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
        field_dict: dict[str, Any] = {}
        field_dict["prompt"] = prompt
        if aspect_ratio is not UNSET:
            field_dict["aspect_ratio"] = aspect_ratio
        if duration is not UNSET:
            field_dict["duration"] = duration
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values. Raises ValueError for an unknown field."""
        d = dict(src_dict)
        prompt = d.pop("prompt")
        _aspect_ratio = d.pop("aspect_ratio", UNSET)
        aspect_ratio: KlingV3Turbo720PTextToVideoInputAspectRatio | Unset
        if isinstance(_aspect_ratio, Unset):
            aspect_ratio = UNSET
        else:
            aspect_ratio = check_kling_v3_turbo_720p_text_to_video_input_aspect_ratio(_aspect_ratio)

        def _parse_duration(
            data: object,
        ) -> int | KlingV3Turbo720PTextToVideoInputDurationType0 | Unset:
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                duration_type_0 = check_kling_v3_turbo_720p_text_to_video_input_duration_type_0(
                    data
                )

                return duration_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(int | KlingV3Turbo720PTextToVideoInputDurationType0 | Unset, data)

        duration = _parse_duration(d.pop("duration", UNSET))

        if d:
            raise ValueError(
                f"KlingV3Turbo720PTextToVideoInput has no field {', '.join(map(repr, d))}"
            )
        return cls(
            prompt=prompt,
            aspect_ratio=aspect_ratio,
            duration=duration,
        )
