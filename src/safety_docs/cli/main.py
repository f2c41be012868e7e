"""The entry point: global options, the list of commands, and the one catcher of errors."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

import safety_docs
from safety_docs.cli.failure import report
from safety_docs.cli.output import use_utf8
from safety_docs.cli.settings import Settings
from safety_docs.cli.speech import ChineseGroup

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = {
    "init": "建立一所学校的专柜（只做一次）",
    "forms": "看有哪些表单，取要填写的工作簿",
    "fill": "填一份表单，生成文件并归档",
    "batch": "按名册成批生成、归档（如开学签责任书）",
    "print": "把归档的责任书合成打印册",
    "sign-back": "把签好的责任书扫描件归到各人名下",
    "unsigned": "看谁的责任书还没有签字交回",
    "receive": "把已有的文件收进专柜",
    "search": "用中文检索专柜里的全部文件",
    "show": "看一件档案的详情",
    "notebook": "看专本的记录",
    "verify": "核对专柜：有没有缺、改、多",
    "rebuild": "重建检索目录",
    "demo": "做一个示范专柜，看看能做什么",
}
"""Every command with its one-line help; a command's module is loaded when it is called."""


class LazyGroup(ChineseGroup):
    """Loads a command's module only when that command is called, so that help is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of a clerk's work."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command from its module, or None if there is none of that name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"safety_docs.cli.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def summary(self, ctx: click.Context, name: str) -> str:
        """From the table, without loading anything."""
        del ctx
        return COMMANDS[name]


@click.group(
    cls=LazyGroup,
    name="safety-docs",
    examples=(
        ("第一次用：先看示范", "safety-docs demo"),
        ("给自己的学校建专柜", "safety-docs init --fonds Z109 --name 示范学校 --custodian 李某某"),
        ("成批生成班主任责任书", "safety-docs batch 班主任安全责任书 名册.xlsx"),
        ("检索", "safety-docs search 责任书 --category 02"),
    ),
)
@click.option(
    "--archive",
    type=click.Path(path_type=Path),
    metavar="文件夹",
    help="专柜所在的文件夹；不写就用当前文件夹里的 archive。",
)
@click.option(
    "--templates",
    type=click.Path(path_type=Path),
    metavar="文件夹",
    help="自己的模板文件夹，里面的文件按相同路径盖过自带的。",
)
@click.option("--json", "as_json", is_flag=True, help="结果输出为一个 JSON 对象，供别的程序读取。")
@click.version_option(safety_docs.__version__, message="safety-docs %(version)s", help="显示版本。")
@click.pass_context
def cli(ctx: click.Context, archive: Path | None, templates: Path | None, *, as_json: bool) -> None:
    """学校安全档案：填表、归档、检索、核对。专人 · 专柜 · 专本。"""
    named = os.environ.get("SAFETY_DOCS_ARCHIVE")
    folder = archive or (Path(named) if named else Path.cwd() / "archive")
    ctx.obj = Settings(folder.absolute(), templates.absolute() if templates else None, as_json)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and give its exit code; only bugs raise."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        status = cli.main(args=given, prog_name="safety-docs", standalone_mode=False)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except Exception as error:  # noqa: BLE001 # `report` re-raises what is not a user's error
        return report(error, as_json="--json" in given)
    except KeyboardInterrupt as error:
        return report(error, as_json="--json" in given)
    return status if isinstance(status, int) else 0


def main() -> None:
    """The console script."""
    use_utf8()
    sys.exit(run())
