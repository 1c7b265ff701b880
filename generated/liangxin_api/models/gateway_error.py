# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.gateway_error_detail import GatewayErrorDetail

T = TypeVar("T", bound="GatewayError")


@_attrs_define(kw_only=True)
class GatewayError:
    """Envelope of the gateway in front of the task handler."""

    error: GatewayErrorDetail | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        from ..models.gateway_error_detail import GatewayErrorDetail

        error: dict[str, Any] | None
        if isinstance(self.error, GatewayErrorDetail):
            error = self.error.to_dict()
        else:
            error = self.error
        field_dict: dict[str, Any] = dict(self.additional_properties)
        field_dict["error"] = error
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values."""
        from ..models.gateway_error_detail import GatewayErrorDetail

        d = dict(src_dict)

        def _parse_error(data: object) -> GatewayErrorDetail | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                error_type_0 = GatewayErrorDetail.from_dict(data)

                return error_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(GatewayErrorDetail | None, data)

        error = _parse_error(d.pop("error"))

        made = cls(
            error=error,
        )
        made.additional_properties = d
        return made

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
