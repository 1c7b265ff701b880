"""Run thousands of orders without paying for any of them twice.

    from liangxin import batch

    report = batch.run("jobs.jsonl", "results", max_creates=1000)
    print(report.counts, report.ok)

A ledger is kept beside the results: each order is claimed there, on disk, before its create is
sent, and its task's id is written afterwards. After a kill at any point, the same call resumes. See
docs/batches.md.
"""

from liangxin.batch.ceilings import Amounts, Ceilings, Spent
from liangxin.batch.orders import File, Order
from liangxin.batch.plan import Plan
from liangxin.batch.prices import Prices
from liangxin.batch.progress import Progress
from liangxin.batch.run_batch import Options, Report, record, run, run_async
from liangxin.batch.states import State

__all__ = [
    "Amounts",
    "Ceilings",
    "File",
    "Options",
    "Order",
    "Plan",
    "Prices",
    "Progress",
    "Report",
    "Spent",
    "State",
    "record",
    "run",
    "run_async",
]
