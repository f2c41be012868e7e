"""``safety-docs verify``: check the whole cabinet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from safety_docs.cli.output import print_json
from safety_docs.cli.settings import pass_settings
from safety_docs.cli.speech import ChineseCommand

if TYPE_CHECKING:
    from safety_docs.archive import Report
    from safety_docs.cli.settings import Settings

WORDS = {"error": "错误", "warning": "注意", "unchecked": "未查"}
SHOWN = 50
"""Findings printed for people; a page more would hide the verdict."""


@click.command(
    "verify",
    cls=ChineseCommand,
    short_help="核对专柜",
    examples=(("核对全部", "safety-docs verify"),),
)
@pass_settings
def command(settings: Settings) -> int:
    """核对专柜：专本是否完整、每个文件是否还在、是否被改过、编号有没有断。

    退出码 0 全部完好，3 文件有损，4 专本有损，5 只有检索目录要重建，7 只有提醒。
    """
    from safety_docs.app.check import check

    report = check(settings.house)
    if settings.as_json:
        print_json(report_json(report))
    else:
        say(report)
    return report.exit_status


def report_json(report: Report) -> dict[str, object]:
    """The documented shape."""
    findings = [
        {"code": one.code, "severity": one.severity, "path": one.path, "message": one.message}
        for one in report.findings
    ]
    return {"ok": report.ok, "records": report.records, "findings": findings}


def say(report: Report) -> None:
    """Print the report for people."""
    for one in report.findings[:SHOWN]:
        place = f"  {one.path}" if one.path else ""
        click.echo(f"{WORDS[one.severity]} {one.code}：{one.message}{place}")
    if len(report.findings) > SHOWN:
        click.echo(f"…… 还有 {len(report.findings) - SHOWN} 处，用 --json 看全部。")
    verdict = "全部完好" if report.ok else "有问题，请按上面的提示处理，先不要改动专柜"
    click.echo(f"核对了 {report.records} 件：{verdict}。")
