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

T = TypeVar("T", bound="CreatedTask")


@_attrs_define(kw_only=True)
class CreatedTask:
    """CreatedTask.

    Args:
        task_id: Id for queries and for matching webhooks.
        status: `CREATED`, as a rule.
        generated: Empty as yet. Some of Magnific's other operations leave it out here.
    """

    task_id: None | str | Unset = UNSET
    """ Id for queries and for matching webhooks. """
    status: None | str | Unset = UNSET
    """ `CREATED`, as a rule. """
    generated: list[str] | None | Unset = UNSET
    """ Empty as yet. Some of Magnific's other operations leave it out here. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        task_id: None | str | Unset
        if isinstance(self.task_id, Unset):
            task_id = UNSET
        else:
            task_id = self.task_id
        status: None | str | Unset
        if isinstance(self.status, Unset):
            status = UNSET
        else:
            status = self.status
        generated: list[str] | None | Unset
        if isinstance(self.generated, Unset):
            generated = UNSET
        elif isinstance(self.generated, list):
            generated = self.generated

        else:
            generated = self.generated
        field_dict: dict[str, Any] = dict(self.additional_properties)
        if task_id is not UNSET:
            field_dict["task_id"] = task_id
        if status is not UNSET:
            field_dict["status"] = status
        if generated is not UNSET:
            field_dict["generated"] = generated
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values."""
        d = dict(src_dict)

        def _parse_task_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        task_id = _parse_task_id(d.pop("task_id", UNSET))

        def _parse_status(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        status = _parse_status(d.pop("status", UNSET))

        def _parse_generated(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                generated_type_0 = cast(list[str], data)

                return generated_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        generated = _parse_generated(d.pop("generated", UNSET))

        made = cls(
            task_id=task_id,
            status=status,
            generated=generated,
        )
        made.additional_properties = d
        return made

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
