from __future__ import annotations

import datetime as dt
import io
import zipfile
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart
from openpyxl.styles import PatternFill

from safety_docs.documents import (
    Identity,
    PackageError,
    RenderError,
    TemplateError,
    build_workbook,
    compile_workbook,
    read_identity,
)

if TYPE_CHECKING:
    from pathlib import Path

    from safety_docs.documents import CompiledWorkbook

SHEETS = """
header_left = "{{ 学校 }}"
[[sheet]]
name = "台账"
title = "{{ 年度 }}年隐患台账"
caption = "学校：{{ 学校 }}"
rows = "隐患"
spare = 2
freeze = 1
notes = ["共 {{ 隐患|length }} 条"]
[[sheet.column]]
label = "编号"
width = 14
format = "text"
required = true
[[sheet.column]]
label = "日期"
width = 12
format = "date"
[[sheet.column]]
label = "资金"
format = "money"
[[sheet.column]]
label = "描述"
width = 20
align = "left"
[[sheet.column]]
label = "级别"
choices_from = "级别"
[[sheet.highlight]]
when = '[级别]="重大"'
[[sheet]]
name = "字典"
title = "字典"
[[sheet.list]]
name = "级别"
values = ["一般", "重大"]
"""
HEADER_ROWS = 3


def hazard(number: int, **changes: object) -> dict[str, Any]:
    row: dict[str, Any] = {
        "编号": f"YH-2022-{number:04}",
        "日期": dt.date(2022, 5, 12),
        "资金": Decimal("86000.50"),
        "描述": "挡土墙开裂",
        "级别": "重大",
    }
    return row | changes


def values(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"年度": 2022, "学校": "示范学校", "隐患": list(rows)}


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> CompiledWorkbook:
    path = tmp_path_factory.mktemp("template") / "template.xlsx"
    path.write_bytes(build_workbook(SHEETS))
    return compile_workbook(path, names={"年度", "学校", "隐患"})


def filled(compiled: CompiledWorkbook, *rows: dict[str, Any]) -> Any:
    return load_workbook(io.BytesIO(compiled.render(values(*rows))))


def edited(tmp_path: Path, change: Any) -> Path:
    """The template after someone changed it."""
    workbook = load_workbook(io.BytesIO(build_workbook(SHEETS)))
    change(workbook)
    path = tmp_path / "edited.xlsx"
    workbook.save(path)
    return path


def test_values_keep_their_types_and_formats(ledger: CompiledWorkbook) -> None:
    cells = filled(ledger, hazard(1))["台账"][HEADER_ROWS + 1]
    assert [cell.value for cell in cells][:3] == [
        "YH-2022-0001",
        dt.datetime(2022, 5, 12),  # noqa: DTZ001 - a worksheet knows no time zones
        86000.5,
    ]
    assert [cell.number_format for cell in cells][:3] == ["@", "yyyy-mm-dd", "#,##0.00"]


def test_title_caption_and_page_header_are_filled(ledger: CompiledWorkbook) -> None:
    sheet = filled(ledger, hazard(1))["台账"]
    assert sheet["A1"].value == "2022年隐患台账"
    assert sheet["A2"].value == "学校：示范学校"
    assert sheet.oddHeader.left.text == "示范学校"


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 30])
def test_rows_follow_each_other_and_what_is_below_them_follows(
    ledger: CompiledWorkbook, count: int
) -> None:
    sheet = filled(ledger, *(hazard(n) for n in range(1, count + 1)))["台账"]
    first, last = HEADER_ROWS + 1, HEADER_ROWS + count
    numbers = [sheet.cell(row, 1).value for row in range(first, last + 1)]
    assert numbers == [f"YH-2022-{n:04}" for n in range(1, count + 1)]
    assert sheet.cell(last + 1, 1).value == f"共 {count} 条"
    assert sheet.max_row == last + 1
    assert f"A{last + 1}:E{last + 1}" in [area.coord for area in sheet.merged_cells.ranges]


@pytest.mark.parametrize("count", [1, 2, 30])
def test_drop_downs_and_highlights_reach_over_all_rows(
    ledger: CompiledWorkbook, count: int
) -> None:
    sheet = filled(ledger, *(hazard(n) for n in range(count)))["台账"]
    last = HEADER_ROWS + count
    [rule] = sheet.data_validations.dataValidation
    assert str(rule.sqref) == (f"E4:E{last}" if count > 1 else "E4")
    assert rule.formula1 == "级别"
    [formats] = sheet.conditional_formatting
    assert {area.max_row for area in formats.sqref.ranges} == {last}


def test_spare_rows_are_printed_only_in_an_empty_table(ledger: CompiledWorkbook) -> None:
    empty, full = filled(ledger)["台账"], filled(ledger, hazard(1))["台账"]
    framed = [row for row in range(4, empty.max_row + 1) if empty.cell(row, 1).border.bottom.style]
    assert framed == [4, 5, 6]
    assert empty["A7"].value == "共 0 条"
    assert full["A5"].value == "共 1 条"
    assert full.row_dimensions[5].height == empty.row_dimensions[7].height


def test_header_is_frozen_and_repeated_in_print(ledger: CompiledWorkbook) -> None:
    sheet = filled(ledger, hazard(1))["台账"]
    assert sheet.freeze_panes == "B4"
    assert sheet.print_title_rows == "$1:$3"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.page_setup.fitToWidth == 1


def test_no_rows_leave_an_empty_form_without_tags(ledger: CompiledWorkbook) -> None:
    sheet = filled(ledger)["台账"]
    texts = [cell.value for row in sheet.iter_rows() for cell in row if cell.value]
    assert not [text for text in texts if "{" in str(text)]
    assert sheet["A4"].border.left.style == "thin"


HARMLESS = [
    "R&D <b>“张三” 1<2 & 3",
    "=1+1",
    '=HYPERLINK("http://example.invalid","x")',
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1+1",
    "＝1+1",
    "#N/A",
    "{{ 年度 }}",
    "阿卜杜拉·买买提",
    "𠮷野",
    "名" * 30,
    "第一行\n第二行",
    " 前后有空格 ",
    "0012",
    "YH\u200b零宽",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_text_comes_back_as_it_was_and_is_no_formula(ledger: CompiledWorkbook, text: str) -> None:
    data = ledger.render(values(hazard(1, 描述=text)))
    cell = load_workbook(io.BytesIO(data))["台账"]["D4"]
    assert (cell.value, cell.data_type) == (text, "s")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


@given(
    st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\r\ufffe\uffff_"),
        max_size=60,
    )
)
def test_any_text_round_trips_or_is_refused(ledger: CompiledWorkbook, text: str) -> None:
    try:
        sheet = filled(ledger, hazard(1, 描述=text))["台账"]
    except RenderError:
        assert any(character < " " and character not in "\t\n" for character in text)
    else:
        assert (sheet["D4"].value or "") == text


def test_what_looks_like_an_excel_escape_is_escaped(ledger: CompiledWorkbook) -> None:
    # Excel reads _x000B_ as a control character, unless its first _ is itself written _x005F_
    assert filled(ledger, hazard(1, 描述="_x000B_"))["台账"]["D4"].value == "_x005F_x000B_"


def test_all_control_characters_are_refused_with_row_and_column(ledger: CompiledWorkbook) -> None:
    rows = (hazard(1), hazard(2, 描述="防\x0b范"), hazard(3, 编号="\ud800"))
    with pytest.raises(RenderError) as caught:
        ledger.render(values(*rows))
    found = [(p.code, p.sheet, p.row, p.column) for p in caught.value.problems]
    assert found == [("D207", "台账", 5, "描述"), ("D207", "台账", 6, "编号")]


def test_all_missing_fields_are_reported_at_once(ledger: CompiledWorkbook) -> None:
    row = hazard(1)
    del row["日期"], row["级别"]
    with pytest.raises(RenderError) as caught:
        ledger.render({"年度": 2022, "隐患": [row]})
    assert [p.column for p in caught.value.problems] == [
        "页眉页脚",
        "A2",
        "日期",
        "级别",
        "页眉页脚",
    ]


def test_a_live_object_is_refused(ledger: CompiledWorkbook) -> None:
    with pytest.raises(RenderError):
        ledger.render(values() | {"学校": object()})


def test_the_same_values_give_the_same_bytes(ledger: CompiledWorkbook) -> None:
    identity = Identity("hazards/ledger", str(ledger.digest), "p1", "Z109", {"年度": 2022})
    first = ledger.render(values(hazard(1)), identity=identity)
    assert first == ledger.render(values(hazard(1)), identity=identity)
    assert read_identity(first) == identity


def test_without_an_identity_the_workbook_says_nothing(ledger: CompiledWorkbook) -> None:
    assert read_identity(ledger.render(values(hazard(1)))) is None


def test_rendered_parts_hold_the_text(ledger: CompiledWorkbook) -> None:
    rendered = ledger.render_parts(values(hazard(1)))
    sheet = etree.fromstring(rendered.parts["xl/worksheets/sheet1.xml"])
    assert "挡土墙开裂" in "".join(str(text) for text in sheet.itertext())
    assert "台账" in rendered.parts["xl/workbook.xml"].decode("utf-8")


def test_a_template_changed_in_excel_still_fills(tmp_path: Path) -> None:
    def change(workbook: Any) -> None:
        sheet = workbook["台账"]
        sheet.column_dimensions["D"].width = 40
        sheet["A3"].fill = PatternFill("solid", fgColor="FFFF00")
        for merged in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(merged.coord)
        sheet.insert_rows(1)

    compiled = compile_workbook(edited(tmp_path, change))
    sheet = filled(compiled, hazard(1), hazard(2))["台账"]
    assert [sheet["A5"].value, sheet["A6"].value] == ["YH-2022-0001", "YH-2022-0002"]
    assert sheet["A4"].fill.fgColor.rgb == "00FFFF00"


def test_merged_cells_and_fixed_text_of_a_row_are_repeated(tmp_path: Path) -> None:
    def change(workbook: Any) -> None:
        sheet = workbook["台账"]
        sheet["D4"], sheet["E4"] = "固定文字", None
        sheet.merge_cells("D4:E4")

    compiled = compile_workbook(edited(tmp_path, change))
    sheet = filled(compiled, hazard(1), hazard(2))["台账"]
    assert [sheet["D4"].value, sheet["D5"].value] == ["固定文字", "固定文字"]
    assert {"D4:E4", "D5:E5"} <= {area.coord for area in sheet.merged_cells.ranges}
    assert filled(compiled)["台账"]["D4"].value is None


def test_merges_of_spare_rows_make_room_for_those_of_the_pattern(tmp_path: Path) -> None:
    def change(workbook: Any) -> None:
        for row in (4, 5, 6):
            workbook["台账"].merge_cells(f"D{row}:E{row}")

    compiled = compile_workbook(edited(tmp_path, change))
    for count in (1, 2, 5):
        sheet = filled(compiled, *(hazard(n) for n in range(count)))["台账"]
        merged = [area.coord for area in sheet.merged_cells.ranges]
        wanted = [f"D{row}:E{row}" for row in range(4, 4 + count)]
        assert sorted(area for area in merged if area.startswith("D")) == wanted


def test_long_text_makes_its_row_higher(ledger: CompiledWorkbook) -> None:
    sheet = filled(ledger, hazard(1), hazard(2, 描述="很长的隐患描述" * 10))["台账"]
    # 70 characters, at most 10 to a line of 20 units, lines of 10 pt or more
    assert sheet.row_dimensions[4].height == 24
    assert sheet.row_dimensions[5].height >= 7 * 10


def test_text_too_long_to_print_in_a_row_is_refused(ledger: CompiledWorkbook) -> None:
    with pytest.raises(RenderError) as caught:
        ledger.render(values(hazard(1, 描述="长" * 2000)))
    assert [(p.code, p.column) for p in caught.value.problems] == [("T303", "描述")]


def test_numbers_that_excel_would_round_stay_text(ledger: CompiledWorkbook) -> None:
    sheet = filled(ledger, hazard(1, 编号=110101199003070000, 日期=dt.date(1899, 1, 1)))["台账"]
    assert sheet["A4"].value == "110101199003070000"
    assert sheet["B4"].value == "1899-01-01"


@pytest.mark.parametrize(
    ("cell", "text", "code"),
    [
        ("A1", "{{ 年度 }", "T101"),
        ("A1", "｛｛ 年度 ｝｝", "T102"),
        ("A1", "{% if 年度 %}年", "T103"),
        ("A1", "{%tr endfor %}", "T105"),
        ("A1", "{{ 年庋 }}", "T107"),
        ("A1", "{{ 年度|没有 }}", "T107"),
        ("A1", "{{ ''.__class__ }}", "T109"),
        ("A1", "{{ cycler.__init__.__globals__.os }}", "T109"),
        ("B4", "{%tr for 行 in 隐患 %}{{ 行.日期 }}", "T105"),
        ("A1", "=SUM(C4:C9)", "T131"),
    ],
)
def test_a_broken_template_is_refused_with_the_place(
    tmp_path: Path, cell: str, text: str, code: str
) -> None:
    def change(workbook: Any) -> None:
        workbook["台账"][cell] = text

    with pytest.raises(TemplateError) as caught:
        compile_workbook(edited(tmp_path, change), names={"年度", "学校", "隐患"})
    assert (code, "台账") in [(p.code, p.sheet) for p in caught.value.problems]
    assert any(cell in (p.place or "") for p in caught.value.problems)


def test_text_cannot_be_multiplied_to_fill_the_memory(tmp_path: Path) -> None:
    def change(workbook: Any) -> None:
        workbook["台账"]["A1"] = "{{ 学校 * 999999999 }}"

    compiled = compile_workbook(edited(tmp_path, change))
    with pytest.raises(RenderError):
        compiled.render(values(hazard(1)))


def test_what_would_be_lost_when_filling_is_refused(tmp_path: Path) -> None:
    path = edited(tmp_path, lambda workbook: workbook["台账"].add_chart(BarChart(), "H1"))
    with pytest.raises(PackageError, match="保不住"):
        compile_workbook(path)


@pytest.mark.parametrize("data", [b"", b"not a zip", b"\xd0\xcf\x11\xe0 old"])
def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "坏.xlsx"
    path.write_bytes(data)
    with pytest.raises(PackageError):
        compile_workbook(path)


def test_a_missing_template_is_named(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="没有这份"):
        compile_workbook(tmp_path / "没有这份.xlsx")


def test_a_sheet_with_one_far_away_cell_is_refused(tmp_path: Path) -> None:
    workbook = Workbook()
    workbook.worksheets[0]["XFD1048576"] = "x"
    path = tmp_path / "bomb.xlsx"
    workbook.save(path)
    with pytest.raises(TemplateError) as caught:
        compile_workbook(path)
    assert [p.code for p in caught.value.problems] == ["T132"]
