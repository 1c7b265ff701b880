# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

"""Say what is deprecated: models, their former ids, fields, and values of fields.

The words stand here and nowhere else: in errors, warnings, docstrings and pages.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

ITEMS = "[]"


class Deprecation(NamedTuple):
    """Something of a model that is deprecated."""

    kind: Literal["model", "alias", "field", "value"]
    """An alias is an id that the model had before."""
    model: str
    path: tuple[str, ...]
    """Where the field is in the body of a create, such as `("input", "shots", "[]", "size")`."""
    value: str | None
    """The value as text, or the former id; None of a field and of a model."""
    since: str
    """The date, such as 2026-03-01."""
    reason: str
    use: str | None
    """The successor: a field, value or model."""
    until: str | None
    """The date from which the API refuses it; None if no date is known."""

    @property
    def field(self) -> str:
        """Its path as errors name it, such as `input.shots[].size`; empty of a model."""
        return ".".join(self.path).replace(f".{ITEMS}", ITEMS)

    @property
    def words(self) -> str:
        """Such as `deprecated since 2026-03-01 (it is ignored), use size instead`."""
        text = f"deprecated since {self.since} ({self.reason.rstrip('.')})"
        text += f", use {self.use} instead" if self.use is not None else ""
        return text + (f", refused from {self.until} on" if self.until is not None else "")

    @property
    def subject(self) -> str:
        """What is deprecated, to be read before `is`: such as `kling-v2: input.size`."""
        match self.kind:
            case "model":
                return f"model {self.model}"
            case "alias":
                return f"model id {self.value}"
            case "field":
                return f"{self.model}: {self.field}"
        return f"{self.model}: {self.value} of {self.field}"

    def __str__(self) -> str:
        return f"{self.subject} is {self.words}"

    def is_in(self, body: Any) -> bool:
        """Return whether the body of a create has the field or the value."""
        return any(
            self.kind == "field" or text_of(value) == self.value
            for value in _values(body, self.path)
        )


def deprecations_of(model: str, schema: Mapping[str, Any]) -> tuple[Deprecation, ...]:
    """Return what is deprecated of a model's input: itself, and its former ids."""
    found = []
    if "x-deprecated" in schema:
        found.append(_made("model", model, (), None, schema["x-deprecated"]))
    for alias, about in schema.get("x-aliases", {}).items():
        found.append(_made("alias", model, ("model",), alias, {**about, "use": model}))
    return tuple(found)


def deprecated_parts(
    model: str, schema: Mapping[str, Any], at: tuple[str, ...] = ()
) -> Iterator[Deprecation]:
    """Yield what is deprecated of a schema at a path: values, and the fields inside."""
    for value, about in schema.get("x-deprecated-values", {}).items():
        yield _made("value", model, at, value, about)
    for name, field in schema.get("properties", {}).items():
        if "x-deprecated" in field:
            yield _made("field", model, (*at, name), None, field["x-deprecated"])
        yield from deprecated_parts(model, field, (*at, name))
    if "items" in schema:
        yield from deprecated_parts(model, schema["items"], (*at, ITEMS))


def own_words(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what is deprecated of a field itself and of its values, or those of its items."""
    # The words name neither model nor path, which stand beside them wherever they are shown.
    own = [] if "x-deprecated" not in schema else [schema["x-deprecated"]]
    values = [
        (value, about)
        for one in (schema, schema.get("items", {}))
        for value, about in one.get("x-deprecated-values", {}).items()
    ]
    return (
        *(_made("field", "", (), None, about).words for about in own),
        *(f"{value} is {_made('value', '', (), value, about).words}" for value, about in values),
    )


def text_of(value: Any) -> str:
    """Return a value of an enum as a key of `x-deprecated-values`."""
    # Keys of JSON are strings, whatever the values of the enum are.
    return value if isinstance(value, str) else json.dumps(value)


def _made(
    kind: Literal["model", "alias", "field", "value"],
    model: str,
    path: tuple[str, ...],
    value: str | None,
    about: Mapping[str, Any],
) -> Deprecation:
    use = about.get("use")
    use = None if use is None else text_of(use)
    return Deprecation(
        kind, model, path, value, about["since"], about["reason"], use, about.get("until")
    )


def _values(node: Any, steps: tuple[str, ...]) -> Iterator[Any]:
    """Yield the values at a path; any value may come here."""
    if not steps:
        yield node
    elif steps[0] == ITEMS:
        for item in node if isinstance(node, list) else ():
            yield from _values(item, steps[1:])
    elif isinstance(node, Mapping) and steps[0] in node:
        yield from _values(node[steps[0]], steps[1:])
