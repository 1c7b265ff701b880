"""The states of an order, and the steps between them. Pure: every database uses this one table.

    pending ── claim ──▶ sending ── create ──▶ running ── succeed ──▶ succeeded ── save ──▶ saved
       ▲                    │                     │
       ├───── release ──────┤                     └── fail ──▶ failed
       │                    ├── refuse ──▶ refused
       │                    └── lose ────▶ unknown ── find ──▶ running
       │                                     │  │             └── doubt ──▶ unknown
       │                                     │  └── abandon ──▶ abandoned
       └───────── resend, retry ─────────────┘

A claim is durable before the create is sent, so an order that is found `sending` when nobody runs
the batch may have been created: it becomes `unknown`, and is never sent again by itself.
"""

import enum
from typing import NamedTuple


class State(enum.StrEnum):
    """The state of an order."""

    PENDING = "pending"
    """No create is in flight, and none may have made a task that is still wanted."""
    SENDING = "sending"
    """Claimed: its create is being sent, or was when the process ended."""
    UNKNOWN = "unknown"
    """Its create may have been accepted, and billed. A callback or a person settles that."""
    RUNNING = "running"
    """Its task exists, and its id is known."""
    SUCCEEDED = "succeeded"
    """Its task has succeeded; its files are still to be saved."""
    SAVED = "saved"
    """Its files are saved: done."""
    FAILED = "failed"
    """Its task ended in state `fail`."""
    REFUSED = "refused"
    """Its create was refused, so there is no task, and nothing to pay."""
    CANCELLED = "cancelled"
    """It is not to be sent."""
    ABANDONED = "abandoned"
    """It was unknown, and a person gave it up; it counts as paid."""


UNFINISHED = frozenset({State.RUNNING, State.SUCCEEDED})
"""Orders with a task that is to be waited for, or whose files are to be saved."""


class Step(enum.StrEnum):
    """What happens to an order."""

    CLAIM = "claim"
    """Its create is about to be sent."""
    RELEASE = "release"
    """The create was provably not accepted, for the moment; it is to be sent again."""
    REFUSE = "refuse"
    """The create was refused, and would be refused again."""
    CREATE = "create"
    """The create was accepted; its response names the task."""
    LOSE = "lose"
    """The create may or may not have been accepted."""
    FIND = "find"
    """A callback, or a person, names the task of a create whose response was lost."""
    SUCCEED = "succeed"
    """The task has succeeded."""
    FAIL = "fail"
    """The task has failed."""
    SAVE = "save"
    """Its files are saved."""
    MISS = "miss"
    """A file that was saved is not there any more."""
    NOTE = "note"
    """An error that leaves the state as it is, such as a wait that has timed out."""
    RETRY = "retry"
    """It failed or was refused, and a person wants a new task."""
    CANCEL = "cancel"
    """A person does not want it sent."""
    DOUBT = "doubt"
    """A person named the wrong task of it; it is unknown again."""
    RESEND = "resend"
    """It is unknown, and a person wants it sent again."""
    ABANDON = "abandon"
    """It is unknown, and a person gives it up."""


class Move(NamedTuple):
    """What a step does to the state of an order."""

    sources: frozenset[State]
    """The states in which it can happen."""
    target: State | None
    """The state after it; None leaves the state as it is."""
    paid: int = 0
    """By how much it changes the number of creates that count as paid."""
    forgets_task: bool = False
    """Whether the order has no task from then on; the history keeps its id."""


def _from(*sources: State) -> frozenset[State]:
    return frozenset(sources)


MOVES: dict[Step, Move] = {
    Step.CLAIM: Move(_from(State.PENDING), State.SENDING, paid=1, forgets_task=True),
    # From unknown: another worker took the one that sends it for dead, and it was not.
    Step.RELEASE: Move(_from(State.SENDING, State.UNKNOWN), State.PENDING, paid=-1),
    Step.REFUSE: Move(_from(State.SENDING, State.UNKNOWN), State.REFUSED, paid=-1),
    Step.CREATE: Move(_from(State.SENDING, State.UNKNOWN), State.RUNNING),
    Step.LOSE: Move(_from(State.SENDING), State.UNKNOWN),
    # Of an order that is to be sent again, too: then it need not be.
    Step.FIND: Move(
        _from(State.SENDING, State.UNKNOWN, State.ABANDONED, State.PENDING), State.RUNNING
    ),
    Step.SUCCEED: Move(_from(State.RUNNING), State.SUCCEEDED),
    Step.FAIL: Move(_from(State.RUNNING), State.FAILED),
    Step.SAVE: Move(_from(State.SUCCEEDED), State.SAVED),
    Step.MISS: Move(_from(State.SAVED), State.SUCCEEDED),
    Step.NOTE: Move(frozenset(State), None),
    Step.RETRY: Move(
        _from(State.FAILED, State.REFUSED, State.CANCELLED), State.PENDING, forgets_task=True
    ),
    Step.CANCEL: Move(_from(State.PENDING), State.CANCELLED),
    # Not of one that is saved: its files, which are another task's, would be left unaccounted for.
    Step.DOUBT: Move(
        _from(State.RUNNING, State.SUCCEEDED, State.FAILED), State.UNKNOWN, forgets_task=True
    ),
    # What was sent before still counts as paid.
    Step.RESEND: Move(_from(State.UNKNOWN, State.ABANDONED), State.PENDING),
    Step.ABANDON: Move(_from(State.UNKNOWN), State.ABANDONED),
}
