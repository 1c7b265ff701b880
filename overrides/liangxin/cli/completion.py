"""`completion`: print a shell's completion script."""

import os

import click
from click.shell_completion import get_completion_class, shell_complete

from liangxin.cli import exits, values
from liangxin.cli.output import Output

_VARIABLE = "_LIANGXIN_COMPLETE"
"""Set by the script when it calls the command for candidates."""


@click.command()
@click.argument("shell", type=values.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> int:
    r"""Print a script that completes words in a shell.

    \b
    For bash, in ~/.bashrc:
        eval "$(liangxin completion bash)"
    For zsh, in ~/.zshrc after compinit:
        eval "$(liangxin completion zsh)"
    For fish:
        liangxin completion fish > ~/.config/fish/completions/liangxin.fish
    """
    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101  the argument's type lists them
    script = kind(context.find_root().command, {}, "liangxin", _VARIABLE).source()
    output: Output = context.obj
    output.text(script)
    return exits.DONE


def complete(command: click.Command) -> int | None:
    """Print candidates if a shell's script asks for them; return None if none does."""
    instruction = os.environ.get(_VARIABLE)
    if not instruction:
        return None
    return shell_complete(command, {}, "liangxin", _VARIABLE, instruction)
