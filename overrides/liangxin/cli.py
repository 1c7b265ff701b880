"""The command `liangxin`, also `python -m liangxin`."""

from __future__ import annotations

import argparse
import sys
from importlib.metadata import version


def main(argv: list[str] | None = None) -> int:
    """Run the command and return its exit code: 0 done, 1 failed, 2 wrongly called."""
    parser = argparse.ArgumentParser(
        prog="liangxin", description="LiangXin's media-generation API, and a mock of it."
    )
    parser.add_argument("--version", action="version", version=f"liangxin {version('liangxin')}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    mock = commands.add_parser(
        "mock",
        help="serve a mock of the API on this machine",
        description="Serve a mock of the API on this machine, until Ctrl-C.",
    )
    mock.add_argument(
        "--engine",
        choices=["prism"],
        default="prism",
        help="prism: keeps to the contract, has no state (default)",
    )
    mock.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: loopback)"
    )
    mock.add_argument("--port", type=_port, default=0, help="port (default: any free one)")
    mock.add_argument(
        "--strict",
        action="store_true",
        help="refuse what breaks limits that are only inferred, too",
    )
    args = parser.parse_args(argv)
    return _mock(args)


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text) < 2**16:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to 65535, not {text!r}")
    return int(text)


def _mock(args: argparse.Namespace) -> int:
    # The one place where the SDK knows of the mock, and only when it is asked for.
    from liangxin_mock.contract import prism_document  # noqa: PLC0415
    from liangxin_mock.node import MockError  # noqa: PLC0415
    from liangxin_mock.prism import serve  # noqa: PLC0415

    try:
        with prism_document(strict=args.strict) as document:
            return serve(document, host=args.host, port=args.port)
    except MockError as error:
        print(f"liangxin mock: {error}", file=sys.stderr)
        return 1
