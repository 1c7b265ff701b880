# Generated from openapi/liangxin/ by openapi-python-client 0.29.1.
# Do not edit: change openapi/liangxin/ and run `nox -s generate`.

"""Check the body of a create against the contract of one model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from .deprecations import Deprecation, deprecated_parts
from .forms import own_form as in_own_form
from .limits import dotted, fields_of, message, nearest_name, source_of
from .links import form_problem
from .work import work_of

if TYPE_CHECKING:
    import jsonschema_rs

Level = Literal["enforced", "inferred", "all"]
"""Which limits count: those with evidence, those that are guesses, or both."""


class Violation(NamedTuple):
    """A limit that a body breaks."""

    field: str
    """Path of the value, such as `input.multi_prompt[0].duration`; empty for the body itself."""
    limit: str
    """The JSON Schema keyword, such as `maximum`, or the id of a rule over several fields."""
    message: str
    """What is wrong with the value, to be read after its path."""
    evidence: str | None = None
    """The level of evidence of the limit."""
    source: str | None = None
    """Where the limit comes from."""


class ModelContract:
    """The contract of one model, compiled on first use."""

    def __init__(self, model: str, request: Mapping[str, Any], input: Mapping[str, Any]) -> None:
        self._model, self._request, self._input = model, request, input
        own = dict(request["properties"])
        self._is_nested = "$ref" in own.get("input", {})
        if "model" in own:  # `model=` beside a typed input may send another id on purpose
            own["model"] = {"type": "string"}
        if self._is_nested:
            own["input"] = input
        enforced = {**request, "properties": own}
        guesses = input.get("x-inferred", {})
        inferred = {"properties": {"input": guesses}} if self._is_nested else guesses
        self._schemas = {
            "enforced": enforced,
            "inferred": inferred,
            "all": {"allOf": [enforced, inferred]},
        }
        self._validators: dict[str, jsonschema_rs.Draft202012Validator] = {}
        self._rules = {"enforced": input.get("allOf", ()), "inferred": guesses.get("allOf", ())}

    def violations(self, body: object, level: Level) -> tuple[Violation, ...]:
        """Return the limits that the body of a create breaks."""
        validator = self._validators.get(level) or self._compile(level)
        # Most bodies are valid, and finding no error takes longer than this.
        if validator.is_valid(body):
            return ()
        limits: list[Violation] = []
        rules: list[Violation] = []
        # Each level by itself, since rules are told apart by their index in its `allOf`.
        for one in ("enforced", "inferred") if level == "all" else (level,):
            self._collect(body, one, limits, rules)
        broken = {(v.field, v.limit) for v in limits}
        found = [
            v
            for v in limits
            # A value of the wrong type breaks its other limits, too; the type is the one to report.
            # Nor is the format worth reporting of a text that is no link at all.
            if v.limit == "type"
            or not (
                (v.field, "type") in broken
                or (v.limit == "format" and (v.field, "pattern") in broken)
            )
        ]
        return tuple(found or rules)

    def own_form(self, input: Mapping[str, Any]) -> dict[str, Any]:
        """Return the input with each value in the form that the API takes."""
        made: dict[str, Any] = in_own_form({"properties": self._fields}, input)
        return made

    def work(self, body: Mapping[str, Any]) -> float:
        """Return how much the body of a create asks for, relative to one with the defaults."""
        given = body.get("input") if self._is_nested else body
        return work_of(self._fields, given) if isinstance(given, Mapping) else 1.0

    def find(self, path: Sequence[str | int]) -> Mapping[str, Any] | None:
        """Return the schema of the value at a path of the body; None if there is none."""
        try:
            return self._at(path)
        except KeyError:
            return None

    def _compile(self, level: str) -> jsonschema_rs.Draft202012Validator:
        import jsonschema_rs  # noqa: PLC0415 - needed only once something is validated

        validator = jsonschema_rs.Draft202012Validator(self._schemas[level], validate_formats=True)
        self._validators[level] = validator
        return validator

    def _collect(
        self, body: object, level: str, limits: list[Violation], rules: list[Violation]
    ) -> None:
        start = ["properties", "input", "allOf"] if self._is_nested else ["allOf"]
        broken = set()
        validator = self._validators.get(level) or self._compile(level)
        for error in validator.iter_errors(body):
            if error.schema_path[: len(start)] == start:
                broken.add(error.schema_path[len(start)])
            else:
                limits.extend(self._broken_limits(error))
        for index in sorted(broken):
            rule = self._rules[level][index]
            evidence = rule["x-evidence"]
            rules.append(
                Violation(
                    "input" if self._is_nested else "",
                    rule["x-rule"],
                    f"breaks a rule: {rule['description']}",
                    evidence,
                    source_of(self._input, evidence),
                )
            )

    def _broken_limits(self, error: jsonschema_rs.ValidationError) -> Iterator[Violation]:
        """Yield the violation of one limit; one per field if fields are missing or unknown."""
        limit, details = error.kind.name, error.kind.as_dict()
        path = [*error.instance_path]
        if limit == "required":
            yield self._violation([*path, details["property"]], limit, "is required")
        elif limit == "additionalProperties":
            known = list(self._at(path)["properties"])
            for name in details["unexpected"]:
                near = nearest_name(name, known)
                hint = f"; did you mean {near}?" if near is not None else ""
                text = f"is not a field of {self._model}{hint}"
                yield self._violation([*path, name], limit, text)
        else:
            text = None
            if limit in {"format", "pattern"}:
                text = form_problem(self._at(path), str(error.instance))
            text = text or message(limit, details, error.instance)
            yield self._violation(path, limit, text)

    def _violation(self, path: list[str | int], limit: str, text: str) -> Violation:
        inside = path[1:] if self._is_nested and path[:1] == ["input"] else path
        name = inside[0] if inside else ""
        if inside is path and (self._is_nested or name not in self._input["properties"]):
            owner, level = self._request, self._request["x-evidence"]
        else:
            owner = self._input
            levels = owner["properties"].get(name, {}).get("x-evidence", {})
            # What lies deeper has the evidence of its field.
            level = levels.get(limit) if len(inside) == 1 else None
            level = level if isinstance(level, str) else levels.get("field")
        return Violation(dotted(path), limit, text, level, source_of(owner, level))

    @cached_property
    def deprecations(self) -> tuple[Deprecation, ...]:
        """What is deprecated of the fields of the body."""
        return tuple(deprecated_parts(self._model, self._full))

    @cached_property
    def _fields(self) -> Mapping[str, Any]:
        """The schemas of the fields of the input, inferred limits included."""
        return {field.name: field.schema for field in fields_of(self._input)}

    @cached_property
    def _full(self) -> Mapping[str, Any]:
        """The schema of the body, inferred limits of the input included."""
        own = self._request["properties"]
        return {
            "properties": {**own, "input": {"properties": self._fields}}
            if self._is_nested
            else {**own, **self._fields}
        }

    def _at(self, path: Sequence[str | int]) -> Mapping[str, Any]:
        """Return the schema of the value at `path`."""
        schema = self._full
        for step in path:
            schema = schema["items"] if isinstance(step, int) else schema["properties"][step]
        return schema
