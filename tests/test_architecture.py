"""Data flows one way: openapi/ to generated/ to overrides/, and generated/ to mock/."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import liangxin_mock

PROJECT = Path(__file__).parents[1]
OURS = {"liangxin", "liangxin_api", "liangxin_mock", "generation"}

# Who may import what of ours.
ALLOWED = {
    "generated/liangxin_api": {"liangxin_api"},
    "overrides/liangxin": {"liangxin", "liangxin_api"},
    "mock/liangxin_mock": {"liangxin_mock", "liangxin_api"},
    "generation": {"generation"},
}
# `liangxin mock` has to start the mock.
EXCEPTIONS = {("overrides/liangxin/cli/mock.py", "liangxin_mock")}
HTTP_LIBRARIES = {"httpx", "httpcore", "requests", "aiohttp", "urllib3"}


def imported(path: Path) -> Iterator[str]:
    """Top-level packages that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("room", ALLOWED)
def test_imports_go_one_way(room: str) -> None:
    """No room imports from a room that is made from it or that stands beside it."""
    modules = list((PROJECT / room).rglob("*.py"))
    assert modules
    for path in modules:
        name = path.relative_to(PROJECT).as_posix()
        found = {n for n in set(imported(path)) & OURS if (name, n) not in EXCEPTIONS}
        assert found <= ALLOWED[room], f"{name} imports {found - ALLOWED[room]}"


def test_http_libraries_are_behind_transports() -> None:
    """Of what is written by hand, only the transports of the SDK and that of the mock know them."""
    users = {
        path.relative_to(PROJECT).as_posix()
        for room in ("overrides", "mock", "generation")
        for path in (PROJECT / room).rglob("*.py")
        if set(imported(path)) & HTTP_LIBRARIES
    }
    assert users == {
        "overrides/liangxin/aiohttp_transport.py",
        "overrides/liangxin/downloads.py",
        "overrides/liangxin/transport.py",
        "mock/liangxin_mock/transport.py",
    }


def test_no_fact_of_a_model_stands_outside_the_spec() -> None:
    """No hand-written code names a model: their facts are in openapi/ alone."""
    models = {path.stem for path in (PROJECT / "openapi/liangxin/models").glob("*/*.yaml")}
    for room in ("overrides", "mock/liangxin_mock", "generation"):
        for path in (PROJECT / room).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            constants = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)}
            assert not constants & models, path


def test_type_checkers_see_what_the_mock_gives() -> None:
    """Each public name of `liangxin_mock` can be had, from where type checkers are told it is."""
    tree = ast.parse(Path(liangxin_mock.__file__).read_text(encoding="utf-8"))
    told = {
        alias.name: f"{node.module}"
        for block in ast.walk(tree)
        if isinstance(block, ast.If)
        for node in ast.walk(block)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert sorted(told) == sorted(liangxin_mock.__all__)
    for name, module in told.items():
        assert getattr(liangxin_mock, name) is getattr(import_module(module), name)
