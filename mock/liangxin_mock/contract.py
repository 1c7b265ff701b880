"""The contract that the mock plays: the bundle of the installed `liangxin_api`."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from liangxin_api.variants import bundle_path
from liangxin_mock.forms import prism_form
from liangxin_mock.lock import check_lock


@contextlib.contextmanager
def prism_document(*, strict: bool = False) -> Iterator[Path]:
    """A temporary file with the contract as Prism takes it; `strict` enforces inferred limits.

    Raises MockError when the bundle is not the one that was generated.
    """
    bundle = bundle_path()
    check_lock(bundle, bundle.with_name("GENERATED.lock"))
    document = prism_form(json.loads(bundle.read_bytes()), strict=strict)
    with tempfile.TemporaryDirectory(prefix="liangxin-contract-") as folder:
        path = Path(folder, "openapi.json")
        path.write_text(json.dumps(document), encoding="utf-8")
        yield path
