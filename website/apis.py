"""Read what the pages say of an API from its generated package and from the SDK."""

from __future__ import annotations

import contextlib
import io
import json
import re
from collections.abc import Mapping
from functools import cache, cached_property
from importlib import import_module
from importlib.resources import files
from typing import Any

from liangxin.cli import main
from liangxin.cli.api import NAMES


class WebApi:
    """An API, such as LiangXin's, and its models."""

    def __init__(self, name: str) -> None:
        self.name = name
        """As `--api` takes it."""
        api = getattr(import_module(f"liangxin.apis.{name}"), name.upper())
        self.client: str = api.name
        """The name of its client in `liangxin`, which is that of the API, too."""
        self.contract: Any = api.contract.contract()
        self.variants: Any = import_module(f"{name}_api.variants").VARIANTS
        self._environment = api.environment

    @cached_property
    def _document(self) -> Mapping[str, Any]:
        text = (files(f"{self.name}_api") / "openapi.json").read_bytes()
        document: dict[str, Any] = json.loads(text)
        return document

    @property
    def models(self) -> list[str]:
        """The ids of its models."""
        return sorted(self.contract.models)

    @property
    def typed_inputs(self) -> str:
        """The module of its typed inputs, as users import it."""
        return "liangxin.models" if self.name == NAMES[0] else f"liangxin.{self.name}_models"

    @property
    def address(self) -> str:
        """The base URL, as a shell takes it."""
        return self._environment.default_base_url or f"${self._environment.base_url_variable}"

    @property
    def key_header(self) -> str:
        """The header that carries the key, as a shell takes it."""
        known = self._environment
        return f"{known.key_header}: {known.key_prefix}${known.key_variable}"

    def create_path(self, model: str) -> str:
        """Return the path that creates a task of a model."""
        path: str = self.variants[model].create.path
        return path

    def query_path(self, model: str) -> str:
        """Return the path that queries a task of a model, with $TASK_ID in it."""
        path: str = self.variants[model].query.path
        if "{" in path:
            return re.sub(r"\{[^}]+\}", "$TASK_ID", path)
        # Without a placeholder in the path, the id is the only parameter.
        (parameter,) = self._document["paths"][path]["get"]["parameters"]
        return f"{path}?{parameter['name']}=$TASK_ID"

    def about(self, model: str) -> Mapping[str, Any]:
        """Return all that `liangxin models MODEL --json` says."""
        return _about(self.name, model)

    def example(self, model: str) -> Mapping[str, Any]:
        """Return the example input of a model."""
        example: Mapping[str, Any] = self.about(model)["example"]["input"]
        return example

    def body(self, model: str, value: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the body that creates a task with an input, by default with the example."""
        fields = self.example(model) if value is None else value
        is_nested = "input" in self.contract.request_schema(model)["properties"]
        return {"model": model, "input": {**fields}} if is_nested else {**fields}


@cache
def _about(api: str, model: str) -> Mapping[str, Any]:
    # By the command, so that the page says what it says.
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        code = main(["--api", api, "models", model, "--json"])
    if code:
        raise RuntimeError(f"liangxin --api {api} models {model} --json ended with {code}")
    about: dict[str, Any] = json.loads(printed.getvalue())
    return about


APIS = tuple(WebApi(name) for name in NAMES)
"""All APIs, in the order in which the command has them."""
