"""``safety-docs rebuild``: drop the projections and build them from the cabinet."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from safety_docs.cli.output import print_json
from safety_docs.cli.progress import progress_bar
from safety_docs.cli.settings import pass_settings
from safety_docs.cli.speech import ChineseCommand, OneOf

if TYPE_CHECKING:
    from safety_docs.cli.settings import Settings
    from safety_docs.index import EngineName


@click.command(
    "rebuild",
    cls=ChineseCommand,
    short_help="重建检索目录",
    examples=(("目录丢了、坏了、换了电脑", "safety-docs rebuild"),),
)
@click.option(
    "--engine",
    type=OneOf("sqlite", "whoosh"),
    default="sqlite",
    help="检索引擎，默认 sqlite。",
)
@pass_settings
def command(settings: Settings, engine: EngineName) -> None:
    """按专本和专柜里的文件重建检索目录。只读专柜，不改任何档案。"""
    from safety_docs.app.projection import rebuild

    started = time.perf_counter()
    total = settings.house.cabinet.position().seq + 1
    with progress_bar("重建目录", quiet=settings.as_json) as show:
        done = rebuild(settings.house, engine, lambda count: show(count, total))
    seconds = time.perf_counter() - started
    if settings.as_json:
        unreadable = [{"path": path, "problem": reason} for path, reason in done.unreadable]
        print_json(
            {"records": done.records, "unreadable": unreadable, "seconds": round(seconds, 3)}
        )
        return
    click.echo(f"目录已重建：{done.records} 件，用时 {seconds:.2f} 秒。")
    for path, reason in done.unreadable:
        click.echo(f"  没有读出文字：{path}（{reason}）")
