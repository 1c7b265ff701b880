"""Read the YAML files of a spec, and locate mistakes by file and line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError
from ruamel.yaml.scalarstring import ScalarString

if TYPE_CHECKING:
    import jsonschema_rs

# YAML 1.1 loaders, PyYAML's among them, read a plain 16:9 as the base-60 integer 969. These files
# are read as YAML 1.2 here, but editors and other tools may read them as 1.1.
RATIO_LIKE = re.compile(r"\d+[:*]\d+")

# ReaderError, of characters that YAML does not allow, has no mark and another base class.
YAML_ERRORS = (MarkedYAMLError, ReaderError)


class _Constructor(RoundTripConstructor):
    """Reads dates as strings, since JSON has none; the schema of the file checks their form."""


# On a subclass: on ruamel.yaml's own class it would change how everybody's files are read.
_Constructor.add_constructor("tag:yaml.org,2002:timestamp", RoundTripConstructor.construct_yaml_str)


class SpecError(Exception):
    """A mistake in the spec: its file, line and reason."""

    def __init__(self, path: Path, line: int | None, reason: str) -> None:
        self.path = path
        self.line = line
        self.reason = reason
        super().__init__(f"{path}{f':{line}' if line else ''}: {reason}")


def together(errors: list[SpecError]) -> SpecError:
    """Return an error whose message has a line for each of these; its place is the first's."""
    places: dict[tuple[Path, int | None], SpecError] = {}
    for error in errors:
        # A mistake in a shared file is met once for each model, perhaps by another check.
        places.setdefault((error.path, error.line), error)
    first = errors[0]
    result = SpecError(first.path, first.line, first.reason)
    result.args = ("\n".join(map(str, places.values())),)
    return result


class Source:
    """One YAML file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        # The round-trip loader alone keeps the lines of nodes.
        yaml = YAML(typ="rt")
        # So that a quoted 16:9 is a ScalarString, and a plain one is not.
        yaml.preserve_quotes = True
        yaml.Constructor = _Constructor
        try:
            self._tree = yaml.load(path.read_text(encoding="utf-8"))
        except YAML_ERRORS as error:
            raise SpecError(path, *yaml_problem(error)) from None
        except UnicodeDecodeError as error:
            raise SpecError(path, None, f"not UTF-8: {error.reason}") from None
        except FileNotFoundError:
            raise SpecError(path, None, "no such file") from None
        if not isinstance(self._tree, CommentedMap):
            raise SpecError(path, 1, "must be a mapping at the top level")
        self._refuse_plain_ratios(self._tree, ())

    @cached_property
    def content(self) -> dict[str, Any]:
        """The content of the file, as plain dicts, lists and scalars."""
        result = plain(self._tree)
        assert isinstance(result, dict)  # noqa: S101 - for the type checker; see __init__
        return result

    def part(self, pointer: Iterable[str | int]) -> Any:
        """Return the value at `pointer`; raises LookupError or TypeError if there is none."""
        node: Any = self.content
        for step in pointer:
            node = node[step]
        return node

    def has(self, pointer: Iterable[str | int]) -> bool:
        """Return whether the file has a value at `pointer`."""
        try:
            self.part(pointer)
        except (LookupError, TypeError):
            return False
        return True

    def line(self, pointer: Iterable[str | int]) -> int:
        """Return the line, from 1, of the deepest part of `pointer` that the file has."""
        return line_of(self._tree, pointer)

    def error(self, pointer: Iterable[str | int], reason: str) -> SpecError:
        """Return a SpecError with the file, and the line of `pointer`."""
        return SpecError(self.path, self.line(pointer), reason)

    def check(self, validator: jsonschema_rs.Validator) -> None:
        """Raise SpecError for the first violation of `validator`'s schema."""
        # Only the first: the others are often its consequences.
        for error in validator.iter_errors(self.content):
            where = ".".join(str(step) for step in error.instance_path)
            # An unknown key is not part of the path, but its line is the one to correct.
            unknown = error.kind.as_dict().get("unexpected", ())
            raise self.error(
                (*error.instance_path, *unknown[:1]),
                f"{where}: {error.message}" if where else error.message,
            )

    def _refuse_plain_ratios(self, node: Any, pointer: tuple[str | int, ...]) -> None:
        if isinstance(node, CommentedMap):
            for key, value in node.items():
                self._refuse_plain_ratios(value, (*pointer, key))
        elif isinstance(node, CommentedSeq):
            for index, value in enumerate(node):
                self._refuse_plain_ratios(value, (*pointer, index))
        elif (
            isinstance(node, str)
            and not isinstance(node, ScalarString)
            and RATIO_LIKE.fullmatch(node)
        ):
            reason = f'write "{node}" with quotes: YAML 1.1 reads {node} as a number'
            raise self.error(pointer, reason)


def yaml_problem(error: MarkedYAMLError | ReaderError) -> tuple[int | None, str]:
    """Return the line, from 1, and the reason of an error of the YAML parser."""
    if isinstance(error, ReaderError):
        return None, f"invalid YAML: character {error.character!r}"
    mark = error.problem_mark or error.context_mark
    reason = " ".join(filter(None, (error.problem, error.context)))
    return mark.line + 1 if mark else None, f"invalid YAML: {reason}"


def line_of(tree: Any, pointer: Iterable[str | int]) -> int:
    """Return the line, from 1, of the deepest part of `pointer` that a YAML tree has."""
    node = tree
    line: int = node.lc.line
    for step in pointer:
        if isinstance(node, CommentedMap) and step in node:
            line = node.lc.key(step)[0]
        elif isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
            line = node.lc.item(step)[0]
        else:
            break
        node = node[step]
    return line + 1


def plain(node: Any) -> Any:
    """Return a YAML tree as plain dicts, lists and scalars."""
    if isinstance(node, dict):
        # Keys become strings as in JSON, which has `true` where Python has `True`.
        return {
            str(key).lower() if isinstance(key, bool) else str(key): plain(value)
            for key, value in node.items()
        }
    if isinstance(node, list):
        return [plain(value) for value in node]
    if node is None or isinstance(node, bool):
        return node
    # The loader's numbers are of subclasses that keep how they were written.
    for kind in (int, float):
        if isinstance(node, kind):
            return kind(node)
    return str(node)
