"""Reading YAML files."""

from __future__ import annotations

import sys

import pytest

from liangxin import yaml_files
from liangxin.yaml_files import AliasError, YamlError, YamlMissingError


def test_a_value_and_items() -> None:
    """A text is read as YAML 1.2, as a whole or item by item with the lines."""
    content = "- a: 16:9\n-\n  b: [1, true, no]\n"
    value = [{"a": "16:9"}, {"b": [1, True, "no"]}]
    assert yaml_files.load(content) == value
    assert [*yaml_files.load_items(content)] == [(1, value[0]), (3, value[1])]
    assert yaml_files.load("") is None


@pytest.mark.parametrize("content", ["[", "a: b: c", "{}", "5", ""])
def test_what_is_no_list(content: str) -> None:
    """Anything but a list has no items."""
    with pytest.raises(YamlError):
        [*yaml_files.load_items(content)]


def test_aliases() -> None:
    """Aliases are written out, but not without end."""
    assert [*yaml_files.load_items("- &a {x: 1}\n- *a\n")][1][1] == {"x": 1}
    with pytest.raises(AliasError, match="line 1 contains itself"):
        yaml_files.load("&a [*a]")
    bomb = "- &a0 x\n" + "".join(
        f"- &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9)
    )
    with pytest.raises(AliasError, match="too large"):
        yaml_files.load(bomb)


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the library, the error says what to install."""
    monkeypatch.setitem(sys.modules, "ruamel.yaml", None)
    with pytest.raises(YamlMissingError, match=r"pip install ruamel\.yaml"):
        yaml_files.load("a")
