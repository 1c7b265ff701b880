# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.gemini_25_flash_image_preview_input import (
        Gemini25FlashImagePreviewInput,
    )

T = TypeVar("T", bound="Gemini25FlashImagePreviewRequest")


@_attrs_define(kw_only=True)
class Gemini25FlashImagePreviewRequest:
    """Request for a task of Google - Gemini 2.5 Flash Image Preview.

    Args:
        model: Set by the class.
        input_: Input of model `gemini-2.5-flash-image-preview`: Google - Gemini 2.5 Flash Image Preview.
        call_back_url: Public HTTPS URL that is called once the task has ended. Top level, not in `input`.
    """

    model: Literal["gemini-2.5-flash-image-preview"] = "gemini-2.5-flash-image-preview"
    """ Set by the class. """
    input_: Gemini25FlashImagePreviewInput
    """ Input of model `gemini-2.5-flash-image-preview`: Google - Gemini 2.5 Flash Image Preview. """
    call_back_url: str | Unset = UNSET
    """ Public HTTPS URL that is called once the task has ended. Top level, not in `input`. """

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        model = self.model
        input_ = self.input_.to_dict()
        call_back_url = self.call_back_url
        field_dict: dict[str, Any] = {}
        field_dict["model"] = model
        field_dict["input"] = input_
        if call_back_url is not UNSET:
            field_dict["callBackUrl"] = call_back_url
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values. Raises ValueError for an unknown field."""
        from ..models.gemini_25_flash_image_preview_input import (
            Gemini25FlashImagePreviewInput,
        )

        d = dict(src_dict)
        model = cast(Literal["gemini-2.5-flash-image-preview"], d.pop("model"))
        if model != "gemini-2.5-flash-image-preview":
            raise ValueError(
                f"model must match const 'gemini-2.5-flash-image-preview', got '{model}'"
            )
        input_ = Gemini25FlashImagePreviewInput.from_dict(d.pop("input"))

        call_back_url = d.pop("callBackUrl", UNSET)
        if d:
            raise ValueError(
                f"Gemini25FlashImagePreviewRequest has no field {', '.join(map(repr, d))}"
            )
        return cls(
            model=model,
            input_=input_,
            call_back_url=call_back_url,
        )
