"""``safety-docs forms``: what can be filled in, and the workbooks to fill."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from safety_docs.cli.failure import problem_json
from safety_docs.cli.form_names import form_names
from safety_docs.cli.output import print_json, print_table
from safety_docs.cli.settings import pass_settings
from safety_docs.cli.speech import ChineseCommand, ChineseGroup

if TYPE_CHECKING:
    from safety_docs.app.form_check import FormReport
    from safety_docs.cli.settings import Settings
    from safety_docs.forms import Form


_STAFF = "教职工"
"""Title of a roster that several forms share."""


@click.group(
    "forms",
    cls=ChineseGroup,
    short_help="看有哪些表单，取要填写的工作簿",
    examples=(
        ("有哪些表单", "safety-docs forms list"),
        ("一张表单要填什么", "safety-docs forms show 班主任安全责任书"),
        ("哪张表单对应一条要求", "safety-docs forms list --obligation M3.1.2-d"),
        ("检查自己写的通知有没有免责的话", "safety-docs forms check 通知.docx"),
        ("印一份空白表手写", "safety-docs forms print 班主任安全责任书 --blank"),
        ("取名册工作簿", "safety-docs forms sheet 班主任安全责任书 -o 名册.xlsx"),
    ),
)
def command() -> None:
    """表单：要填什么、谁填、谁签、归到哪一类。"""


@command.command("list", cls=ChineseCommand, short_help="按门类列出表单")
@click.option("--family", default="", metavar="门类", help="只看这一门类，如 应急演练。")
@click.option("--obligation", default="", metavar="编号", help="只看对应这条要求的，如 M3.1.2-d。")
@click.option("--all", "with_off", is_flag=True, help="连默认不启用的一起列出。")
@pass_settings
def list_forms(settings: Settings, family: str, obligation: str, *, with_off: bool) -> None:
    """按门类列出表单：谁填、谁签、多久一次、对应计划的哪几条要求。"""
    chosen = [
        form
        for form in settings.house.library.forms
        if family in {"", form.family}
        and (not obligation or obligation in form.obligations)
        and (with_off or not form.default_off)
    ]
    if settings.as_json:
        print_json({"forms": [_form_json(form) for form in chosen]})
        return
    by_category = sorted(chosen, key=lambda form: form.category)
    for name in dict.fromkeys(form.family for form in by_category):
        members = [form for form in chosen if form.family == name]
        click.echo(f"{name}（{len(members)}）")
        for form in members:
            _say_one(form)
        click.echo()
    click.echo(f"共 {len(chosen)} 种。一张表单的说明：safety-docs forms show 表单名。")


def _say_one(form: Form) -> None:
    click.echo(f"  {form.code}  {form.title}{'（默认不启用）' if form.default_off else ''}")
    signed = f"{'、'.join(form.signed_by)}签；" if form.signed_by else ""
    served = f"对应 {'、'.join(form.obligations)}" if form.obligations else form.no_obligation
    click.echo(f"         {form.filled_by}填，{signed}{form.frequency}；{served}")


@command.command("show", cls=ChineseCommand, short_help="一张表单的说明")
@click.argument("form", metavar="表单")
@click.option("--sample", is_flag=True, help="只输出样例（.toml），存成文件改成自己的内容就能用。")
@pass_settings
def show_form(settings: Settings, form: str, *, sample: bool) -> None:
    """看一张表单要填哪些项、各项的要求，以及谁填、谁签。"""
    found = settings.house.library.find(form)
    if sample:
        import tomli_w

        click.echo(tomli_w.dumps(found.sample_input(), multiline_strings=True), nl=False)
        return
    if settings.as_json:
        rows = [row._asdict() for row in found.schema_rows()]
        print_json({**_form_json(found), "fields": rows})
        return
    _say(found)


@command.command(
    "sheet",
    cls=ChineseCommand,
    short_help="取要填写的名册工作簿",
    examples=(
        ("一种表单的名册", "safety-docs forms sheet 班主任安全责任书 -o 名册.xlsx"),
        ("全校教职工一张名册，按岗位各签各的", "safety-docs forms sheet 按岗位 -o 教职工.xlsx"),
    ),
)
@click.argument("form", metavar="表单")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=None,
    metavar="文件",
    help="存到哪里；不写就存为“表单名-名册.xlsx”。",
)
@click.option("--force", is_flag=True, help="文件已存在时盖过去。")
@pass_settings
def sheet(settings: Settings, form: str, output: Path | None, *, force: bool) -> None:
    """生成要填写的工作簿：一行一份，有下拉选项、填写说明和样例。

    “表单”可以写一种，或用顿号连写几种，写“按岗位”就是教职工的各种责任书：几种合用一张名册，
    有“岗位”一列，填好后用 batch 按岗位归档。
    """
    from safety_docs.app.posts import forms_sharing
    from safety_docs.forms import input_workbook

    found = forms_sharing(settings.house, form_names(form))
    title = found[0].title if len(found) == 1 else _STAFF
    target = output or Path(f"{title}-名册.xlsx")
    if target.suffix.lower() != ".xlsx":
        message = f"“{target}”应以 .xlsx 结尾"
        raise click.BadParameter(message, param_hint="-o")
    if target.exists() and not force:
        message = f"“{target}”已经有了；要盖过去请加 --force"
        raise click.BadParameter(message, param_hint="-o")
    target.write_bytes(input_workbook(found, title))
    print_json({"path": str(target)}) if settings.as_json else click.echo(f"已生成：{target}")


@command.command("build", cls=ChineseCommand, short_help="由文字稿生成模板（给改模板的人用）")
@click.option("--check", is_flag=True, help="只检查模板与文字稿是否一致，不写文件。")
@pass_settings
def build(settings: Settings, *, check: bool) -> int:
    """由 text.md、sheets.toml 生成 template.docx、template.xlsx。"""
    from safety_docs.app.library import build_all

    built = build_all(settings.house, write=not check)
    stale = [one.form.id for one in built if not one.is_current]
    if settings.as_json:
        print_json({"forms": len(built), "stale": stale})
    else:
        for form_id in stale:
            click.echo(f"{'不一致' if check else '已更新'}：{form_id}")
        click.echo(
            f"共 {len(built)} 个模板，{len(stale)} 个{'与文字稿不一致' if check else '有更新'}。"
        )
    return 1 if check and stale else 0


@command.command("check", cls=ChineseCommand, short_help="检查表单和文件的用语")
@click.argument("names", nargs=-1, metavar="[表单或文件]…")
@pass_settings
def check(settings: Settings, names: tuple[str, ...]) -> int:
    """检查表单：样例、模板、用语（免责的话、写错的文件名称）、对应的要求、类目和期限。

    不写名称就检查全部。也可以给一个写好的文件（.docx、.xlsx、.pdf、.txt），检查其中的用语。
    """
    from safety_docs.app.form_check import FormChecker

    checker = FormChecker(settings.house)
    library = settings.house.library
    reports = [
        checker.check_file(Path(name))
        if Path(name).is_file()
        else checker.check(library.id_of(name))
        for name in names or [head.id for head in library.heads]
    ]
    if settings.as_json:
        print_json({"forms": [_report_json(report) for report in reports]})
    else:
        _say_reports(reports)
    return 0 if all(report.ok for report in reports) else 1


def _report_json(report: FormReport) -> dict[str, Any]:
    problems = [
        {**problem_json(one), "severity": one.severity, "place": one.place}
        for one in report.problems
    ]
    return {"form": report.form, "title": report.title, "ok": report.ok, "problems": problems}


def _say_reports(reports: list[FormReport]) -> None:
    for report in reports:
        for problem in report.problems:
            word = "错误" if problem.severity == "error" else "提醒"
            around = f"（……{problem.value}……）" if problem.value else ""
            click.echo(f"{report.title}：{word} {problem.code} {problem}{around}")
    faulty = sum(not report.ok for report in reports)
    click.echo(f"检查了 {len(reports)} 项，{faulty} 项有错误。")


def _form_json(form: Form) -> dict[str, Any]:
    return {
        "id": form.id,
        "code": form.code,
        "title": form.title,
        "family": form.family,
        "category": form.category,
        "retention": form.retention,
        "output": form.output,
        "frequency": form.frequency,
        "filled_by": form.filled_by,
        "signed_by": list(form.signed_by),
        "copies": form.copies,
        "obligations": list(form.obligations),
        "no_obligation": form.no_obligation,
        "confidentiality": form.confidentiality,
        "default_off": form.default_off,
    }


def _say(form: Form) -> None:
    click.echo(f"{form.title}（{form.code}，{form.id}）")
    click.echo(form.purpose)
    click.echo(
        f"归入 {form.category} 类，保管 {form.retention}；{form.filled_by}填写，"
        f"{'、'.join(form.signed_by)}签字，一式 {form.copies} 份；{form.frequency}。"
    )
    for line in (
        form.default_off,
        form.no_obligation and f"没有对应的计划要求：{form.no_obligation}",
    ):
        if line:
            click.echo(line)
    if form.obligations:
        click.echo(f"对应计划要求：{'、'.join(form.obligations)}。")
    click.echo()
    rows = [
        (row.label, row.kind, row.required, row.rule, row.example) for row in form.schema_rows()
    ]
    print_table(("项目", "类型", "必填", "要求", "例子"), rows)


@command.command("print", cls=ChineseCommand, short_help="印空白表，供手写")
@click.argument("form", metavar="表单")
@click.option("--blank", is_flag=True, help="印空白表：该填的地方留空格、横线或方框。")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=None,
    metavar="文件",
    help="存到哪里；不写就存为“表单名-空白.docx”或“.xlsx”。",
)
@click.option(
    "--input",
    "data",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    metavar="内容文件",
    help="已经知道的内容（.toml 或 .json），印在表上，其余留空。",
)
@click.option("--force", is_flag=True, help="文件已存在时盖过去。")
@pass_settings
def print_form(
    settings: Settings,
    form: str,
    *,
    blank: bool,
    output: Path | None,
    data: Path | None,
    force: bool,
) -> None:
    """印一份空白表，打印出来手写。空白表没有档号，不归档。

    写好签好的，扫描后用 receive 收进专柜，或者照着用 fill 填一遍。
    """
    from safety_docs.app.blank import print_blank
    from safety_docs.app.fill import with_ending
    from safety_docs.forms import read_input

    if not blank:
        message = "要印空白表请加 --blank；要看填好的样子，用 fill 表单 内容文件 --preview 文件"
        raise click.UsageError(message)
    found = settings.house.library.find(form)
    target = with_ending(output or Path(f"{found.title}-空白"), f".{found.output}")
    if target.is_file() and not force:
        message = f"“{target}”已经有了；要盖过去请加 --force"
        raise click.BadParameter(message, param_hint="-o")
    base = (data or Path()).absolute().parent
    target.write_bytes(
        print_blank(settings.house, found, read_input(data) if data else {}, base=base)
    )
    print_json({"path": str(target)}) if settings.as_json else click.echo(
        f"空白表：{target}（没有归档）"
    )
