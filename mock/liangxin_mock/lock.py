"""The check that the mock plays the contract that was generated."""

import hashlib
import json
from pathlib import Path

from liangxin_mock.errors import MockError


def check_lock(bundle: Path, lock: Path) -> None:
    """Raise `MockError` when `bundle` isn't what `lock` says was generated.

    The lock is GENERATED.lock: JSON whose `outputs` maps file names to `sha256:<hex>`. Either
    the bundle was edited or the lock is older; one that is missing is refused too.
    """
    try:
        found = f"sha256:{hashlib.sha256(bundle.read_bytes()).hexdigest()}"
        expected = json.loads(lock.read_bytes())["outputs"].get(bundle.name)
    except OSError as error:
        raise MockError(f"{error.filename} cannot be read; run nox -s generate") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise MockError(f"{lock} is not a lock file; run nox -s generate") from error
    if found != expected:
        raise MockError(f"{bundle} differs from {lock.name}; run nox -s generate")
