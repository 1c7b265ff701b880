# Generated from openapi/magnific/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/magnific/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    pass

T = TypeVar("T", bound="InvalidParameter")


@_attrs_define(kw_only=True)
class InvalidParameter:
    """InvalidParameter.

    Args:
        name: The parameter.
        reason: What is wrong with it.
    """

    name: None | str | Unset = UNSET
    """ The parameter. """
    reason: None | str | Unset = UNSET
    """ What is wrong with it. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name
        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason
        field_dict: dict[str, Any] = dict(self.additional_properties)
        if name is not UNSET:
            field_dict["name"] = name
        if reason is not UNSET:
            field_dict["reason"] = reason
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values."""
        d = dict(src_dict)

        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        made = cls(
            name=name,
            reason=reason,
        )
        made.additional_properties = d
        return made

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
