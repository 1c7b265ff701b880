# Generated from openapi/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import (
    TYPE_CHECKING,
    Any,
    Literal,
    TypeVar,
    cast,
)

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.kling_v3_std_input import KlingV3StdInput


T = TypeVar("T", bound="KlingV3StdRequest")


@_attrs_define
class KlingV3StdRequest:
    """Body of createTask for Kling 3 Standard - Generate Video."""

    input_: KlingV3StdInput
    """ Input of model `kling-v3-std`: Kling 3 Standard - Generate Video. """
    model: Literal["kling-v3-std"] = "kling-v3-std"
    """ Set on its own. """
    call_back_url: str | Unset = UNSET
    """ Public HTTPS URL that is called once the task has ended. Top level, not in `input`. """

    def to_dict(self) -> dict[str, Any]:
        model = self.model

        input_ = self.input_.to_dict()

        call_back_url = self.call_back_url

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "model": model,
                "input": input_,
            }
        )
        if call_back_url is not UNSET:
            field_dict["callBackUrl"] = call_back_url

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.kling_v3_std_input import KlingV3StdInput  # noqa: PLC0415

        d = dict(src_dict)
        model = cast(Literal["kling-v3-std"], d.pop("model"))
        if model != "kling-v3-std":
            raise ValueError(f"model must match const 'kling-v3-std', got '{model}'")

        input_ = KlingV3StdInput.from_dict(d.pop("input"))

        call_back_url = d.pop("callBackUrl", UNSET)

        kling_v3_std_request = cls(
            model=model,
            input_=input_,
            call_back_url=call_back_url,
        )

        return kling_v3_std_request
