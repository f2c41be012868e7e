"""``safety-docs show``: one record in full."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from safety_docs.cli.output import print_json, print_table
from safety_docs.cli.settings import pass_settings
from safety_docs.cli.speech import ChineseCommand
from safety_docs.cli.words import masked, record_json
from safety_docs.core.retention import Retention

if TYPE_CHECKING:
    from collections.abc import Sequence

    from safety_docs.app.look import Sight
    from safety_docs.app.sign_book import Copy
    from safety_docs.cli.settings import Settings


@click.command(
    "show",
    cls=ChineseCommand,
    short_help="看一件档案的详情",
    examples=(("看一件", "safety-docs show Z109-WS·2022-D30-A02-0001"),),
)
@click.argument("code", metavar="档号")
@pass_settings
def command(settings: Settings, code: str) -> None:
    """看一件档案：题名、日期、保管期限、文件、填写的内容，签字件，以及是否被更正。

    身份证号和手机号只显示头尾几位。
    """
    from safety_docs.app.look import look
    from safety_docs.app.signing import copies_of

    sight = look(settings.house, code)
    copies = copies_of(settings.house, sight.record.code)
    if settings.as_json:
        values = masked(dict(sight.record.values))
        print_json(
            {
                **record_json(sight.record),
                "superseded_by": sight.superseded_by,
                "values": values,
                "signed_copies": [_copy_json(one) for one in copies],
            }
        )
        return
    _say(sight, copies)


def _copy_json(one: Copy) -> dict[str, object]:
    return {
        "entry": one.entry,
        "copy": one.copy,
        "pages": one.pages,
        "path": one.path,
        "source": one.source,
        "filed_at": one.filed_at.isoformat(),
    }


def _say(sight: Sight, copies: Sequence[Copy]) -> None:
    record = sight.record
    rows = [
        ("题名", record.title),
        ("档号", record.code),
        ("日期", record.date.isoformat()),
        ("保管期限", Retention.parse(record.retention).label),
        ("表单", record.form_title or "（收来的文件）"),
        ("归档", f"{record.filed_at:%Y-%m-%d %H:%M}  {record.filed_by}"),
    ]
    if record.supersedes:
        rows.append(("更正", f"{record.supersedes}（{record.reason}）"))
    if sight.superseded_by:
        rows.append(("注意", f"本件已被 {sight.superseded_by} 更正"))
    rows += [(part.role, f"{sight.folder}/{part.path}") for part in record.parts]
    for one in copies:
        what = f"{sight.folder}/{one.path}（{one.pages} 页）" if one.path else one.source
        rows.append(("签字件", f"第 {one.copy} 份，{one.filed_at:%Y-%m-%d %H:%M} 收回：{what}"))
    for label, value in rows:
        click.echo(f"{label}：{masked(value)}")
    if record.values:
        click.echo()
        print_table(
            ("填写项", "内容"), [(name, _brief(value)) for name, value in record.values.items()]
        )


def _brief(value: Any) -> str:
    """One line of at most 60 characters."""
    text = value if isinstance(value, str) else json.dumps(masked(value), ensure_ascii=False)
    line = " ".join(masked(text).split())
    return line if len(line) <= 60 else line[:59] + "…"
