"""click in Chinese: help pages, usage errors and option types that a clerk can read.

click's own sentences are English, so help headings are overridden here by its public hooks and
usage errors are put into words by `usage_sentence`.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import click

HELP = "显示这页说明。"


class ChineseCommand(click.Command):
    """A command whose help page is Chinese. `examples` are printed last, one command a line.

    Attributes:
        examples: Complete command lines with a remark each.
    """

    def __init__(
        self, *args: Any, examples: tuple[tuple[str, str], ...] = (), **kwargs: Any
    ) -> None:
        kwargs.setdefault("options_metavar", "[选项]")
        super().__init__(*args, **kwargs)
        self.examples = examples

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the usage line."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), "用法：")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options."""
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        rows = [row for option in options if (row := option.get_help_record(ctx))]
        with formatter.section("选项"):
            formatter.write_dl(
                [(names, words.replace("[required]", "必写。")) for names, words in rows]
            )

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples and where the exit codes stand."""
        del ctx
        if self.examples:
            formatter.write("\n例子:\n")
            for remark, line in self.examples:
                formatter.write(f"  # {remark}\n  {line}\n")

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """``--help``, explained in Chinese."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = HELP
        return option


class ChineseGroup(ChineseCommand, click.Group):
    """A group of commands whose help page is Chinese."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, subcommand_metavar="命令 …", **kwargs)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, then the commands."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, one line each."""
        names = self.list_commands(ctx)
        rows = [(name, self.summary(ctx, name)) for name in names]
        with formatter.section("命令"):
            formatter.write_dl(rows)

    def summary(self, ctx: click.Context, name: str) -> str:
        """One line about the command `name`."""
        command = self.get_command(ctx, name)
        return command.get_short_help_str(60) if command else ""


class Day(click.ParamType[dt.date]):
    """A date option: 2022-09-01, 20220901 or 2022.9.1."""

    name = "日期"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.date:
        """Read a date.

        Raises:
            click.BadParameter: If it is none.
        """
        if isinstance(value, dt.date):
            return value
        text = str(value).translate(str.maketrans("./年月", "----", "日 "))
        digits = [part for part in text.split("-") if part]
        if len(digits) == 1 and len(digits[0]) == 8:
            digits = [text[:4], text[4:6], text[6:]]
        try:
            year, month, day = (int(part) for part in digits)
            return dt.date(year, month, day)
        except ValueError:
            return self.fail(f"“{value}”不是日期，请写成 2022-09-01 这样", param, ctx)


class Whole(click.ParamType[int]):
    """A whole number within bounds, both included."""

    name = "整数"

    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read a number.

        Raises:
            click.BadParameter: If it is none, or out of bounds.
        """
        text = str(value)
        if text.isascii() and text.lstrip("-").isdigit() and self.least <= int(text) <= self.most:
            return int(text)
        return self.fail(f"“{value}”应是 {self.least} 到 {self.most} 之间的整数", param, ctx)


class OneOf(click.ParamType[str]):
    """One of a few words."""

    name = "选项"

    def __init__(self, *words: str) -> None:
        self.words = words

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """The words, as shown in help."""
        del param, ctx
        return "[" + "|".join(self.words) + "]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read a word.

        Raises:
            click.BadParameter: If it is none of them.
        """
        if value in self.words:
            return str(value)
        return self.fail(f"“{value}”应是 {'、'.join(self.words)} 之一", param, ctx)


def usage_sentence(error: click.UsageError) -> str:
    """What is wrong with the command line, in Chinese."""
    if isinstance(error, click.NoSuchOption):
        near = f"，是不是 {'、'.join(error.possibilities)}？" if error.possibilities else "。"
        return f"没有“{error.option_name}”这个选项{near}"
    if isinstance(error, click.MissingParameter):
        param = error.param
        name = param.opts[0] if isinstance(param, click.Option) else _argument(param)
        return f"缺少 {name}。"
    if isinstance(error, click.BadOptionUsage):
        return f"选项 {error.option_name} 后面缺少内容，或内容多了。"
    if isinstance(error, click.BadParameter):
        param = error.param
        name = param.opts[0] if isinstance(param, click.Option) else _argument(param)
        return f"{error.param_hint or name}：{error.message}。"
    return _other_usage(error.format_message())


def _argument(param: click.Parameter | None) -> str:
    return (
        (param.metavar or (param.name or "").upper())
        if isinstance(param, click.Argument)
        else "参数"
    )


def _other_usage(message: str) -> str:
    quoted = re.search(r"'(.*)'", message)
    if message.startswith("No such command") and quoted:
        return f"没有“{quoted[1]}”这个命令。"
    if message.startswith("Got unexpected extra argument"):
        extra = message.partition("(")[2].rstrip(")")
        return f"多写了内容：{extra}。名称里有空格时请用引号括起来。"
    return message
