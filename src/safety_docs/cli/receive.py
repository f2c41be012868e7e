"""``safety-docs receive``: take existing files into the cabinet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from safety_docs.cli.output import print_json
from safety_docs.cli.settings import pass_settings
from safety_docs.cli.speech import ChineseCommand, Day

if TYPE_CHECKING:
    import datetime as dt

    from safety_docs.archive import Filed
    from safety_docs.cli.settings import Settings


@click.command(
    "receive",
    cls=ChineseCommand,
    short_help="把已有的文件收进专柜",
    examples=(
        ("收上级的工作计划", "safety-docs receive 2022年安全工作计划.pdf --category 01"),
        ("一次收多个", "safety-docs receive 巡查照片1.jpg 巡查照片2.jpg --category 09"),
        (
            "另取题名，写明日期",
            "safety-docs receive 扫描001.pdf --category 08 --title 消防培训签到 --date 2022-05-12",
        ),
    ),
)
@click.argument(
    "paths", metavar="文件...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option("--category", required=True, metavar="类目", help="类号或类名，如 01 或 综合管理。")
@click.option("--title", default=None, metavar="题名", help="不写就用文件名（去掉后缀）。")
@click.option("--date", type=Day(), default=None, help="文件的日期；不写就用文件最后修改的日期。")
@click.option(
    "--retention", default=None, metavar="期限", help="永久、30年、10年；只能比该类规定的更长。"
)
@click.option(
    "--corrects", default="", metavar="档号", help="这一份更正哪一件；旧的不删，注明被更正。"
)
@click.option("--reason", default="", metavar="原因", help="更正的原因，与 --corrects 一起写。")
@pass_settings
def command(
    settings: Settings,
    paths: tuple[Path, ...],
    category: str,
    title: str | None,
    date: dt.date | None,
    retention: str | None,
    corrects: str,
    reason: str,
) -> None:
    """把已有的文件（docx、xlsx、pdf、txt、jpg、png）收进专柜，一个文件一件。

    写文件夹就收里面的全部文件（系统自己留下的文件除外）。收进来的是原样的副本，原文件不动。
    """
    from safety_docs.app.printing import Correction
    from safety_docs.app.receive import Receipt, receive

    receipt = Receipt(category, title, date, retention, Correction(corrects, reason))
    filed = list(receive(settings.house, paths, receipt))
    if settings.as_json:
        print_json(_report_json(filed))
        return
    for one in filed:
        word = "已归档" if one.is_new else "以前已归档，没有重复"
        click.echo(f"{word}：{one.record.code}  {one.record.title}")
        click.echo(f"  {settings.house.cabinet.folder / one.record.path}")


def _report_json(filed: list[Filed]) -> dict[str, object]:
    """The first record's code and path, and all records when there are several."""
    items: list[dict[str, object]] = [
        {"code": one.record.code, "path": one.record.path, "already_filed": not one.is_new}
        for one in filed
    ]
    return items[0] if len(items) == 1 else {**items[0], "items": items}
