"""`batch`: run many orders from a file, and what a person decides about them."""

import csv
import io
import math
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from liangxin.cli import batch_wording as wording
from liangxin.cli import exits, general_options
from liangxin.cli.api import api, command
from liangxin.cli.batch_run import BatchRun, opened
from liangxin.cli.command_group import CommandGroup
from liangxin.cli.output import Output
from liangxin.errors import UsageError

if TYPE_CHECKING:
    from liangxin.batch.ledger import Ledger

_MAX_LISTED = 20

_PLACE = (
    general_options.directory("."),
    click.Option(
        ["--database"],
        metavar="FILE",
        help="The ledger: a file, or for many machines postgresql://user@host/database.  "
        "[default: batch.db in the output folder]",
    ),
)
_JSON = general_options.OUTPUT[0]
_CONCURRENCY = click.Option(
    ["--concurrency"], type=int, metavar="N", help="Tasks at a time.  [default: 50]"
)
_TIMEOUT = click.Option(
    ["--timeout"],
    type=float,
    metavar="SECONDS",
    help="Give up waiting for a task; the next run waits again.  [default: a day]",
)
_KEYS = click.Argument(["keys"], metavar="[KEY]...", nargs=-1)


def _ceiling(_: click.Context, __: click.Parameter, text: str | None) -> float | None:
    """Return a number of an option; infinity for `none`."""
    if text is None:
        return None
    try:
        number = math.inf if text == "none" else float(text)
    except ValueError:
        number = math.nan
    if not (number >= 0 and (number < math.inf or text == "none")):
        raise click.BadParameter(f"must be a number, 0 or more, or none, not {text}")
    return int(number) if number.is_integer() else number


@click.group(cls=CommandGroup, subcommand_metavar="COMMAND [ARGS]...")
def batch() -> None:
    """Run thousands of orders without paying for any of them twice."""


@batch.command(
    params=[
        click.Argument(["jobs"], metavar="[JOBS]", required=False),
        *_PLACE,
        _CONCURRENCY,
        click.Option(
            ["--rate"],
            type=float,
            metavar="N",
            help="Creates per second, at most.  [default: no limit]",
        ),
        click.Option(
            ["--polls-per-second"],
            type=float,
            metavar="N",
            help="Polls of all tasks together, at most.  [default: 10]",
        ),
        _TIMEOUT,
        click.Option(
            ["--max-creates"],
            callback=_ceiling,
            metavar="N",
            help="Creates of the whole batch, at most, in this run and later ones; `none` removes "
            "this limit, and likewise the next three.",
        ),
        click.Option(
            ["--max-seconds"], callback=_ceiling, metavar="N", help="Seconds of video, at most."
        ),
        click.Option(["--max-images"], callback=_ceiling, metavar="N", help="Images, at most."),
        click.Option(
            ["--max-cost"], callback=_ceiling, metavar="N", help="Cost, at most; it needs --prices."
        ),
        click.Option(["--prices"], metavar="FILE", help="Your price table, in TOML."),
        click.Option(
            ["--skip-invalid"],
            is_flag=True,
            help="Skip invalid lines instead of sending nothing.",
        ),
        *general_options.OUTPUT,
    ],
)
@click.pass_obj
def run(
    output: Output,
    /,
    jobs: str | None,
    directory: str,
    database: str | None,
    polls_per_second: float | None,
    **limits: Any,
) -> int:
    """Create the orders of a file, wait for them, and save their files.

    JOBS is a file of JSON lines, CSV or YAML; a line has model and input, and optionally key and
    file. After a kill or an interrupt at any point, the same command resumes. Without JOBS it
    resumes the orders in the ledger.
    """
    client = {} if polls_per_second is None else {"polls_per_second": polls_per_second}
    return BatchRun(output, jobs, directory, database).run(client, limits)


@batch.command(params=[*_PLACE, _CONCURRENCY, _TIMEOUT, *general_options.OUTPUT])
@click.pass_obj
def worker(output: Output, /, directory: str, database: str | None, **limits: Any) -> int:
    """Work on a batch in Postgres, together with other workers on any machine.

    It creates, waits and saves within the limits that the last `run` has set, until the batch has
    ended. If a worker dies, others take over its orders.
    """
    return BatchRun(output, None, directory, database).run({}, {**limits, "join": True})


@batch.command(params=[*_PLACE, _JSON])
@click.pass_obj
def status(output: Output, directory: str, database: str | None) -> int:
    """Show how many orders are in each state, what was spent, and what needs a person."""
    from liangxin.batch import State, commands  # noqa: PLC0415
    from liangxin.batch.manifest import spent_document  # noqa: PLC0415

    with opened(directory, database) as ledger:
        counts, spent = ledger.counts(), ledger.spent()
        cut_off = commands.cut_off(ledger) if State.SENDING in counts else []
        unknown = [*ledger.orders({State.UNKNOWN}), *cut_off]
        stuck = [one for one in ledger.orders({State.RUNNING, State.SUCCEEDED}) if one.error]
    if output.as_json:
        document = {state.value: count for state, count in counts.items()}
        output.document({"orders": document, "spent": spent_document(spent)})
        return exits.DONE
    for state, count in counts.items():
        output.result(f"{count:>8,}", state.value)
    output.result(f"{sum(counts.values()):>8,}", "orders", wording.amounts(spent))
    for order in (*unknown[:_MAX_LISTED], *stuck[:_MAX_LISTED]):
        output.result(f"{order.state}: {order.key}", order.model, order.error or "")
    if cut_off:
        output.note(
            "No process runs the batch, and the next run will take what is still sending "
            f"({wording.orders(len(cut_off))}) for unknown"
        )
    if unknown:
        more = len(unknown) - _MAX_LISTED
        settling = command("batch", "settle", "KEY", *wording.place(directory, database))
        output.note(
            f"{f'… and {more} more. ' if more > 0 else ''}Unknown orders may have been created "
            f"and billed: look for them in the {api().name} console, and settle each with "
            f"{settling} and --task-id ID, --resend or --abandon"
        )
    if stuck:
        more = len(stuck) - _MAX_LISTED
        output.note(
            f"{f'… and {more} more. ' if more > 0 else ''}{wording.orders(len(stuck))} with a task "
            "could not be finished, for the reason given; the next run tries again"
        )
    return exits.DONE


@batch.command(
    params=[
        *_PLACE,
        click.Option(
            ["--state"], metavar="STATE", multiple=True, help="Only orders in this state."
        ),
        click.Option(["--csv", "as_csv"], is_flag=True, help="Print CSV."),
        click.Option(
            ["--json", "as_json"], is_flag=True, help="Print a line of JSON for each order."
        ),
    ],
)
@click.pass_obj
def results(
    output: Output,
    directory: str,
    database: str | None,
    state: Sequence[str],
    *,
    as_csv: bool,
    as_json: bool,
) -> int:
    """Print the state, task, files and error of each order."""
    from liangxin.batch import State  # noqa: PLC0415
    from liangxin.batch.manifest import COLUMNS, result, row  # noqa: PLC0415

    for name in state:
        if name not in [*State]:
            raise UsageError(f"--state must be one of {', '.join(State)}, not {name}")
    if as_csv and as_json:
        raise UsageError("pass either --csv or --json")
    with opened(directory, database) as ledger:
        if as_csv:
            output.text(_csv_line(COLUMNS))
        for order in ledger.orders({State(name) for name in state} or None):
            if as_json:
                output.document(result(order))
            elif as_csv:
                output.text(_csv_line(row(order)))
            else:
                output.result(*filter(None, row(order)[:5]), *filter(None, [order.error]))
    return exits.DONE


@batch.command(
    params=[
        _KEYS,
        *_PLACE,
        click.Option(["--failed"], is_flag=True, help="All that failed or were refused."),
        click.Option(["--cancelled"], is_flag=True, help="All that were cancelled."),
    ]
)
@click.pass_obj
def retry(
    output: Output,
    keys: Sequence[str],
    directory: str,
    database: str | None,
    *,
    failed: bool,
    cancelled: bool,
) -> int:
    """Make orders pending again: the next run sends a new create for each.

    Those named, or all with --failed or --cancelled.
    """
    from liangxin.batch import State, commands  # noqa: PLC0415

    if not (keys or failed or cancelled):
        raise UsageError("name the orders, or pass --failed or --cancelled")
    if keys and (failed or cancelled):
        raise UsageError("name the orders, or pass --failed or --cancelled, not both")
    states = {State.FAILED, State.REFUSED} if failed or keys else set[State]()
    states |= {State.CANCELLED} if cancelled or keys else set()
    with opened(directory, database) as ledger:
        count = commands.retry(ledger, time.time(), states, keys or None)
        output.note(f"{wording.orders_are(count)} pending again")
        _note_run(output, ledger, directory, database)
    return exits.DONE


@batch.command(params=[_KEYS, *_PLACE])
@click.pass_obj
def cancel(output: Output, keys: Sequence[str], directory: str, database: str | None) -> int:
    """Cancel orders that were not sent: those named, or all; running tasks are still saved."""
    from liangxin.batch import commands  # noqa: PLC0415

    with opened(directory, database) as ledger:
        count = commands.cancel(ledger, time.time(), keys or None)
    output.note(f"{wording.orders_are(count)} cancelled")
    return exits.DONE


@batch.command(
    params=[
        click.Argument(["key"], metavar="ORDER"),
        *_PLACE,
        click.Option(["--task-id"], metavar="ID", help="It was created: this is its task."),
        click.Option(["--resend"], is_flag=True, help="It was not created; create it again."),
        click.Option(["--abandon"], is_flag=True, help="Give the order up."),
    ]
)
@click.pass_obj
def settle(
    output: Output,
    key: str,
    directory: str,
    database: str | None,
    task_id: str | None,
    *,
    resend: bool,
    abandon: bool,
) -> int:
    """Settle an order whose create may or may not have been accepted."""
    from liangxin.batch import commands  # noqa: PLC0415
    from liangxin.batch.states import Step  # noqa: PLC0415

    chosen = [
        step
        for step, is_given in (
            (Step.FIND, task_id is not None),
            (Step.RESEND, resend),
            (Step.ABANDON, abandon),
        )
        if is_given
    ]
    if len(chosen) != 1:
        raise UsageError("pass one of --task-id, --resend and --abandon")
    with opened(directory, database) as ledger:
        order = commands.settle(ledger, time.time(), key, chosen[0], task_id=task_id)
        output.note(f"{order.key} is {order.state}")
        if not abandon:
            _note_run(output, ledger, directory, database)
    return exits.DONE


@batch.command(params=[click.Argument(["file"], required=False), *_PLACE])
@click.pass_obj
def export(output: Output, file: str | None, directory: str, database: str | None) -> int:
    """Write a manifest as JSON: inputs, tasks, states with times, files with sha256, errors."""
    from liangxin.batch.manifest import manifest  # noqa: PLC0415

    with opened(directory, database) as ledger:
        if file is None:
            for text in manifest(ledger):
                output.text(text.strip("\n"))
            return exits.DONE
        files = [Path(file), Path(ledger.name)]
        if all(one.exists() for one in files) and files[0].samefile(files[1]):
            raise UsageError(f"{file} is the ledger: choose another file")
        with Path(file).open("w", encoding="utf-8") as target:
            target.writelines(manifest(ledger))
    output.note(f"{file} written")
    return exits.DONE


def _note_run(output: Output, ledger: "Ledger", directory: str, database: str | None) -> None:
    """Print the command that goes on at the pace of the last run; ceilings hold in any case."""
    from liangxin.batch.limits import NO_LIMITS  # noqa: PLC0415
    from liangxin.polling.poll_rate import POLLS_PER_SECOND  # noqa: PLC0415

    limits = ledger.limits() or NO_LIMITS
    options = {"rate": limits.rate}
    per_minute = api().environment.requests_per_minute
    # A client's own default needs no option.
    if limits.polls_per_second != (POLLS_PER_SECOND if per_minute is None else per_minute / 60):
        options["polls_per_second"] = limits.polls_per_second
    words = (*wording.options(options), *wording.place(directory, database))
    output.note(f"To go on: {command('batch', 'run', *words)}")


def _csv_line(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()
