# Generated from openapi/magnific/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/magnific/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.invalid_parameter import InvalidParameter

T = TypeVar("T", bound="ProblemDetail")


@_attrs_define(kw_only=True)
class ProblemDetail:
    """ProblemDetail.

    Args:
        message: What is wrong.
        invalid_params: What is wrong with which parameter.
    """

    message: None | str
    """ What is wrong. """
    invalid_params: list[InvalidParameter] | None
    """ What is wrong with which parameter. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        message: None | str
        message = self.message
        invalid_params: list[dict[str, Any]] | None
        if isinstance(self.invalid_params, list):
            invalid_params = []
            for invalid_params_type_0_item_data in self.invalid_params:
                invalid_params_type_0_item = invalid_params_type_0_item_data.to_dict()
                invalid_params.append(invalid_params_type_0_item)

        else:
            invalid_params = self.invalid_params
        field_dict: dict[str, Any] = dict(self.additional_properties)
        field_dict["message"] = message
        field_dict["invalid_params"] = invalid_params
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values."""
        from ..models.invalid_parameter import InvalidParameter

        d = dict(src_dict)

        def _parse_message(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        message = _parse_message(d.pop("message"))

        def _parse_invalid_params(data: object) -> list[InvalidParameter] | None:
            if data is None:
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                invalid_params_type_0 = []
                _invalid_params_type_0 = data
                for invalid_params_type_0_item_data in _invalid_params_type_0:
                    invalid_params_type_0_item = InvalidParameter.from_dict(
                        invalid_params_type_0_item_data
                    )

                    invalid_params_type_0.append(invalid_params_type_0_item)

                return invalid_params_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[InvalidParameter] | None, data)

        invalid_params = _parse_invalid_params(d.pop("invalid_params"))

        made = cls(
            message=message,
            invalid_params=invalid_params,
        )
        made.additional_properties = d
        return made

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
