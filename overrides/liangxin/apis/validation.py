"""Validate a create locally, before anything is sent or paid.

The limits are those of the API's generated contract. Documented and upstream ones refuse; inferred
ones only warn (`InferredLimitWarning`), unless strict: a guess must never stop a paying user.
"""

import dataclasses
import os
import warnings
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Literal, NoReturn, Protocol

from liangxin.apis.base import Api
from liangxin.apis.deprecations import resolve_alias, warn_of_deprecated
from liangxin.apis.plain_json import JsonPath, NotJsonError, plain_json
from liangxin.apis.warning_location import frames_to_caller
from liangxin.errors import InferredLimitWarning, InvalidInputError, UsageError, Violation

Mode = bool | Literal["strict"]
"""`True` refuses input that breaks known limits and warns of inferred ones, `"strict"` refuses
both, `False` sends anything."""

_WithLinks = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Returns a body with the links of its files."""

_Facts = Mapping[str, Mapping[str, Any]]
"""The fields of the contract's `MediaFile` for each file, by what stands for its link."""

_A_PATH = "is a file on this machine"
"""What the contract says of a path in the place of a link."""


class Files(Protocol):
    """Takes the files of an input, to be uploaded later."""

    check: Callable[[_WithLinks], None] | None
    """Refuses the body if links of files do not fit their fields; None if any may be sent."""
    check_media: Callable[[_Facts], None] | None
    """Refuses files that do not fit their fields, by what is known of each; None if any may be
    sent."""

    def link(self, value: Any, field: str) -> str:
        """Return what stands for the link of a file."""
        ...


def prepare(
    api: Api,
    model: str | None,
    input: Any,
    *,
    mode: Mode = True,
    extra_input: Mapping[str, Any] | None = None,
    extra_body: Mapping[str, Any] | None = None,
    callback_url: str | None = None,
    files: Files | None = None,
) -> tuple[str, dict[str, Any]]:
    """Return the model id and the body of a create, validated.

    `input` is a mapping, or a typed input, which knows its model; a `model` beside it is sent
    instead. Values that the API and its sibling write differently, such as 5 and "5", get the API's
    own form. `extra_input` is added to the input without validation, and `extra_body` to the body,
    where the fields that the contract knows are validated. The body has plain JSON values only:
    `files` takes the files in it, which are refused where that is None.

    What is deprecated is warned of, in whatever mode. A model may be named by a former id.

    Raises:
        InvalidInputError: The input breaks a limit, or has a value that JSON cannot express.

    """
    if mode not in (True, False, "strict"):
        _refuse(model, "validate", "enum", f'must be True, "strict" or False, not {mode!r}')
    contract = api.contract
    contract_of, fields = _fields(api, model, input)
    asked_for = contract_of if model is None else model
    contract_of, model = api.current_model(contract_of), api.current_model(asked_for)
    if api.needs_model and api.kind(model) is None:
        # Its path depends on the model, so that not even validate=False could send it.
        near = contract.nearest_models(model)
        hint = f"did you mean {' or '.join(near)}?" if near else f"{api.inputs} has its models"
        problem = f"is {model!r:.100}, which is not a model of {api.name}; {hint}"
        _refuse(model, "model", "unknown", problem)
    kind = contract.json_kind
    for name, extra in (("extra_input", extra_input), ("extra_body", extra_body)):
        if extra is not None and not isinstance(extra, Mapping):
            _refuse(model, name, "type", f"must be a mapping of fields, got {kind(extra)}")

    places: dict[JsonPath, str] = {}

    def link(file: Any, path: JsonPath) -> str:
        if files is None:
            way = "upload it and pass its link, or give the client an uploader="
            raise NotJsonError(path, f"is a file on this machine: {way}; got {_shown(file)}")
        places[path] = files.link(file, contract.dotted(path))
        return places[path]

    def checked_link(file: Any, path: JsonPath) -> str:
        if mode and not contract.takes_link(contract_of, path):
            raise NotJsonError(path, f"takes no link, and so no file; got {_shown(file)}")
        return link(file, path)

    try:
        model = plain_json(model, ("model",), link)
        fields = plain_json(fields, api.input_path, checked_link)
        callback_url = plain_json(callback_url, (api.callback_field,), checked_link)
        # Before the extra fields, which may be anything.
        known = {p: file for p, file in places.items() if contract.media(contract_of, p)}
        added = plain_json(extra_input or {}, api.input_path, link)
        beside = plain_json(extra_body or {}, (), link)
    except NotJsonError as exc:
        _refuse(str(model), contract.dotted(exc.path), "json", str(exc))
    if mode:
        fields = contract.own_form(contract_of, fields)
    body = api.body(model, fields, callback_url)
    _refuse_replaced(api, model, body, beside)
    if mode:
        checked = body | _known(api, contract_of, beside)
        strict = mode == "strict"
        _check(api, contract_of, checked, strict=strict, uploads=files is not None)
        if files is not None:
            files.check = lambda with_links: _refuse_broken(
                api, contract_of, with_links(checked), strict=strict
            )
            if known:
                files.check_media = partial(_check_media, api, contract_of, known, strict)
    body = api.body(model, {**fields, **added}, callback_url) | beside
    # Last, as what is refused needs no warning.
    resolve_alias(api, asked_for)
    warn_of_deprecated(api, contract_of, body)
    return model, body


def _refuse_replaced(
    api: Api, model: str, body: Mapping[str, Any], extra: Mapping[str, Any]
) -> None:
    """Refuse extra fields of a body that would replace others."""
    for name in extra:
        if name in body or name == api.callback_field:
            text = f"has {name}, which is set by model, input or callback_url; it replaces none"
            _refuse(model, "extra_body", "unique", text)


def _known(api: Api, model: str, extra: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that the contract has for the body of a create."""
    if not extra:
        return {}
    is_known = model in api.contract.contract().models
    known = api.contract.request_schema(model)["properties"] if is_known else ()
    return {name: value for name, value in extra.items() if name in known}


def check_typed_input(api: Api, value: object, model: str | None) -> None:
    """Raise UsageError unless a value is a typed input."""
    if isinstance(value, type):
        shown = f"the class {value.__name__}"
    elif value is None or api.model_of(value) or (model and isinstance(value, Mapping)):
        return
    else:
        shown = type(value).__name__
        package = type(value).__module__.partition(".")[0]
        if package.endswith("_api"):  # the input of another API, which may have the same name
            shown += f" of {package}"
    if isinstance(value, str) and api.kind(value) is not None:
        shown += f"; did you mean model={value!r}?"
    raise UsageError(
        f'A request is a typed input of {api.inputs}, or model="…" with input={{…}}, not {shown}'
    )


def _fields(api: Api, model: str | None, input: Any) -> tuple[str, dict[str, Any]]:
    """Return the model whose contract applies, and the input as a dict."""
    typed = api.model_of(input)
    if typed is not None:
        try:
            return typed, input.to_dict()
        except AttributeError:
            _refuse(
                typed,
                "input",
                "type",
                "has a plain value where a typed object belongs; "
                f"{type(input).__name__}.from_dict({{...}}) takes plain values throughout",
            )
    if not isinstance(model, str):
        _refuse(None, "model", "required", 'must name the model, such as model="kling-v3-pro"')
    if not isinstance(input, Mapping):
        must = f"must be a mapping of fields, got {api.contract.json_kind(input)}"
        _refuse(model, "input", "type", must)
    return model, dict(input)


def _check(api: Api, model: str, body: Mapping[str, Any], *, strict: bool, uploads: bool) -> None:
    """Refuse a body that breaks the contract of `model`; warn of inferred limits."""
    contract = api.contract
    if not contract.violations(model, body, "all"):  # the usual case takes one look
        return
    _refuse_broken(api, model, body, strict=strict, uploads=uploads)
    for doubt in contract.violations(model, body, "inferred"):
        _warn(model, doubt)


def _check_media(
    api: Api, model: str, places: Mapping[JsonPath, str], strict: bool, facts: _Facts
) -> None:
    """Refuse files that break what is known of their fields; warn of inferred limits."""
    contract, refused, doubts = api.contract, [], []
    for path, placeholder in places.items():
        file = contract.MediaFile(**facts[placeholder])
        for found in contract.file_violations(model, path, file, "all"):
            if strict or found.evidence != "inferred":
                refused.append(dataclasses.replace(Violation(*found), file=file.name))
            else:
                doubts.append(found)
    if refused:
        raise InvalidInputError(model=model, violations=refused)
    for doubt in doubts:
        _warn(model, doubt)


def _warn(model: str, doubt: Any) -> None:
    warnings.warn(
        f"{model}: {doubt.field} {doubt.message} (inferred; {doubt.source})",
        InferredLimitWarning,
        stacklevel=frames_to_caller(),
    )


def _refuse_broken(
    api: Api, model: str, body: Mapping[str, Any], *, strict: bool, uploads: bool = False
) -> None:
    """Refuse a body that breaks the contract of `model`; `uploads` if files can be uploaded."""
    if found := api.contract.violations(model, body, "all" if strict else "enforced"):
        # A rule over several fields is about the body itself, where that is the input.
        violations = [Violation(v.field or "input", *v[1:]) for v in found]
        if uploads:
            violations = [_with_path(violation) for violation in violations]
        raise InvalidInputError(model=model, violations=violations)


def _with_path(violation: Violation) -> Violation:
    """Return a violation that has the path if it is about one in the place of a link."""
    if not violation.message.startswith(_A_PATH):
        return violation
    return dataclasses.replace(violation, file=violation.message.rpartition("; got ")[2])


def _shown(file: Any) -> str:
    return f"{os.fspath(file)!r:.60}" if isinstance(file, os.PathLike) else "an open file"


def _refuse(model: str | None, field: str, limit: str, message: str) -> NoReturn:
    violation = Violation(field=field, limit=limit, message=message)
    raise InvalidInputError(model=model or "", violations=[violation])
