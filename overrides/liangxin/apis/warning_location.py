"""Find the user's own line, for a warning to point at."""

import sys


def frames_to_caller() -> int:
    """Return the `stacklevel` at which a warning of the calling function names the user's line."""
    depth, frame = 1, sys._getframe(1)  # noqa: SLF001
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] == "liangxin":
        depth, frame = depth + 1, frame.f_back
    return depth
