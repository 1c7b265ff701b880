# Generated from openapi/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.runway_act_two_input_character_type import (
    RunwayActTwoInputCharacterType,
    check_runway_act_two_input_character_type,
)

T = TypeVar("T", bound="RunwayActTwoInputCharacter")


@_attrs_define
class RunwayActTwoInputCharacter:
    """The performer; needs a clearly visible face. Required (known from upstream)."""

    type_: RunwayActTwoInputCharacterType
    """ Kind of character input. """
    uri: str
    """ Public URL of the character. """

    def to_dict(self) -> dict[str, Any]:
        type_: str = self.type_

        uri = self.uri

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "type": type_,
                "uri": uri,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        type_ = check_runway_act_two_input_character_type(d.pop("type"))

        uri = d.pop("uri")

        runway_act_two_input_character = cls(
            type_=type_,
            uri=uri,
        )

        return runway_act_two_input_character
