"""`probe`: settle ids and limits against the live API, by requests that must be refused."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from liangxin.cli import exits, general_options
from liangxin.cli.api import api, contract, name
from liangxin.cli.error_output import message
from liangxin.cli.interrupts import interrupt_behind
from liangxin.cli.model_command import complete_model, unknown_model
from liangxin.cli.output import Output
from liangxin.cli.session import connect
from liangxin.clock import SystemClock

if TYPE_CHECKING:
    from liangxin.probe.plan import Probe
    from liangxin.probe.settle import Outcome, Verdict

_PAUSE = 1.0
"""Seconds between requests."""


@click.command(
    params=[
        click.Option(
            ["--yes-this-may-cost", "is_agreed"],
            is_flag=True,
            help="Required: if a request is accepted unexpectedly, its task is billed.",
        ),
        click.Option(
            ["--may-accept"],
            type=click.IntRange(0),
            default=0,
            metavar="N",
            help="Continue after N accepted requests.  [default: 0, stop at the first]",
        ),
        click.Option(
            ["--model"],
            shell_complete=complete_model,
            metavar="MODEL",
            help="Only the facts of this model.",
        ),
        general_options.json_option("Print the report as a JSON object."),
    ]
)
@click.pass_context
def probe(context: click.Context, *, is_agreed: bool, may_accept: int, model: str | None) -> int:
    """Test inferred ids and limits against the live API.

    It sends creates that must be refused before anything is billed: each inferred id with an
    impossible input, and inputs that exceed one inferred limit by one. It stops at the first that
    is accepted, and prints its task. The results are printed as YAML for the evidence in openapi/.
    """
    from liangxin.probe.patch import evidence_patch  # noqa: PLC0415  these load the SDK
    from liangxin.probe.plan import make_plan  # noqa: PLC0415
    from liangxin.probe.settle import Outcome, settle  # noqa: PLC0415

    output: Output = context.obj
    if model is not None and model not in contract().models:
        raise unknown_model(context, model)
    plan = make_plan(api(), model)
    count = len(plan.controls) + len(plan.ids) + len(plan.limits)
    if not is_agreed:
        raise click.UsageError(
            f"up to {_counted(count, 'create')} would be sent, to settle "
            f"{_counted(len(plan.ids), 'spelling')} of ids and "
            f"{_counted(len(plan.limits), 'limit')}; one that is accepted by mistake is billed. "
            "To go on, add --yes-this-may-cost",
            context,
        )
    outcome, interrupt = Outcome(plan.not_probed), None
    with connect(output) as session:

        def send(model: str, fields: Mapping[str, Any]) -> str:
            task = session.client.tasks.create(model=model, input=fields, validate=False)
            return task.id

        try:
            settle(
                plan,
                api(),
                send,
                outcome,
                may_accept=may_accept,
                pause=lambda: SystemClock().sleep(_PAUSE),
                shield=session.interrupts.shield,
            )
        except BaseException as error:
            # What was learned is reported all the same.
            interrupt = interrupt_behind(error)
            if interrupt is None:
                raise
        finally:
            # Before the report, as standard output may be closed.
            for accepted in outcome.accepted:
                task = accepted.task_id or "a task whose id is not known"
                verb = "is" if accepted.answer == "accepted" else "may be"
                output.error(f"{task} {verb} billed: {accepted.probe.text} ({accepted.answer})")
    patch = evidence_patch(api(), outcome.settled, f"{datetime.now(UTC):%Y-%m-%d}", _file_of)
    if output.as_json:
        output.document(_document(outcome, patch))
    else:
        output.text("\n".join(_lines(outcome, patch)))
    if interrupt is not None:
        return interrupt.exit_code
    if outcome.error is not None:
        output.error(f"stopped: {message(outcome.error)}")
        return exits.code_of(outcome.error)
    return exits.OTHER if outcome.accepted else exits.DONE


def _file_of(model: str) -> str:
    """Return the model's file in the spec; in a clone, that which is there."""
    pattern = f"openapi/{name()}/models/*/{quote(model, safe='')}.yaml"
    return next((path.as_posix() for path in Path().glob(pattern)), pattern)


def _document(outcome: "Outcome", patch: str) -> dict[str, Any]:
    def facts(verdicts: "Sequence[Verdict]") -> list[dict[str, Any]]:
        return [_fact(verdict.probe) | {"answer": verdict.answer} for verdict in verdicts]

    return {
        "sent": outcome.sent,
        "settled": facts(outcome.settled),
        "refuted": facts(outcome.refuted),
        "unclear": facts(outcome.unclear),
        "left": [_fact(probe) for probe in outcome.left],
        "not_probed": outcome.not_probed,
        "accepted": [
            _fact(one.probe) | {"task_id": one.task_id, "answer": one.answer}
            for one in outcome.accepted
        ],
        "error": None if outcome.error is None else message(outcome.error),
        "patch": patch,
    }


def _fact(probe: "Probe") -> dict[str, Any]:
    return {
        "kind": probe.kind,
        "model": probe.model or None,
        "sent_model": probe.sent_model,
        "field": probe.field or None,
        "limit": probe.limit or None,
        "value": probe.value,
    }


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _lines(outcome: "Outcome", patch: str) -> Iterator[str]:
    yield f"{_counted(outcome.sent, 'create')} sent, {len(outcome.accepted) or 'none'} accepted"
    for title, verdicts in (
        ("Settled", outcome.settled),
        ("Refuted", outcome.refuted),
        ("Unclear", outcome.unclear),
    ):
        if verdicts:
            yield from ("", f"{title}:")
            yield from (f"  {verdict.probe.text}  ({verdict.answer})" for verdict in verdicts)
    if outcome.left:
        yield from ("", "Not sent any more:", *(f"  {probe.text}" for probe in outcome.left))
    if outcome.not_probed:
        yield from ("", "Without a request:", *(f"  {text}" for text in outcome.not_probed))
    if patch:
        yield from ("", "Evidence for the spec:", "", patch.rstrip())
