"""Local validation of a create, before anything is sent or paid.

The limits are those of the bundle that the package carries. Documented and upstream limits refuse;
inferred ones only warn (`InferredLimitWarning`), unless strictness is asked for: a guess of ours
must never stop a paying user.
"""

from __future__ import annotations

import difflib
import json
import math
import re
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import jsonschema_rs

from liangxin import bundle
from liangxin.errors import InferredLimitWarning, InvalidInputError, Violation
from liangxin_api.variants import BY_INPUT, VARIANTS

if TYPE_CHECKING:
    from liangxin_api.variants import Input

Mode = bool | Literal["strict"]
"""`True` refuses what is known to be wrong and warns of inferred limits, `"strict"` refuses both,
`False` sends anything."""


class _Contract(NamedTuple):
    """What the requests of one model are held to."""

    everything: jsonschema_rs.Draft202012Validator
    enforced: jsonschema_rs.Draft202012Validator
    inferred: jsonschema_rs.Draft202012Validator
    input: Mapping[str, Any]
    request: Mapping[str, Any]


class _Findings(NamedTuple):
    """What a body breaks: limits of single fields, and rules over several."""

    limits: list[Violation]
    rules: list[Violation]

    def first(self) -> list[Violation]:
        """The limits, or the rules once every field is right on its own."""
        return self.limits or self.rules


def prepare(
    model: str | None,
    input: Mapping[str, Any] | Input,
    *,
    mode: Mode = True,
    extra_input: Mapping[str, Any] | None = None,
    callback_url: str | None = None,
) -> tuple[str, dict[str, Any]]:
    """Return the model id and the body of a create, validated.

    `input` is a mapping, or one of `liangxin.models`, which knows its model; a `model` beside that
    is sent in place of the one it knows. `extra_input` is added to the input without being looked
    at. Raises InvalidInputError.
    """
    if mode not in (True, False, "strict"):
        raise _invalid(model, "validate", "enum", f'must be True, "strict" or False, not {mode!r}')
    contract_of, fields = _fields(model, input)
    model = contract_of if model is None else model
    body: dict[str, Any] = {"model": model, "input": fields}
    if callback_url is not None:
        body["callBackUrl"] = callback_url
    if mode:
        check(contract_of, body, strict=mode == "strict")
    if extra_input is not None:
        if not isinstance(extra_input, Mapping):
            must = f"must be a mapping of fields, got {_kind(extra_input)}"
            raise _invalid(model, "extra_input", "type", must)
        body["input"] = {**fields, **extra_input}
    if not mode or extra_input is not None:
        _check_json(model, body)  # `check` has not seen it all
    return model, body


def encode(body: Mapping[str, Any]) -> bytes:
    """Return the body of a create as JSON; InvalidInputError for what JSON does not have."""
    try:
        text = json.dumps(body, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
        return text.encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise _not_json(str(body.get("model")), body, error) from None


def check(model: str, body: Mapping[str, Any], *, strict: bool = False) -> None:
    """Hold the body of a create to the contract of `model`.

    Raises InvalidInputError; warns with InferredLimitWarning unless `strict`.
    """
    contract = _contract(model)
    try:
        if contract.everything.is_valid(body):
            return
        _check_json(model, body)  # to the validator, nan is null
        found = _findings(model, contract, contract.enforced, contract.input, body)
        doubts = _findings(
            model, contract, contract.inferred, contract.input.get("x-inferred", {}), body
        )
    except ValueError as error:
        raise _not_json(model, body, error) from None
    if strict:
        found = _Findings(found.limits + doubts.limits, found.rules + doubts.rules)
    if violations := found.first():
        raise InvalidInputError(model=model, violations=tuple(violations))
    for doubt in doubts.first():
        warnings.warn(
            f"{model}: {doubt.field} {doubt.message} (inferred; {doubt.source})",
            InferredLimitWarning,
            stacklevel=_frames_of_ours(),
        )


def _fields(model: str | None, input: Any) -> tuple[str, dict[str, Any]]:
    """Return the model whose contract holds, and the input as a dict."""
    variant = BY_INPUT.get(type(input).__name__)
    if variant is not None and hasattr(input, "to_dict"):
        try:
            return variant.model, input.to_dict()
        except AttributeError:
            raise _invalid(
                variant.model,
                "input",
                "type",
                "has a plain value where an object of liangxin.models belongs; "
                f"{variant.input_name}.from_dict({{...}}) takes plain values throughout",
            ) from None
    if not isinstance(model, str):
        raise _invalid(
            None, "model", "required", 'must name the model, such as model="kling-v3-pro"'
        )
    if not isinstance(input, Mapping):
        raise _invalid(model, "input", "type", f"must be a mapping of fields, got {_kind(input)}")
    return model, dict(input)


@cache
def _contract(model: str) -> _Contract:
    variant = VARIANTS.get(model)
    if variant is None:
        raise _invalid(model, "model", "enum", _unknown_model(model))
    input_schema = bundle.input_schema(model)
    request_schema = bundle.schemas()[variant.request_name]
    callback = request_schema["properties"]["callBackUrl"]
    inferred = input_schema.get("x-inferred", {})

    def validator(schema: Mapping[str, Any]) -> jsonschema_rs.Draft202012Validator:
        properties = {"input": schema, "callBackUrl": callback}
        return jsonschema_rs.Draft202012Validator({"properties": properties}, validate_formats=True)

    return _Contract(
        everything=validator({"allOf": [input_schema, inferred]}),
        enforced=validator(input_schema),
        inferred=jsonschema_rs.Draft202012Validator(
            {"properties": {"input": inferred}}, validate_formats=True
        ),
        input=input_schema,
        request=request_schema,
    )


def _unknown_model(model: str) -> str:
    spellings: dict[str, str] = {
        other: variant.model
        for variant in VARIANTS.values()
        for other in bundle.input_schema(variant.model)["x-id"].get("alternatives", ())
    }
    names = [*VARIANTS, *spellings]
    near = [spellings.get(n, n) for n in difflib.get_close_matches(model, names, 4, cutoff=0.5)]
    hint = "; `liangxin models` lists those that are"
    if near:
        hint = f"; did you mean {' or '.join(dict.fromkeys(near))}?"
    return f"is {model!r}, which is not known here{hint} (validate=False sends it all the same)"


# --- what is wrong, in words -------------------------------------------------------------------


def _findings(
    model: str,
    contract: _Contract,
    validator: jsonschema_rs.Draft202012Validator,
    schema: Mapping[str, Any],
    body: Mapping[str, Any],
) -> _Findings:
    """Return all that `body` breaks of `schema`, the enforced or the inferred part of the input."""
    found = _Findings([], [])
    broken = set()
    for error in validator.iter_errors(body):
        if error.schema_path[:3] == ["properties", "input", "allOf"]:
            broken.add(error.schema_path[3])
        else:
            found.limits.extend(_limit_violations(model, contract, error))
    # A value of the wrong type breaks its other limits too, which says nothing more.
    mistyped = {v.field for v in found.limits if v.limit == "type"}
    limits = [v for v in found.limits if v.limit == "type" or v.field not in mistyped]
    # What is told in the same words is told once.
    found.limits[:] = {(v.field, v.message): v for v in limits}.values()
    for index, rule in enumerate(schema.get("allOf", ())):
        if index in broken:
            level = rule["x-evidence"]
            found.rules.append(
                Violation(
                    field="input",
                    limit=rule["x-rule"],
                    message=f"breaks a rule: {rule['description']}",
                    evidence=level,
                    source=_source(contract.input, level),
                )
            )
    return found


def _limit_violations(
    model: str, contract: _Contract, error: jsonschema_rs.ValidationError
) -> Iterator[Violation]:
    """Yield what an error about a single field says; one per field that is missing or unknown."""
    limit = error.kind.name
    details = error.kind.as_dict()
    path = [*error.instance_path]
    if limit == "required":
        path.append(details["property"])
        yield _violation(contract, path, limit, "is required")
    elif limit == "additionalProperties":
        allowed = _allowed(contract.input, path)
        for name in details["unexpected"]:
            near = difflib.get_close_matches(name, allowed, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            message = f"is not a field of {model}{hint} (extra_input sends it all the same)"
            yield _violation(contract, [*path, name], limit, message)
    else:
        yield _violation(contract, path, limit, _message(limit, details, error.instance))


def _violation(contract: _Contract, path: list[str | int], limit: str, message: str) -> Violation:
    if path[0] == "callBackUrl":
        if limit in ("format", "pattern"):
            message = "must be a public https:// URL (http:// goes to loopback only)"
        level = contract.request["x-evidence"]
        source = _source(contract.request, level)
    else:
        levels = contract.input["properties"].get(path[1] if path[1:] else "", {})
        levels = levels.get("x-evidence", {})
        # What lies deeper has the evidence of its field.
        level = levels.get(limit) if len(path) == 2 else None  # noqa: PLR2004
        level = level if isinstance(level, str) else levels.get("field")
        source = _source(contract.input, level)
    return Violation(
        field=_dotted(path), limit=limit, message=message, evidence=level, source=source
    )


def _source(schema: Mapping[str, Any], level: str | None) -> str | None:
    sources = schema["x-source"].get(level)
    return ", ".join(sources) if sources else None


def _allowed(schema: Mapping[str, Any], path: list[str | int]) -> list[str]:
    """Return the names of the fields that the object at `path` takes."""
    for step in path[1:]:
        schema = schema["items"] if isinstance(step, int) else schema["properties"][step]
    return list(schema["properties"])


def _dotted(path: list[str | int]) -> str:
    """Return `["input", "shots", 0, "duration"]` as `input.shots[0].duration`."""
    return "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path).removeprefix(".")


def _message(limit: str, details: Mapping[str, Any], value: Any) -> str:
    match limit:
        case "maximum":
            return f"must be at most {details['limit']}, got {value}"
        case "minimum":
            return f"must be at least {details['limit']}, got {value}"
        case "maxLength":
            return f"must have at most {details['limit']} characters, has {len(value)}"
        case "minLength":
            return f"must have at least {details['limit']} characters, has {len(value)}"
        case "maxItems":
            return f"must have at most {details['limit']} items, has {len(value)}"
        case "minItems":
            return f"must have at least {details['limit']} items, has {len(value)}"
        case "type":
            return f"must be of type {' or '.join(details['types'])}, got {_kind(value)}"
        case "enum":
            options = details["options"]
            listed = ", ".join(map(str, options))
            return f"must be one of {listed}, got {_short(value)}{_nearest(value, options)}"
        case "format":
            return f"must be a {details['format'].upper()}, got {_short(value)}"
        case _:
            return f"must match {details['pattern']}, got {_short(value)}"


def _nearest(value: Any, options: Sequence[Any]) -> str:
    """Return a question after the option that is probably meant; empty if none is near."""
    near: Sequence[Any] = ()
    measured = _measure(value)
    if measured is not None:
        known = [(abs(size - measured), o) for o in options if (size := _measure(o)) is not None]
        near = [min(known, key=lambda pair: pair[0])[1]] if known else ()
    elif isinstance(value, str):
        near = difflib.get_close_matches(value, [o for o in options if isinstance(o, str)], n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _measure(value: Any) -> float | None:
    """Return a number, or the logarithm of a ratio such as "16:9"; None for what is neither."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value if -1e12 < value < 1e12 else None  # noqa: PLR2004 - no option is near that
    if isinstance(value, str) and (found := re.fullmatch(r"([1-9]\d{0,5}):([1-9]\d{0,5})", value)):
        return math.log(int(found[1]) / int(found[2]))
    return None


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004


def _kind(value: Any) -> str:
    """Return a value's JSON type, with the value where that helps."""
    match value:
        case None:
            return "null"
        case bool():
            return f"boolean {str(value).lower()}"
        case int() | float():
            return f"number {value}"
        case str():
            return f"string {_short(value)}"
        case list() | tuple():
            return "array"
        case Mapping():
            return "object"
    return type(value).__name__


def _invalid(model: str | None, field: str, limit: str, message: str) -> InvalidInputError:
    violation = Violation(field=field, limit=limit, message=message, evidence=None, source=None)
    return InvalidInputError(model=model or "", violations=(violation,))


def _not_json(model: str, body: Mapping[str, Any], error: Exception) -> InvalidInputError:
    _check_json(model, body)
    return _invalid(model, "input", "json", str(error))


def _check_json(model: str, body: Mapping[str, Any]) -> None:
    """Raise InvalidInputError for what JSON does not have."""
    if found := _culprit(body, []):
        path, why = found
        raise _invalid(model, _dotted(path), "json", why)


def _culprit(value: Any, path: list[str | int]) -> tuple[list[str | int], str] | None:
    """Return the path of a value in `value` that JSON does not have, and what is wrong with it."""
    if len(path) > 100:  # noqa: PLR2004 - deeper than any model's input, and it may be a cycle
        return path[:1], "is nested too deeply"
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                return path, f"has a key that is not a string: {_short(key)}"
            if found := _culprit(inner, [*path, key]):
                return found
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            if found := _culprit(inner, [*path, index]):
                return found
    elif isinstance(value, float) and not -float("inf") < value < float("inf"):
        return path, f"is {value}, which JSON does not have"
    elif isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return path, "has half of a surrogate pair, which is no text"
    elif not isinstance(value, int | float | None):
        return path, f"is a {type(value).__name__}, which JSON does not have"
    return None


def _frames_of_ours() -> int:
    """Return the stack level at which a warning points at the user's own line."""
    depth, frame = 1, sys._getframe(1)  # noqa: SLF001
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] == "liangxin":
        depth, frame = depth + 1, frame.f_back
    return depth
