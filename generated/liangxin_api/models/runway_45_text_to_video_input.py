# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.runway_45_text_to_video_input_duration import (
    Runway45TextToVideoInputDuration,
    check_runway_45_text_to_video_input_duration,
)
from ..models.runway_45_text_to_video_input_ratio import (
    Runway45TextToVideoInputRatio,
    check_runway_45_text_to_video_input_ratio,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    pass

T = TypeVar("T", bound="Runway45TextToVideoInput")


@_attrs_define(kw_only=True)
class Runway45TextToVideoInput:
    """Input of model `runway-4-5-text-to-video`: Runway Gen 4.5 - Text to Video. The id is
    inferred; `model=` sends another one.

    Args:
        prompt: What the video shows. Required string; at most 2000 characters; upstream.
        ratio: Width and height in pixels (the field is called ratio, not aspect_ratio). Optional string; one of 1280:720, 720:1280, 1104:832, 960:960, 832:1104; default 1280:720; upstream.
        duration: Seconds of output. Optional integer; one of 5, 8, 10; default 5; upstream.
    """

    prompt: str
    """ What the video shows. Required string; at most 2000 characters; upstream. """
    ratio: Runway45TextToVideoInputRatio | Unset = UNSET
    """ Width and height in pixels (the field is called ratio, not aspect_ratio). Optional string;
    one of 1280:720, 720:1280, 1104:832, 960:960, 832:1104; default 1280:720; upstream. """
    duration: Runway45TextToVideoInputDuration | Unset = UNSET
    """ Seconds of output. Optional integer; one of 5, 8, 10; default 5; upstream. """

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        prompt = self.prompt
        ratio: str | Unset = UNSET
        if not isinstance(self.ratio, Unset):
            ratio = self.ratio

        duration: int | Unset = UNSET
        if not isinstance(self.duration, Unset):
            duration = self.duration

        field_dict: dict[str, Any] = {}
        field_dict["prompt"] = prompt
        if ratio is not UNSET:
            field_dict["ratio"] = ratio
        if duration is not UNSET:
            field_dict["duration"] = duration
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values. Raises ValueError for an unknown field."""
        d = dict(src_dict)
        prompt = d.pop("prompt")
        _ratio = d.pop("ratio", UNSET)
        ratio: Runway45TextToVideoInputRatio | Unset
        if isinstance(_ratio, Unset):
            ratio = UNSET
        else:
            ratio = check_runway_45_text_to_video_input_ratio(_ratio)

        _duration = d.pop("duration", UNSET)
        duration: Runway45TextToVideoInputDuration | Unset
        if isinstance(_duration, Unset):
            duration = UNSET
        else:
            duration = check_runway_45_text_to_video_input_duration(_duration)

        if d:
            raise ValueError(f"Runway45TextToVideoInput has no field {', '.join(map(repr, d))}")
        return cls(
            prompt=prompt,
            ratio=ratio,
            duration=duration,
        )
