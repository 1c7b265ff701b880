"""Trees of the spec that these tests may change."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.published_pages import SMALL_SPEC


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project whose spec is small: two models that share a part, and one on its own."""
    project = tmp_path / "project"
    shutil.copytree(SMALL_SPEC, project / "openapi/liangxin")
    return project
