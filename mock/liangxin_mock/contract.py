"""The contract of an API, as the simulator enforces it: that of its generated package."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from datetime import UTC, datetime
from functools import cached_property
from importlib import import_module
from importlib.resources import files
from typing import Any

DEPRECATED = ("now", "until")
"""When what is deprecated is refused, besides a date: at once, or each from its own date on."""

_LONGEST_MESSAGE = 400
_LONGEST_VALUE = 100
_CALLBACK_HOSTS = "; the mock also takes http:// to hosts that its callback_hosts lists"


class Contract:
    """What the simulator accepts.

    Args:
        package: The generated package, such as `liangxin_api`.
        callback_field: The field of a create's body with the callback URL.
        strict: Whether limits that are only inferred are enforced, too.
        callback_hosts: Hosts to which a callback may go by plain http, beside those that the
            contract allows; "*" for any.

    Attributes:
        kinds: The kind of each model: `image` or `video`.

    """

    def __init__(
        self,
        package: str,
        callback_field: str,
        *,
        strict: bool = False,
        callback_hosts: Collection[str] = (),
    ) -> None:
        self._package = package
        self._contract = import_module(f"{package}.contract")
        self._callback_field = callback_field
        self._level = "all" if strict else "enforced"
        self._plain_http = _plain_http(callback_hosts)
        self._validators: dict[str, Any] = {}
        variants = import_module(f"{package}.variants").VARIANTS
        self.kinds: dict[str, str] = {name: variant.kind for name, variant in variants.items()}

    @cached_property
    def answers(self) -> Any:
        """The generated `Answers`: what the contract says of answers and callbacks."""
        return import_module(f"{self._package}.answers").answers()

    def problem(self, model: object, body: dict[str, Any]) -> str | None:
        """Return what is wrong with the body of a create, naming model, field and limit.

        None if nothing is. ValueError if the body holds what JSON doesn't have.
        """
        # What the settings allow beyond the contract is checked here, and kept from the contract.
        url = body.get(self._callback_field)
        if isinstance(url, str) and self._plain_http.match(url):
            body = {name: value for name, value in body.items() if name != self._callback_field}
        found = self._contract.violations(model, body, self._level)
        if not found:
            return None
        field, text = found[0].field, f"{found[0].field} {found[0].message}"
        if field == "model":
            return text
        if field == self._callback_field:
            shown = repr(url)[:_LONGEST_VALUE]
            text += f"{'' if shown in text else f'; got {shown}'}{_CALLBACK_HOSTS}"
        return f"{text[:_LONGEST_MESSAGE]} ({model})"

    def deprecated_problem(
        self, model: str, body: dict[str, Any], when: str, now: float
    ) -> str | None:
        """Return the deprecated part of a valid create for which it is refused; None without one.

        Args:
            model: The model of the create.
            body: Its body.
            when: "now", "until" (each from its own date on), or the date from which all is refused.
            now: Unix time in seconds.

        """
        for one in self._contract.used_deprecations(model, body):
            since = one.until if when == "until" else None if when == "now" else when
            # Midnight as a time, and not the day of the time, as a clock may be beyond all dates.
            if when == "now" or (since is not None and _midnight(since) <= now):
                return f"{one}; it is not accepted any longer"[:_LONGEST_MESSAGE]
        return None

    def schema_problem(self, name: str, document: object) -> str | None:
        """Return what is wrong with a JSON document by a named schema; None if nothing is."""
        import jsonschema_rs  # noqa: PLC0415 - only uploads need it

        if name not in self._validators:
            openapi = json.loads((files(self._package) / "openapi.json").read_bytes())
            schema = {"$ref": f"#/components/schemas/{name}", "components": openapi["components"]}
            self._validators[name] = jsonschema_rs.Draft202012Validator(schema)
        error = next(self._validators[name].iter_errors(document), None)
        if error is None:
            return None
        # Cut, since jsonschema-rs repeats the whole value.
        field = self._contract.dotted(error.instance_path) or "the body"
        return f"{field}: {error.message}"[:_LONGEST_MESSAGE]

    def input_schema(self, model: str) -> dict[str, Any]:
        """Return the schema of a model's input."""
        schema: dict[str, Any] = self._contract.input_schema(model)
        return schema

    def allows(self, schema: dict[str, Any], value: Any) -> bool:
        """Return whether the schema of a field allows `value`."""
        import jsonschema_rs  # noqa: PLC0415 - only rules with `where` need it

        return jsonschema_rs.Draft202012Validator(schema, validate_formats=True).is_valid(value)


def _midnight(day: str) -> float:
    return datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()


def _plain_http(hosts: Collection[str]) -> re.Pattern[str]:
    if "*" in hosts:
        return re.compile(r"http://[^/\s]\S*$")
    # "(?!)" matches nothing: an empty alternative would match any URL without a host.
    names = "|".join(map(re.escape, hosts)) or "(?!)"
    return re.compile(rf"http://\[?({names})\]?([:/]\S*)?$", re.IGNORECASE)
