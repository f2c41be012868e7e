"""Values left blank: how they behave in a template, and what a page makes of them."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from docx import Document
from openpyxl import load_workbook

from safety_docs.documents import (
    MOMENTS,
    Blank,
    BlankRows,
    build_workbook,
    compile_template,
    render_blank,
    typeset,
)
from safety_docs.documents.blank import CLOSE, OPEN
from safety_docs.documents.story import W

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DATE = Blank("words", words=MOMENTS["date"])
LINE = "\uff3f"

Page = list[Any]


@pytest.fixture
def blank_page(tmp_path: Path) -> Callable[..., Page]:
    """The children of the body of a blank form whose wording is given."""

    def page(wording: str, **values: object) -> Page:
        path = tmp_path / "template.docx"
        path.write_bytes(typeset(wording, "form"))
        data = render_blank(compile_template(path), values)
        return list(Document(io.BytesIO(data)).element.body)

    return page


def words(page: Page) -> str:
    return "".join(part.text or "" for one in page for part in one.iter(f"{W}t"))


def cells(page: Page) -> list[str]:
    return [
        "".join(part.text or "" for part in cell.iter(f"{W}t"))
        for one in page
        for cell in one.iter(f"{W}tc")
    ]


def test_a_blank_is_true_and_equal_to_what_is_empty() -> None:
    assert Blank()
    assert Blank() == ""
    assert Blank() == None  # noqa: E711 - the comparison is what is tested
    assert Blank() != "火灾"
    assert Blank() in ("", None)


def test_a_blank_is_neither_less_nor_more_than_anything() -> None:
    assert not Blank() < 3
    assert not Blank() > 3
    assert not Blank() <= 3
    assert not Blank() >= 3


def test_the_length_of_an_empty_table_is_left_blank_but_can_be_compared(
    blank_page: Callable[..., Page],
) -> None:
    wording = "{%p if 表|length > 1 %}\n共{{ 表|length }}行\n{%p endif %}"
    page = blank_page(wording, 表=BlankRows([{}] * 3))
    assert words(page) == f"共{LINE * 3}行"


@pytest.mark.parametrize(
    ("expression", "printed"),
    [
        ("值", LINE * 8),
        ("值|日期", f"{LINE * 4}年{LINE * 2}月{LINE * 2}日"),
        ("值|星期", f"星期{LINE}"),
        ("值|时刻", f"{LINE * 2}时{LINE * 2}分"),
        ("值|姓名对齐", LINE * 8),
        ("值|缺省", LINE * 8),
        ("值|default('无')", LINE * 8),
        ("值|空白线(4)", LINE * 4),
        ("值|length", LINE * 3),
        ("值 * 2 + 1", LINE * 3),
        ("值.year", LINE * 8),
        ("值|勾选", "☐"),
        ("值|勾选(['甲', '乙'])", "☐ 甲　☐ 乙"),
        ("'是' if 值 > 3 else '否'", "否"),
    ],
)
def test_in_running_text_a_blank_is_a_line_after_its_kind(
    blank_page: Callable[..., Page], expression: str, printed: str
) -> None:
    assert words(blank_page(f"前{{{{ {expression} }}}}后", 值=Blank())) == f"前{printed}后"


def test_all_sections_are_printed(blank_page: Callable[..., Page]) -> None:
    wording = (
        "{%p if 住校 %}\n宿舍\n{%p endif %}\n{%p if 校车 %}\n乘车\n{%p else %}\n步行\n{%p endif %}"
    )
    assert words(blank_page(wording, 住校=Blank(), 校车=Blank())) == "宿舍乘车"


def test_choices_are_boxes_in_a_cell_and_words_in_a_sentence(
    blank_page: Callable[..., Page],
) -> None:
    choice = Blank("boxes", words="☐ 成立　☐ 调整")
    assert words(blank_page("关于{{ 方式 }}小组的通知", 方式=choice)) == "关于成立／调整小组的通知"
    page = blank_page("::: 信息表 列宽=20,80\n| 方式 | {{ 方式 }} |\n:::", 方式=choice)
    assert cells(page) == ["方式", "☐ 成立　☐ 调整"]


def test_a_cell_of_its_own_stays_empty_but_for_the_words_of_a_date(
    blank_page: Callable[..., Page],
) -> None:
    wording = "::: 信息表 列宽=15,35,15,35\n| 姓名 | {{ 名 }} | 日期 | {{ 日|日期 }} |\n:::"
    assert cells(blank_page(wording, 名=Blank(), 日=DATE)) == ["姓名", "", "日期", MOMENTS["date"]]


def test_beside_other_words_a_cell_has_white_space_that_fits_it(
    blank_page: Callable[..., Page],
) -> None:
    row = "| 人数 | {{ 数 }}人（{{ 注 }}） | 负责 | 组长：{{ 名 }} |"
    wording = f"::: 信息表 列宽=15,20,15,50\n{row}\n:::"
    blank = Blank(width=12)
    found = cells(blank_page(wording, 数=blank, 注=blank, 名=blank))
    assert found[3] == "组长："
    assert len(found[1]) < 9
    assert set(found[1]) == set("人（）　")


def test_rows_of_a_table_are_numbered_empty_and_high_enough_to_write_in(
    blank_page: Callable[..., Page],
) -> None:
    wording = """\
::: 表格 列宽=20,40,40
| 序号 | 姓名 | 日期 |
{%tr for 行 in 表 %}
| {{ loop.index }} | {{ 行.名 }} | {{ 行.日|日期 }} |
{%tr endfor %}
:::"""
    row = {"名": Blank(in_row=True), "日": Blank("words", words=MOMENTS["date"], in_row=True)}
    page = blank_page(wording, 表=BlankRows([row] * 2))
    assert cells(page)[3:] == ["1", "", "", "2", "", ""]
    heights = [int(one.get(f"{W}val")) for table in page for one in table.iter(f"{W}trHeight")]
    assert heights == [510, 510]


def test_a_paragraph_to_be_written_is_ruled_lines(blank_page: Callable[..., Page]) -> None:
    page = blank_page("前\n\n{{ 正文|分段 }}\n\n后", 正文=Blank("lines", 4))
    ruled = [one for one in page if next(one.iter(f"{W}between"), None) is not None]
    assert len(ruled) == 4
    assert words(ruled) == ""
    assert words(page) == "前后"


def test_a_paragraph_to_be_written_in_a_cell_makes_it_high(
    blank_page: Callable[..., Page],
) -> None:
    page = blank_page("::: 信息表 列宽=20,80\n| 经过 | {{ 正文 }} |\n:::", 正文=Blank("lines", 4))
    lines = [len(list(cell.iter(f"{W}p"))) for one in page for cell in one.iter(f"{W}tc")]
    assert lines == [1, 4]


def test_a_photo_is_a_frame(blank_page: Callable[..., Page]) -> None:
    photo = {"文件": Blank("photo"), "说明": Blank(), "时间": DATE, "地点": Blank(), "阶段": ""}
    page = blank_page("::: 照片 字段=照片\n:::", 照片=[photo, photo])
    frames = [one for child in page for one in child.iter(f"{W}pBdr")]
    assert len(frames) == 2
    assert "照片2" in words(page)


def test_no_mark_is_left_in_any_part_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "template.docx"
    path.write_bytes(typeset("# {{ 学校 }}预案\n\n{{ 正文 }}", "official"))
    data = render_blank(compile_template(path), {"学校": Blank(), "正文": Blank("lines", 3)})
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        text = "".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())
    assert OPEN not in text
    assert CLOSE not in text


def test_a_blank_form_is_the_same_bytes_every_time(tmp_path: Path) -> None:
    path = tmp_path / "template.docx"
    path.write_bytes(typeset("{{ 甲 }}", "form"))
    template = compile_template(path)
    assert render_blank(template, {"甲": Blank()}) == render_blank(template, {"甲": Blank()})


REGISTER = """
header_left = "{{ 学校 }}"
[[sheet]]
name = "登记"
title = "{{ 年度 }}年登记"
caption = "学校：{{ 学校 }}　　日期：{{ 日|日期 }}"
rows = "表"
spare = 2
notes = ["共 {{ 表|length }} 条"]
[[sheet.column]]
label = "序号"
value = "loop.index"
[[sheet.column]]
label = "姓名"
width = 40
[[sheet.column]]
label = "日期"
width = 40
format = "date"
"""


@pytest.fixture
def register(tmp_path: Path) -> Callable[..., Any]:
    """The worksheet of a blank register."""
    path = tmp_path / "template.xlsx"
    path.write_bytes(build_workbook(REGISTER))
    template = compile_template(path)

    def sheet(**changes: object) -> Any:
        row = {"姓名": Blank(in_row=True), "日期": Blank("words", in_row=True)}
        values = {"学校": Blank(), "年度": Blank("number", 4), "日": DATE, "表": BlankRows([row])}
        data = render_blank(template, values | changes)
        return load_workbook(io.BytesIO(data))["登记"]

    return sheet


def test_a_blank_register_fills_a_page_with_numbered_rows(register: Callable[..., Any]) -> None:
    sheet = register()
    numbers = [cell.value for cell in sheet["A"] if isinstance(cell.value, int)]
    assert numbers == list(range(1, 15))
    assert {cell.value for column in "BC" for cell in sheet[column][3:17]} == {None}


def test_the_words_around_a_blank_register_have_lines(register: Callable[..., Any]) -> None:
    sheet = register()
    assert sheet["A1"].value == f"{LINE * 4}年登记"
    assert sheet["A2"].value.startswith(f"学校：{LINE * 8}　　日期：{LINE * 4}年")
    assert sheet.cell(sheet.max_row, 1).value == f"共 {LINE * 3} 条"


def test_a_register_has_no_more_rows_than_its_form_allows(register: Callable[..., Any]) -> None:
    row = {"姓名": Blank(in_row=True), "日期": Blank(in_row=True)}
    sheet = register(表=BlankRows([row], most=6))
    assert [cell.value for cell in sheet["A"] if isinstance(cell.value, int)] == [1, 2, 3, 4, 5, 6]


def test_a_computed_table_is_empty_rows_too(register: Callable[..., Any]) -> None:
    sheet = register(表=Blank())
    assert len([cell for cell in sheet["A"] if isinstance(cell.value, int)]) == 14
