"""The command `liangxin`, also `python -m liangxin`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from liangxin import __version__

if TYPE_CHECKING:
    from liangxin_mock.simulator import Simulator


def main(argv: list[str] | None = None) -> int:
    """Run the command and return its exit code: 0 done, 1 failed, 2 wrongly called."""
    parser = argparse.ArgumentParser(
        prog="liangxin", description="LiangXin's media-generation API, and a mock of it."
    )
    parser.add_argument("--version", action="version", version=f"liangxin {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    mock = commands.add_parser(
        "mock",
        help="serve a mock of the API on this machine",
        description="Serve a mock of the API on this machine, until Ctrl-C.",
    )
    mock.add_argument(
        "--engine",
        choices=["simulator", "prism", "checked"],
        default="simulator",
        help="simulator: plays jobs (default); prism: keeps to the contract, has no state; "
        "checked: Prism in front of the simulator holds both sides to the contract",
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
    jobs = mock.add_argument_group("of the simulator")
    jobs.add_argument("--seed", type=int, help="decides ids, durations, faults (default: 0)")
    jobs.add_argument("--speed", type=float, help="let time run so many times as fast (default: 1)")
    jobs.add_argument("--scenario", type=Path, metavar="FILE", help="timelines and faults, in YAML")
    jobs.add_argument("--quiet", action="store_true", help="don't log requests")
    args = parser.parse_args(argv)
    if args.engine == "prism":
        for name in ("seed", "speed", "scenario", "quiet"):
            if getattr(args, name) != mock.get_default(name):
                mock.error(f"--{name} is of the simulator; Prism keeps no state")
    return _mock(args)


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text) < 2**16:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to 65535, not {text!r}")
    return int(text)


def _mock(args: argparse.Namespace) -> int:
    # The one place where the SDK knows of the mock, and only when it is asked for.
    from liangxin_mock.errors import MockError, RuleError  # noqa: PLC0415
    from liangxin_mock.serving import serve, serve_prism  # noqa: PLC0415

    where = {"host": args.host, "port": args.port}
    try:
        if args.engine == "prism":
            from liangxin_mock.contract import prism_document  # noqa: PLC0415

            with prism_document(strict=args.strict) as document:
                return serve_prism(document, **where)
        simulator = _simulator(args)
        if args.engine == "simulator":
            return serve(simulator, quiet=args.quiet, **where)
        from liangxin_mock.contract import prism_document  # noqa: PLC0415

        with prism_document(strict=args.strict) as document:
            return serve(simulator, contract=document, quiet=args.quiet, **where)
    except RuleError as error:
        print(f"liangxin mock: {error}", file=sys.stderr)
        return 2
    except MockError as error:
        print(f"liangxin mock: {error}", file=sys.stderr)
        return 1


def _simulator(args: argparse.Namespace) -> Simulator:
    from liangxin_mock.clock import RunningClock  # noqa: PLC0415
    from liangxin_mock.errors import RuleError  # noqa: PLC0415
    from liangxin_mock.simulator import Simulator  # noqa: PLC0415

    if args.scenario is not None:
        from liangxin_mock.scenario import load_scenario  # noqa: PLC0415

        return load_scenario(
            args.scenario, seed=args.seed, speed=args.speed, strict=args.strict or None
        )
    try:
        clock = RunningClock(1.0 if args.speed is None else args.speed)
    except ValueError as error:
        raise RuleError(f"--speed: {error}") from None
    return Simulator(args.seed or 0, clock, strict=args.strict)
