# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    pass

T = TypeVar("T", bound="Wan27TextToVideoInputAdditionalSettings")


@_attrs_define(kw_only=True)
class Wan27TextToVideoInputAdditionalSettings:
    """Further settings, nested as upstream; LiangXin might flatten them (unknown). Optional
    object; upstream.

    Args:
        prompt_extend: Automatic prompt expansion. Optional boolean; default true; upstream.
    """

    prompt_extend: bool | Unset = UNSET
    """ Automatic prompt expansion. Optional boolean; default true; upstream. """

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        prompt_extend = self.prompt_extend
        field_dict: dict[str, Any] = {}
        if prompt_extend is not UNSET:
            field_dict["prompt_extend"] = prompt_extend
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values. Raises ValueError for an unknown field."""
        d = dict(src_dict)
        prompt_extend = d.pop("prompt_extend", UNSET)
        if d:
            raise ValueError(
                f"Wan27TextToVideoInputAdditionalSettings has no field {', '.join(map(repr, d))}"
            )
        return cls(
            prompt_extend=prompt_extend,
        )
