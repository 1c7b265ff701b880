"""The command `liangxin`, also `python -m liangxin`."""

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    try:
        # Here, since Ctrl-C may come during the imports, too.
        from liangxin.cli import command  # noqa: PLC0415

        return command.main(arguments)
    except KeyboardInterrupt:
        return 130  # `exits.INTERRUPTED`: a second Ctrl-C may come while that is imported
