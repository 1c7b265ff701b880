# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.runway_act_two_input_reference_type import (
    RunwayActTwoInputReferenceType,
    check_runway_act_two_input_reference_type,
)
from ..types import Link

if TYPE_CHECKING:
    pass

T = TypeVar("T", bound="RunwayActTwoInputReference")


@_attrs_define(kw_only=True)
class RunwayActTwoInputReference:
    """The performance to copy. Required object; upstream.

    Args:
        type_: Always video. Required string; one of video; upstream.
        uri: Public URL of the performance clip. Required URL; 3 to 30 s; upstream.
    """

    type_: RunwayActTwoInputReferenceType
    """ Always video. Required string; one of video; upstream. """
    uri: Link
    """ Public URL of the performance clip. Required URL; 3 to 30 s; upstream. """

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        type_: str = self.type_
        uri = self.uri
        field_dict: dict[str, Any] = {}
        field_dict["type"] = type_
        field_dict["uri"] = uri
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values. Raises ValueError for an unknown field."""
        d = dict(src_dict)
        type_ = check_runway_act_two_input_reference_type(d.pop("type"))

        uri = d.pop("uri")
        if d:
            raise ValueError(f"RunwayActTwoInputReference has no field {', '.join(map(repr, d))}")
        return cls(
            type_=type_,
            uri=uri,
        )
