"""Make the page of the variant matrix: what `nox -s conformance` found of each model.

`nox -s conformance -- --write` keeps its figures in docs/conformance.json:

    python -m website.conformance conformance.json
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import platform
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from website.apis import APIS
from website.markdown import table
from website.models import page_of

PAGE = "conformance.md"
KEPT = Path(__file__).parents[1] / "docs/conformance.json"

# The checks as tests/conformance and tests/mock name them, with the figure of each.
CHECKS = (
    ("valid", "valid inputs", "valid"),
    ("faults", "single faults", "faults"),
    ("rules", "rules", None),
    ("success", "to success", None),
    ("fail", "to failure", None),
)
_MARKS = {"passed": "✓", "failed": "**failed**"}


class FiguresError(Exception):
    """Figures that cannot be kept; the message says why."""


def keep(rows: Mapping[str, Any], where: Path = KEPT) -> None:
    """Keep the figures of a run of today.

    Raises:
        FiguresError: The run was not about all models.

    """
    # The figures of a part would replace those of all, under one date and version.
    missing = {_label(api.name, model) for api in APIS for model in api.models} - {*rows}
    if missing:
        few = ", ".join(sorted(missing)[:3])
        raise FiguresError(
            f"{len(missing)} models have no figures, such as {few}: nothing was written; "
            "run all of `nox -s conformance`"
        )
    figures = {
        "measured": dt.datetime.now(dt.UTC).date().isoformat(),
        "version": metadata.version("liangxin"),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "rows": rows,
    }
    where.write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def page(figures: Mapping[str, Any]) -> str:
    """Return the Markdown of the page."""
    return "\n".join(_lines(figures)) + "\n"


def kept() -> Mapping[str, Any]:
    """Return the figures that were kept last."""
    figures: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8"))
    return figures


def _lines(figures: Mapping[str, Any]) -> Iterator[str]:
    rows = figures["rows"]
    done = sum(row["passed"] for row in rows.values())
    failed = sum(row["failed"] for row in rows.values())
    yield "# Conformance"
    yield ""
    yield (
        "What `nox -s conformance` found of each model. Local validation, the simulator and Prism "
        "must accept valid inputs that are drawn from the spec, refuse inputs with a single fault, "
        "and agree on inputs that may break rules. Then the simulator plays a task to success and "
        "another to failure, behind a Prism that checks each request and each response. No call "
        "to the live APIs is made."
    )
    yield ""
    yield (
        f"Measured {figures['measured']} with version {figures['version']}, Python "
        f"{figures['python']}, {figures['system']}: {len(rows)} models, {done} checks passed, "
        f"{failed} failed."
    )
    for api in APIS:
        yield from ("", f"## {api.client}", "")
        found = [(model, rows.get(_label(api.name, model), {})) for model in api.models]
        yield from table(
            ("model", *(title for _, title, _ in CHECKS), "requests"),
            [
                (
                    f"[`{model}`]({page_of(api, model)})",
                    *(_cell(row, check, figure) for check, _, figure in CHECKS),
                    f"{row.get('simulator', 0):,}",
                )
                for model, row in found
            ],
        )
    yield ""
    yield (
        "A number beside a check is how many inputs were tried; requests are those that the "
        "simulator got. A dash means that there was "
        "nothing to check: the model has no rules, or came after these figures. "
        "`nox -s conformance -- --write` measures again and keeps the figures in "
        "`docs/conformance.json`."
    )


def _cell(row: Mapping[str, Any], check: str, figure: str | None) -> str:
    outcome = row.get("checks", {}).get(check)
    if outcome is None:
        return "–"  # noqa: RUF001  a dash
    return _MARKS[outcome] if figure is None else f"{_MARKS[outcome]} {row.get(figure, 0)}"


def _label(api: str, model: str) -> str:
    return f"{api} {model}"


def main() -> None:
    """Keep the figures of a file that `nox -s conformance` wrote."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("file", type=Path)
    try:
        keep(json.loads(parser.parse_args().file.read_text(encoding="utf-8")))
    except FiguresError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
