# Generated from openapi/magnific/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/magnific/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.task import Task

T = TypeVar("T", bound="TaskResponse")


@_attrs_define(kw_only=True)
class TaskResponse:
    """Answer to a query."""

    data: None | Task | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        from ..models.task import Task

        data: dict[str, Any] | None | Unset
        if isinstance(self.data, Unset):
            data = UNSET
        elif isinstance(self.data, Task):
            data = self.data.to_dict()
        else:
            data = self.data
        field_dict: dict[str, Any] = dict(self.additional_properties)
        if data is not UNSET:
            field_dict["data"] = data
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values."""
        from ..models.task import Task

        d = dict(src_dict)

        def _parse_data(data: object) -> None | Task | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                data_type_0 = Task.from_dict(data)

                return data_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Task | Unset, data)

        data = _parse_data(d.pop("data", UNSET))

        made = cls(
            data=data,
        )
        made.additional_properties = d
        return made

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
