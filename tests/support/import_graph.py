"""Who imports what: at run time, inside functions and for type checkers alike."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True)
class Import:
    """One name that one module imports."""

    module: str
    """The importing module, by its dotted name."""
    line: int
    base: str
    """The module that it imports from, or imports."""
    name: str | None = None
    """The name imported from there."""

    @property
    def full(self) -> str:
        """What is imported, as one dotted name."""
        return self.base if self.name is None else f"{self.base}.{self.name}"

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.full}"


@dataclass(frozen=True)
class Package:
    """A package in a folder, and the imports of its modules."""

    name: str
    folder: Path
    modules: dict[str, Path] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        found = {}
        for path in sorted(self.folder.rglob("*.py")):
            parts = (self.name, *path.relative_to(self.folder).with_suffix("").parts)
            found[".".join(parts).removesuffix(".__init__")] = path
        object.__setattr__(self, "modules", found)

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        """All imports of all modules."""
        return tuple(one for name in self.modules for one in self._imports_of(name))

    def _imports_of(self, module: str) -> Iterator[Import]:
        path = self.modules[module]
        parents = module.split(".")
        if path.name != "__init__.py":
            parents.pop()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Import():
                    for alias in node.names:
                        yield Import(module, node.lineno, alias.name)
                case ast.ImportFrom():
                    above = parents[: len(parents) - node.level + 1] if node.level else []
                    base = ".".join([*above, *([node.module] if node.module else [])])
                    for alias in node.names:
                        yield Import(module, node.lineno, base, alias.name)
                case ast.Call(
                    func=ast.Name("import_module") | ast.Attribute(attr="import_module"),
                    args=[ast.Constant(str(name)), *_],
                ):
                    yield Import(module, node.lineno, name)

    def target(self, one: Import) -> str | None:
        """Return the module of this package that an import reads; None if it is foreign."""
        if one.full in self.modules:
            return one.full
        return one.base if one.base in self.modules else None

    def room(self, module: str) -> str:
        """Return the room of a module: a folder or module of the package, or its `__init__`."""
        return module.split(".")[1] if "." in module else "__init__"
