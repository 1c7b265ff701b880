# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

"""Describe the fields of each model, and say what is wrong with the body of a request.

Everything is read from the OpenAPI document beside this file, on first use.

    fields("some-model")                  the fields of its input, with their limits in words
    violations("some-model", body)        the limits that the body of a create breaks
    media("some-model", "image_url")      what the file of a link must be: formats, bytes, pixels
    nearest_models("some-modle")          what a misspelt id probably means
    deprecations("some-model")            what is deprecated: the model, fields, values, former ids

Limits have a level of evidence: `documented` by the API, or by the API it forwards to (`upstream`)
or resembles (`sibling`), or `observed` of the live API. These are enforced; `inferred` ones are
guesses, and enforced on request.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from .deprecations import Deprecation, deprecations_of
from .limits import Field, Limit, dotted, fields_of, json_kind, nearest_name, short, source_of
from .media import Media, MediaFile, media_of
from .model_contract import Level, ModelContract, Violation

__all__ = (
    "Contract",
    "Deprecation",
    "Field",
    "Level",
    "Limit",
    "Media",
    "MediaFile",
    "Violation",
    "contract",
    "deprecations",
    "dotted",
    "fields",
    "file_violations",
    "input_schema",
    "json_kind",
    "media",
    "nearest_models",
    "own_form",
    "request_schema",
    "takes_link",
    "used_deprecations",
    "violations",
    "work",
)

Path = str | Sequence[str | int]
"""Where a value is in a body: `["input", "tags", 0]` or, as errors name it, `input.tags[0]`.
In a name, `[]` is any index; the `input` around the fields may be left out."""


class Contract:
    """The contract that an OpenAPI document describes."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._schemas: dict[str, dict[str, Any]] = document["components"]["schemas"]
        self._requests: dict[str, dict[str, Any]] = {
            schema["x-model"]: schema for schema in self._schemas.values() if "x-input" in schema
        }
        self._models: dict[str, ModelContract] = {}
        self._aliases: dict[str, Deprecation] = {
            str(one.value): one
            for model in self._requests
            for one in deprecations_of(model, self.input_schema(model))
            if one.kind == "alias"
        }

    @property
    def models(self) -> list[str]:
        """The ids of all models."""
        return [*self._requests]

    def request_schema(self, model: str) -> dict[str, Any]:
        """Return the schema of the body of a create; KeyError for an unknown model."""
        return self._requests[model]

    def input_schema(self, model: str) -> dict[str, Any]:
        """Return the schema of a model's input, its inferred limits in `x-inferred`."""
        name: str = self._requests[model]["x-input"]
        return self._schemas[name]

    def fields(self, model: str) -> tuple[Field, ...]:
        """Return the fields of a model's input, required ones first.

        Raises KeyError for an unknown model, as the methods above.
        """
        return fields_of(self.input_schema(model))

    def deprecations(self, model: str) -> tuple[Deprecation, ...]:
        """Return what is deprecated of a model: itself, former ids, fields and values.

        Raises KeyError for an unknown model.
        """
        of_model = deprecations_of(model, self.input_schema(model))
        return (*of_model, *self._model(model).deprecations)

    def used_deprecations(self, model: str, body: object) -> tuple[Deprecation, ...]:
        """Return what is deprecated of all that the body of a create uses; () of unknown models.

        Args:
            model: The id that it was asked for by, which may be an alias.
            body: The body.

        """
        current = self._aliases[model].model if model in self._aliases else model
        if current not in self._requests:
            return ()
        return tuple(
            one
            for one in self.deprecations(current)
            if one.kind == "model"
            or (one.value == model if one.kind == "alias" else one.is_in(body))
        )

    def violations(
        self, model: object, body: object, level: Level = "enforced"
    ) -> tuple[Violation, ...]:
        """Return the limits of `model` that the body of a create breaks.

        Rules over several fields are reported once each field is right by itself. The id in the
        body is not compared with `model`. Raises ValueError for a value that JSON cannot express.
        """
        if not isinstance(model, str) or model not in self._requests:
            return (self._unknown(model),)
        return self._model(model).violations(body, level)

    def own_form(self, model: str, input: Mapping[str, Any]) -> dict[str, Any]:
        """Return the input of a model with each value in the form that the API takes.

        Where a field has `x-accepts`, an integer and its text are the same value.
        """
        return {**input} if model not in self._requests else self._model(model).own_form(input)

    def takes_link(self, model: str, path: Sequence[str | int]) -> bool:
        """Return whether the value at a path of the body of a create may be a link to a file.

        Also for what is not known: a model, or a field.
        """
        if model not in self._requests:
            return True
        schema = self._model(model).find(path)
        return schema is None or "x-link" in schema

    def work(self, model: str, body: Mapping[str, Any]) -> float:
        """Return how much the body of a create asks for, relative to one with the defaults.

        A clip of 15 s has a work of 3 where the default is 5 s. An unknown model has 1.
        """
        return 1.0 if model not in self._requests else self._model(model).work(body)

    def media(self, model: str, path: Path) -> Media | None:
        """Return what the file of the link at a path of the body must be.

        None where nothing is known of it, and for an unknown model or field.
        """
        if model not in self._requests:
            return None
        steps, find = _steps(path), self._model(model).find
        schema = find(steps) or find(["input", *steps])
        return None if schema is None else media_of(schema)

    def file_violations(
        self, model: str, path: Path, file: MediaFile, level: Level = "enforced"
    ) -> tuple[Violation, ...]:
        """Return the limits that a file breaks whose link is to be at a path of the body."""
        media = self.media(model, path)
        if media is None:
            return ()
        found = []
        for limit, text in media.broken(file):
            evidence = media.evidence[limit]
            if level in ("all", "inferred" if evidence == "inferred" else "enforced"):
                source = source_of(self.input_schema(model), evidence)
                found.append(Violation(dotted(_steps(path)), limit, text, evidence, source))
        return tuple(found)

    def nearest_models(self, name: str) -> list[str]:
        """Return the ids that a misspelt one probably means, the most similar first."""
        # Spellings that an inferred id might have lead to it, too.
        spellings = {model: model for model in self._requests}
        for model in self._requests:
            for other in self.input_schema(model)["x-id"].get("alternatives", ()):
                # The id of a model is never taken for what another one might be called.
                spellings.setdefault(other, model)
        # Cut off: the time grows with the square of the length. The cutoff is lower than difflib's
        # own, so that the name of a family finds models of it.
        near = difflib.get_close_matches(name[:100], spellings, 4, cutoff=0.5)
        return list(dict.fromkeys(spellings[spelling] for spelling in near))

    def nearest_field(self, model: str, name: str) -> str | None:
        """Return the field of a model's input that a misspelt name probably means."""
        return nearest_name(name, self.input_schema(model)["properties"])

    def _model(self, model: str) -> ModelContract:
        if model not in self._models:
            schemas = self._requests[model], self.input_schema(model)
            self._models[model] = ModelContract(model, *schemas)
        return self._models[model]

    def _unknown(self, model: object) -> Violation:
        if model is None:
            return Violation("model", "required", "is required")
        if not isinstance(model, str):
            return Violation("model", "type", f"must be of type string, got {json_kind(model)}")
        near = self.nearest_models(model)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        if model in self._aliases:
            hint = f": the id is {self._aliases[model].words}"
        return Violation("model", "enum", f"is {short(model)}, which is not a known model{hint}")


@cache
def contract() -> Contract:
    """Return the contract of this package's API, read once."""
    from importlib.resources import files  # noqa: PLC0415 - slow to import

    return Contract(json.loads((files(__package__) / "openapi.json").read_bytes()))


def fields(model: str) -> tuple[Field, ...]:
    """Return the fields of a model's input, required ones first; KeyError for an unknown model."""
    return contract().fields(model)


def violations(model: object, body: object, level: Level = "enforced") -> tuple[Violation, ...]:
    """Return the limits of `model` that the body of a create breaks; see Contract.violations."""
    return contract().violations(model, body, level)


def deprecations(model: str) -> tuple[Deprecation, ...]:
    """Return what is deprecated of a model; KeyError for an unknown model."""
    return contract().deprecations(model)


def used_deprecations(model: str, body: object) -> tuple[Deprecation, ...]:
    """Return what is deprecated of all that the body of a create uses."""
    return contract().used_deprecations(model, body)


def own_form(model: str, input: Mapping[str, Any]) -> dict[str, Any]:
    """Return the input of a model with each value in the form that the API takes."""
    return contract().own_form(model, input)


def nearest_models(name: str) -> list[str]:
    """Return the ids that a misspelt one probably means, the most similar first."""
    return contract().nearest_models(name)


def takes_link(model: str, path: Sequence[str | int]) -> bool:
    """Return whether the value at a path of the body of a create may be a link to a file."""
    return contract().takes_link(model, path)


def work(model: str, body: Mapping[str, Any]) -> float:
    """Return how much the body of a create asks for, relative to one with the defaults."""
    return contract().work(model, body)


def media(model: str, path: Path) -> Media | None:
    """Return what the file of the link at a path of the body must be; None if not known."""
    return contract().media(model, path)


def file_violations(
    model: str, path: Path, file: MediaFile, level: Level = "enforced"
) -> tuple[Violation, ...]:
    """Return the limits that a file breaks whose link is to be at a path of the body."""
    return contract().file_violations(model, path, file, level)


def input_schema(model: str) -> dict[str, Any]:
    """Return the schema of a model's input, its inferred limits in `x-inferred`."""
    return contract().input_schema(model)


def request_schema(model: str) -> dict[str, Any]:
    """Return the schema of the body of a create; KeyError for an unknown model."""
    return contract().request_schema(model)


def _steps(path: Path) -> Sequence[str | int]:
    """Return a path as its steps; any index will do, as all items have one schema."""
    if not isinstance(path, str):
        return path
    words = re.findall(r"[^.\[\]]+|\[[0-9]*\]", path)
    return [int(word[1:-1] or 0) if word.startswith("[") else word for word in words]
