"""`liangxin mock`: serve a mock of the API on this machine."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from liangxin.cli.parser import Parser
    from liangxin_mock.simulator import Simulator


def add_options(parser: Parser) -> None:
    """Add the options of the command."""
    parser.add_argument(
        "--engine",
        choices=["simulator", "prism", "checked"],
        default="simulator",
        help="simulator: plays jobs (default); prism: keeps to the contract, has no state; "
        "checked: Prism in front of the simulator holds both sides to the contract",
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: loopback)"
    )
    parser.add_argument("--port", type=_port, default=0, help="port (default: any free one)")
    parser.add_argument(
        "--strict",
        action="store_true",
        help="refuse what breaks limits that are only inferred, too",
    )
    jobs = parser.add_argument_group("of the simulator")
    jobs.add_argument("--seed", type=int, help="decides ids, durations, faults (default: 0)")
    jobs.add_argument("--speed", type=float, help="let time run so many times as fast (default: 1)")
    jobs.add_argument("--scenario", type=Path, metavar="FILE", help="timelines and faults, in YAML")
    jobs.add_argument("--quiet", action="store_true", help="don't log requests")


def check(parser: Parser, args: argparse.Namespace) -> None:
    """Refuse options that the chosen engine knows nothing of."""
    if args.engine == "prism":
        for name in ("seed", "speed", "scenario", "quiet"):
            if getattr(args, name) != parser.get_default(name):
                parser.error(f"--{name} is of the simulator; Prism keeps no state")


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text) < 2**16:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to 65535, not {text!r}")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Serve until Ctrl-C or SIGTERM, and return the exit code."""
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
        sys.stderr.write(f"liangxin mock: {error}\n")
        return 2
    except MockError as error:
        sys.stderr.write(f"liangxin mock: {error}\n")
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
