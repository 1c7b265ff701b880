"""The command `liangxin`, also `python -m liangxin`."""

from liangxin.cli.command import main

__all__ = ["main"]
