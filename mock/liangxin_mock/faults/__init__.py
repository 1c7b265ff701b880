"""Faults: what can go wrong, by name in `FAULTS`."""

from liangxin_mock.faults.base import OPERATIONS, Fault, Operation
from liangxin_mock.faults.kinds import KINDS

FAULTS: dict[str, type[Fault]] = {fault.__name__: fault for fault in KINDS}

__all__ = ["FAULTS", "OPERATIONS", "Fault", "Operation"]
