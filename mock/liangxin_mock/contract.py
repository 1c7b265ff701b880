"""The contract that the mock plays: that of the installed `liangxin_api`."""

from __future__ import annotations

import contextlib
import json
import re
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs

from liangxin_api import contract
from liangxin_api.variants import VARIANTS, bundle_path
from liangxin_mock.forms import prism_form
from liangxin_mock.lock import check_lock

_LONGEST_MESSAGE = 300
_CALLBACK_HOSTS = "; the mock also takes http:// to hosts that its callback_hosts lists"


class Contract:
    """What the simulator accepts.

    Args:
        strict: Whether limits that are only inferred are enforced, too.
        callback_hosts: Hosts to which a callback may go by plain http, beside what the contract
            itself lets through; "*" for any.

    """

    def __init__(self, *, strict: bool = False, callback_hosts: Collection[str] = ()) -> None:
        self._level: contract.Level = "all" if strict else "enforced"
        self._plain_http = _plain_http(callback_hosts)
        self.kinds = {variant.model: variant.kind for variant in VARIANTS.values()}

    def problem(self, body: Any) -> str | None:
        """Return what is wrong with the body of a create, naming model, field and limit.

        None if nothing is. ValueError if the body holds what JSON doesn't have.
        """
        if not isinstance(body, dict):
            return "the body must be a JSON object"
        model, url = body.get("model"), body.get("callBackUrl")
        if isinstance(url, str) and self._plain_http.match(url):
            body = {name: value for name, value in body.items() if name != "callBackUrl"}
        found = contract.violations(model, body, self._level)
        if not found:
            return None
        text = f"{found[0].field} {found[0].message}"
        if found[0].field == "model":
            return text
        if found[0].field == "callBackUrl":
            text += _CALLBACK_HOSTS
        return f"{text[:_LONGEST_MESSAGE]} ({model})"

    def input_schema(self, model: str) -> dict[str, Any]:
        """Return the schema of a model's input."""
        return contract.input_schema(model)

    def allows(self, schema: dict[str, Any], value: Any) -> bool:
        """Whether `value` keeps to the schema of a field."""
        return jsonschema_rs.Draft202012Validator(schema, validate_formats=True).is_valid(value)


def _plain_http(hosts: Collection[str]) -> re.Pattern[str]:
    """Return the pattern of URLs that lead to these hosts by plain http."""
    if "*" in hosts:
        return re.compile(r"http://[^/\s]\S*$")
    names = "|".join(map(re.escape, hosts)) or "(?!)"
    return re.compile(rf"http://\[?({names})\]?([:/]\S*)?$")


@contextlib.contextmanager
def prism_document(*, strict: bool = False) -> Iterator[Path]:
    """A temporary file with the contract as Prism takes it; `strict` enforces inferred limits.

    Raises MockError when the bundle is not the one that was generated.
    """
    bundle = bundle_path()
    check_lock(bundle, bundle.with_name("GENERATED.lock"))
    document = prism_form(json.loads(bundle.read_bytes()), strict=strict)
    with tempfile.TemporaryDirectory(prefix="liangxin-contract-") as folder:
        path = Path(folder, "openapi.json")
        path.write_text(json.dumps(document), encoding="utf-8")
        yield path
