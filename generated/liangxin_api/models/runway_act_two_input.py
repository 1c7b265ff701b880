# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.runway_act_two_input_ratio import (
    RunwayActTwoInputRatio,
    check_runway_act_two_input_ratio,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.runway_act_two_input_character import RunwayActTwoInputCharacter
    from ..models.runway_act_two_input_reference import RunwayActTwoInputReference

T = TypeVar("T", bound="RunwayActTwoInput")


@_attrs_define(kw_only=True)
class RunwayActTwoInput:
    """Input of model `runway-act-two`: Runway Act Two - Character Performance. The id is inferred;
    `model=` sends another one.

    Args:
        character: The performer; needs a clearly visible face. Required object; upstream.
        reference: The performance to copy. Required object; upstream.
        ratio: Width and height in pixels (the field is called ratio, not aspect_ratio). Optional string; one of 1280:720, 720:1280, 1104:832, 832:1104, 960:960, 1584:672; default 1280:720; upstream.
        body_control: Whether gestures are transferred too, not only the face. Optional boolean; default true; upstream.
        expression_intensity: Strength of the facial expression. Optional integer; 1 to 5; default 3; upstream.
        seed: Same seed and same input give similar output; omit for a random one. Optional integer; 0 to 4294967295; upstream.
    """

    character: RunwayActTwoInputCharacter
    """ The performer; needs a clearly visible face. Required object; upstream. """
    reference: RunwayActTwoInputReference
    """ The performance to copy. Required object; upstream. """
    ratio: RunwayActTwoInputRatio | Unset = UNSET
    """ Width and height in pixels (the field is called ratio, not aspect_ratio). Optional string;
    one of 1280:720, 720:1280, 1104:832, 832:1104, 960:960, 1584:672; default 1280:720;
    upstream. """
    body_control: bool | Unset = UNSET
    """ Whether gestures are transferred too, not only the face. Optional boolean; default true;
    upstream. """
    expression_intensity: int | Unset = UNSET
    """ Strength of the facial expression. Optional integer; 1 to 5; default 3; upstream. """
    seed: int | Unset = UNSET
    """ Same seed and same input give similar output; omit for a random one. Optional integer; 0 to
    4294967295; upstream. """

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        character = self.character.to_dict()
        reference = self.reference.to_dict()
        ratio: str | Unset = UNSET
        if not isinstance(self.ratio, Unset):
            ratio = self.ratio

        body_control = self.body_control
        expression_intensity = self.expression_intensity
        seed = self.seed
        field_dict: dict[str, Any] = {}
        field_dict["character"] = character
        field_dict["reference"] = reference
        if ratio is not UNSET:
            field_dict["ratio"] = ratio
        if body_control is not UNSET:
            field_dict["body_control"] = body_control
        if expression_intensity is not UNSET:
            field_dict["expression_intensity"] = expression_intensity
        if seed is not UNSET:
            field_dict["seed"] = seed
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values. Raises ValueError for an unknown field."""
        from ..models.runway_act_two_input_character import RunwayActTwoInputCharacter
        from ..models.runway_act_two_input_reference import RunwayActTwoInputReference

        d = dict(src_dict)
        character = RunwayActTwoInputCharacter.from_dict(d.pop("character"))

        reference = RunwayActTwoInputReference.from_dict(d.pop("reference"))

        _ratio = d.pop("ratio", UNSET)
        ratio: RunwayActTwoInputRatio | Unset
        if isinstance(_ratio, Unset):
            ratio = UNSET
        else:
            ratio = check_runway_act_two_input_ratio(_ratio)

        body_control = d.pop("body_control", UNSET)
        expression_intensity = d.pop("expression_intensity", UNSET)
        seed = d.pop("seed", UNSET)
        if d:
            raise ValueError(f"RunwayActTwoInput has no field {', '.join(map(repr, d))}")
        return cls(
            character=character,
            reference=reference,
            ratio=ratio,
            body_control=body_control,
            expression_intensity=expression_intensity,
            seed=seed,
        )
