"""Read the values of options: text, JSON, and files named as `@FILE`."""

import json
from typing import Any

import click

from liangxin import yaml_files
from liangxin.apis.json_values import object_of


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
        return json.loads(word, object_pairs_hook=object_of)
    except (ValueError, RecursionError) as error:
        raise click.BadParameter(f"invalid JSON: {error}") from None


def document(name: str) -> Any:
    """Return the contents of a JSON or YAML file; `-` is standard input."""
    content = _read(name)
    shown = "standard input" if name == "-" else name
    # An empty file is valid YAML, but a sign that writing it has failed.
    if not content.strip():
        raise click.BadParameter(f"{shown} is empty")
    # YAML includes JSON, but its parser is slow, is in an extra, and explains errors worse.
    try:
        return json.loads(content, object_pairs_hook=object_of)
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


def _parse_yaml(content: str, shown: str, json_error: Exception) -> Any:
    try:
        return yaml_files.load(content)
    except yaml_files.YamlMissingError as error:
        raise click.BadParameter(f"{shown} is invalid JSON ({json_error}); {error}") from None
    except yaml_files.AliasError as error:
        raise click.BadParameter(f"{shown}: {error}") from None
    except yaml_files.YamlError as error:
        raise click.BadParameter(f"{shown} is neither JSON nor YAML: {error}") from None
