# Generated from openapi/magnific/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/magnific/ and run `nox -s generate`.

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.upload_headers_type_0 import UploadHeadersType0

T = TypeVar("T", bound="Upload")


@_attrs_define(kw_only=True)
class Upload:
    """Upload.

    Args:
        file_id: Id of the file.
        upload_url: Where to PUT the bytes of the file, with `headers` and without the key.
        headers: Headers of that PUT.
        expires_in: Seconds for which `upload_url` takes the file.
        asset_url: The link to use in an input, once the file is uploaded.
        asset_url_expires_in: Seconds for which `asset_url` can be fetched, about a day.
    """

    file_id: None | str | Unset = UNSET
    """ Id of the file. """
    upload_url: None | str | Unset = UNSET
    """ Where to PUT the bytes of the file, with `headers` and without the key. """
    headers: None | Unset | UploadHeadersType0 = UNSET
    """ Headers of that PUT. """
    expires_in: int | None | Unset = UNSET
    """ Seconds for which `upload_url` takes the file. """
    asset_url: None | str | Unset = UNSET
    """ The link to use in an input, once the file is uploaded. """
    asset_url_expires_in: int | None | Unset = UNSET
    """ Seconds for which `asset_url` can be fetched, about a day. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return the object as JSON values, without the fields that are UNSET."""
        from ..models.upload_headers_type_0 import UploadHeadersType0

        file_id: None | str | Unset
        if isinstance(self.file_id, Unset):
            file_id = UNSET
        else:
            file_id = self.file_id
        upload_url: None | str | Unset
        if isinstance(self.upload_url, Unset):
            upload_url = UNSET
        else:
            upload_url = self.upload_url
        headers: dict[str, Any] | None | Unset
        if isinstance(self.headers, Unset):
            headers = UNSET
        elif isinstance(self.headers, UploadHeadersType0):
            headers = self.headers.to_dict()
        else:
            headers = self.headers
        expires_in: int | None | Unset
        if isinstance(self.expires_in, Unset):
            expires_in = UNSET
        else:
            expires_in = self.expires_in
        asset_url: None | str | Unset
        if isinstance(self.asset_url, Unset):
            asset_url = UNSET
        else:
            asset_url = self.asset_url
        asset_url_expires_in: int | None | Unset
        if isinstance(self.asset_url_expires_in, Unset):
            asset_url_expires_in = UNSET
        else:
            asset_url_expires_in = self.asset_url_expires_in
        field_dict: dict[str, Any] = dict(self.additional_properties)
        if file_id is not UNSET:
            field_dict["file_id"] = file_id
        if upload_url is not UNSET:
            field_dict["upload_url"] = upload_url
        if headers is not UNSET:
            field_dict["headers"] = headers
        if expires_in is not UNSET:
            field_dict["expires_in"] = expires_in
        if asset_url is not UNSET:
            field_dict["asset_url"] = asset_url
        if asset_url_expires_in is not UNSET:
            field_dict["asset_url_expires_in"] = asset_url_expires_in
        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        """Return the object with these JSON values."""
        from ..models.upload_headers_type_0 import UploadHeadersType0

        d = dict(src_dict)

        def _parse_file_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        file_id = _parse_file_id(d.pop("file_id", UNSET))

        def _parse_upload_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        upload_url = _parse_upload_url(d.pop("upload_url", UNSET))

        def _parse_headers(data: object) -> None | Unset | UploadHeadersType0:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                headers_type_0 = UploadHeadersType0.from_dict(data)

                return headers_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UploadHeadersType0, data)

        headers = _parse_headers(d.pop("headers", UNSET))

        def _parse_expires_in(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        expires_in = _parse_expires_in(d.pop("expires_in", UNSET))

        def _parse_asset_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        asset_url = _parse_asset_url(d.pop("asset_url", UNSET))

        def _parse_asset_url_expires_in(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        asset_url_expires_in = _parse_asset_url_expires_in(d.pop("asset_url_expires_in", UNSET))

        made = cls(
            file_id=file_id,
            upload_url=upload_url,
            headers=headers,
            expires_in=expires_in,
            asset_url=asset_url,
            asset_url_expires_in=asset_url_expires_in,
        )
        made.additional_properties = d
        return made

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
