# Generated from openapi/magnific/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/magnific/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.kling_v3_motion_control_std_input_character_orientation import (
    KlingV3MotionControlStdInputCharacterOrientation,
    check_kling_v3_motion_control_std_input_character_orientation,
)
from ..types import UNSET, Link, Unset

if TYPE_CHECKING:
    pass

T = TypeVar("T", bound="KlingV3MotionControlStdInput")


@_attrs_define(kw_only=True)
class KlingV3MotionControlStdInput:
    """Input of model `kling-v3-motion-control-std`: Kling 3 Motion Control Standard - Generate
    Video.

    Rules:

    - character_orientation image caps the output at 10 s, video at 30 s. Depends on the clip
    length (documented).

    Args:
        image_url: Picture of the character, publicly reachable. Required URL; JPEG, PNG or WebP, at most 10 MB, at least 300 px per side; documented.
        video_url: Clip whose motion is transferred, publicly reachable. Required URL; MP4, MOV, WebM or M4V, 3 to 30 s; documented.
        prompt: Optional guidance. Optional string; at most 2500 characters; documented.
        character_orientation: Whether the character follows the video (output up to 30 s) or the picture (up to 10 s). Optional string; one of video, image; default video; documented.
        cfg_scale: How closely the prompt is followed; higher is stricter. Optional number; 0 to 1; default 0.5; documented.
    """

    image_url: Link
    """ Picture of the character, publicly reachable. Required URL; JPEG, PNG or WebP, at most 10
    MB, at least 300 px per side; documented. """
    video_url: Link
    """ Clip whose motion is transferred, publicly reachable. Required URL; MP4, MOV, WebM or M4V, 3
    to 30 s; documented. """
    prompt: str | Unset = UNSET
    """ Optional guidance. Optional string; at most 2500 characters; documented. """
    character_orientation: KlingV3MotionControlStdInputCharacterOrientation | Unset = UNSET
    """ Whether the character follows the video (output up to 30 s) or the picture (up to 10 s).
    Optional string; one of video, image; default video; documented. """
    cfg_scale: float | Unset = UNSET
    """ How closely the prompt is followed; higher is stricter. Optional number; 0 to 1; default
    0.5; documented. """

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        image_url = self.image_url
        video_url = self.video_url
        prompt = self.prompt
        character_orientation: str | Unset = UNSET
        if not isinstance(self.character_orientation, Unset):
            character_orientation = self.character_orientation

        cfg_scale = self.cfg_scale
        field_dict: dict[str, Any] = {}
        field_dict["image_url"] = image_url
        field_dict["video_url"] = video_url
        if prompt is not UNSET:
            field_dict["prompt"] = prompt
        if character_orientation is not UNSET:
            field_dict["character_orientation"] = character_orientation
        if cfg_scale is not UNSET:
            field_dict["cfg_scale"] = cfg_scale
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values. Raises ValueError for an unknown field."""
        d = dict(src_dict)
        image_url = d.pop("image_url")
        video_url = d.pop("video_url")
        prompt = d.pop("prompt", UNSET)
        _character_orientation = d.pop("character_orientation", UNSET)
        character_orientation: KlingV3MotionControlStdInputCharacterOrientation | Unset
        if isinstance(_character_orientation, Unset):
            character_orientation = UNSET
        else:
            character_orientation = check_kling_v3_motion_control_std_input_character_orientation(
                _character_orientation
            )

        cfg_scale = d.pop("cfg_scale", UNSET)
        if d:
            raise ValueError(f"KlingV3MotionControlStdInput has no field {', '.join(map(repr, d))}")
        return cls(
            image_url=image_url,
            video_url=video_url,
            prompt=prompt,
            character_orientation=character_orientation,
            cfg_scale=cfg_scale,
        )
