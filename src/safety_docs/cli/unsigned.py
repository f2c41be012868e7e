"""``safety-docs unsigned``: whose signed copy has not come back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from safety_docs.cli.fill import say_filed
from safety_docs.cli.output import print_json, print_table
from safety_docs.cli.pairs import values_of
from safety_docs.cli.settings import pass_settings
from safety_docs.cli.speech import ChineseCommand, Whole

if TYPE_CHECKING:
    from safety_docs.app.unsigned import Coverage, Letter, Status
    from safety_docs.cli.settings import Settings

_HEADER = ("分组", "应签", "已收回", "未收回", "回收率")


@click.command(
    "unsigned",
    cls=ChineseCommand,
    short_help="看谁的责任书还没有签字交回",
    examples=(
        ("全部责任书", "safety-docs unsigned"),
        ("一种责任书，按班级", "safety-docs unsigned 家长安全责任书 --by 班级"),
        (
            "存成表格和催交单",
            "safety-docs unsigned 家长安全责任书 -o 未签名单.xlsx --reminder 催交单.docx",
        ),
        (
            "纸质原件已收、没有扫描的，记一笔",
            "safety-docs unsigned --paper Z109-WS·2022-D30-A02-0001",
        ),
        (
            "把今天的签订情况一览表归档",
            "safety-docs unsigned --file --set 分管安全副校长=孙示例",
        ),
    ),
)
@click.argument("forms", metavar="[表单...]", nargs=-1)
@click.option("--by", default="", metavar="字段", help="按哪一项分组；不写就按班级或部门。")
@click.option(
    "--year", type=Whole(1900, 2999), default=None, help="哪个年度；不写就看最近的一个年度。"
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="文件",
    help="另存一份 .xlsx：各组回收率和未收回的名单。",
)
@click.option(
    "--reminder",
    type=click.Path(path_type=Path),
    metavar="文件",
    help="另存一份 .docx：每组一页的催交单，可以打印。",
)
@click.option(
    "--paper",
    multiple=True,
    metavar="档号",
    help="这一件的纸质原件已签字收回、没有扫描，记入专本；可以写多次。",
)
@click.option(
    "--file",
    "to_file",
    is_flag=True,
    help="按专本填好今天的《安全责任书签订情况一览表》并归档；不与 -o、--reminder、--by 同用。",
)
@click.option(
    "--set",
    "pairs",
    multiple=True,
    metavar="字段=内容",
    help="一览表里专本没有记的内容，与 --file 同用，可以写多次。",
)
@pass_settings
def command(
    settings: Settings,
    forms: tuple[str, ...],
    by: str,
    year: int | None,
    output: Path | None,
    reminder: Path | None,
    paper: tuple[str, ...],
    *,
    to_file: bool,
    pairs: tuple[str, ...],
) -> None:
    """看责任书签了多少、谁还没有签字交回。

    专本里记有第 1 份（学校留存）签字件的，算已收回：扫描收回的，或用 --paper 记下的。被更正、被代替
    的责任书不算。手机号只显示头尾几位。
    """
    from safety_docs.app.signing import confirm_paper
    from safety_docs.app.status_list import file_status
    from safety_docs.app.unsigned import unsigned
    from safety_docs.app.unsigned_lists import reminder_of, workbook_of_status

    _check_ending(output, ".xlsx", "-o")
    _check_ending(reminder, ".docx", "--reminder")
    _check_filing(pairs, to_file=to_file, others=(by, output, reminder))
    given = values_of(pairs)
    confirmed = list(confirm_paper(settings.house, paper)) if paper else []
    if to_file:
        say_filed(settings, file_status(settings.house, forms, year=year, given=given))
        return
    status = unsigned(settings.house, forms, by=by, year=year)
    if output:
        output.write_bytes(workbook_of_status(status))
    if reminder:
        school = settings.house.cabinet.profile.name
        reminder.write_bytes(reminder_of(status, school))
    if settings.as_json:
        print_json(_status_json(status, len(confirmed)))
        return
    if confirmed:
        new = sum(one.is_new for one in confirmed)
        click.echo(f"记下纸质原件已收回 {new} 件，以前已记过 {len(confirmed) - new} 件。")
    _say(status)
    for file in (output, reminder):
        if file:
            click.echo(f"已存为：{file}")


def _check_filing(pairs: tuple[str, ...], *, to_file: bool, others: tuple[object, ...]) -> None:
    if to_file and any(others):
        message = "不能与 -o、--reminder、--by 同用，请分两次做"
        raise click.BadParameter(message, param_hint="--file")
    if pairs and not to_file:
        message = "要与 --file 一起写"
        raise click.BadParameter(message, param_hint="--set")


def _check_ending(path: Path | None, ending: str, option: str) -> None:
    if path is None:
        return
    if path.suffix.lower() != ending:
        message = f"“{path}”应以 {ending} 结尾"
        raise click.BadParameter(message, param_hint=option)
    if path.exists():
        message = f"“{path}”已经有了，请换一个名字"
        raise click.BadParameter(message, param_hint=option)


def _say(status: Status) -> None:
    years = "、".join(map(str, status.years))
    click.echo(f"{years} 年度：{'、'.join(status.forms)}\n")
    lines = [*status.coverage(), status.total]
    print_table(_HEADER, [_cells(one) for one in lines])
    if status.missing:
        click.echo(f"\n还没有收回的 {len(status.missing)} 份：")
        rows = [(one.group, one.name, one.phone, one.form, one.code) for one in status.missing]
        print_table(("分组", "姓名", "手机号", "责任书", "档号"), rows)
    else:
        click.echo("\n全部收回。")


def _cells(one: Coverage) -> tuple[str, ...]:
    return (one.group, str(one.due), str(one.back), str(one.missing), one.rate)


def _status_json(status: Status, confirmed: int) -> dict[str, object]:
    return {
        "forms": list(status.forms),
        "years": list(status.years),
        **_coverage_json(status.total),
        "groups": [{"group": one.group, **_coverage_json(one)} for one in status.coverage()],
        "missing": [_letter_json(one) for one in status.missing],
        "confirmed": confirmed,
    }


def _coverage_json(one: Coverage) -> dict[str, object]:
    return {"due": one.due, "back": one.back, "rate": one.rate}


def _letter_json(one: Letter) -> dict[str, object]:
    return {
        "group": one.group,
        "name": one.name,
        "phone": one.phone,
        "form": one.form,
        "code": one.code,
    }
