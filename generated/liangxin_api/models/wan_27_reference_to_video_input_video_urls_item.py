# Generated from openapi/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="Wan27ReferenceToVideoInputVideoUrlsItem")


@_attrs_define
class Wan27ReferenceToVideoInputVideoUrlsItem:
    url: str
    """ Public URL of the reference picture or clip. """
    reference_voice: str | Unset = UNSET
    """ Voice sample for this character. """

    def to_dict(self) -> dict[str, Any]:
        url = self.url

        reference_voice = self.reference_voice

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "url": url,
            }
        )
        if reference_voice is not UNSET:
            field_dict["reference_voice"] = reference_voice

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        url = d.pop("url")

        reference_voice = d.pop("reference_voice", UNSET)

        wan_27_reference_to_video_input_video_urls_item = cls(
            url=url,
            reference_voice=reference_voice,
        )

        return wan_27_reference_to_video_input_video_urls_item
