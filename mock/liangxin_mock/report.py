"""The report about a simulator that a failed test shows."""

from __future__ import annotations

from liangxin_mock.control.methods import Controls
from liangxin_mock.jobs.job import Job
from liangxin_mock.state import Seen

_REQUESTS = 10
# A request is a line of a terminal, two at most.
_LONGEST = 160


def report(simulator: Controls, start: float = 0.0) -> str:
    """Return the last requests, what became of their tasks, and how often each rule was used.

    Times are seconds of the simulator's clock since `start`, a Unix time. Keys, headers, queries
    and bodies are left out.
    """
    with simulator.lock:  # an application's threads may still be sending
        requests = [*simulator.requests]
        shown = requests[-_REQUESTS:]
        jobs = {job.id: job for job in simulator.jobs}
        task_ids = dict.fromkeys(seen.task_id for seen in shown)
        tasks = [_task(jobs[task_id], start) for task_id in task_ids if task_id in jobs]
        rules = [f"{r.text}: matched {r.seen}, used {r.used}" for r in simulator.rules]
        rules += [f"{rule.text}: {rule.seen} came" for rule in simulator.expected]
    heading = "requests"
    if len(shown) < len(requests):
        heading = f"requests, the last {len(shown)} of {len(requests)}"
    parts = (
        (heading, [_request(seen, start) for seen in shown] or ["none came"]),
        ("tasks", tasks),
        ("rules", rules),
    )
    lines = [repr(simulator)]
    for name, content in parts:
        if content:
            lines += [f"{name}:", *(f"  {_one_line(text)}" for text in content)]
    return "\n".join(lines)


def _request(seen: Seen, start: float) -> str:
    words = [
        f"{seen.at - start:.1f} s".rjust(9),
        (seen.operation or f"{seen.method} {seen.path}").ljust(10),
        str(seen.status or "no answer"),
        seen.task_id,
        seen.fault,
        seen.problem,
    ]
    return "  ".join(word for word in words if word)


def _task(job: Job, start: float) -> str:
    steps = ", ".join(f"{state} {at - start:.1f} s" for state, at in job.transitions)
    why = f"  {job.fail_code} {job.fail_msg}" if job.fail_code else ""
    return f"{job.id}  {job.model}  {steps}{why}"


def _one_line(text: str) -> str:
    # The client chooses ids and paths: neither line breaks nor terminal codes get through.
    printable = "".join(char if char.isprintable() else "\ufffd" for char in text)
    return printable if len(printable) <= _LONGEST else f"{printable[: _LONGEST - 1]}…"
