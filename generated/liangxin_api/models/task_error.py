# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    pass

T = TypeVar("T", bound="TaskError")


@_attrs_define(kw_only=True)
class TaskError:
    """Envelope of the task handler.

    Args:
        code: Repeats the HTTP status (inferred).
        msg: What is wrong.
        data: Null in the documented example.
    """

    code: int | None
    """ Repeats the HTTP status (inferred). """
    msg: None | str
    """ What is wrong. """
    data: Any | Unset = UNSET
    """ Null in the documented example. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        code: int | None
        code = self.code
        msg: None | str
        msg = self.msg
        data = self.data
        field_dict: dict[str, Any] = dict(self.additional_properties)
        field_dict["code"] = code
        field_dict["msg"] = msg
        if data is not UNSET:
            field_dict["data"] = data
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values."""
        d = dict(src_dict)

        def _parse_code(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        code = _parse_code(d.pop("code"))

        def _parse_msg(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        msg = _parse_msg(d.pop("msg"))

        data = d.pop("data", UNSET)
        made = cls(
            code=code,
            msg=msg,
            data=data,
        )
        made.additional_properties = d
        return made

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
