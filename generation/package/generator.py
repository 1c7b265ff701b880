"""Run openapi-python-client with reserved names and a type of property that it lacks.

- It appends `_` to the attribute of a field whose name is reserved. Its list lacks the names that
  its templates and ours use in generated classes.
- A string of the format `link` is a `Link`: text, or a file that the SDK uploads first.

Run as a script, this is the generator's command.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import define
from openapi_python_client import strings
from openapi_python_client.parser import properties
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.string import StringProperty
from openapi_python_client.strings import PythonCode

LINK_FORMAT = "link"

NAMES = {
    *("additional_properties", "from_dict", "to_dict"),
    *("cast", "cls", "d", "field_dict", "made", "src_dict"),
}


@define
class LinkProperty(StringProperty):
    """A property of type `Link`."""

    _type_string = "Link"
    _json_type_string = "Link"

    def get_imports(self, *, prefix: str) -> set[str]:
        """Return the imports that its type needs."""
        # The generator removes those that are not used.
        return {*super().get_imports(prefix=prefix), f"from {prefix}types import Link, Links"}


def _string_property(*, data: Any, **rest: Any) -> Any:
    made = _original_string_property(data=data, **rest)
    if data.schema_format != LINK_FORMAT:
        return made
    names = ("name", "required", "default", "python_name", "description", "example")
    return LinkProperty(**{name: getattr(made, name) for name in names})


def _list_type(original: Callable[[ListProperty], PythonCode]) -> Any:
    def type_string(self: ListProperty) -> PythonCode:
        is_of_links = isinstance(self.inner_property, LinkProperty)
        return PythonCode("Links") if is_of_links else original(self)

    return type_string


strings.RESERVED_WORDS.update(NAMES)
_original_string_property: Any = properties._string_based_property  # noqa: SLF001 - no other hook

# In the process of the command alone: importing this module reserves names, and patches nothing.
if __name__ == "__main__":
    from openapi_python_client.cli import app

    vars(properties)["_string_based_property"] = _string_property
    for name in ("get_base_type_string", "get_base_json_type_string"):
        setattr(ListProperty, name, _list_type(getattr(ListProperty, name)))
    app()
