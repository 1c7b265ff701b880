"""Import httpx without its command line."""

import sys

__all__ = ["httpx"]

# `import httpx` imports its command line as well, and with it click, rich and pygments where they
# are installed: a third of the time that a new process needs until its first request.
_is_first = "httpx" not in sys.modules
if _is_first:
    sys.modules["httpx._main"] = None  # type: ignore[assignment]

import httpx  # noqa: E402

if _is_first:
    del sys.modules["httpx._main"]
