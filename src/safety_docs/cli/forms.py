"""``safety-docs forms``: what can be filled in, and the workbooks to fill."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from safety_docs.cli.output import print_json, print_table
from safety_docs.cli.settings import pass_settings
from safety_docs.cli.speech import ChineseCommand, ChineseGroup

if TYPE_CHECKING:
    from safety_docs.cli.settings import Settings
    from safety_docs.forms import Form


@click.group(
    "forms",
    cls=ChineseGroup,
    short_help="看有哪些表单，取要填写的工作簿",
    examples=(
        ("有哪些表单", "safety-docs forms list"),
        ("一张表单要填什么", "safety-docs forms show 班主任安全责任书"),
        ("取名册工作簿", "safety-docs forms sheet 班主任安全责任书 -o 名册.xlsx"),
    ),
)
def command() -> None:
    """表单：要填什么、谁填、谁签、归到哪一类。"""


@command.command("list", cls=ChineseCommand, short_help="列出全部表单")
@pass_settings
def list_forms(settings: Settings) -> None:
    """按门类列出全部表单。"""
    forms = settings.house.library.forms
    if settings.as_json:
        print_json({"forms": [_form_json(form) for form in forms]})
        return
    rows = [
        (form.code, form.title, form.family, form.category, form.retention, form.frequency, form.id)
        for form in forms
    ]
    print_table(("编号", "表单", "门类", "类目", "期限", "多久一次", "英文名"), rows)


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


@command.command("sheet", cls=ChineseCommand, short_help="取要填写的名册工作簿")
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
    """生成要填写的工作簿：一行一份，有下拉选项、填写说明和一行样例。"""
    from safety_docs.forms import input_workbook

    found = settings.house.library.find(form)
    target = output or Path(f"{found.title}-名册.xlsx")
    if target.suffix.lower() != ".xlsx":
        message = f"“{target}”应以 .xlsx 结尾"
        raise click.BadParameter(message, param_hint="-o")
    if target.exists() and not force:
        message = f"“{target}”已经有了；要盖过去请加 --force"
        raise click.BadParameter(message, param_hint="-o")
    target.write_bytes(input_workbook(found))
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
    }


def _say(form: Form) -> None:
    click.echo(f"{form.title}（{form.code}，{form.id}）")
    click.echo(form.purpose)
    click.echo(
        f"归入 {form.category} 类，保管 {form.retention}；{form.filled_by}填写，"
        f"{'、'.join(form.signed_by)}签字，一式 {form.copies} 份；{form.frequency}。"
    )
    click.echo()
    rows = [
        (row.label, row.kind, row.required, row.rule, row.example) for row in form.schema_rows()
    ]
    print_table(("项目", "类型", "必填", "要求", "例子"), rows)
