"""A command that takes a model, whose fields become options of the command."""

from collections.abc import Sequence
from typing import Any

import click
from click.shell_completion import CompletionItem

from liangxin.cli.api import api, command, contract
from liangxin.cli.fields import option_name, options_of

_MODEL = f"{__name__}.model"
"""Key in a context's `meta`: the model that was named."""


class ModelCommand(click.Command):
    """A command `liangxin NAME MODEL [FIELDS]...`."""

    def __init__(self, name: str, *, params: Sequence[click.Parameter], **settings: Any) -> None:
        model = click.Argument(
            ["model"], metavar="MODEL [FIELDS]...", shell_complete=complete_model
        )
        super().__init__(name, params=[model, *params], **settings)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the fields of the model as options, and the parameters of the command."""
        return [*self._fields(ctx), *super().get_params(ctx)]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Find the model first, as it decides which options there are."""
        parser = self.make_parser(ctx)
        # It stops at the model: the fields behind it are not options yet.
        parser.allow_interspersed_args = False
        try:
            before, _, _ = parser.parse_args([*args])
        except click.NoSuchOption as error:
            text = f"name the model before its fields: {ctx.command_path} MODEL {error.option_name}"
            raise click.UsageError(text, ctx) from None
        model = before.get("model")
        if isinstance(model, str):
            ctx.meta[_MODEL] = model = api().current_model(model)
        try:
            rest = super().parse_args(ctx, args)
        except click.MissingParameter:
            raise click.UsageError(f"name a model; `{command('models')}` lists them", ctx) from None
        except click.NoSuchOption as error:
            if model not in contract().models:
                raise _unknown(ctx, str(model)) from None
            name = error.option_name.lstrip("-").replace("-", "_")
            if near := contract().nearest_field(model, name):
                # The contract knows better than the distance of letters that click goes by.
                error = click.NoSuchOption(error.option_name, possibilities=[option_name(near)])
            advice = "(--extra-input sends fields that are not known here)"
            raise click.UsageError(f"{error.format_message()} {advice}", ctx) from None
        if model in contract().models or ctx.resilient_parsing:
            return rest
        if api().needs_model or ctx.params["validate"] != "off":
            raise _unknown(ctx, str(model))
        return rest

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the models, or the fields of the model, and then the options."""
        model = ctx.meta.get(_MODEL)
        if model is None:
            title, rows = "Models", [(name, title_of(name)) for name in contract().models]
        elif model in contract().models:
            title = f"Fields of {model} ({title_of(model)}; more: {command('models', model)})"
            rows = _help_of(ctx, self._fields(ctx))
            for deprecation in deprecations_of(model):
                formatter.write_paragraph()
                formatter.write_text(deprecation)
        else:
            raise _unknown(ctx, model)
        for heading, records in (
            (title, rows),
            ("Options", _help_of(ctx, super().get_params(ctx))),
        ):
            with formatter.section(heading):
                formatter.write_dl(records)

    def _fields(self, ctx: click.Context) -> list[click.Parameter]:
        model = ctx.meta.get(_MODEL)
        if model not in contract().models:
            return []
        return [*options_of(contract().fields(model), self.params)]


def deprecations_of(model: str) -> list[str]:
    """Return what is deprecated of a model itself and of its former ids, a sentence each."""
    found = contract().deprecations(model)
    return [f"The {one}." for one in found if one.kind in ("model", "alias")]


def unknown_model(ctx: click.Context, model: str, advice: str = "") -> click.UsageError:
    """Return the error for an unknown model, with the nearest known ones."""
    near = contract().nearest_models(model)
    hint = (
        f"did you mean {' or '.join(near)}?"
        if near
        else f"`{command('models')}` lists the known ones"
    )
    return click.UsageError(f"{model!r} is not a known model; {hint}{advice}", ctx)


def complete_model(
    _ctx: click.Context, _param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the models that begin with a word."""
    return [
        CompletionItem(model, help=title_of(model))
        for model in contract().models
        if model.startswith(incomplete)
    ]


def title_of(model: str) -> str:
    """Return the title of a model."""
    return str(contract().input_schema(model)["title"])


def _unknown(ctx: click.Context, model: str) -> click.UsageError:
    can_be_sent = not api().needs_model
    advice = " (--validate off sends it all the same, its input by --input)" if can_be_sent else ""
    return unknown_model(ctx, model, advice)


def _help_of(ctx: click.Context, params: Sequence[click.Parameter]) -> list[tuple[str, str]]:
    options = (param for param in params if isinstance(param, click.Option))
    return [record for option in options if (record := option.get_help_record(ctx)) is not None]
