# Generated from openapi/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="Wan27ImageToVideoInputAdditionalSettings")


@_attrs_define
class Wan27ImageToVideoInputAdditionalSettings:
    """Further settings, nested as upstream; LiangXin might flatten them (unknown). Optional (known from upstream)."""

    prompt_extend: bool | Unset = UNSET
    """ Automatic prompt expansion. """

    def to_dict(self) -> dict[str, Any]:
        prompt_extend = self.prompt_extend

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if prompt_extend is not UNSET:
            field_dict["prompt_extend"] = prompt_extend

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        prompt_extend = d.pop("prompt_extend", UNSET)

        wan_27_image_to_video_input_additional_settings = cls(
            prompt_extend=prompt_extend,
        )

        return wan_27_image_to_video_input_additional_settings
