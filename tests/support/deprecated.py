"""LiangXin's contract with inventions: a model, an id, fields and a value that are deprecated.

No real one is known to be. It is put in place of the generated document, as the generator would write it.
"""

from __future__ import annotations

import copy
import json
from functools import cache
from importlib.resources import files
from typing import Any

import pytest

from liangxin.apis import deprecations
from liangxin_api import contract, variants
from magnific_api import contract as magnific_contract

MODEL, SUCCESSOR, ALIAS = "kling-v3-std", "kling-v3-pro", "kling-3-pro"
ABOUT_MODEL = {
    "since": "2026-03-01",
    "reason": "It is slow.",
    "use": SUCCESSOR,
    "until": "2026-09-01",
}
OF_MODEL = (
    f"model {MODEL} is deprecated since 2026-03-01 (It is slow), use {SUCCESSOR} instead, "
    "refused from 2026-09-01 on"
)
OF_ALIAS = f"model id {ALIAS} is deprecated since 2026-04-01 (Renamed), use {SUCCESSOR} instead"
OF_FIELD = f"{SUCCESSOR}: input.cfg_scale is deprecated since 2026-02-01 (It is ignored), use prompt instead"
OF_VALUE = f"{SUCCESSOR}: 1:1 of input.aspect_ratio is deprecated since 2026-05-01 (Too square)"
OF_PART = (
    f"{SUCCESSOR}: 3 of input.multi_prompt[].duration is deprecated since 2026-05-01 (Too short), "
    "use 4 instead, refused from 2026-10-01 on"
)


@cache
def document() -> Any:
    """Return the invented document; not to be edited."""
    made = copy.deepcopy(json.loads((files("liangxin_api") / "openapi.json").read_bytes()))
    inputs = {s["x-model"]: s for s in made["components"]["schemas"].values() if "x-kind" in s}
    inputs[MODEL] |= {"deprecated": True, "x-deprecated": ABOUT_MODEL}
    inputs[SUCCESSOR]["x-aliases"] = {ALIAS: {"since": "2026-04-01", "reason": "Renamed."}}
    fields = inputs[SUCCESSOR]["properties"]
    about = {"since": "2026-02-01", "reason": "It is ignored.", "use": "prompt"}
    fields["cfg_scale"] |= {"deprecated": True, "x-deprecated": about}
    about = {"since": "2026-05-01", "reason": "Too square."}
    fields["aspect_ratio"]["x-deprecated-values"] = {"1:1": about}
    about = {"since": "2026-05-01", "reason": "Too short.", "use": "4", "until": "2026-10-01"}
    shot = fields["multi_prompt"]["items"]["properties"]
    shot["duration"]["x-deprecated-values"] = {"3": about}
    return made


def deprecate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the contract be the invented one, and forget what was warned of."""
    made = contract.Contract(document())
    monkeypatch.setattr(contract, "contract", lambda: made)
    monkeypatch.setitem(variants.ALIASES, ALIAS, SUCCESSOR)
    monkeypatch.setattr(deprecations, "_warned", set())


def deprecate_magnific(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a model of Magnific's be deprecated, as that of LiangXin."""
    document = json.loads((files("magnific_api") / "openapi.json").read_bytes())
    for schema in document["components"]["schemas"].values():
        if schema.get("x-model") == MODEL:
            schema |= {"deprecated": True, "x-deprecated": ABOUT_MODEL}
    made = magnific_contract.Contract(document)
    monkeypatch.setattr(magnific_contract, "contract", lambda: made)
    monkeypatch.setattr(deprecations, "_warned", set())
