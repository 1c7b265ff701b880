"""Reserve the names that generated classes use themselves, beside Python's own.

openapi-python-client appends `_` to the attribute of a field whose name is reserved. Its list lacks
the names that its templates and ours use. Run as a script, this is openapi-python-client with the
longer list.
"""

from __future__ import annotations

from openapi_python_client import strings

NAMES = {
    *("additional_properties", "from_dict", "to_dict"),
    *("cast", "cls", "d", "field_dict", "made", "src_dict"),
}

strings.RESERVED_WORDS.update(NAMES)

if __name__ == "__main__":
    from openapi_python_client.cli import app

    app()
