"""Read YAML files with ruamel.yaml, which is in an extra."""

import contextlib
from collections.abc import Iterator
from typing import Any

_ALIASED = 100_000
"""Characters that the aliases of a YAML file may add, to ten times its length."""


class YamlError(Exception):
    """A text that is not YAML, or is too large with its aliases written out."""


class YamlMissingError(YamlError):
    """ruamel.yaml is not installed."""

    def __init__(self) -> None:
        super().__init__("to read YAML, run pip install ruamel.yaml")


def load(content: str) -> Any:
    """Return the value of a YAML text. Raises YamlError."""
    with _composed(content) as (node, value):
        return None if node is None else value(node, deep=True)


def load_items(content: str) -> Iterator[tuple[int, Any]]:
    """Yield the items of a YAML list, each with the line at which it begins.

    Raises YamlError, also for anything but a list.
    """
    with _composed(content) as (node, value):
        if node is None or node.id != "sequence":
            raise YamlError("is not a list")
        for item in node.value:
            yield item.start_mark.line + 1, value(item, deep=True)


@contextlib.contextmanager
def _composed(content: str) -> Iterator[tuple[Any, Any]]:
    """Yield the root node of a text, and a function that returns the value of a node."""
    try:
        from ruamel.yaml import YAML  # noqa: PLC0415  slow, and in an extra
        from ruamel.yaml.error import YAMLError  # noqa: PLC0415
    except ImportError:
        raise YamlMissingError from None
    # YAML 1.2, in which 16:9 is a text.
    yaml = YAML(typ="safe", pure=True)
    yaml.composer.warn_double_anchors = False  # YAML allows an anchor to be used again
    try:
        node = yaml.compose(content)
        if node is not None:
            _check_aliases(node, 10 * len(content) + _ALIASED, {})
        yield node, yaml.constructor.construct_object
    except (YAMLError, RecursionError, ValueError) as error:
        raise YamlError(" ".join(str(error).split())) from None


class AliasError(YamlError):
    """Aliases that are too large, or that contain themselves."""


def _check_aliases(node: Any, most: int, sizes: dict[int, int]) -> int:
    """Return the characters of a YAML node with its aliases written out.

    Raises AliasError if they are more than `most`, or if it contains itself.
    """
    if id(node) in sizes:
        if not sizes[id(node)]:  # begun, and not ended
            raise AliasError(f"line {node.start_mark.line + 1} contains itself, by an alias")
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
                    raise AliasError(f"the aliases of line {line}, written out, are too large")
    sizes[id(node)] = size
    return size
