# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.wan_v26_image_to_video_input import WanV26ImageToVideoInput

T = TypeVar("T", bound="WanV26ImageToVideoRequest")


@_attrs_define(kw_only=True)
class WanV26ImageToVideoRequest:
    """Request for a task of WAN 2.6 - Image to Video.

    Args:
        model: Set by the class.
        input_: Input of model `wan-v2-6-image-to-video`: WAN 2.6 - Image to Video. The id is inferred; `model=` sends another one.
        call_back_url: Public HTTPS URL that is called once the task has ended. Top level, not in `input`.
    """

    model: Literal["wan-v2-6-image-to-video"] = "wan-v2-6-image-to-video"
    """ Set by the class. """
    input_: WanV26ImageToVideoInput
    """ Input of model `wan-v2-6-image-to-video`: WAN 2.6 - Image to Video. The id is inferred;
    `model=` sends another one. """
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
        from ..models.wan_v26_image_to_video_input import WanV26ImageToVideoInput

        d = dict(src_dict)
        model = cast(Literal["wan-v2-6-image-to-video"], d.pop("model"))
        if model != "wan-v2-6-image-to-video":
            raise ValueError(f"model must match const 'wan-v2-6-image-to-video', got '{model}'")
        input_ = WanV26ImageToVideoInput.from_dict(d.pop("input"))

        call_back_url = d.pop("callBackUrl", UNSET)
        if d:
            raise ValueError(f"WanV26ImageToVideoRequest has no field {', '.join(map(repr, d))}")
        return cls(
            model=model,
            input_=input_,
            call_back_url=call_back_url,
        )
