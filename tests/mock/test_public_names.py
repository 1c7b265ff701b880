"""The public names of the mock: the same for Python and for type checkers."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import liangxin_mock


def test_type_checkers_see_the_same_names() -> None:
    """The stub beside the package exports each public name, from the module that defines it."""
    stub = Path(liangxin_mock.__file__).with_suffix(".pyi").read_text(encoding="utf-8")
    homes = {
        alias.name: str(node.module)
        for node in ast.walk(ast.parse(stub))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert sorted(homes) == sorted(liangxin_mock.__all__)
    for name, module in homes.items():
        assert getattr(liangxin_mock, name) is getattr(import_module(module), name)


def test_nothing_is_imported_before_it_is_used() -> None:
    """Importing the package loads none of its modules."""
    code = "import sys, liangxin_mock; print(*(m for m in sys.modules if 'liangxin' in m))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["liangxin_mock"]


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A name that does not exist is named in the error."""
    with pytest.raises(AttributeError, match="has no attribute 'Simulater'"):
        liangxin_mock.Simulater  # type: ignore[attr-defined]  # noqa: B018
