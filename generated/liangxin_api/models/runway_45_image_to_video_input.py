# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.runway_45_image_to_video_input_duration import (
    Runway45ImageToVideoInputDuration,
    check_runway_45_image_to_video_input_duration,
)
from ..models.runway_45_image_to_video_input_ratio import (
    Runway45ImageToVideoInputRatio,
    check_runway_45_image_to_video_input_ratio,
)
from ..types import UNSET, Link, Unset

if TYPE_CHECKING:
    pass

T = TypeVar("T", bound="Runway45ImageToVideoInput")


@_attrs_define(kw_only=True)
class Runway45ImageToVideoInput:
    """Input of model `runway-4-5-image-to-video`: Runway Gen 4.5 - Image to Video. The id is
    inferred; `model=` sends another one.

    Args:
        prompt: Motion and content. Required string; at most 2000 characters; upstream.
        image: First frame, a publicly reachable HTTPS URL or a Base64 string. Required URL or Base64 string; upstream.
        ratio: Width and height in pixels (the field is called ratio, not aspect_ratio). Optional string; one of 1280:720, 720:1280, 1104:832, 960:960, 832:1104; default 1280:720; upstream.
        duration: Seconds of output. Optional integer; one of 5, 8, 10; default 5; upstream.
        seed: Same seed and same input give similar output; omit for a random one. Optional integer; 0 to 4294967295; upstream.
    """

    prompt: str
    """ Motion and content. Required string; at most 2000 characters; upstream. """
    image: Link
    """ First frame, a publicly reachable HTTPS URL or a Base64 string. Required URL or Base64
    string; upstream. """
    ratio: Runway45ImageToVideoInputRatio | Unset = UNSET
    """ Width and height in pixels (the field is called ratio, not aspect_ratio). Optional string;
    one of 1280:720, 720:1280, 1104:832, 960:960, 832:1104; default 1280:720; upstream. """
    duration: Runway45ImageToVideoInputDuration | Unset = UNSET
    """ Seconds of output. Optional integer; one of 5, 8, 10; default 5; upstream. """
    seed: int | Unset = UNSET
    """ Same seed and same input give similar output; omit for a random one. Optional integer; 0 to
    4294967295; upstream. """

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        prompt = self.prompt
        image = self.image
        ratio: str | Unset = UNSET
        if not isinstance(self.ratio, Unset):
            ratio = self.ratio

        duration: int | Unset = UNSET
        if not isinstance(self.duration, Unset):
            duration = self.duration

        seed = self.seed
        field_dict: dict[str, Any] = {}
        field_dict["prompt"] = prompt
        field_dict["image"] = image
        if ratio is not UNSET:
            field_dict["ratio"] = ratio
        if duration is not UNSET:
            field_dict["duration"] = duration
        if seed is not UNSET:
            field_dict["seed"] = seed
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values. Raises ValueError for an unknown field."""
        d = dict(src_dict)
        prompt = d.pop("prompt")
        image = d.pop("image")
        _ratio = d.pop("ratio", UNSET)
        ratio: Runway45ImageToVideoInputRatio | Unset
        if isinstance(_ratio, Unset):
            ratio = UNSET
        else:
            ratio = check_runway_45_image_to_video_input_ratio(_ratio)

        _duration = d.pop("duration", UNSET)
        duration: Runway45ImageToVideoInputDuration | Unset
        if isinstance(_duration, Unset):
            duration = UNSET
        else:
            duration = check_runway_45_image_to_video_input_duration(_duration)

        seed = d.pop("seed", UNSET)
        if d:
            raise ValueError(f"Runway45ImageToVideoInput has no field {', '.join(map(repr, d))}")
        return cls(
            prompt=prompt,
            image=image,
            ratio=ratio,
            duration=duration,
            seed=seed,
        )
