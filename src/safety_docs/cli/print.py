"""``safety-docs print``: filed letters as Word files, ready for a two-sided printer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from safety_docs.cli.form_names import form_names
from safety_docs.cli.output import print_json
from safety_docs.cli.progress import progress_bar
from safety_docs.cli.settings import pass_settings
from safety_docs.cli.speech import ChineseCommand, Day, Whole

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from safety_docs.app.print_packs import MadePack, PrintReport
    from safety_docs.cli.settings import Settings

FOLDER = "打印"
"""Where packs go when nothing is said, within the current folder."""
_MOST_COPIES = 9


@click.command(
    "print",
    cls=ChineseCommand,
    short_help="把归档的责任书按班级、部门合成打印册",
    examples=(
        ("一个班一册，每人几份按表单的规定", "safety-docs print 家长安全责任书"),
        ("只要一个班的，同时做 PDF", "safety-docs print 家长安全责任书 --only 三（1）班 --pdf"),
        ("按部门分册", "safety-docs print 职工安全责任书 --by 部门"),
        ("全部合成一册，每人一份", "safety-docs print 班主任安全责任书 --together --copies 1"),
        (
            "开学后补签的：10月8日以后归档的",
            "safety-docs print 班主任安全责任书 --since 2022-10-08",
        ),
        ("教职工的各种责任书一次打完", "safety-docs print 按岗位"),
        ("只补打一件", "safety-docs print 班主任安全责任书 Z109-WS·2022-D30-A02-0001"),
    ),
)
@click.argument("form", metavar="表单")
@click.argument("codes", metavar="[档号]...", nargs=-1)
@click.option("--year", type=Whole(1900, 2999), default=None, help="年度；不写就用最近的一年。")
@click.option(
    "--by",
    default="",
    metavar="字段",
    help="按哪一项分册，如 部门；不写就按班级、部门或年级，平均一册不到 5 人的合成一册。",
)
@click.option("--together", is_flag=True, help="不分，全部合成一册。")
@click.option(
    "--only", multiple=True, metavar="内容", help="只要这一册，如 三（1）班；可以写多次。"
)
@click.option("--since", type=Day(), default=None, help="只要这一天起（含）归档的，如后来补签的。")
@click.option(
    "--after", default="", metavar="档号", help="只要排在这个档号后面的，如上次打印的最后一件。"
)
@click.option(
    "--copies",
    type=Whole(1, _MOST_COPIES),
    default=None,
    help="每人几份；不写就按表单的规定（一式几份）。",
)
@click.option("--pdf", is_flag=True, help="同时做 PDF（要装 LibreOffice）。")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="文件夹",
    help=f"放到哪个文件夹；不写就放到“{FOLDER}”。",
)
@pass_settings
def command(
    settings: Settings,
    form: str,
    codes: tuple[str, ...],
    year: int | None,
    by: str,
    only: tuple[str, ...],
    since: dt.date | None,
    after: str,
    copies: int | None,
    output: Path | None,
    *,
    together: bool,
    pdf: bool,
) -> int:
    """把归档的责任书合成打印册：一个班（部门）一个 Word 文件，按名册的顺序，前面有发放清单。

    双面打印：每份都从一张纸的正面开始，页码各自从 1 起。一式两份的，一人的两份排在一起，
    分别印“学校留存”“本人留存”。打印的就是归档的文件；已被更正的不打。

    “表单”可以写一种，或用顿号连写几种，写“按岗位”就是教职工的各种责任书。
    """
    from safety_docs.app.pack_selection import Selection
    from safety_docs.app.print_packs import print_packs

    if together and (by or only):
        message = "--together 不能和 --by、--only 一起用"
        raise click.UsageError(message)
    forms = form_names(form)
    if codes and len(forms) != 1:
        message = "写了档号就只能写一种表单"
        raise click.UsageError(message)
    wanted = Selection(
        tuple(forms),
        codes=codes,
        year=year,
        by=by,
        together=together,
        only=only,
        since=since,
        after=after,
    )
    folder = output or Path.cwd() / FOLDER
    with progress_bar("合成打印册", quiet=settings.as_json) as show:
        done = print_packs(settings.house, wanted, folder, copies=copies, pdf=pdf, progress=show)
    if settings.as_json:
        several = {"forms": [_as_json(one) for one in done]}
        print_json(_as_json(done[0]) if len(forms) == 1 else several)
    else:
        _say(done, folder)
    return 0


def _as_json(done: PrintReport) -> dict[str, object]:
    return {
        "form": done.form,
        "year": done.year,
        "packs": [
            {
                "group": pack.group,
                "path": str(pack.path),
                "pdf": str(pack.pdf) if pack.pdf else None,
                "letters": pack.letters,
                "copies": pack.copies,
                "codes": list(pack.codes),
                "pages": pack.pages,
                "long": list(pack.long),
            }
            for pack in done.packs
        ],
        "notes": list(done.notes),
    }


def _say(done: Sequence[PrintReport], folder: Path) -> None:
    for one in done:
        for pack in one.packs:
            click.echo(f"{pack.path.name}：{_counted(pack)}，档号至 {pack.codes[1]}")
        letters = sum(pack.letters for pack in one.packs)
        copies = sum(pack.copies for pack in one.packs)
        click.echo(
            f"《{one.form}》{one.year}年度共 {len(one.packs)} 册、{letters} 人、{copies} 份。"
        )
    click.echo(f"文件夹：{folder}")
    for note in dict.fromkeys(note for one in done for note in one.notes):
        click.echo(f"提醒：{note}")


def _counted(pack: MadePack) -> str:
    counted = f"{pack.letters} 人 {pack.copies} 份"
    if pack.pages is not None:
        counted += f"，PDF {pack.pages} 页 {(pack.pages + 1) // 2} 张"
    return counted
