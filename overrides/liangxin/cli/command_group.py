"""A command with subcommands: `liangxin` itself, and `liangxin batch`."""

import click


class CommandGroup(click.Group):
    """A group that lists its commands in the order of their use, and alone asks for one of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the commands; click would sort them by name."""
        return [*self.commands]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the commands, each with its whole first sentence, which click would cut off."""
        with formatter.section("Commands"):
            formatter.write_dl(self._rows())

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse to run without a command, which click would answer with all of the help."""
        if not args and not ctx.resilient_parsing:
            formatter = ctx.make_formatter()
            with formatter.indentation():
                formatter.write_dl(self._rows())
            raise click.UsageError(f"name a command:\n{formatter.getvalue().rstrip()}", ctx)
        return super().parse_args(ctx, args)

    def _rows(self) -> list[tuple[str, str]]:
        return [(name, command.get_short_help_str(1000)) for name, command in self.commands.items()]
