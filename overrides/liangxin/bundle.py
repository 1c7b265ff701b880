"""The OpenAPI document that the package carries: what is known of each model, with its evidence."""

import json
from functools import cache
from typing import Any

from liangxin_api.variants import VARIANTS, bundle_path


@cache
def schemas() -> dict[str, Any]:
    """Return the schemas of the bundle, by name; read once, 5 ms."""
    found: dict[str, Any] = json.loads(bundle_path().read_bytes())["components"]["schemas"]
    return found


def input_schema(model: str) -> dict[str, Any]:
    """Return the schema of a known model's `input`; its inferred limits are in `x-inferred`."""
    schema: dict[str, Any] = schemas()[VARIANTS[model].input_name]
    return schema
