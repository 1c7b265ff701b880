"""Read what the spec says of the models, to be compared with pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from generation.spec.compose import Composition
from generation.spec.evidence import field_evidence
from generation.spec.source import Source

Schema = dict[str, Any]


@dataclass(frozen=True)
class Model:
    """A model variant of the spec."""

    id: str
    path: Path
    composition: Composition

    @property
    def schema(self) -> Schema:
        """The schema of its input, its shared parts merged in."""
        return self.composition.schema

    @cached_property
    def evidence(self) -> dict[str, Schema]:
        """The level of evidence of each field and limit."""
        return field_evidence(self.composition)

    @property
    def pages(self) -> list[str]:
        """The pages that its file names as sources."""
        named = self.schema["x-source"].get("documented", [])
        own = self.schema.get("x-page")
        return [*([named] if isinstance(named, str) else named), *([own["path"]] if own else [])]

    def level(self, name: str, keyword: str) -> str:
        """Return the level of evidence of a limit of a field."""
        levels = self.evidence[name]
        level: Any = levels.get(keyword, levels["field"])
        # Of values with different levels, those that differ from the field's are named.
        return level if isinstance(level, str) else next(iter(level))


@dataclass
class Spec:
    """The spec of an API, as far as pages speak of it."""

    folder: Path
    main: Source
    models: dict[str, Model] = field(default_factory=dict)

    @property
    def create_path(self) -> str:
        """The path of the operation that creates a task."""
        return self._path("post")

    @property
    def query_path(self) -> str:
        """The path of the operation that queries a task."""
        return self._path("get")

    def _path(self, method: str) -> str:
        paths: Schema = self.main.content["paths"]
        return next(path for path, item in paths.items() if method in item)


def read_spec(folder: Path) -> Spec:
    """Return the spec in `folder`; raises SpecError."""
    spec = Spec(folder, Source(folder / "openapi.yaml"))
    shared: dict[Path, Source] = {}
    # Not by `read_variants`: pages are compared with what the files say, and not with what bundling
    # makes of it.
    for path in sorted((folder / "models").glob("*/*.yaml")):
        name = unquote(path.stem)
        spec.models[name] = Model(name, path, Composition(path, shared))
    return spec
