# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.wan_27_reference_to_video_input import Wan27ReferenceToVideoInput

T = TypeVar("T", bound="Wan27ReferenceToVideoRequest")


@_attrs_define(kw_only=True)
class Wan27ReferenceToVideoRequest:
    """Request for a task of WAN 2.7 - Reference to Video.

    Args:
        model: Set by the class.
        input_: Input of model `wan-2-7-reference-to-video`: WAN 2.7 - Reference to Video. The id is inferred; `model=` sends another one.
        call_back_url: Public HTTPS URL that is called once the task has ended. Top level, not in `input`.
    """

    model: Literal["wan-2-7-reference-to-video"] = "wan-2-7-reference-to-video"
    """ Set by the class. """
    input_: Wan27ReferenceToVideoInput
    """ Input of model `wan-2-7-reference-to-video`: WAN 2.7 - Reference to Video. The id is
    inferred; `model=` sends another one. """
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
        from ..models.wan_27_reference_to_video_input import Wan27ReferenceToVideoInput

        d = dict(src_dict)
        model = cast(Literal["wan-2-7-reference-to-video"], d.pop("model"))
        if model != "wan-2-7-reference-to-video":
            raise ValueError(f"model must match const 'wan-2-7-reference-to-video', got '{model}'")
        input_ = Wan27ReferenceToVideoInput.from_dict(d.pop("input"))

        call_back_url = d.pop("callBackUrl", UNSET)
        if d:
            raise ValueError(f"Wan27ReferenceToVideoRequest has no field {', '.join(map(repr, d))}")
        return cls(
            model=model,
            input_=input_,
            call_back_url=call_back_url,
        )
