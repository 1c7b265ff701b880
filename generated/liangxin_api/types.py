# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

"""Types that the modules of the package share."""

from collections.abc import Callable, MutableMapping
from enum import Enum
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import (
    TYPE_CHECKING,
    Any,
    BinaryIO,
    Final,
    Generic,
    Literal,
    TypeAlias,
    TypeVar,
)

if TYPE_CHECKING:
    from typing_extensions import deprecated
else:

    def deprecated(message, /, *, category=None):
        """Mark a class as deprecated, as `warnings.deprecated` of Python 3.13 does; no warning."""

        def mark(cls):
            cls.__deprecated__ = message
            return cls

        return mark


Link: TypeAlias = str | PathLike[str] | BinaryIO
"""A link, or a file that the SDK uploads first; `liangxin.Magnific` or `uploader=` can."""

# A list of strings is no list of links, as one could put a path into it.
Links: TypeAlias = list[Link] | list[str] | list[Path]


class Unset(Enum):
    """Type of `UNSET`, the value of a field that is not given, and not sent."""

    # A member of an Enum stays the same object when it is copied or pickled.
    UNSET = "UNSET"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset.UNSET

T = TypeVar("T")


class Response(Generic[T]):
    """A response: its status, content and headers as received, and `parsed` on first use."""

    def __init__(
        self,
        status_code: int,
        content: bytes,
        headers: MutableMapping[str, str],
        parse: Callable[[], T | None],
    ) -> None:
        self.status_code = status_code
        self.content = content
        self.headers = headers
        self._parse = parse

    @cached_property
    def parsed(self) -> T | None:
        """The body as an object; None if it is not in the documented form."""
        return self._parse()

    def __repr__(self) -> str:
        return f"<Response [{self.status_code}]>"

    def __getstate__(self) -> dict[str, Any]:
        state = {**vars(self), "parsed": self.parsed}
        del state["_parse"]  # a closure, which no pickle can hold
        return state


__all__ = ["UNSET", "Link", "Links", "Response", "Unset", "deprecated"]
