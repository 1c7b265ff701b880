"""`batch`: run many orders from a file, and what a person decides about them."""

import contextlib
import csv
import io
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from liangxin.cli import exits, shared_options
from liangxin.cli.api import api, async_client, choose, command
from liangxin.cli.command_group import CommandGroup
from liangxin.cli.interrupts import Interrupted
from liangxin.cli.output import Output
from liangxin.cli.progress import live_display, minutes
from liangxin.cli.session import check_environment, printed
from liangxin.errors import BatchError, UsageError

if TYPE_CHECKING:
    from liangxin.batch import Ceilings, Plan, Progress, Report, Spent
    from liangxin.batch.ledger import Ledger

_INTERVAL = 10.0
"""Seconds between lines of progress, where there is no live line."""

_MAX_LISTED = 20

_PLACE = (
    shared_options.directory("."),
    click.Option(
        ["--database"],
        metavar="FILE",
        help="The ledger: a file, or postgresql://user@host/database, for many machines.  "
        "[default: batch.db in the output folder]",
    ),
)
_JSON = shared_options.OUTPUT[0]
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


@click.group(cls=CommandGroup, subcommand_metavar="COMMAND [ARGS]...")
def batch() -> None:
    """Run thousands of orders, and pay for none of them twice."""


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
            type=int,
            metavar="N",
            help="Creates of the whole batch, at most, in all runs.",
        ),
        click.Option(["--max-seconds"], type=float, metavar="N", help="Seconds of video, at most."),
        click.Option(["--max-images"], type=int, metavar="N", help="Images, at most."),
        click.Option(
            ["--max-cost"], type=float, metavar="N", help="Cost, at most; it needs --prices."
        ),
        click.Option(["--prices"], metavar="FILE", help="Your price table, in TOML."),
        click.Option(
            ["--skip-invalid"],
            is_flag=True,
            help="Leave out lines that are invalid, rather than to send nothing.",
        ),
        *shared_options.OUTPUT,
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

    JOBS is a file of JSON lines, CSV or YAML; a line has model and input, and perhaps key and file.
    Killed or interrupted at any point, the same command goes on. Without JOBS it goes on with the
    orders that the batch has.
    """
    client = {} if polls_per_second is None else {"polls_per_second": polls_per_second}
    return _Run(output, jobs, directory, database).run(client, limits)


@batch.command(params=[*_PLACE, _CONCURRENCY, _TIMEOUT, *shared_options.OUTPUT])
@click.pass_obj
def worker(output: Output, /, directory: str, database: str | None, **limits: Any) -> int:
    """Work on a batch in Postgres, beside `run` and other workers on any machines.

    It creates, waits and saves within the limits that the last `run` has set, until the batch has
    ended. If a worker dies, others go on with its orders.
    """
    return _Run(output, None, directory, database).run({}, {**limits, "join": True})


@batch.command(params=[*_PLACE, _JSON])
@click.pass_obj
def status(output: Output, directory: str, database: str | None) -> int:
    """Show how many orders are in each state, what was spent, and what needs a person."""
    from liangxin.batch import State, commands  # noqa: PLC0415
    from liangxin.batch.manifest import spent_document  # noqa: PLC0415

    with _opened(directory, database) as ledger:
        counts, spent = ledger.counts(), ledger.spent()
        cut_off = commands.cut_off(ledger) if State.SENDING in counts else []
        unknown = [*ledger.orders({State.UNKNOWN}), *cut_off]
    if output.as_json:
        document = {state.value: count for state, count in counts.items()}
        output.document({"orders": document, "spent": spent_document(spent)})
        return exits.DONE
    for state, count in counts.items():
        output.result(f"{count:>8,}", state.value)
    output.result(f"{sum(counts.values()):>8,}", "orders", _spent(spent))
    for order in unknown[:_MAX_LISTED]:
        output.result(f"{order.state}: {order.key}", order.model, order.error or "")
    if cut_off:
        output.note(
            "No process runs the batch, and the next run will take what is still sending "
            f"({_count(len(cut_off))}) for unknown"
        )
    if unknown:
        more = len(unknown) - _MAX_LISTED
        output.note(
            f"{f'… and {more} more. ' if more > 0 else ''}Unknown orders may have been created "
            f"and billed: look for them in the {api().name} console, and settle each with "
            f"{command('batch', 'settle', 'KEY', *_place(directory, database))} and --task-id ID, "
            "--resend or --abandon"
        )
    return exits.DONE


@batch.command(
    params=[
        *_PLACE,
        click.Option(["--state"], metavar="STATE", multiple=True, help="Orders of this state."),
        click.Option(["--csv", "as_csv"], is_flag=True, help="Print CSV."),
        click.Option(["--json", "as_json"], is_flag=True, help="Print a line of JSON for each."),
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
    """Print what has come of each order: its state, task, files and error."""
    from liangxin.batch import State  # noqa: PLC0415
    from liangxin.batch.manifest import COLUMNS, result, row  # noqa: PLC0415

    for name in state:
        if name not in [*State]:
            raise UsageError(f"--state must be one of {', '.join(State)}, not {name}")
    if as_csv and as_json:
        raise UsageError("pass either --csv or --json")
    with _opened(directory, database) as ledger:
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
    """Have orders created once more: those named, or all that failed."""
    from liangxin.batch import State, commands  # noqa: PLC0415

    if not (keys or failed or cancelled):
        raise UsageError("name the orders, or pass --failed or --cancelled")
    states = {State.FAILED, State.REFUSED} if failed or keys else set[State]()
    states |= {State.CANCELLED} if cancelled or keys else set()
    with _opened(directory, database) as ledger:
        count = commands.retry(ledger, time.time(), states, keys or None)
        output.note(f"{_orders(count)} pending again")
        _note_run(output, ledger, directory, database)
    return exits.DONE


@batch.command(params=[_KEYS, *_PLACE])
@click.pass_obj
def cancel(output: Output, keys: Sequence[str], directory: str, database: str | None) -> int:
    """Send no more creates, or not those of the orders named; what runs is still collected."""
    from liangxin.batch import commands  # noqa: PLC0415

    with _opened(directory, database) as ledger:
        count = commands.cancel(ledger, time.time(), keys or None)
    output.note(f"{_orders(count)} cancelled")
    return exits.DONE


@batch.command(
    params=[
        click.Argument(["key"], metavar="ORDER"),
        *_PLACE,
        click.Option(["--task-id"], metavar="ID", help="It was created, as this task."),
        click.Option(["--resend"], is_flag=True, help="It was not created; create it again."),
        click.Option(["--abandon"], is_flag=True, help="Give it up."),
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
    with _opened(directory, database) as ledger:
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

    with _opened(directory, database) as ledger:
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


class _Run:
    """One call of `batch run`."""

    def __init__(
        self, output: Output, jobs: str | None, directory: str, database: str | None
    ) -> None:
        self._output = output
        self._jobs = jobs
        self._directory = directory
        self._database = database
        self._progress: Progress | None = None
        self._shown_at = time.monotonic()
        self._name = "run"
        self._options: list[str] = []

    def run(self, client: dict[str, Any], options: dict[str, Any]) -> int:
        """Run the batch, and return the exit code."""
        given = {name: value for name, value in options.items() if value is not None}
        self._name = "worker" if "join" in options else "run"
        self._options = [*_words({**client, **given})]
        with printed(self._output):
            check_environment()
            import asyncio  # noqa: PLC0415  slow, as is all that a run needs

            try:
                report = asyncio.run(self._to_end(client, given))
            except KeyboardInterrupt:
                self._note_interrupt()
                raise
        return self._conclude(report)

    async def _to_end(self, client: dict[str, Any], limits: dict[str, Any]) -> "Report":
        """Run the batch, and return its report."""
        import asyncio  # noqa: PLC0415

        from liangxin.batch import run_async  # noqa: PLC0415

        terminated = []
        with contextlib.suppress(NotImplementedError):  # Windows has no such signal
            task = asyncio.current_task()
            assert task is not None  # noqa: S101  for the type checker

            def terminate() -> None:
                terminated.append(signal.SIGTERM)
                task.cancel()

            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, terminate)
        display = live_display(self._line, self._output)
        async with async_client(**client) as connected:
            try:
                with self._output.live(display):
                    return await run_async(
                        self._jobs,
                        self._directory,
                        client=connected,
                        database=self._database,
                        on_plan=self._show_plan,
                        on_progress=self._show,
                        **limits,
                    )
            except asyncio.CancelledError:
                if terminated:
                    raise Interrupted(signal.SIGTERM) from None
                raise

    def _note_interrupt(self) -> None:
        """Say how to go on, and what is lost, which is nothing unless it was interrupted twice."""
        jobs = [] if self._jobs is None else [self._jobs]
        resume = self._command(self._name, *jobs, *self._options)
        self._output.note(f"Interrupted; {self._lost()}. To go on: {resume}")

    def _lost(self) -> str:
        from liangxin.batch import State  # noqa: PLC0415
        from liangxin.batch.ledger import LedgerUnavailableError, place_of  # noqa: PLC0415

        here = {None, place_of(Path(self._directory))}
        count = 0
        try:
            with _opened(self._directory, self._database) as ledger:
                count = sum(
                    # Other workers go on with theirs.
                    order.state is State.UNKNOWN or order.place in here
                    for order in ledger.orders({State.SENDING, State.UNKNOWN})
                )
        except LedgerUnavailableError:
            return "the ledger cannot be read, so orders may be unknown"
        except BatchError:
            pass  # it was not made yet
        return (
            f"{_orders(count)} unknown, perhaps created and billed" if count else "nothing is lost"
        )

    def _conclude(self, report: "Report") -> int:
        """Print what has come of the run, and return the exit code."""
        from liangxin.batch import State  # noqa: PLC0415
        from liangxin.batch.manifest import spent_document  # noqa: PLC0415

        counts, output = report.counts, self._output
        if output.as_json:
            output.document(
                {
                    "orders": {state.value: count for state, count in counts.items()},
                    "spent": spent_document(report.spent),
                    "skipped": report.skipped,
                    "ceiling": report.ceiling,
                    "stopped_by": None if report.stopped_by is None else str(report.stopped_by),
                }
            )
        else:
            shown = ", ".join(f"{count:,} {state}" for state, count in counts.items())
            output.result(f"{_count(sum(counts.values()))}: {shown or 'none'}")
            output.result(_spent(report.spent))
        if report.stopped_by is not None:
            output.error(f"paused: {report.stopped_by}")
        if report.ceiling is not None:
            option = f"--max-{report.ceiling}"
            output.error(f"paused: the next order would exceed {option}; raise it to go on")
        advice = {
            State.UNKNOWN: ("status", "may have been created and billed; see"),
            State.FAILED: ("results", "failed; see"),
            State.REFUSED: ("results", "refused; see"),
            State.SUCCEEDED: ("results", "succeeded, but not saved; see"),
        }
        for state, (name, text) in advice.items():
            if counts.get(state):
                output.note(f"{counts[state]:,} {text} {self._command(name)}")
        return _exit_code(report)

    def _command(self, name: str, *words: str) -> str:
        return command("batch", name, *words, *_place(self._directory, self._database))

    def _show_plan(self, plan: "Plan") -> None:
        for line in (*plan.skipped, *plan.repeats):
            self._output.warning(line)
        if lifted := [*_words(_maxima(plan.lifted))]:
            self._output.warning(
                f"the run before had {' '.join(lifted)}, and this one has no such ceiling"
            )
        if self._jobs is not None and not plan.counts and not plan.skipped:
            name = "standard input" if self._jobs == "-" else self._jobs
            self._output.warning(f"{name} has no orders; nothing is sent")
        if self._output.quiet:
            return
        known = sum(plan.counts.values()) - sum(sent.creates for sent in plan.to_send.values())
        if known:
            were = "was" if known == 1 else "were"
            self._output.note(f"{_count(known)} {were} sent before; {_spent(plan.spent)}")
        for model, sent in plan.to_send.items():
            self._output.note(f"to send: {model}  {_spent(sent)}")

    def _show(self, progress: "Progress") -> None:
        self._progress = progress
        now = time.monotonic()
        if self._output.quiet or self._output.is_live or now < self._shown_at + _INTERVAL:
            return
        self._shown_at = now
        self._output.note(self._line())

    def _line(self) -> str:
        progress = self._progress
        if progress is None:
            return "reading the orders"
        counts = ", ".join(
            f"{count:,} {state}" for state, count in progress.counts.items() if count
        )
        parts = [f"{_count(progress.total)}: {counts}"]
        if progress.failures:
            parts.append(f"{progress.failures:,} failed in this run")
        if (rate := progress.rate) is not None:
            parts.append(f"{rate:.1f}/s")
        if (left := progress.seconds_left) is not None:
            parts.append(f"about {minutes(left)} left")
        return "; ".join(parts)


def _exit_code(report: "Report") -> int:
    from liangxin.batch import State  # noqa: PLC0415

    counts = report.counts
    if report.ok:
        return exits.DONE
    if report.stopped_by is not None:
        return exits.code_of(report.stopped_by)
    by_state: tuple[tuple[State, int], ...] = (
        (State.UNKNOWN, exits.UNKNOWN),
        (State.SENDING, exits.UNKNOWN),
        (State.FAILED, exits.FAILED),
        (State.REFUSED, exits.WRONG),
        (State.SUCCEEDED, exits.NOT_SAVED),
        (State.RUNNING, exits.UNFINISHED),
        (State.PENDING, exits.UNFINISHED),
    )
    found = next((code for state, code in by_state if counts.get(state)), None)
    if found is not None:
        return found
    return exits.WRONG if report.skipped else exits.OTHER


@contextlib.contextmanager
def _opened(directory: str, database: str | None) -> "Iterator[Ledger]":
    """Open the ledger of a batch that there is."""
    from liangxin.batch.databases import open_ledger  # noqa: PLC0415

    ledger = open_ledger(directory, database)
    try:
        # These commands call no API, and the batch knows its own, whatever `--api` says.
        if (known := ledger.setting("api")) is not None:
            choose(known.lower())
        yield ledger
    finally:
        ledger.close()


def _words(options: dict[str, Any]) -> "Iterator[str]":
    """Yield options as they are typed, so that a command that goes on keeps the same limits."""
    for name, value in options.items():
        if value is not None and value is not False and name != "join":
            yield f"--{name.replace('_', '-')}"
            if value is not True:
                yield str(value)


def _place(directory: str, database: str | None) -> list[str]:
    from liangxin.batch.address import without_password  # noqa: PLC0415

    words = [] if directory == "." else ["-o", directory]
    return words if database is None else [*words, "--database", without_password(database)]


def _note_run(output: Output, ledger: "Ledger", directory: str, database: str | None) -> None:
    """Print the command that goes on within the limits of the last run."""
    from liangxin.batch.limits import NO_LIMITS  # noqa: PLC0415
    from liangxin.polling.poll_rate import POLLS_PER_SECOND  # noqa: PLC0415

    limits = ledger.limits() or NO_LIMITS
    options = {"rate": limits.rate, **_maxima(limits.ceilings)}
    per_minute = api().environment.requests_per_minute
    # A client's own default needs no option.
    if limits.polls_per_second != (POLLS_PER_SECOND if per_minute is None else per_minute / 60):
        options["polls_per_second"] = limits.polls_per_second
    words = (*_words(options), *_place(directory, database))
    output.note(f"To go on: {command('batch', 'run', *words)}")


def _maxima(ceilings: "Ceilings") -> dict[str, float]:
    """Return ceilings as options."""
    from liangxin.batch.ceilings import MICROS  # noqa: PLC0415

    return {
        f"max_{name}": value / MICROS if name == "cost" else value
        for name, value in ceilings._asdict().items()
        if value is not None
    }


def _count(count: int) -> str:
    return "1 order" if count == 1 else f"{count:,} orders"


def _orders(count: int) -> str:
    return f"{_count(count)} {'is' if count == 1 else 'are'}"


def _spent(spent: "Spent") -> str:
    """Return amounts in words; what is unknown is said to be."""
    amounts = spent.amounts
    parts = [f"{spent.creates:,} create{'' if spent.creates == 1 else 's'}"]
    if amounts.seconds is None:
        parts.append("unknown seconds of video")
    elif amounts.seconds:
        parts.append(f"{amounts.seconds:,.10g} s of video")
    if amounts.images:
        parts.append(f"{amounts.images:,} image{'' if amounts.images == 1 else 's'}")
    if amounts.cost is not None:
        parts.append(f"cost {amounts.cost / 1_000_000:,.2f}")
    elif spent.cost:
        parts.append(f"cost over {spent.cost / 1_000_000:,.2f}, as some prices are unknown")
    else:
        parts.append("cost unknown")
    return ", ".join(parts)


def _csv_line(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(cells)
    return text.getvalue()
