# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

"""Types that all modules of the package share."""

from collections.abc import MutableMapping
from enum import Enum
from typing import Final, Generic, Literal, TypeVar

from attrs import define


class Unset(Enum):
    """Type of `UNSET`, the value of a field that was not given and is not sent."""

    # A member of an Enum stays the same object when it is copied or pickled.
    UNSET = "UNSET"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset.UNSET

T = TypeVar("T")


@define
class Response(Generic[T]):
    """A response; `parsed` is None if its body is not of the documented form."""

    status_code: int
    content: bytes
    headers: MutableMapping[str, str]
    parsed: T | None


__all__ = ["UNSET", "Response", "Unset"]
