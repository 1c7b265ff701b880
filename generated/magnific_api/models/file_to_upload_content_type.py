# Generated from openapi/magnific/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/magnific/ and run `nox -s generate`.

from typing import Literal

FileToUploadContentType = Literal["image/jpeg", "image/png", "image/webp"]

FILE_TO_UPLOAD_CONTENT_TYPE_VALUES: set[FileToUploadContentType] = {
    "image/jpeg",
    "image/png",
    "image/webp",
}


def check_file_to_upload_content_type(value: str) -> FileToUploadContentType:
    if value in FILE_TO_UPLOAD_CONTENT_TYPE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {FILE_TO_UPLOAD_CONTENT_TYPE_VALUES!r}"
    )
