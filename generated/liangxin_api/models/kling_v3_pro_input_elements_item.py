# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Link, Links, Unset

if TYPE_CHECKING:
    pass

T = TypeVar("T", bound="KlingV3ProInputElementsItem")


@_attrs_define(kw_only=True)
class KlingV3ProInputElementsItem:
    """An item of `elements` of model `kling-v3-pro`.

    Args:
        reference_image_urls: Several views of the element. Optional array of URLs; upstream.
        frontal_image_url: Main front view of the element. Optional URL; upstream.
    """

    reference_image_urls: Links | Unset = UNSET
    """ Several views of the element. Optional array of URLs; upstream. """
    frontal_image_url: Link | Unset = UNSET
    """ Main front view of the element. Optional URL; upstream. """

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        reference_image_urls: Links | Unset = UNSET
        if not isinstance(self.reference_image_urls, Unset):
            reference_image_urls = self.reference_image_urls

        frontal_image_url = self.frontal_image_url
        field_dict: dict[str, Any] = {}
        if reference_image_urls is not UNSET:
            field_dict["reference_image_urls"] = reference_image_urls
        if frontal_image_url is not UNSET:
            field_dict["frontal_image_url"] = frontal_image_url
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values. Raises ValueError for an unknown field."""
        d = dict(src_dict)
        reference_image_urls = cast(Links, d.pop("reference_image_urls", UNSET))

        frontal_image_url = d.pop("frontal_image_url", UNSET)
        if d:
            raise ValueError(f"KlingV3ProInputElementsItem has no field {', '.join(map(repr, d))}")
        return cls(
            reference_image_urls=reference_image_urls,
            frontal_image_url=frontal_image_url,
        )
