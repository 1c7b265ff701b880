"""What a person decides about orders: cancel, retry, settle; and what callbacks say of them.

All of it can be done while a batch runs: each change is conditional on the order's state.
"""

import contextlib
import difflib
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from liangxin.batch.changes import BEGINS, Change
from liangxin.batch.ledger import Ledger
from liangxin.batch.orders import Order
from liangxin.batch.states import MOVES, State, Step
from liangxin.errors import BatchError, UsageError

if TYPE_CHECKING:
    from liangxin.callbacks.event import Event

TOKEN = "order"  # noqa: S105  the name of the parameter
"""The parameter of a callback URL that has the order's token."""


def cancel(ledger: Ledger, at: float, keys: Collection[str] | None = None) -> int:
    """Send no more creates, or not those of some orders; return how many are cancelled.

    What runs is still collected.
    """
    if keys is None:
        # Also for orders that are refused for the moment, and would be pending again.
        ledger.set("cancelled", f"{at:.0f}")
    return _step_all(ledger, Step.CANCEL, _able(ledger, {State.PENDING}, keys, "cancelled"), at)


def retry(
    ledger: Ledger,
    at: float,
    states: Collection[State] = frozenset({State.FAILED, State.REFUSED}),
    keys: Collection[str] | None = None,
) -> int:
    """Make orders pending again, for a new create each; return how many."""
    if State.CANCELLED in states:
        ledger.set("cancelled", None)
    return _step_all(ledger, Step.RETRY, _able(ledger, states, keys, "sent again"), at)


def settle(ledger: Ledger, at: float, key: str, step: Step, *, task_id: str | None = None) -> Order:
    """Settle an order whose create may have been accepted, and return it.

    Args:
        ledger: The ledger.
        at: The time, in Unix seconds.
        key: The order's key.
        step: FIND gives it the task `task_id`, ABANDON gives it up, RESEND sends it again. FIND and
            ABANDON also correct a wrong task id of before, and an order may still be `sending`
            where a run has died; both while nobody runs the batch.
        task_id: Its task, as the API's console shows it.

    Raises:
        BatchError: There is no such order, or it is in another state.
        UsageError: The task id is empty, or has invisible characters.

    """
    if task_id is not None and (not task_id.strip() == task_id != "" or not task_id.isprintable()):
        raise UsageError(f"must be the id of a task, not {task_id!r}", argument="task_id")
    order = find(ledger, None, [key])[0]
    is_doubtful = order.state in MOVES[Step.DOUBT].sources
    corrects = is_doubtful and step is not Step.RESEND and _was_found(ledger, order)
    before = {State.SENDING: Step.LOSE}.get(order.state, Step.DOUBT if corrects else None)
    if order.state not in {State.UNKNOWN, State.ABANDONED, State.SENDING} and not corrects:
        raise BatchError(f"Order {key!r} is {order.state}, and only unknown ones are settled")
    if task_id is not None and (other := ledger.find_task(task_id)) is not None:
        raise BatchError(f"Task {task_id} is that of order {other.key!r}")
    changes = [Change(order.number, step, at, task_id=task_id)]
    with contextlib.ExitStack() as stack:
        if before is not None:
            # A run would go on to send it, or to follow the task of before.
            stack.enter_context(ledger.alone())
            changes.insert(0, Change(order.number, before, at))
        if not ledger.apply(changes)[-1]:
            raise BatchError(f"Order {key!r} is {order.state} and cannot be settled so")
    return find(ledger, None, [key])[0]


def record(ledger: Ledger, event: "Event", at: float) -> bool:
    """Give an unknown order the task that its callback names; return whether it needed that."""
    token = event.query.get(TOKEN)
    order = None if token is None else ledger.find_token(token)
    if order is None:
        return False
    change = Change(order.number, Step.FIND, at, task_id=event.task_id, token=token)
    is_free = order.task_id is None and ledger.find_task(event.task_id) is None
    is_found = is_free and ledger.apply([change])[0]
    if is_found or event.is_terminal:
        ledger.tell(order.number, event.task_id)
    return is_found


def cut_off(ledger: Ledger) -> list[Order]:
    """Return the orders that are `sending`, if no process runs the batch any more."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(ledger.alone())
        except BatchError:
            return []
        return [*ledger.orders({State.SENDING})]


def find(
    ledger: Ledger, states: Collection[State] | None, keys: Collection[str] | None
) -> list[Order]:
    """Return orders by states and keys; raise BatchError for a key that there is not."""
    orders = [*ledger.orders(states, keys)]
    if keys is not None:
        known = {order.key: order for order in ledger.orders(None, keys)}
        for key in keys:
            if key not in known:
                near = difflib.get_close_matches(key, [one.key for one in ledger.orders()], 1)
                hint = f"; did you mean {near[0]!r}?" if near else ""
                raise BatchError(f"There is no order {key!r} in {ledger.name}{hint}")
    return orders


def _able(
    ledger: Ledger, states: Collection[State], keys: Collection[str] | None, what: str
) -> list[Order]:
    """Return orders in some states; raise BatchError if orders are named and none is in one."""
    orders = find(ledger, states, keys)
    if keys and not orders:
        named = ", ".join(f"{one.key!r} is {one.state}" for one in ledger.orders(None, keys))
        raise BatchError(f"None of the orders can be {what}: {named}")
    return orders


def _was_found(ledger: Ledger, order: Order) -> bool:
    """Whether its task was not named by the response to its create."""
    steps = [past.step for past in ledger.history(order.number)]
    begins = [step for step in steps if step in BEGINS]
    return begins[-1:] == [Step.FIND]


def _step_all(ledger: Ledger, step: Step, orders: Iterable[Order], at: float) -> int:
    return sum(ledger.apply([Change(order.number, step, at) for order in orders]))
