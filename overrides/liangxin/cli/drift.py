"""`drift`: compare a recording with the contract."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from liangxin.cli import exits, general_options
from liangxin.cli.api import NAMES, load
from liangxin.cli.output import Output

if TYPE_CHECKING:
    from liangxin.drift import Finding, Report, Unseen


@click.command(
    params=[
        click.Argument(["file"], type=click.Path(path_type=Path)),
        general_options.json_option("Print the report as a JSON object."),
    ]
)
@click.pass_context
def drift(context: click.Context, file: Path) -> int:
    """Compare a recording with the contract.

    The report lists responses that the contract does not allow, fields and values that it does not
    know, creates that the API judged in another way, and what no response contained. The exit code
    is 1 if a response is not allowed, a create was judged in another way, or a line of the
    recording is truncated, and 2 if the recording has no response. `liangxin record` and
    LiangXin(recorder=...) make recordings, of both APIs.
    """
    from liangxin.drift import compare  # noqa: PLC0415  only here
    from liangxin.recording.recording_file import RecordingError, read_lines  # noqa: PLC0415

    broken_off: list[int] = []
    try:
        lines = read_lines(file, broken_off.append)
        report = compare(file, lines, {name: load(name) for name in NAMES})
    except RecordingError as error:
        raise click.UsageError(str(error), context) from None
    output: Output = context.obj
    for line in broken_off:
        output.warning(f"{file}:{line}: the line broke off; it is not compared")
    if output.as_json:
        output.document(_document(file, report) | {"broken_off": broken_off})
    else:
        output.text("\n".join(_lines(file, report)))
    # What a broken line held is not known, so nobody can say that there is no difference.
    return exits.OTHER if report.refused or report.limits or broken_off else exits.DONE


def _document(file: Path, report: "Report") -> dict[str, Any]:
    listed = ("refused", "unknown", "limits", "never_seen", "confirmed")
    return {
        "file": str(file),
        "exchanges": report.exchanges,
        **{name: [entry._asdict() for entry in getattr(report, name)] for name in listed},
        "fail_codes": report.fail_codes,
    }


def _lines(file: Path, report: "Report") -> Iterator[str]:
    yield f"{file}: {report.exchanges} exchanges"
    for title, findings in (
        ("Not allowed by the contract", report.refused),
        ("Not known to the contract", report.unknown),
        ("Creates that the API judges in another way", report.limits),
    ):
        yield from ("", f"{title}: {len(findings) or 'none'}")
        yield from (f"  {_finding(file, finding)}" for finding in findings)
    for title, entries in (
        ("Never seen", report.never_seen),
        ("Seen, though not documented by the API", report.confirmed),
    ):
        yield from ("", f"{title}: {len(entries) or 'none'}")
        yield from _grouped(entries)
    if report.fail_codes:
        yield from ("", "Tasks that failed, by code:")
        for api, codes in report.fail_codes.items():
            counts = ", ".join(f"{code} ({count})" for code, count in sorted(codes.items()))
            yield f"  {api}  {counts}"


def _finding(file: Path, finding: "Finding") -> str:
    status = "" if finding.status is None else f" {finding.status}"
    subject = f"{finding.field} " if finding.field else ""
    times = f" ({finding.times} times)" if finding.times > 1 else ""
    where = f"{file}:{finding.line}  {finding.api} {finding.operation}{status}"
    return f"{where}  {subject}{finding.message}{times}"


def _grouped(entries: "Iterable[Unseen]") -> Iterator[str]:
    """Yield a line for all entries of the same kind about an operation."""
    for (api, operation, what), group in groupby(
        sorted(entries, key=lambda entry: (entry.api, not entry.operation, entry.operation)),
        key=lambda entry: (entry.api, entry.operation, entry.what),
    ):
        names = ", ".join(
            entry.name if entry.evidence == "documented" else f"{entry.name} ({entry.evidence})"
            for entry in group
        )
        yield f"  {api} {operation or 'models'}  {what}: {names}"
