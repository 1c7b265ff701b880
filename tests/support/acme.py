"""An invented second API, generated from tests/generation/acme/ by the generator as it is."""

from __future__ import annotations

import importlib
import shutil
import sys
from pathlib import Path
from types import ModuleType

from generation.__main__ import main

SPEC = Path(__file__).parents[1] / "generation/acme"
PHASES = ("SPOOLED", "WEAVING", "WOVEN", "TORN")
"""The states of a job: two on the way, and its two ends."""


def make_acme(folder: Path) -> ModuleType:
    """Generate the package `acme_api` in an empty folder, and import it."""
    shutil.copytree(SPEC, folder / "openapi/acme")
    assert main(["--project", str(folder)]) == 0
    sys.path.insert(0, str(folder / "generated"))
    try:
        return importlib.import_module("acme_api")
    finally:
        del sys.path[0]
