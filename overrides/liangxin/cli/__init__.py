"""The command `liangxin`, also `python -m liangxin`."""

from collections.abc import Sequence
from contextvars import copy_context


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    try:
        # Here, since Ctrl-C may come during the imports, too.
        from liangxin.cli import command  # noqa: PLC0415

        # What `--api` chooses is not left to the next call in this process.
        return copy_context().run(command.main, arguments)
    except (Exception, KeyboardInterrupt) as error:
        # An import may turn Ctrl-C into an error of its own.
        behind: BaseException | None = error
        while behind is not None and not isinstance(behind, KeyboardInterrupt):
            behind = behind.__context__
        if behind is None:
            raise
        return 130  # `exits.INTERRUPTED`: a second Ctrl-C may come while that is imported
