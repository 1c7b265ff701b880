"""Read the values of options: text, JSON, and files named as `@FILE`."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

_STDIN = "-"
_STDIN_WAS_READ = f"{__name__}.stdin_was_read"
"""Key in a context's `meta`, which all contexts of one call share."""


def text(word: str) -> str:
    """Return a text; `@FILE` reads it from a file, `@-` from standard input, `@@` is one @."""
    if word.startswith("@@"):
        return word[1:]
    if word.startswith("@"):
        # Editors end a file with a line break, which is not meant.
        hint = "; a text that begins with @ is written with @@"
        return _read(word[1:], hint).removesuffix("\n").removesuffix("\r")
    return word


def json_value(word: Any) -> Any:
    """Return a JSON value; `@FILE` reads JSON or YAML from a file."""
    if not isinstance(word, str):  # one that was converted before
        return word
    if word.startswith("@"):
        return document(word[1:])
    try:
        return json.loads(word)
    except RecursionError:
        raise click.BadParameter("invalid JSON: nested too deeply") from None
    except ValueError as error:
        raise click.BadParameter(f"invalid JSON: {error}") from None


def document(name: Any) -> Any:
    """Return the contents of a JSON or YAML file; `-` is standard input."""
    if not isinstance(name, str):  # one that was converted before
        return name
    content = _read(name)
    shown = "standard input" if name == _STDIN else name
    # An empty file is valid YAML, but whatever should have written it has failed.
    if not content.strip():
        raise click.BadParameter(f"{shown} is empty")
    try:
        return json.loads(content)
    except RecursionError:
        raise click.BadParameter(f"{shown} is nested too deeply") from None
    except ValueError as error:
        if name.lower().endswith(".json"):
            raise click.BadParameter(f"{shown} is invalid JSON: {error}") from None
        return _parse_yaml(content, shown, error)


class Choice(click.Choice):  # type: ignore[type-arg]  # it is not generic in older versions
    """One of a few words; for a misspelt one, the nearest is suggested."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the word."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            hint = did_you_mean(str(value), self.choices)
            raise click.BadParameter(f"{error.message}{hint}", ctx, param) from None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a question that suggests the nearest name; empty if none is near."""
    import difflib  # noqa: PLC0415  only mistakes need it

    by_lower = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), by_lower, n=1)
    return f" Did you mean {by_lower[near[0]]!r}?" if near else ""


def _read(name: str, hint: str = "") -> str:
    try:
        if name == _STDIN:
            return _read_stdin(click.get_current_context().meta)
        # The byte order mark that some editors write is not part of the text.
        return Path(name).read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = error.strerror or error
        raise click.BadParameter(f"cannot read {name or 'a file'}: {reason}{hint}") from None
    except UnicodeDecodeError:
        raise click.BadParameter(f"{name} is not UTF-8 text{hint}") from None


def _read_stdin(meta: dict[str, Any]) -> str:
    if meta.get(_STDIN_WAS_READ):
        raise click.BadParameter("standard input can be read only once")
    if sys.stdin is None:
        raise click.BadParameter("standard input is closed")
    meta[_STDIN_WAS_READ] = True
    return sys.stdin.buffer.read().decode("utf-8-sig")


def _parse_yaml(content: str, shown: str, json_error: ValueError) -> Any:
    try:
        from ruamel.yaml import YAML  # noqa: PLC0415  slow, and in an extra
        from ruamel.yaml.error import YAMLError  # noqa: PLC0415
    except ImportError:
        raise click.BadParameter(
            f"{shown} is invalid JSON ({json_error}); to read YAML, run pip install ruamel.yaml"
        ) from None
    try:
        # YAML 1.2, in which 16:9 is a text.
        return YAML(typ="safe", pure=True).load(content)
    except (YAMLError, RecursionError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise click.BadParameter(f"{shown} is neither JSON nor YAML: {reason}") from None
