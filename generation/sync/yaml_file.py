"""Edit a YAML file entry by entry; every other line stays as it is.

ruamel.yaml writes whole files only, and would break lines and set blanks in most of ours anew. So
here it says where an entry stands, and writes that entry alone.
"""

from __future__ import annotations

import copy
import io
import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, FoldedScalarString

from generation.spec.source import plain

Pointer = tuple[str | int, ...]

WIDTH = 100
# What is surely the same text in YAML 1.1 and 1.2 without quotes.
_PLAIN = re.compile(r"[A-Za-z_/^][\w /()+.^-]*")
# Outside of brackets, these are, too.
_SENTENCE = re.compile(r"[A-Za-z][\w /()+.^,;'-]*")
# Of a hash, YAML may take digits with one e for a number.
_RESERVED = re.compile(r"(true|false|yes|no|on|off|null|y|n|[0-9a-f]{64})", re.IGNORECASE)
# Small mappings that begin with these are written in one line.
_IN_ONE_LINE = {"documented", "evidence", "field", "url", "x-evidence"}


class YamlFile:
    """The text of a YAML file, and edits of it."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text
        self._tree = _yaml().load(text)

    def get(self, pointer: Pointer, default: Any = None) -> Any:
        """Return the value at `pointer` as plain data."""
        node: Any = self._tree
        for step in pointer:
            try:
                node = node[step]
            except (LookupError, TypeError):
                return default
        return plain(node)

    def set(
        self, pointer: Pointer, value: Any, *, after: tuple[str, ...] = (), first: bool = False
    ) -> None:
        """Set the value at `pointer`, whose parent is there.

        A new key comes first, or behind the last of `after` that its mapping has, or at the end.
        """
        # With the types, as 1 equals True in Python; with `...`, as null is a value.
        if self.get(pointer, ...) == value and type(self.get(pointer)) is type(value):
            return
        block = self._block(pointer)
        if len(block) < len(pointer):
            # Within a flow mapping or sequence, which stands in the text as one piece.
            node = copy.deepcopy(self._node(block))
            parent = node
            for step in pointer[len(block) : -1]:
                parent = parent[step]
            parent[pointer[-1]] = styled(value, in_flow=True)
            whole = {block[-1]: node} if isinstance(block[-1], str) else [node]
            is_deep = isinstance(value, dict) and any(isinstance(v, dict) for v in value.values())
            if is_deep or len(_dump(whole, self._column(block[:-1]))) > 1:
                node = styled(plain(node))
            self._replace(block, node)
        elif self.get(pointer, ...) is not ...:
            self._replace(pointer, styled(value))
        else:
            parent = self._node(pointer[:-1])
            known = [key for key in parent if key in after] or list(parent)
            line = self._span((*pointer[:-1], known[0 if first else -1]))[0 if first else 1]
            column = self._column(pointer[:-1])
            self._splice(line, line, _dump({pointer[-1]: styled(value)}, column))

    def delete(self, pointer: Pointer) -> None:
        """Delete the entry at `pointer`, and its mapping if that is empty then."""
        parent = self.get(pointer[:-1])
        if len(parent) == 1 and len(pointer) > 1:
            self.delete(pointer[:-1])
            return
        block = self._block(pointer)
        if len(block) < len(pointer):
            node = copy.deepcopy(self._node(block))
            inner = node
            for step in pointer[len(block) : -1]:
                inner = inner[step]
            del inner[pointer[-1]]
            self._replace(block, node)
        else:
            self._splice(*self._span(pointer), [])

    def append(self, pointer: Pointer, value: Any) -> None:
        """Append an item to the sequence at `pointer`."""
        items = self._node(pointer)
        if items.fa.flow_style():
            self.set(pointer, [*plain(items), value])
            return
        line = self._span((*pointer, len(items) - 1))[1]
        self._splice(line, line, _dump([styled(value)], self._column(pointer)))

    def _node(self, pointer: Pointer) -> Any:
        node: Any = self._tree
        for step in pointer:
            node = node[step]
        return node

    def _block(self, pointer: Pointer) -> Pointer:
        """Return the longest part of `pointer` whose parents are all in block style."""
        node: Any = self._tree
        for depth, step in enumerate(pointer):
            # One that is empty has no style, but is written as `{}` or `[]`.
            if node.fa.flow_style() or not len(node):
                return pointer[:depth]
            if depth + 1 < len(pointer):
                node = node[step]
        return pointer

    def _column(self, pointer: Pointer) -> int:
        """Return the column of the keys of a block mapping, or of the dashes of a sequence."""
        node = self._node(pointer)
        if isinstance(node, CommentedSeq):
            # ruamel.yaml has the column of the item, behind its dash.
            return int(node.lc.item(0)[1]) - 2
        column: int = node.lc.key(next(iter(node)))[1]
        return column

    def _span(self, pointer: Pointer) -> tuple[int, int]:
        """Return the first line of an entry, and the line after its last one."""
        lines = self.text.splitlines()
        node: Any = self._tree
        start, end = 0, len(lines)
        for step in pointer:
            keys = list(node) if isinstance(node, CommentedMap) else list(range(len(node)))
            place = node.lc.key if isinstance(node, CommentedMap) else node.lc.item
            start = place(step)[0]
            index = keys.index(step)
            if index + 1 < len(keys):
                end = place(keys[index + 1])[0]
            node = node[step]
        # Comments and empty lines at the end belong to what follows.
        while end > start + 1 and re.fullmatch(r"\s*(#.*)?", lines[end - 1]):
            end -= 1
        return start, end

    def _replace(self, pointer: Pointer, node: Any) -> None:
        start, end = self._span(pointer)
        key = pointer[-1]
        if isinstance(key, int):
            lines = _dump([node], self._column(pointer[:-1]))
        else:
            lines = _dump({key: node}, self._column(pointer[:-1]))
            parent = self._node(pointer[:-1])
            # The third of ruamel.yaml's comments of a key is the one at the end of its line.
            comment = parent.ca.items.get(key, [None] * 3)[2]
            if comment is not None and (words := comment.value.partition("\n")[0].strip()):
                lines[0] += f"  {words}"
        self._splice(start, end, lines)

    def _splice(self, start: int, end: int, new: list[str]) -> None:
        lines = self.text.splitlines()
        lines[start:end] = new
        self.text = "\n".join(lines) + "\n"
        self._tree = _yaml().load(self.text)


def new_text(value: dict[str, Any], apart: tuple[str, ...] = ()) -> str:
    """Return the text of a new file, with an empty line above each key of `apart`."""
    text = "\n".join(_dump(styled(value), 0)) + "\n"
    for key in apart:
        text = text.replace(f"\n{key}:", f"\n\n{key}:", 1)
    return text


def styled(value: Any, *, in_flow: bool = False) -> Any:
    """Return a value as it is written in the spec.

    Lists of scalars and some small mappings are in one line; long texts are folded.
    """
    if isinstance(value, dict):
        is_line = in_flow or (
            len(str(value)) < WIDTH - 20
            and next(iter(value), None) in _IN_ONE_LINE
            and (len(value) == 1 or "properties" not in value)
        )
        made = CommentedMap((key, styled(v, in_flow=is_line)) for key, v in value.items())
        if is_line:
            made.fa.set_flow_style()
        return made
    if isinstance(value, list):
        is_line = in_flow or not any(isinstance(item, dict | list) for item in value)
        sequence = CommentedSeq(styled(item, in_flow=is_line) for item in value)
        if is_line:
            sequence.fa.set_flow_style()
        return sequence
    return _styled_text(value, in_flow=in_flow) if isinstance(value, str) else value


def _styled_text(text: str, *, in_flow: bool) -> Any:
    if not in_flow and len(text) > WIDTH - 20 and "\n" not in text and text == text.strip():
        folded = FoldedScalarString(text)
        folded.fold_pos = _folds(text)
        return folded
    is_plain = _PLAIN.fullmatch(text) or (not in_flow and _SENTENCE.fullmatch(text))
    if is_plain and not _RESERVED.fullmatch(text) and text == text.strip():
        return text
    return DoubleQuotedScalarString(text)


def _folds(text: str) -> list[int]:
    """Return the places of the blanks at which a text is broken into lines."""
    places, start = [], 0
    while len(text) - start > WIDTH - 15:
        place = text.rfind(" ", start, start + WIDTH - 15)
        if place <= start or text[place - 1] == " " or text[place + 1] == " ":
            break
        places.append(place)
        start = place + 1
    return places


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _dump(node: Any, column: int) -> list[str]:
    """Return the lines of a block node, indented by `column`."""
    yaml = _yaml()
    yaml.width = max(WIDTH - column, 40)
    stream = io.StringIO()
    yaml.dump(node, stream)
    lines = [line.rstrip() for line in stream.getvalue().splitlines()]
    # The dashes are indented at the top, too, by the `offset`.
    if isinstance(node, list):
        lines = [line[2:] for line in lines]
    return [" " * column + line if line else "" for line in lines]
