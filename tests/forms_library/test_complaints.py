"""The checks of printed samples find what they are for; no LibreOffice is needed here."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import Workbook
from openpyxl.styles import Border, Side
from tests.forms_library import complaints, layout
from tests.forms_library.pages import Character, Page, Proof, squeezed

from safety_docs.documents import compile_template, typeset

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from safety_docs.forms import Library

SIGNED = "::: 签署栏\n| 校长： | 日期：　年　月　日 |\n:::"


def page_of(*lines: str, number: int = 1, size: float = 16.0) -> Page:
    """A page of these lines, 28 pt apart, and its number."""
    characters = [
        Character(one, left, base - 4, left + 5, base, left, base, size)
        for at, line in enumerate(lines)
        for base in [45 + at * layout.PITCH_MM]
        for left, one in ((28 + 5.57 * n, one) for n, one in enumerate(line))
    ]
    foot = [
        Character(one, 176 + n, 265, 177 + n, 270, 176 + n, 270, 14.0)
        for n, one in enumerate(f"—{number}—")
    ]
    return Page(number, 210, 297, (*characters, *foot), 0, 263)


@pytest.fixture
def proof(library: Library, tmp_path: Path) -> Callable[..., Proof]:
    """A proof of the pages given, for a document of the wording given."""

    def made(*pages: Page, wording: str = "正文", **values: Any) -> Proof:
        form = replace(library.find("drills/plan"), sample_pages=len(pages), not_printed=())
        template, document = tmp_path / "template.docx", tmp_path / "document.docx"
        template.write_bytes(typeset(wording, "official"))
        document.write_bytes(compile_template(template).render(values))
        return Proof(form, values, document, tmp_path / "none.pdf", pages)

    return made


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (dt.date(2022, 9, 1), "自2022年9月1日起"),
        (dt.date(2022, 9, 1), "20220901"),
        (dt.date(2022, 9, 1), "9月1日"),
        (dt.date(2022, 9, 1), "2022.9.1"),
        (dt.date(2022, 9, 1), "2022年9月安全月报"),
        (dt.date(2022, 9, 1), "二〇二二年九月一日"),
        (dt.time(8), "8:00"),
        (dt.time(8), "08:00"),
        (dt.time(8, 5), "8时05分"),
        (dt.datetime(2022, 9, 1, 8, 5), "2022年9月1日（星期四）08:05"),  # noqa: DTZ001 - as forms have it
        (Decimal("86000.50"), "86,000.50"),
        (Decimal("1.50"), "1.5"),
        (Decimal("0.95"), "95%"),
        (12, "十二"),
        ("13800000001", "138****0001"),
        ("保 卫\u3000处", "保卫处"),
    ],
)
def test_a_value_may_be_printed_in_the_ways_of_the_office(value: object, text: str) -> None:
    assert complaints.is_printed(value, squeezed(text))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (dt.date(2022, 9, 1), "2022年9月2日"),
        (dt.date(2022, 9, 1), "2022-09-02"),
        (dt.time(8, 5), "8:50"),
        (Decimal("1.5"), "15"),
        ("李示例", "李示范"),
    ],
)
def test_another_value_is_noticed(value: object, text: str) -> None:
    assert not complaints.is_printed(value, squeezed(text))


def test_a_tag_and_a_placeholder_are_found(proof: Callable[..., Proof]) -> None:
    printed = proof(page_of("学校{{名称}}"), wording="联系人待填，电话XX")
    assert len(complaints.leftover_tags(printed)) == 2
    assert len(complaints.placeholders(printed)) == 2


def test_an_empty_row_of_a_ruled_table_is_found(proof: Callable[..., Proof]) -> None:
    wording = "::: 表格 列宽=50,50\n| 甲 | 乙 |\n| {{ 值 }} | |\n:::\n\n" + SIGNED
    assert len(complaints.empty_rows(proof(page_of("文"), wording=wording, 值=""))) == 1
    assert complaints.empty_rows(proof(page_of("文"), wording=wording, 值="有")) == []


def test_empty_framed_rows_of_a_workbook_are_found(library: Library, tmp_path: Path) -> None:
    workbook: Any = Workbook()
    sheet = workbook.active
    for row, value in ((1, "表头"), (2, "数据"), (3, None)):
        sheet.cell(row, 1, value).border = Border(bottom=Side(style="thin"))
    workbook.save(tmp_path / "book.xlsx")
    form = library.find("hazards/ledger")
    printed = Proof(form, {}, tmp_path / "book.xlsx", tmp_path / "none.pdf", (page_of("文"),))
    assert complaints.empty_rows(printed) == ["表格里有空行：“Sheet”第3行"]


@pytest.mark.parametrize(
    ("pages", "is_fine"),
    [
        ([("正文", "校长：", "日期：年月日")], True),
        ([("正文",), ("校长：", "日期：年月日")], False),
        ([("正文", "校长："), ("日期：年月日", "其他")], False),
    ],
)
def test_a_signature_block_is_not_alone_and_not_torn(
    proof: Callable[..., Proof], pages: list[tuple[str, ...]], *, is_fine: bool
) -> None:
    printed = proof(
        *(page_of(*lines, number=n) for n, lines in enumerate(pages, 1)),
        wording="正文\n\n" + SIGNED,
    )
    assert (complaints.lonely_signatures(printed) == []) is is_fine


def test_a_last_page_of_two_lines_is_too_thin(proof: Callable[..., Proof]) -> None:
    first = page_of(*["文"] * 22)
    assert complaints.thin_last_page(proof(first, page_of("文", "文", number=2)))
    assert complaints.thin_last_page(proof(first, page_of("文", "文", "文", number=2))) == []


def test_a_page_too_many_and_a_page_without_words_are_found(proof: Callable[..., Proof]) -> None:
    printed = proof(page_of("文"), page_of(number=2))
    assert complaints.empty_pages(printed) == ["第2页是空白页"]
    assert complaints.page_count(replace(printed, pages=printed.pages[:1]))


def test_a_label_that_leaves_one_character_over_is_found(proof: Callable[..., Proof]) -> None:
    wording = "::: 表格 列宽=14,86\n| 投入资金数额 | 乙 |\n| 1 | 2 |\n:::"
    assert complaints.broken_labels(proof(page_of("文"), wording=wording))
    broken = wording.replace("投入资金数额", "投入<br>资金数额")
    assert complaints.broken_labels(proof(page_of("文"), wording=broken)) == []


def test_words_beyond_the_paper_and_the_text_block_are_found(proof: Callable[..., Proof]) -> None:
    printed = proof(page_of("文" * 34))
    assert complaints.cut_off(printed)
    assert layout.margins(printed)
    assert layout.margins(proof(page_of("文" * 28))) == []


def test_pitch_length_and_number_of_lines_are_measured(proof: Callable[..., Proof]) -> None:
    good = page_of(*["文" * 28] * 22)
    assert layout.is_full_of_text(good)
    assert layout.pitch(proof(good)) == []
    assert layout.line_length(proof(good)) == []
    assert layout.page_numbers(proof(good)) == []
    assert layout.pitch(proof(page_of(*["文"] * 23)))
    narrow = page_of("文" * 28)
    squashed = tuple(replace(one, origin=28 + 5 * n) for n, one in enumerate(narrow.characters))
    assert layout.line_length(proof(replace(narrow, characters=squashed)))


def test_a_page_number_in_another_form_or_place_is_found(proof: Callable[..., Proof]) -> None:
    assert layout.page_numbers(proof(page_of("文", number=2)))
    assert layout.page_numbers(proof(replace(page_of("文"), characters=())))
