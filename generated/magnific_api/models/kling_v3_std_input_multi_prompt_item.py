# Generated from openapi/magnific/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/magnific/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.kling_v3_std_input_multi_prompt_item_duration_type_0 import (
    KlingV3StdInputMultiPromptItemDurationType0,
    check_kling_v3_std_input_multi_prompt_item_duration_type_0,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    pass

T = TypeVar("T", bound="KlingV3StdInputMultiPromptItem")


@_attrs_define(kw_only=True)
class KlingV3StdInputMultiPromptItem:
    """An item of `multi_prompt` of model `kling-v3-std`.

    Args:
        prompt: Text for this shot. Optional string; at most 2500 characters; documented.
        duration: Seconds of this shot. The client also takes an integer, such as 5, and sends the string. Optional string; one of 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15; documented.
    """

    prompt: str | Unset = UNSET
    """ Text for this shot. Optional string; at most 2500 characters; documented. """
    duration: int | KlingV3StdInputMultiPromptItemDurationType0 | Unset = UNSET
    """ Seconds of this shot. The client also takes an integer, such as 5, and sends the string.
    Optional string; one of 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15; documented. """

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        prompt = self.prompt
        duration: int | str | Unset
        if isinstance(self.duration, Unset):
            duration = UNSET
        elif isinstance(self.duration, str):
            duration = self.duration
        else:
            duration = self.duration
        field_dict: dict[str, Any] = {}
        if prompt is not UNSET:
            field_dict["prompt"] = prompt
        if duration is not UNSET:
            field_dict["duration"] = duration
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values. Raises ValueError for an unknown field."""
        d = dict(src_dict)
        prompt = d.pop("prompt", UNSET)

        def _parse_duration(
            data: object,
        ) -> int | KlingV3StdInputMultiPromptItemDurationType0 | Unset:
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                duration_type_0 = check_kling_v3_std_input_multi_prompt_item_duration_type_0(data)

                return duration_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(int | KlingV3StdInputMultiPromptItemDurationType0 | Unset, data)

        duration = _parse_duration(d.pop("duration", UNSET))

        if d:
            raise ValueError(
                f"KlingV3StdInputMultiPromptItem has no field {', '.join(map(repr, d))}"
            )
        return cls(
            prompt=prompt,
            duration=duration,
        )
