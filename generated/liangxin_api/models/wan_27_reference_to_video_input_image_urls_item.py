# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Link, Unset

if TYPE_CHECKING:
    pass

T = TypeVar("T", bound="Wan27ReferenceToVideoInputImageUrlsItem")


@_attrs_define(kw_only=True)
class Wan27ReferenceToVideoInputImageUrlsItem:
    """An item of `image_urls` of model `wan-2-7-reference-to-video`.

    Args:
        url: Public URL of the reference picture or clip. Required URL; JPEG, PNG, BMP or WebP, at most 20 MB, 240 to 8000 px per side; upstream.
        reference_voice: Voice sample for this character. Optional URL; upstream.
    """

    url: Link
    """ Public URL of the reference picture or clip. Required URL; JPEG, PNG, BMP or WebP, at most
    20 MB, 240 to 8000 px per side; upstream. """
    reference_voice: Link | Unset = UNSET
    """ Voice sample for this character. Optional URL; upstream. """

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        url = self.url
        reference_voice = self.reference_voice
        field_dict: dict[str, Any] = {}
        field_dict["url"] = url
        if reference_voice is not UNSET:
            field_dict["reference_voice"] = reference_voice
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values. Raises ValueError for an unknown field."""
        d = dict(src_dict)
        url = d.pop("url")
        reference_voice = d.pop("reference_voice", UNSET)
        if d:
            raise ValueError(
                f"Wan27ReferenceToVideoInputImageUrlsItem has no field {', '.join(map(repr, d))}"
            )
        return cls(
            url=url,
            reference_voice=reference_voice,
        )
