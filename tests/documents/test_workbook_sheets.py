from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from safety_docs.documents import TemplateError, build_workbook

MINIMAL = '[[sheet]]\nname = "表"\ntitle = "标题"\n'
TABLE = MINIMAL + 'rows = "行们"\n[[sheet.column]]\nlabel = "甲"\n'


def built(text: str) -> Any:
    return load_workbook(io.BytesIO(build_workbook(text)))


def test_the_same_text_gives_the_same_bytes() -> None:
    assert build_workbook(TABLE) == build_workbook(TABLE)


def test_the_first_cell_of_the_pattern_row_says_what_the_rows_are() -> None:
    assert built(TABLE)["表"]["A3"].value == "{%tr for 行 in 行们 %}{{ 行.甲 }}"


def test_a_group_is_one_merged_header_cell() -> None:
    columns = "".join(
        f'[[sheet.column]]\nlabel = "{name}"\ngroup = "{group}"\n'
        for name, group in (("乙", "组"), ("丙", "组"), ("丁", ""))
    )
    sheet = built(TABLE + columns)["表"]
    assert {area.coord for area in sheet.merged_cells.ranges} == {
        "A1:D1",
        "A2:A3",
        "B2:C2",
        "D2:D3",
    }


def test_a_page_break_repeats_title_and_scales_the_page() -> None:
    columns = "".join(
        f'[[sheet.column]]\nlabel = "列{n}"\nwidth = 60\n'
        + ("break_before = true\n" if n == 2 else "")
        for n in range(4)
    )
    sheet = built(TABLE.replace('rows = "行们"', 'rows = "行们"\nfreeze = 1') + columns)["表"]
    assert [brk.id for brk in sheet.col_breaks.brk] == [3]
    assert sheet["D1"].value == "标题（续）"
    assert sheet.page_setup.scale < 100
    assert sheet.print_title_cols == "$A:$A"


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("", "至少要有一张"),
        ("[[sheet", "不是正确的 TOML"),
        ('[[sheet]]\nname = "表"\n', "缺少必需的键"),
        (MINIMAL + "冻结 = 1\n", "不是正确的 TOML"),
        (MINIMAL + "freezing = 1\n", "不认识“freezing”"),
        (MINIMAL + 'freeze = "1"\n', "“freeze”的值写法不对"),
        (MINIMAL.replace("表", "表" * 32), "工作表名"),
        (MINIMAL.replace("表", "A/B"), "工作表名"),
        (MINIMAL * 2, "工作表名重复"),
        (MINIMAL + 'rows = "行们"\n', "没有 [[sheet.column]]"),
        (TABLE + 'format = "日期"\n', "format 应为"),
        (TABLE + 'align = "middle"\n', "align 应为"),
        (TABLE + "width = 0\n", "width"),
        (TABLE + 'choices_from = "级别"\n', "没有名为“级别”的字典"),
        (TABLE + 'choices = ["一,二"]\n', "含逗号"),
        (TABLE + "[[sheet.highlight]]\nwhen = '[乙]=1'\n", "“乙”不是本表的列"),
    ],
)
def test_mistakes_are_named(text: str, phrase: str) -> None:
    with pytest.raises(TemplateError) as caught:
        build_workbook(text)
    assert phrase in str(caught.value)
