"""The page of the variant matrix shows the figures that were measured, and no others."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest

from website import conformance
from website.apis import APIS
from website.conformance import FiguresError

LABELS = [f"{api.name} {model}" for api in APIS for model in api.models]


def row(**changes: Any) -> dict[str, Any]:
    checks = {"valid": "passed", "faults": "passed", "success": "passed", "fail": "passed"}
    figures = {"passed": 4, "failed": 0, "valid": 100, "faults": 30, "simulator": 1260}
    return figures | {"seconds": 1.5, "checks": checks} | changes


def test_figures_are_kept_with_date_and_version(tmp_path: Path) -> None:
    """What is kept are the figures of the run, with the day, the version and the system."""
    rows = {label: row() for label in LABELS}
    conformance.keep(rows, tmp_path / "kept.json")
    kept = json.loads((tmp_path / "kept.json").read_text())
    assert kept["rows"] == rows
    assert dt.date.fromisoformat(kept["measured"])
    assert kept["version"] in conformance.page(kept)


def test_figures_of_some_models_are_not_kept(tmp_path: Path) -> None:
    """A run about a part of the models replaces nothing."""
    with pytest.raises(FiguresError, match="1 models have no figures, such as magnific kling"):
        conformance.keep({label: row() for label in LABELS[:-1]}, tmp_path / "kept.json")
    assert not [*tmp_path.iterdir()]


def test_a_row_has_every_check() -> None:
    """Each check has its mark and figure; one that failed is seen, one that was not made, too."""
    rows = {label: row() for label in LABELS}
    rows["liangxin z-image"] = row(checks={"valid": "passed", "faults": "failed"}, failed=1)
    page = conformance.page(
        {"measured": "2026-05-01", "version": "1", "python": "3", "system": "x", "rows": rows}
    )
    (line,) = (line for line in page.splitlines() if "[`z-image`]" in line)
    cells = [cell.strip() for cell in line.strip("|").split("|")]
    assert cells[1:] == ["✓ 100", "**failed** 30", "–", "–", "–", "1,260"]  # noqa: RUF001
    assert "Measured 2026-05-01 with version 1" in page
    assert "47 models, 188 checks passed, 1 failed" in page


def test_every_model_has_a_row() -> None:
    """The page that is published has a row for each model, also for one without figures yet."""
    page = conformance.page(conformance.kept())
    links = re.findall(r"^\| \[`.+`\]\(models/(\w+)/(.+)\.md\) ", page, re.MULTILINE)
    assert [" ".join(link) for link in links] == LABELS
    assert conformance.page({**conformance.kept(), "rows": {}}).count("| – | – | – |") > 0  # noqa: RUF001
