"""``safety-docs fill``: fill one form and file it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from safety_docs.cli.output import print_json
from safety_docs.cli.settings import pass_settings
from safety_docs.cli.speech import ChineseCommand
from safety_docs.cli.words import record_json

if TYPE_CHECKING:
    from safety_docs.archive import Filed
    from safety_docs.cli.settings import Settings
    from safety_docs.core.problem import Problem


@click.command(
    "fill",
    cls=ChineseCommand,
    short_help="填一份表单，生成文件并归档",
    examples=(
        (
            "先取一个样例，改成自己的内容",
            "safety-docs forms show 火灾事故应急预案 --sample > 预案.toml",
        ),
        ("填好后生成并归档", "safety-docs fill 火灾事故应急预案 预案.toml"),
        ("只看样子，不归档", "safety-docs fill 火灾事故应急预案 预案.toml --preview 预案.docx"),
        (
            "更正已归档的一件（旧的仍然保留）",
            "safety-docs fill 会议记录 会议.toml --corrects Z109-WS·2022-D10-A06-0001",
        ),
    ),
)
@click.argument("form", metavar="表单")
@click.argument("data", metavar="内容文件", type=click.Path(path_type=Path))
@click.option(
    "--preview", type=click.Path(path_type=Path), metavar="文件", help="只生成到这个文件，不归档。"
)
@click.option(
    "--corrects", default="", metavar="档号", help="这一份更正哪一件；旧的不删，注明被更正。"
)
@click.option("--reason", default="", metavar="原因", help="更正的原因，与 --corrects 一起写。")
@pass_settings
def command(
    settings: Settings, form: str, data: Path, preview: Path | None, corrects: str, reason: str
) -> None:
    """填一份表单：按“内容文件”（.toml 或 .json）生成文件，编号，放进专柜，记入专本。

    有一处不对就什么也不生成，并一次说清全部问题。同样的内容再填一次不会重复归档。
    """
    from safety_docs.app.fill import fill, preview_form
    from safety_docs.app.printing import Correction
    from safety_docs.forms import read_input

    if reason and not corrects:
        message = "更正的原因要与 --corrects 一起写"
        raise click.BadParameter(message, param_hint="--reason")
    raw = read_input(data)
    base = data.absolute().parent
    if preview:
        written = preview_form(settings.house, form, raw, base=base, target=preview)
        print_json({"preview": str(written)}) if settings.as_json else click.echo(
            f"样张：{written}（没有归档）"
        )
        return
    warnings: list[Problem] = []
    correction = Correction(corrects, reason)
    filed = fill(settings.house, form, raw, base=base, correction=correction, warn=warnings.append)
    for problem in warnings:
        click.echo(f"提醒：{problem}", err=True)
    say_filed(settings, filed)


def say_filed(settings: Settings, filed: Filed) -> None:
    """Print what became of one record."""
    record = filed.record
    if settings.as_json:
        print_json({**record_json(record), "already_filed": not filed.is_new})
        return
    click.echo(
        f"{'已归档' if filed.is_new else '以前已归档，没有重复'}：{record.code}  {record.title}"
    )
    click.echo(f"  {settings.house.cabinet.folder / record.path}")
