# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.flux_2_pro_input import Flux2ProInput

T = TypeVar("T", bound="Flux2ProRequest")


@_attrs_define(kw_only=True)
class Flux2ProRequest:
    """Request for a task of Flux-2 - Pro Text to Image.

    Args:
        model: Set by the class.
        input_: Input of model `flux-2-pro`: Flux-2 - Pro Text to Image.
        call_back_url: Public HTTPS URL that is called once the task has ended. Top level, not in `input`.
    """

    model: Literal["flux-2-pro"] = "flux-2-pro"
    """ Set by the class. """
    input_: Flux2ProInput
    """ Input of model `flux-2-pro`: Flux-2 - Pro Text to Image. """
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
        from ..models.flux_2_pro_input import Flux2ProInput

        d = dict(src_dict)
        model = cast(Literal["flux-2-pro"], d.pop("model"))
        if model != "flux-2-pro":
            raise ValueError(f"model must match const 'flux-2-pro', got '{model}'")
        input_ = Flux2ProInput.from_dict(d.pop("input"))

        call_back_url = d.pop("callBackUrl", UNSET)
        if d:
            raise ValueError(f"Flux2ProRequest has no field {', '.join(map(repr, d))}")
        return cls(
            model=model,
            input_=input_,
            call_back_url=call_back_url,
        )
