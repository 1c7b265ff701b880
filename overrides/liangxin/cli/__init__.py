"""The command `liangxin`, also `python -m liangxin`."""

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    try:
        # Imported here, so that Ctrl-C during the imports is caught, too.
        from liangxin.cli import command  # noqa: PLC0415

        return command.main(arguments)
    except KeyboardInterrupt:
        return 130  # exits.INTERRUPTED, which a second Ctrl-C would not let us import
