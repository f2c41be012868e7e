"""Lists for people: what any name may hold comes out as text."""

from __future__ import annotations

import io

import docx
import pytest
from openpyxl import load_workbook

from safety_docs.documents import Slip, Table, slips_of, workbook_of

NAMES = ("=1+1", "+86", "-1", "@SUM(A1)", "阿卜杜拉·买买提", "𠮷野", "<b>&amp;</b>", "0012")


def table(*rows: tuple[str | int, ...]) -> Table:
    return Table("名单", ("序号", "姓名"), rows, ("合计", len(rows)))


def test_every_text_in_a_workbook_is_text() -> None:
    data = workbook_of("2022年度", [table(*enumerate(NAMES, start=1))])
    sheet = load_workbook(io.BytesIO(data))["名单"]
    assert sheet["A1"].value == "2022年度名单"
    cells = [row[1] for row in sheet.iter_rows(min_row=3, max_row=2 + len(NAMES))]
    assert [cell.value for cell in cells] == list(NAMES)
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.value for cell in sheet[3 + len(NAMES)]] == ["合计", len(NAMES)]
    assert sheet.print_title_rows == "$1:$2"


@pytest.mark.parametrize("name", [*NAMES, "a\x0bb", "甲\n乙"])
def test_a_slip_holds_the_name_as_it_is_without_control_characters(name: str) -> None:
    data = slips_of([Slip("催交单", f"请{name}", table((1, name)), "示范学校")] * 2)
    document = docx.Document(io.BytesIO(data))
    shown = "".join(char for char in name if char.isprintable())
    assert [each.cell(1, 1).text for each in document.tables] == [shown, shown]
    assert document.paragraphs[1].text == f"请{shown}"
    widths = [column.width for column in document.tables[0].columns]
    assert abs(sum(widths) - docx.shared.Mm(170)) < docx.shared.Mm(1)


def test_figures_are_centred_and_words_are_not() -> None:
    rates = Table("汇总", ("分组", "应签", "回收率"), [("三（2）班", 3, "66.7%")])
    (sheet,) = load_workbook(io.BytesIO(workbook_of("2022年度", [rates]))).worksheets
    placed = [[cell.alignment.horizontal for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert placed == [["center"] * 3, ["left", "center", "center"]]
