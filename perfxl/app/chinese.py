"""click in Chinese: help pages, and a sentence for each way of calling the program wrongly."""

from __future__ import annotations

import re
from functools import partial

import click

# What click adds to an option's help: `[2000<=x<=2100; required]`.
_EXTRA = re.compile(r"(?<!\s)\s*+\[[^\[\]]*\]$")
_HELP = "显示本说明。"
_KINDS = {"option": "选项", "argument": "参数"}


class _Explained(click.Command):
    """A command whose option `--help` is explained in Chinese."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help`, explained in Chinese."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _HELP
        return option


class ChineseCommand(_Explained):
    """A command whose help page is Chinese throughout."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The first line of the help page."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix="用法：")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, under a Chinese heading."""
        _write_options(self, ctx, formatter)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """What follows the command's name."""
        pieces = super().collect_usage_pieces(ctx)
        return ["[选项]…" if piece == "[OPTIONS]" else piece.replace("...", "…") for piece in pieces]


class ChineseGroup(_Explained, click.Group):
    """The program itself; a group whose help page is Chinese throughout."""

    command_class = ChineseCommand

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The first line of the help page."""
        formatter.write_usage(ctx.command_path, "命令 [选项]…", prefix="用法：")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands first, then the options."""
        shown = [
            (name, command.get_short_help_str(limit=80))
            for name in self.list_commands(ctx)
            if (command := self.get_command(ctx, name)) is not None and not command.hidden
        ]
        with formatter.section("命令"):
            formatter.write_dl(shown)
        _write_options(self, ctx, formatter)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (click's signature)
        """In the order of use, not of the alphabet."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command named first; a Chinese UsageError when there is none of that name."""
        if self.get_command(ctx, args[0]) is None:
            known = "、".join(self.list_commands(ctx))
            raise click.UsageError(f"没有“{args[0]}”这个命令。可用的命令：{known}。", ctx)
        return super().resolve_command(ctx, args)


command = partial(click.command, cls=ChineseCommand)


def usage_sentence(fault: click.ClickException) -> str:
    """What is wrong with the call, as one Chinese sentence, and where help is."""
    sentence = _sentence(fault)
    context = fault.ctx if isinstance(fault, click.UsageError) else None
    command = context.command_path if context is not None else "perfxl"
    return f"{sentence}用法见：{command} --help"


def _sentence(fault: click.ClickException) -> str:
    sentence = fault.message
    if isinstance(fault, click.NoSuchOption):
        near = f"是不是想写 {'、'.join(fault.possibilities)}？" if fault.possibilities else ""
        sentence = f"没有“{fault.option_name}”这个选项。{near}"
    elif isinstance(fault, click.MissingParameter):
        kind = _KINDS.get(fault.param.param_type_name, "参数") if fault.param is not None else "参数"
        sentence = f"缺少{kind} {_name(fault.param)}。"
    elif isinstance(fault, click.BadOptionUsage):
        sentence = f"选项“{fault.option_name}”后面要写一个值，或多写了一个值。"
    elif isinstance(fault, click.BadParameter):
        sentence = _bad_value(fault)
    elif isinstance(fault, click.FileError):
        sentence = f"无法打开“{fault.ui_filename}”。"
    elif sentence.startswith("Got unexpected extra argument"):
        sentence = f"多写了参数：{sentence.partition('(')[2].rstrip(')')}。"
    return sentence


def _bad_value(fault: click.BadParameter) -> str:
    kind = fault.param.type if fault.param is not None else None
    if isinstance(kind, click.Choice):
        return f"{_name(fault.param)} 只能是：{'、'.join(str(one) for one in kind.choices)}。"
    if isinstance(kind, click.IntRange):
        upper = f"，不大于 {kind.max}" if kind.max is not None else ""
        return f"{_name(fault.param)} 应为整数，不小于 {kind.min}{upper}。"
    if isinstance(kind, click.types.IntParamType):
        return f"{_name(fault.param)} 应为整数。"
    return fault.message


def _name(parameter: click.Parameter | None) -> str:
    if parameter is None:
        return ""
    if isinstance(parameter, click.Option):
        return max(parameter.opts, key=len)
    return parameter.make_metavar(click.Context(click.Command("")))


def _write_options(command: click.Command, ctx: click.Context, formatter: click.HelpFormatter) -> None:
    options = [one for one in command.get_params(ctx) if isinstance(one, click.Option)]
    records = [record for one in options if (record := one.get_help_record(ctx)) is not None]
    if records:
        with formatter.section("选项"):
            formatter.write_dl([(name, _EXTRA.sub(_required, text)) for name, text in records])


def _required(extra: re.Match[str]) -> str:
    return "（必填）" if "required" in extra[0] else ""
