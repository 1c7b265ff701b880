"""A command whose subcommands are the models, each with the model's fields as options."""

import itertools
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import click
from click.shell_completion import CompletionItem

from liangxin.cli.api import contract
from liangxin.cli.fields import GIVEN, options_of


class ModelGroup(click.Group):
    """A group whose commands are built from the contract.

    Args:
        name: The name of the command.
        action: Called with the `Output`, the model, the fields given as options, and the values
            of `options`.
        options: Options of all models. They may also stand before the model.
        help: What the command does.

    """

    def __init__(
        self,
        name: str,
        action: Callable[..., Any],
        *,
        options: Sequence[click.Option],
        help: str,
    ) -> None:
        super().__init__(
            name,
            help=help,
            params=[*options],
            callback=_pass_on_options,
            invoke_without_command=True,
            subcommand_metavar="MODEL [FIELDS]...",
        )
        self._action = action
        self._options = options

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the ids of all models."""
        return list(contract().models)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return the command of a model, with the model's fields as options."""
        if cmd_name not in contract().models:
            return None
        fields = [*options_of(contract().fields(cmd_name), self._options)]
        return ModelCommand(cmd_name, self._action, fields, self._options)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command of the model that the arguments begin with.

        An unknown model has no fields, and needs `--validate off`.
        """
        model = args[0]
        command = self.get_command(ctx, model)
        if command is None and not ctx.resilient_parsing:
            if ctx.params.get("validate") != "off" and not _turns_validation_off(args):
                raise unknown_model(ctx, model, " (--validate off sends it all the same)")
            command = ModelCommand(model, self._action, [], self._options)
        return model, command, args[1:]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse what stands before the model."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            text = f"name the model before its fields: {ctx.command_path} MODEL {error.option_name}"
            raise click.UsageError(text, ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the models with their titles."""
        with formatter.section("Models"):
            formatter.write_dl([(model, _title(model)) for model in self.list_commands(ctx)])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Return the models and options that begin with a word."""
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        return complete_model(ctx, None, incomplete)


class ModelCommand(click.Command):
    """The command of one model; its help lists the fields first."""

    def __init__(
        self,
        model: str,
        action: Callable[..., Any],
        fields: Sequence[click.Option],
        options: Sequence[click.Option],
    ) -> None:
        is_known = model in contract().models
        super().__init__(
            model,
            params=[*fields, *options],
            callback=partial(_call, action, model),
            help=f"{_title(model)}. More about it: liangxin models {model}" if is_known else None,
        )
        self._fields = fields
        self._is_known = is_known

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the fields and options of a model."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            advice = (
                "(--extra-input sends fields that are not known here)"
                if self._is_known
                else f"(the fields of {self.name} are not known here; --input sends them)"
            )
            raise click.UsageError(f"{error.format_message()} {advice}", ctx) from None

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the fields, then the options of the command."""
        for title, params in (
            (f"Fields of {self.name}", self._fields),
            ("Options", [p for p in self.get_params(ctx) if p not in self._fields]),
        ):
            rows = [row for param in params if (row := param.get_help_record(ctx)) is not None]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


def unknown_model(ctx: click.Context, model: str, advice: str = "") -> click.UsageError:
    """Return the error for an unknown model, with the nearest known ones."""
    near = contract().nearest_models(model)
    hint = (
        f"did you mean {' or '.join(near)}?" if near else "`liangxin models` lists the known ones"
    )
    return click.UsageError(f"{model!r} is not a known model; {hint}{advice}", ctx)


def complete_model(
    _ctx: click.Context, _param: click.Parameter | None, incomplete: str
) -> list[CompletionItem]:
    """Return the models that begin with a word."""
    return [
        CompletionItem(model, help=_title(model))
        for model in contract().models
        if model.startswith(incomplete)
    ]


def _title(model: str) -> str:
    return str(contract().input_schema(model)["title"])


def _call(action: Callable[..., Any], model: str, **options: Any) -> Any:
    context = click.get_current_context()
    return action(context.obj, model=model, fields=context.meta.get(GIVEN, {}), **options)


def _pass_on_options(**options: Any) -> None:
    """Let options that stand before the model hold for its command."""
    context = click.get_current_context()
    if context.invoked_subcommand is None:
        raise click.UsageError("name a model; `liangxin models` lists them", context)
    given = {
        name: value
        for name, value in options.items()
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
    }
    context.default_map = {context.invoked_subcommand: given}


def _turns_validation_off(args: Sequence[str]) -> bool:
    return "--validate=off" in args or ("--validate", "off") in itertools.pairwise(args)
