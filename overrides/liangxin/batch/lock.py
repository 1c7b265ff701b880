"""Keep a second process from running the same batch."""

import sqlite3
from pathlib import Path

from liangxin.errors import BatchError


class Lock:
    """Held while a batch is run; the system releases it with the process, however that ends.

    It is a transaction in an SQLite file of its own, since SQLite knows how each system locks
    files. The ledger itself stays free for `status`, `cancel` and `settle`.

    Args:
        path: The file of the ledger.

    Raises:
        BatchError: Another process holds it, or its file cannot be made.

    """

    def __init__(self, path: Path) -> None:
        name = f"{path.resolve()}-lock"
        try:
            self._db = sqlite3.connect(name, timeout=0, isolation_level=None)
        except sqlite3.Error as error:
            raise _unwritable(name, error) from error
        try:
            self._db.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            self._db.close()
            if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY:
                raise _unwritable(name, error) from error
            raise BatchError(
                f"Another process is running this batch ({path}). Wait until it has ended, or "
                "stop it; `liangxin batch status` shows how far it is"
            ) from error

    def release(self) -> None:
        """Release the lock."""
        self._db.close()


def _unwritable(name: str, error: sqlite3.Error) -> BatchError:
    return BatchError(f"{name} cannot be written ({error}); check the folder's permissions")
