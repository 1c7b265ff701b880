"""Applications in one file: from a zip file, and frozen by PyInstaller."""

from __future__ import annotations

import importlib
import os
import runpy
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from liangxin.pyinstaller import hook_dirs

PACKAGES = ("liangxin", "liangxin_api", "liangxin_mock")
APPLICATION = """
import sys
import liangxin
from liangxin_mock import Simulator
from liangxin_mock.media import clip
from liangxin_mock.control.endpoints import _page_bytes
import liangxin.cli

simulator = Simulator()
with liangxin.LiangXin(**simulator.client_options()) as client:
    task = client.run(liangxin.models.ZImageInput(prompt="A cup"))
    assert task.state == "success"
    try:
        client.run(model="z-image", input={"promt": "A cup"})
    except liangxin.InvalidInputError as error:
        assert "did you mean prompt?" in str(error), error
    else:
        raise AssertionError("nothing was validated")
assert clip.packaged()[4:8] == b"ftyp"
assert b"<html" in _page_bytes()
assert liangxin.cli.main(["models", "z-image"]) == 0
print(liangxin.__file__)
"""


def test_everything_works_from_a_zip_file(tmp_path: Path) -> None:
    """With the packages in a zip file, tasks are created, validated and simulated."""
    archive = tmp_path / "application.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for name in PACKAGES:
            package = Path(str(importlib.import_module(name).__file__)).parent
            for path in package.rglob("*"):
                if path.is_file() and "__pycache__" not in path.parts:
                    file.write(path, Path(name, path.relative_to(package)))
    result = subprocess.run(
        [sys.executable, "-c", APPLICATION],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(archive)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1].startswith(str(archive))
    assert "z-image" in result.stdout


@pytest.mark.thorough
def test_each_package_with_data_has_a_hook(monkeypatch: pytest.MonkeyPatch) -> None:
    """PyInstaller is pointed at hooks that collect all modules and data of the packages."""
    hooks = importlib.import_module("PyInstaller.utils.hooks")
    # Modules are listed by importing them in other processes, which this test need not do.
    monkeypatch.setattr(hooks, "collect_submodules", lambda name: [f"{name}.all"])
    (folder,) = hook_dirs()
    found = runpy.run_path(str(Path(folder, "hook-liangxin.py")))
    found_by_mock = runpy.run_path(str(Path(folder, "hook-liangxin_mock.py")))
    assert {"liangxin.all", "liangxin_api.all"} <= set(found["hiddenimports"])
    assert "liangxin_mock.all" in found_by_mock["hiddenimports"]
    data = {Path(path).name for path, _ in [*found["datas"], *found_by_mock["datas"]]}
    assert {"openapi.json", "GENERATED.lock", "page.html", "clip.mp4"} <= data


@pytest.mark.thorough
@pytest.mark.timeout(600)
def test_a_frozen_application_works(tmp_path: Path) -> None:
    """PyInstaller needs no options to freeze an application that uses the client and the mock."""
    (tmp_path / "application.py").write_text(APPLICATION, encoding="utf-8")
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    for arguments in (
        [*command, "application.py"],
        [str(tmp_path / "dist/application/application")],
    ):
        result = subprocess.run(
            arguments, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stdout + result.stderr
