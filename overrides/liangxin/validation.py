"""Local validation of a create, before anything is sent or paid.

The limits are those of `liangxin_api.contract`. Documented and upstream ones refuse; inferred ones
only warn (`InferredLimitWarning`), unless strictness is asked for: a guess of ours must never stop
a paying user.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from liangxin.errors import InferredLimitWarning, InvalidInputError, Violation
from liangxin_api import contract
from liangxin_api.contract import dotted
from liangxin_api.limits import json_kind, short
from liangxin_api.variants import BY_INPUT

if TYPE_CHECKING:
    from liangxin_api.variants import Input

Mode = bool | Literal["strict"]
"""`True` refuses what is known to be wrong and warns of inferred limits, `"strict"` refuses both,
`False` sends anything."""


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
            must = f"must be a mapping of fields, got {json_kind(extra_input)}"
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
    """Validate the body of a create against the contract of `model`.

    Raises InvalidInputError; warns with InferredLimitWarning unless `strict`.
    """
    try:
        found = contract.violations(model, body, "all")
        if not found:
            return
        _check_json(model, body)  # to the validator, nan is null
        if not strict:
            found = contract.violations(model, body, "enforced")
    except ValueError as error:
        raise _not_json(model, body, error) from None
    if found:
        violations = tuple(_with_advice(violation) for violation in found)
        raise InvalidInputError(model=model, violations=violations)
    for doubt in contract.violations(model, body, "inferred"):
        warnings.warn(
            f"{model}: {doubt.field} {doubt.message} (inferred; {doubt.source})",
            InferredLimitWarning,
            stacklevel=_frames_of_ours(),
        )


def _with_advice(found: contract.Violation) -> Violation:
    """Return a violation of the contract, with how to send the value all the same."""
    violation = Violation(*found)
    if violation.limit == "additionalProperties":
        return replace(violation, message=f"{found.message} (extra_input sends it all the same)")
    if violation.field == "model":
        hint = "" if "did you mean" in found.message else "; `liangxin models` lists those that are"
        message = f"{found.message}{hint} (validate=False sends it all the same)"
        return replace(violation, message=message)
    return violation


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
        raise _invalid(
            model, "input", "type", f"must be a mapping of fields, got {json_kind(input)}"
        )
    return model, dict(input)


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
        raise _invalid(model, dotted(path), "json", why)


def _culprit(value: Any, path: list[str | int]) -> tuple[list[str | int], str] | None:
    """Return the path of a value in `value` that JSON does not have, and what is wrong with it."""
    if len(path) > 100:  # noqa: PLR2004 - deeper than any model's input, and it may be a cycle
        return path[:1], "is nested too deeply"
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                return path, f"has a key that is not a string: {short(key)}"
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
