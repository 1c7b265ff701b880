"""Read the values of options: text, JSON, and files named as `@FILE`."""

import json
from typing import Any

import click

_ALIASED = 100_000
"""Characters that the aliases of a YAML file may add, to ten times its length."""


def text(word: str) -> str:
    """Return a text; `@FILE` reads it from a file, `@-` from standard input, `@@` is one @."""
    if word.startswith("@@"):
        return word[1:]
    if word.startswith("@"):
        # Editors end a file with a line break, which is not meant.
        hint = "; a text that begins with @ is written with @@"
        return _read(word[1:], hint).removesuffix("\n").removesuffix("\r")
    return word


def json_value(word: str) -> Any:
    """Return a JSON value; `@FILE` reads JSON or YAML from a file."""
    if word.startswith("@"):
        return document(word[1:])
    try:
        return json.loads(word)
    except (ValueError, RecursionError) as error:
        raise click.BadParameter(f"invalid JSON: {error}") from None


def document(name: str) -> Any:
    """Return the contents of a JSON or YAML file; `-` is standard input."""
    content = _read(name)
    shown = "standard input" if name == "-" else name
    # An empty file is valid YAML, but a sign that writing it has failed.
    if not content.strip():
        raise click.BadParameter(f"{shown} is empty")
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        if name.lower().endswith(".json"):
            raise click.BadParameter(f"{shown} is invalid JSON: {error}") from None
        return _parse_yaml(content, shown, error)


def _read(name: str, hint: str = "") -> str:
    try:
        with click.open_file(name, "rb") as file:
            # The byte order mark that some editors write is not part of the text.
            content: bytes = file.read()
        return content.decode("utf-8-sig")
    except (OSError, RuntimeError) as error:  # click raises the second for a closed stdin
        reason = getattr(error, "strerror", None) or error
        raise click.BadParameter(f"cannot read {name or 'a file'}: {reason}{hint}") from None
    except UnicodeDecodeError:
        raise click.BadParameter(f"{name} is not UTF-8 text{hint}") from None


class _AliasError(Exception):
    pass


def _check_aliases(node: Any, most: int, sizes: dict[int, int]) -> int:
    """Return the characters of a YAML node with its aliases written out.

    Raises _AliasError if they are more than `most`, or if it contains itself.
    """
    if id(node) in sizes:
        if not sizes[id(node)]:  # begun, and not ended
            raise _AliasError(f"line {node.start_mark.line + 1} contains itself, by an alias")
        return sizes[id(node)]
    sizes[id(node)] = 0
    size = 1
    if isinstance(node.value, str):
        size += len(node.value)
    else:
        for child in node.value:
            for part in child if isinstance(child, tuple) else (child,):
                size += _check_aliases(part, most, sizes)
                if size > most:
                    line = node.start_mark.line + 1
                    raise _AliasError(f"the aliases of line {line}, written out, are too large")
    sizes[id(node)] = size
    return size


def _parse_yaml(content: str, shown: str, json_error: Exception) -> Any:
    try:
        from ruamel.yaml import YAML  # noqa: PLC0415  slow, and in an extra
        from ruamel.yaml.error import YAMLError  # noqa: PLC0415
    except ImportError:
        raise click.BadParameter(
            f"{shown} is invalid JSON ({json_error}); to read YAML, run pip install ruamel.yaml"
        ) from None
    try:
        # YAML 1.2, in which 16:9 is a text.
        yaml = YAML(typ="safe", pure=True)
        yaml.composer.warn_double_anchors = False  # YAML allows an anchor to be used again
        node = yaml.compose(content)
        if node is not None:
            _check_aliases(node, 10 * len(content) + _ALIASED, {})
        return yaml.load(content)
    except _AliasError as error:
        raise click.BadParameter(f"{shown}: {error}") from None
    except (YAMLError, RecursionError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise click.BadParameter(f"{shown} is neither JSON nor YAML: {reason}") from None
