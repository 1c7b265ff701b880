"""Find the OpenAPI document in a page of Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from generation.spec.source import YAML_ERRORS, line_of, plain, yaml_problem
from generation.sync.errors import SyncError
from generation.sync.raw_page import RawPage

# By CommonMark, a fence is indented by three blanks at most.
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})\s*([^\s`]*)[^`]*")
_OPENAPI_HEADING = re.compile(r"#+ +OpenAPI Specification\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Page:
    """A page; `tree` is its OpenAPI document, None on a page that is prose."""

    raw: RawPage
    title: str
    tree: CommentedMap | None
    start: int
    """Lines of the page above the document."""

    @property
    def path(self) -> str:
        """Path on the site, as in `x-source`."""
        return self.raw.path

    @cached_property
    def document(self) -> dict[str, Any]:
        """The OpenAPI document, as plain dicts, lists and scalars; empty if there is none."""
        document: dict[str, Any] = plain(self.tree) if self.tree is not None else {}
        return document

    def target(self, ref: str) -> Any:
        """Return what a `$ref` refers to in the document; None if it refers to nothing."""
        return value_at(self.document, ref.removeprefix("#/").split("/"))

    def line(self, pointer: Iterable[str | int]) -> int:
        """Return the line in the page of the deepest part of `pointer` that is there."""
        return self.start + line_of(self.tree, pointer)

    @contextmanager
    def reading(self, pointer: Iterable[str | int]) -> Iterator[None]:
        """Raise SyncError at `pointer` where the document is not in the form of OpenAPI.

        A page may be wrong in any way; nothing is gained by a test for each.
        """
        try:
            yield
        # A `$ref` that leads back to its own schema is followed without end.
        except RecursionError:
            raise self.error(pointer, "a schema contains itself") from None
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            reason = f"not in the form of OpenAPI: {type(error).__name__}: {error}"
            raise self.error(pointer, reason) from None

    def error(self, pointer: Iterable[str | int], reason: str) -> SyncError:
        """Return a SyncError at the line of `pointer`."""
        return SyncError(self.raw.place, self.line(pointer), reason)


def value_at(node: Any, steps: Iterable[str]) -> Any:
    """Return the value at a path; None where there is none, since a page may lack anything."""
    for step in steps:
        node = node.get(step) if isinstance(node, dict) else None
    return node


def parse(raw: RawPage) -> Page:
    """Return the page; raises SyncError if it is none, or if its document cannot be read."""
    text = raw.text
    if re.match(r"\s*<(!doctype|html)\b", text, re.IGNORECASE):
        raise SyncError(raw.place, 1, "an HTML page, not Markdown")
    lines = text.splitlines()
    title = next((line[2:].strip() for line in lines if line.startswith("# ")), None)
    block, start = _openapi_block(lines)
    if block is None:
        for number, line in enumerate(lines, 1):
            if _OPENAPI_HEADING.fullmatch(line):
                reason = "this heading has no yaml block below it that begins with `openapi:`"
                raise SyncError(raw.place, number, reason)
        if title is None:
            raise SyncError(raw.place, 1, "not a page: no title (`# …`) and no OpenAPI document")
        return Page(raw, title, None, 0)
    return Page(raw, title or "", _load(raw, block, start), start)


def _openapi_block(lines: list[str]) -> tuple[list[str] | None, int]:
    """Return the fenced block that is an OpenAPI document, and the number of lines above it.

    Fences within the document, as in a description, are indented more than those of Markdown.
    """
    number = 0
    while number < len(lines):
        opening = _FENCE.fullmatch(lines[number])
        number += 1
        if opening is None:
            continue
        start = number
        closing = re.compile(rf" {{0,3}}{opening[1][0]}{{{len(opening[1])},}}\s*")
        while number < len(lines) and not closing.fullmatch(lines[number]):
            number += 1
        block = lines[start:number]
        number += 1
        first = next((line for line in block if line.strip()), "")
        if opening[2].lower() in {"yaml", "yml"} and first.startswith("openapi:"):
            return block, start
    return None, 0


def _load(raw: RawPage, block: list[str], start: int) -> CommentedMap:
    # YAML 1.2, in which a plain 16:9 is a string, with the lines of nodes.
    yaml = YAML(typ="rt")
    # A key that stands twice is no reason not to read a page; the first one counts.
    yaml.allow_duplicate_keys = True
    try:
        tree = yaml.load("\n".join(block))
    except YAML_ERRORS as error:
        line, reason = yaml_problem(error)
        raise SyncError(raw.place, start + (line or 1), reason) from None
    except (ValueError, RecursionError) as error:
        raise SyncError(raw.place, start + 1, f"invalid YAML: {type(error).__name__}") from None
    if not isinstance(tree, CommentedMap) or not isinstance(tree.get("paths"), CommentedMap):
        raise SyncError(raw.place, start + 1, "the OpenAPI document has no `paths`")
    return tree
