"""`record`: run another command, and record its exchanges with the API."""

from pathlib import Path

import click

from liangxin.cli.api import RECORDER, name
from liangxin.cli.output import Output
from liangxin.errors import UsageError


@click.command(context_settings={"allow_interspersed_args": False})
@click.option(
    "--unredacted",
    is_flag=True,
    help="Keep prompts, links, messages and task ids. The key is never recorded.",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("words", metavar="COMMAND [ARGS]...", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def record(
    context: click.Context, /, *, file: Path, words: tuple[str, ...], unredacted: bool
) -> int:
    """Run a command and record its exchanges with the API in FILE.

    \b
    liangxin record night.jsonl run z-image --prompt "A cup"
    liangxin record night.jsonl wait task_z_image_1765166238716

    An existing file is appended to. `liangxin drift FILE` compares it with the contract, and
    `liangxin mock --cassette FILE` replays its jobs. In Python: LiangXin(recorder=Recorder(FILE)).
    """  # noqa: D301  \b keeps lines apart
    from liangxin.recording.recorder import Recorder  # noqa: PLC0415  only here

    command = words[1:] if words[:1] == ("--",) else words
    if not command:
        raise click.UsageError("name the command to record, such as run", context)
    try:
        recorder = Recorder(file, redact=not unredacted)
    except UsageError as error:
        raise click.UsageError(f"FILE: {file} {error.problem}", context) from None
    root = context.find_root().command
    output = context.find_object(Output)
    before = RECORDER.set(recorder)
    try:
        # The API that was chosen before, unless the words choose another.
        with root.make_context("liangxin", ["--api", name(), *command], obj=output) as inner:
            code: int = root.invoke(inner)
            return code
    finally:
        RECORDER.reset(before)
        recorder.close()
