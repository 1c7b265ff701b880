"""Faults: what can go wrong, a module for each family, all by name in `FAULTS`."""

from liangxin_mock.faults import callbacks, responses, tasks
from liangxin_mock.faults.base import OPERATIONS, Fault, Operation

FAULTS: dict[str, type[Fault]] = {
    fault.__name__: fault for family in (responses, tasks, callbacks) for fault in family.FAULTS
}

__all__ = ["FAULTS", "OPERATIONS", "Fault", "Operation"]
