"""Which database a batch is in: an SQLite file, or a schema of Postgres."""

import os
import re
from pathlib import Path

from liangxin.batch.address import Address, is_postgres
from liangxin.batch.ledger import Ledger
from liangxin.batch.sqlite import SqliteLedger
from liangxin.errors import UsageError

DATABASE = "batch.db"
"""The ledger's name in the output folder."""

_OTHER = re.compile(
    r"([a-z][a-z0-9+]+:)+/|(//)?([^/]*@|[^/:]+:\d+(/|$))"
    r"|(.*\s)?(host|hostaddr|dbname|service) ?=",
    re.IGNORECASE,
)
"""Addresses of other databases, and those of Postgres without their scheme or in their other form.
Taken for the name of a file, each machine would make a batch of its own, and pay for it."""

Database = str | os.PathLike[str] | None


def open_ledger(
    output: str | os.PathLike[str],
    database: Database = None,
    *,
    create: bool = False,
    is_worker: bool = False,
) -> Ledger:
    """Open the ledger of a batch.

    Args:
        output: The output folder.
        database: The ledger's file, or the address of a batch in Postgres; by default `batch.db` in
            the output folder.
        create: Whether to make it if there is none.
        is_worker: Whether to run the batch.

    Raises:
        BatchError: There is no batch, or its ledger cannot be used.
        UsageError: The address is invalid, or psycopg is not installed.

    """
    if database is None:
        database = Path(output) / DATABASE
    elif is_postgres(database):
        try:
            from liangxin.batch.postgres import PostgresLedger  # noqa: PLC0415  an extra
        except ImportError as error:
            raise UsageError(
                'in Postgres needs the extra postgres, or pip install "psycopg[binary]"',
                argument="database",
            ) from error
        folder = Path(output) if is_worker else None
        return PostgresLedger(Address(str(database)), create=create, folder=folder)
    elif _OTHER.match(str(database)) and not Path(database).is_file():
        raise UsageError(
            "must be a file, for SQLite, or an address such as postgresql://user@host/database "
            "(./name for a new file whose name looks like an address)",
            argument="database",
        )
    return SqliteLedger(Path(database), create=create, is_worker=is_worker)
