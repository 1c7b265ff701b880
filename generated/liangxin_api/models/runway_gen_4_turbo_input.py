# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.runway_gen_4_turbo_input_duration import (
    RunwayGen4TurboInputDuration,
    check_runway_gen_4_turbo_input_duration,
)
from ..models.runway_gen_4_turbo_input_ratio import (
    RunwayGen4TurboInputRatio,
    check_runway_gen_4_turbo_input_ratio,
)
from ..types import UNSET, Link, Unset

if TYPE_CHECKING:
    pass

T = TypeVar("T", bound="RunwayGen4TurboInput")


@_attrs_define(kw_only=True)
class RunwayGen4TurboInput:
    """Input of model `runway-gen4-turbo`: Runway Gen4 Turbo - Image to Video. The id is inferred;
    `model=` sends another one.

    Args:
        image: First frame, a publicly reachable HTTPS URL or a Base64 string. Required URL or Base64 string; upstream.
        ratio: Width and height in pixels (the field is called ratio, not aspect_ratio). Optional string; one of 1280:720, 720:1280, 1104:832, 832:1104, 960:960, 1584:672; default 1280:720; upstream.
        duration: Seconds of output. Optional integer; one of 5, 10; default 10; upstream.
        prompt: Optional guidance of the motion. Optional string; 1 to 1000 characters; upstream.
        seed: Same seed and same input give similar output; omit for a random one. Optional integer; 0 to 4294967295; upstream.
    """

    image: Link
    """ First frame, a publicly reachable HTTPS URL or a Base64 string. Required URL or Base64
    string; upstream. """
    ratio: RunwayGen4TurboInputRatio | Unset = UNSET
    """ Width and height in pixels (the field is called ratio, not aspect_ratio). Optional string;
    one of 1280:720, 720:1280, 1104:832, 832:1104, 960:960, 1584:672; default 1280:720;
    upstream. """
    duration: RunwayGen4TurboInputDuration | Unset = UNSET
    """ Seconds of output. Optional integer; one of 5, 10; default 10; upstream. """
    prompt: str | Unset = UNSET
    """ Optional guidance of the motion. Optional string; 1 to 1000 characters; upstream. """
    seed: int | Unset = UNSET
    """ Same seed and same input give similar output; omit for a random one. Optional integer; 0 to
    4294967295; upstream. """

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        image = self.image
        ratio: str | Unset = UNSET
        if not isinstance(self.ratio, Unset):
            ratio = self.ratio

        duration: int | Unset = UNSET
        if not isinstance(self.duration, Unset):
            duration = self.duration

        prompt = self.prompt
        seed = self.seed
        field_dict: dict[str, Any] = {}
        field_dict["image"] = image
        if ratio is not UNSET:
            field_dict["ratio"] = ratio
        if duration is not UNSET:
            field_dict["duration"] = duration
        if prompt is not UNSET:
            field_dict["prompt"] = prompt
        if seed is not UNSET:
            field_dict["seed"] = seed
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values. Raises ValueError for an unknown field."""
        d = dict(src_dict)
        image = d.pop("image")
        _ratio = d.pop("ratio", UNSET)
        ratio: RunwayGen4TurboInputRatio | Unset
        if isinstance(_ratio, Unset):
            ratio = UNSET
        else:
            ratio = check_runway_gen_4_turbo_input_ratio(_ratio)

        _duration = d.pop("duration", UNSET)
        duration: RunwayGen4TurboInputDuration | Unset
        if isinstance(_duration, Unset):
            duration = UNSET
        else:
            duration = check_runway_gen_4_turbo_input_duration(_duration)

        prompt = d.pop("prompt", UNSET)
        seed = d.pop("seed", UNSET)
        if d:
            raise ValueError(f"RunwayGen4TurboInput has no field {', '.join(map(repr, d))}")
        return cls(
            image=image,
            ratio=ratio,
            duration=duration,
            prompt=prompt,
            seed=seed,
        )
