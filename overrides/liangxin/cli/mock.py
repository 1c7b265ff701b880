"""`mock`: serve a mock of the API on this machine."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from liangxin.cli import api, exits

if TYPE_CHECKING:
    from liangxin_mock import Simulator
    from liangxin_mock.errors import MockError


_OF_PRISM = {"engine", "host", "port", "strict"}


@click.command()
@click.option(
    "--engine",
    type=click.Choice(["simulator", "prism", "checked"]),
    default="simulator",
    show_default=True,
    help="simulator runs jobs; prism runs none, and checks requests against the spec; checked puts "
    "Prism in front of the simulator, to check requests and responses.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 2**16 - 1),
    default=0,
    help="Port to listen on.  [default: any free one]",
)
@click.option(
    "--public-url",
    metavar="URL",
    help="URL of the simulator behind a proxy: links to results begin with it.",
)
@click.option("--strict", is_flag=True, help="Enforce inferred limits, too.")
@click.option(
    "--refuse-deprecated",
    metavar="[now|until|DATE]",
    is_flag=False,
    flag_value="now",
    help="Refuse what is deprecated: now, from its own date on (until), or all from DATE on.",
)
@click.option("--seed", type=int, help="Determines ids, durations and faults.  [default: 0]")
@click.option("--speed", type=float, help="10 runs ten times as fast as real time.  [default: 1]")
@click.option(
    "--scenario",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Timelines and faults, in YAML.",
)
@click.option(
    "--cassette",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Replay the jobs of a recording made by `liangxin record`.",
)
@click.option("--quiet", is_flag=True, help="Don't log requests.")
@click.pass_context
def mock(context: click.Context, /, engine: str, **options: Any) -> int:
    """Serve a mock of the API on this machine until Ctrl-C.

    It prints the environment variables to set in another terminal. The simulator serves LiangXin's
    API and Magnific's; Prism serves one of them, by default LiangXin's (for the other, run
    liangxin --api magnific mock …).
    """
    if engine == "prism":
        for param in context.command.params:
            source = context.get_parameter_source(str(param.name))
            is_given = source is click.core.ParameterSource.COMMANDLINE
            if is_given and param.name not in _OF_PRISM:
                problem = f"{param.opts[0]} needs the simulator; Prism runs no jobs"
                raise click.UsageError(problem, context)
    # Nowhere else does the SDK import the mock.
    from liangxin_mock.errors import MockError, RuleError  # noqa: PLC0415

    try:
        return _serve(engine, **options)
    except MockError as error:
        click.echo(f"liangxin mock: {_message(error, context)}", err=True)
        return exits.WRONG if isinstance(error, RuleError) else exits.OTHER


def _message(error: "MockError", context: click.Context) -> str:
    """Return the text of an error, with the option in the place of Python's argument."""
    options = {param.name: param.opts[0] for param in context.command.params}
    problem, key = getattr(error, "problem", None), getattr(error, "key", None)
    return str(error) if problem is None or key not in options else f"{options[key]} {problem}"


def _serve(
    engine: str,
    *,
    strict: bool,
    quiet: bool,
    host: str,
    port: int,
    public_url: str | None,
    cassette: Path | None,
    **jobs: Any,
) -> int:
    from liangxin_mock.command import serve, serve_prism  # noqa: PLC0415
    from liangxin_mock.prism.document import prism_document  # noqa: PLC0415

    with ExitStack() as stack:
        contract = None
        if engine != "simulator":
            contract = stack.enter_context(prism_document(api.name(), strict=strict))
            if engine == "prism":
                return serve_prism(contract, api=api.name(), host=host, port=port)
        simulator = _simulator(strict=strict, **jobs)
        if cassette is not None:
            simulator.replay(cassette)
        return serve(
            simulator,
            contract=contract,
            api=api.name(),
            quiet=quiet,
            host=host,
            port=port,
            public_url=public_url,
        )


def _simulator(
    *,
    strict: bool,
    refuse_deprecated: str | None,
    seed: int | None,
    speed: float | None,
    scenario: Path | None,
) -> "Simulator":
    from liangxin_mock import RunningClock, Simulator  # noqa: PLC0415

    if scenario is not None:
        from liangxin_mock import load_scenario  # noqa: PLC0415  it needs ruamel.yaml

        return load_scenario(
            scenario,
            seed=seed,
            speed=speed,
            strict=strict or None,
            refuse_deprecated=refuse_deprecated,
        )
    clock = RunningClock(1.0 if speed is None else speed)
    return Simulator(seed or 0, clock, strict=strict, refuse_deprecated=refuse_deprecated)
