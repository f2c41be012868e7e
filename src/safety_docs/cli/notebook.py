"""``safety-docs notebook``: the entries of the notebook, newest last."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import click

from safety_docs.cli.output import print_json, print_table
from safety_docs.cli.settings import pass_settings
from safety_docs.cli.speech import ChineseCommand, Whole
from safety_docs.cli.words import masked

if TYPE_CHECKING:
    from safety_docs.archive import Entry
    from safety_docs.cli.settings import Settings


@click.command(
    "notebook",
    cls=ChineseCommand,
    short_help="看专本的记录",
    examples=(
        ("最近二十条", "safety-docs notebook"),
        ("从第 100 条起的全部", "safety-docs notebook --since 100 --limit 100000"),
    ),
)
@click.option("--limit", type=Whole(1, 10_000_000), default=20, help="最多列出最后几条，默认 20。")
@click.option("--since", type=Whole(0, 1_000_000_000), default=0, help="从第几条起，第一条是 0。")
@pass_settings
def command(settings: Settings, limit: int, since: int) -> None:
    """看专本：什么时候、谁、做了什么。专本只能往后记，不能改、不能删。"""
    cabinet = settings.house.cabinet
    entries = deque(cabinet.entries(after=since - 1), maxlen=limit)
    position = cabinet.position()
    if settings.as_json:
        print_json(
            {
                "size": position.seq + 1,
                "head": position.head,
                "entries": [_json(entry) for entry in entries],
            }
        )
        return
    rows = [
        (
            str(entry.seq),
            f"{entry.time:%Y-%m-%d %H:%M}",
            entry.actor,
            entry.label,
            masked(entry.summary),
        )
        for entry in entries
    ]
    print_table(("序号", "时间", "专人", "事项", "内容"), rows)
    click.echo(f"\n共 {position.seq + 1} 条；末条校验值 {position.head[:16]}…")


def _json(entry: Entry) -> dict[str, object]:
    return {
        "seq": entry.seq,
        "time": entry.time.isoformat(),
        "actor": entry.actor,
        "kind": entry.kind,
        "summary": masked(entry.summary),
    }
