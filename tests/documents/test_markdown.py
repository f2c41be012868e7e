"""The language of `text.md`: what is read, and which line is blamed."""

from __future__ import annotations

import pytest

from safety_docs.documents.markdown import (
    BlockTag,
    Heading,
    PageBreak,
    Paragraph,
    PhotoGrid,
    Slip,
    Table,
    parse,
)
from safety_docs.documents.typeset_errors import (
    BlockOptionError,
    MisplacedLineError,
    TypesetError,
    UnclosedBlockError,
    UnevenRowError,
    UnknownBlockError,
    UnprintableError,
    WidthsError,
)


def only_table(text: str) -> Table:
    (table,) = parse(text)
    assert isinstance(table, Table)
    return table


def test_lines_of_a_paragraph_are_joined_without_a_space_in_chinese() -> None:
    assert parse("甲乙\n丙丁\n\n戊") == (
        Paragraph("body", "甲乙丙丁", 1),
        Paragraph("body", "戊", 4),
    )


def test_lines_of_latin_words_are_joined_with_a_space() -> None:
    assert parse("safety\nfirst") == (Paragraph("body", "safety first", 1),)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_headings_have_four_levels_and_any_line_end(line_end: str) -> None:
    text = line_end.join(["# 题", "## 一、甲", "### （一）乙", "#### 1. 丙"])
    assert parse(text) == (
        Heading(0, "题", 1),
        Heading(1, "一、甲", 2),
        Heading(2, "（一）乙", 3),
        Heading(3, "1. 丙", 4),
    )


def test_a_backslash_breaks_a_title() -> None:
    assert parse("# 示范学校\\\n应急预案") == (Heading(0, "示范学校\n应急预案", 1),)


def test_a_number_sign_inside_a_paragraph_is_no_heading() -> None:
    assert parse("#一号楼") == (Paragraph("body", "#一号楼", 1),)


def test_a_block_tag_alone_on_its_line_parts_paragraphs() -> None:
    assert parse("{%p if 甲 %}\n乙\n{%p endif %}\n丙") == (
        BlockTag("{%p if 甲 %}", 1),
        Paragraph("body", "乙", 2),
        BlockTag("{%p endif %}", 3),
        Paragraph("body", "丙", 4),
    )


def test_a_full_width_blank_is_a_line_that_is_printed() -> None:
    assert parse("::: 居中\n　\n\n甲\n:::") == (
        Paragraph("centre", "　", 2),
        Paragraph("centre", "甲", 4),
    )


def test_notes_page_breaks_and_photos() -> None:
    assert parse("> 甲\n> 乙\n\n::: 分页\n\n::: 照片 字段=照片\n:::") == (
        Paragraph("note", "甲乙", 1),
        PageBreak(4),
        PhotoGrid("照片", 6),
    )


def test_small_print_joins_its_lines_but_an_address_does_not() -> None:
    assert parse("::: 小字\n甲\n乙\n:::\n::: 主送\n丙\n丁\n:::") == (
        Paragraph("small", "甲乙", 2),
        Paragraph("left", "丙", 6),
        Paragraph("left", "丁", 7),
    )


@pytest.mark.parametrize("end", [":::", "::::"])
def test_a_slip_holds_blocks_and_ends_with_three_or_four_colons(end: str) -> None:
    (slip,) = parse(f"::: 回执\n::: 居中\n回执\n:::\n甲\n{end}")
    assert slip == Slip((Paragraph("centre", "回执", 3), Paragraph("body", "甲", 5)), 1)


def test_a_bar_inside_a_tag_does_not_part_cells() -> None:
    table = only_table("::: 表格\n| {{ 日期|日期 }} | {% if 甲|length %}乙{% endif %} | \\| |\n:::")
    assert table.rows[0].cells == ("{{ 日期|日期 }}", "{% if 甲|length %}乙{% endif %}", "|")


def test_a_table_has_widths_alignments_header_and_heights() -> None:
    table = only_table(
        "::: 表格 列宽=20,80 表头=2 对齐=右,左\n| 甲 | 乙 |\n| 丙 | < | [高=30]\n| ^ | 丁 |\n:::"
    )
    assert (table.widths, table.alignments, table.header_rows) == ((20, 80), ("right", "left"), 2)
    assert [(row.cells, row.height_mm) for row in table.rows] == [
        (("甲", "乙"), 0),
        (("丙", "<"), 30),
        (("^", "丁"), 0),
    ]


def test_columns_without_widths_share_the_line_evenly() -> None:
    assert only_table("::: 签署栏\n| 甲 | 乙 | 丙 |\n:::").widths == (33, 33, 34)


def test_a_row_tag_stands_alone_in_its_row() -> None:
    table = only_table(
        "::: 表格\n| 名 |\n{%tr for 人 in 人员 %}\n| {{ 人 }} |\n{%tr endfor %}\n:::"
    )
    assert [row.tag for row in table.rows] == ["", "{%tr for 人 in 人员 %}", "", "{%tr endfor %}"]


@pytest.mark.parametrize(
    ("text", "error", "line"),
    [
        ("甲\n\n::: 表哥\n:::", UnknownBlockError, 3),
        (":::\n甲", UnclosedBlockError, 1),
        ("甲\n::: 居中\n乙", UnclosedBlockError, 2),
        ("::: 回执\n甲\n::: 居中\n乙\n:::", UnclosedBlockError, 1),
        ("甲\n::: 表格\n| 乙 |", UnclosedBlockError, 2),
        ("::: 表格\n| 甲 | 乙 |\n| 丙 |\n:::", UnevenRowError, 3),
        ("::: 表格\n甲\n:::", UnevenRowError, 2),
        ("::: 表格\n\n:::", UnevenRowError, 1),
        ("::: 表格\n| < | 甲 |\n:::", UnevenRowError, 2),
        ("::: 表格\n| ^ | 甲 |\n:::", UnevenRowError, 2),
        ("::: 表格 列宽=50,50\n| 甲 |\n:::", WidthsError, 1),
        ("::: 表格 列宽=50,49\n| 甲 | 乙 |\n:::", WidthsError, 1),
        ("::: 表格 列宽=0,100\n| 甲 | 乙 |\n:::", WidthsError, 1),
        ("::: 表格 列宽=五十,50\n| 甲 | 乙 |\n:::", WidthsError, 1),
        ("::: 表格 对齐=中\n| 甲 | 乙 |\n:::", WidthsError, 1),
        ("::: 表格 对齐=上,下\n| 甲 | 乙 |\n:::", WidthsError, 1),
        ("::: 表格 表头=一\n| 甲 |\n:::", BlockOptionError, 1),
        ("::: 表格 宽=1\n| 甲 |\n:::", BlockOptionError, 1),
        ("::: 表格 列宽\n| 甲 |\n:::", BlockOptionError, 1),
        ("::: 居中 列宽=1\n甲\n:::", BlockOptionError, 1),
        ("::: 照片\n:::", BlockOptionError, 1),
        ("::: 照片 字段=照片\n甲\n:::", MisplacedLineError, 2),
        ("::: 居中\n## 一\n:::", MisplacedLineError, 2),
        ("甲\n\n| 乙 |", MisplacedLineError, 3),
        ("甲\n乙\x0b", UnprintableError, 2),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, error: type[TypesetError], line: int) -> None:
    with pytest.raises(error) as caught:
        parse(text)
    assert caught.value.line == line
    assert f"第 {line} 行" in caught.value.message


def test_every_mistake_has_its_own_code() -> None:
    codes = [error.code for error in TypesetError.__subclasses__()]
    assert len(codes) == len(set(codes))
