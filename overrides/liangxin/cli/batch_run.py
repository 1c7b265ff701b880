"""`batch run` and `batch worker`: run, show how far it is, and print what has come of it."""

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from liangxin.cli import batch_wording as wording
from liangxin.cli import exits
from liangxin.cli.api import async_client, choose, command
from liangxin.cli.interrupts import Cancellation
from liangxin.cli.output import Output
from liangxin.cli.progress import live_display, minutes
from liangxin.cli.session import check_environment, printed
from liangxin.errors import BatchError

if TYPE_CHECKING:
    from liangxin.batch import Plan, Progress, Report
    from liangxin.batch.ledger import Ledger

_INTERVAL = 10.0
"""Seconds between lines of progress, where there is no live line."""


class BatchRun:
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
        self._options = [*wording.options({**client, **given})]
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

        task = asyncio.current_task()
        assert task is not None  # noqa: S101  for the type checker
        cancellation = Cancellation(task.cancel)
        cancellation.listen(asyncio.get_running_loop())
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
                if cancellation.interrupt is not None:
                    raise cancellation.interrupt from None
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
            with opened(self._directory, self._database) as ledger:
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
            f"{wording.orders_are(count)} unknown, perhaps created and billed"
            if count
            else "nothing is lost"
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
            output.result(f"{wording.orders(sum(counts.values()))}: {shown or 'none'}")
            output.result(wording.amounts(report.spent))
        if report.stopped_by is not None:
            output.error(f"paused: {report.stopped_by}")
        if report.ceiling is not None:
            option = f"--max-{report.ceiling}"
            output.error(f"paused: the next order would exceed {option}; raise it to go on")
        advice = {
            State.UNKNOWN: ("status", "may have been created and billed; see"),
            State.FAILED: ("results", "failed; see"),
            State.REFUSED: ("results", "refused; see"),
            State.SUCCEEDED: ("status", "succeeded, but not saved; see"),
            State.RUNNING: ("status", "not waited for to the end; see"),
            State.CANCELLED: ("results", "cancelled, so not sent; see"),
            State.ABANDONED: ("results", "given up while unknown; see"),
        }
        for state, (name, text) in advice.items():
            if counts.get(state):
                output.note(f"{counts[state]:,} {text} {self._command(name)}")
        return _exit_code(report)

    def _command(self, name: str, *words: str) -> str:
        return command("batch", name, *words, *wording.place(self._directory, self._database))

    def _show_plan(self, plan: "Plan") -> None:
        for line in (*plan.skipped, *plan.repeats):
            self._output.warning(line)
        if self._jobs is not None and not plan.counts and not plan.skipped:
            name = "standard input" if self._jobs == "-" else self._jobs
            self._output.warning(f"{name} has no orders; nothing is sent")
        if self._output.quiet:
            return
        if ceilings := [*wording.options(wording.ceilings(plan.ceilings))]:
            self._output.note(f"ceilings of the whole batch: {' '.join(ceilings)}")
        known = sum(plan.counts.values()) - sum(sent.creates for sent in plan.to_send.values())
        if known:
            self._output.note(
                f"{wording.orders(known)} not to be sent; so far: {wording.amounts(plan.spent)}"
            )
        for model, sent in plan.to_send.items():
            self._output.note(f"to send: {model}  {wording.amounts(sent)}")

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
        parts = [f"{wording.orders(progress.total)}: {counts}"]
        if progress.failures:
            parts.append(f"{progress.failures:,} failed in this run")
        if progress.held_by is not None:
            parts.append(f"creates are held back: {progress.held_by}")
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
def opened(directory: str, database: str | None) -> "Iterator[Ledger]":
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
