"""Names that a field's attribute cannot have, beside Python's own: generated classes use them.

openapi-python-client puts a `_` behind a field whose name is among its reserved words, and knows
nothing of those that its templates and ours use. Run as a script, this is openapi-python-client
with the longer list.
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
