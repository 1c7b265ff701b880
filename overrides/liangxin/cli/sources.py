"""Values that stand in files or come from standard input."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

_STDIN = "-"


class Sources:
    """Reads what one call of the command names. Raises ArgumentTypeError."""

    def __init__(self) -> None:
        self._stdin_was_read = False

    def text(self, given: str) -> str:
        """Return a text: `@FILE` is the file's, `@-` standard input's, `@@…` one with one @."""
        if given.startswith("@@"):
            return given[1:]
        if given.startswith("@"):
            hint = "; a text that begins with @ is written with @@"
            # Editors end a file with a line break, which is not meant.
            return self._read(given[1:], hint).removesuffix("\n").removesuffix("\r")
        if not given.isascii() and given != given.encode(errors="ignore").decode():
            raise ArgumentTypeError("not text in the encoding of this terminal")
        return given

    def json(self, given: str) -> Any:
        """Return a JSON value; `@FILE` is one in a file of JSON or YAML."""
        if given.startswith("@"):
            return self.document(given[1:])
        try:
            return json.loads(given)
        except (ValueError, RecursionError) as error:
            raise ArgumentTypeError(f"not JSON: {error}") from None

    def document(self, name: str) -> Any:
        """Return the value in a file of JSON or YAML; `-` is standard input."""
        text = self._read(name)
        shown = "standard input" if name == _STDIN else name
        if not text.strip():  # YAML's word for nothing at all; but what was to write it has failed
            raise ArgumentTypeError(f"{shown} is empty")
        try:
            return json.loads(text)
        except RecursionError:
            raise ArgumentTypeError(f"{shown} is nested too deeply") from None
        except ValueError as error:
            if name.lower().endswith(".json"):
                raise ArgumentTypeError(f"{shown} is not JSON: {error}") from None
            return _yaml(text, shown, error)

    def _read(self, name: str, hint: str = "") -> str:
        try:
            if name == _STDIN:
                if self._stdin_was_read:
                    raise ArgumentTypeError("standard input can be read only once")
                if sys.stdin is None:
                    raise ArgumentTypeError("standard input is closed")
                self._stdin_was_read = True
                # Signatures that some editors put before UTF-8 are no part of the text.
                return sys.stdin.buffer.read().decode("utf-8-sig")
            return Path(name).read_text(encoding="utf-8-sig")
        except OSError as error:
            reason = error.strerror or error
            raise ArgumentTypeError(f"cannot read {name or 'a file'}: {reason}{hint}") from None
        except UnicodeDecodeError:
            raise ArgumentTypeError(f"{name} is not text in UTF-8") from None
        except ValueError as error:  # such as a name with a null character
            raise ArgumentTypeError(f"cannot read {name!r}: {error}{hint}") from None


def _yaml(text: str, shown: str, no_json: ValueError) -> Any:
    try:
        from ruamel.yaml import YAML  # noqa: PLC0415 - slow, and in an extra
        from ruamel.yaml.error import YAMLError  # noqa: PLC0415
    except ImportError:
        raise ArgumentTypeError(
            f"{shown} is not JSON ({no_json}); to read YAML, run pip install ruamel.yaml"
        ) from None
    try:
        # YAML 1.2, in which 16:9 is a text.
        return YAML(typ="safe", pure=True).load(text)
    except (YAMLError, RecursionError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise ArgumentTypeError(f"{shown} is neither JSON nor YAML: {reason}") from None
