# Generated from openapi/magnific/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/magnific/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.file_to_upload_content_type import (
    FileToUploadContentType,
    check_file_to_upload_content_type,
)

if TYPE_CHECKING:
    pass

T = TypeVar("T", bound="FileToUpload")


@_attrs_define(kw_only=True)
class FileToUpload:
    """FileToUpload.

    Args:
        content_type: Media type of the file.
    """

    content_type: FileToUploadContentType
    """ Media type of the file. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        content_type: str = self.content_type
        field_dict: dict[str, Any] = dict(self.additional_properties)
        field_dict["content_type"] = content_type
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values."""
        d = dict(src_dict)
        content_type = check_file_to_upload_content_type(d.pop("content_type"))

        made = cls(
            content_type=content_type,
        )
        made.additional_properties = d
        return made

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
