"""LiangXin's API with invented models: generated into a folder, and used in processes of its own.

There, the generated package takes the place of the installed one; SDK, command and mock are those
that are installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from generation.__main__ import main
from generation.spec.variants import file_name

PROJECT = Path(__file__).parents[2]


def generate(
    folder: Path, models: Mapping[str, str], edits: Mapping[str, tuple[str, str]] | None = None
) -> None:
    """Generate `liangxin_api` in an empty folder, from the text of the file of each model.

    `edits` are texts in other files of the spec, and what stands in their place.
    """
    spec = folder / "openapi/liangxin"
    shutil.copytree(
        PROJECT / "openapi/liangxin", spec, ignore=shutil.ignore_patterns("models", "shared")
    )
    for model, text in models.items():
        path = spec / "models/invented" / file_name(model)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for name, (old, new) in (edits or {}).items():
        whole = (spec / name).read_text(encoding="utf-8")
        assert old in whole
        (spec / name).write_text(whole.replace(old, new, 1), encoding="utf-8")
    assert main(["--project", str(folder)]) == 0


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the package that was generated in a folder."""
    path = [str(folder / "generated"), os.environ.get("PYTHONPATH", "")]
    return subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, path)), "COLUMNS": "100"},
        capture_output=True,
        text=True,
        check=False,
    )
