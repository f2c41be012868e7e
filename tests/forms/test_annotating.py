from __future__ import annotations

import io
import re
import zipfile
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName

from safety_docs.forms import annotated, read_roster

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from safety_docs.forms import Form

RED, YELLOW = "FFFFC7CE", "FFFFEB9C"
HEADER = ["名字", "日期", "人数", "备注", "收入"]
ROWS = [
    ["张某某", "2022-09-01", 5, "一组", 1],
    ["李某某", "2022-09-01", "许多", "一组", 2],
    ["", "2022-09-01", 7, "二组", 3],
]


def marked(path: Path, form: Form, **options: Any) -> bytes:
    roster = read_roster(path, form, **options)
    problems = [*roster.problems, *(one for row in roster.rows for one in row.checked.problems)]
    return annotated(path, roster, problems)


def book_of(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def coloured(sheet: Worksheet, colour: str) -> set[str]:
    return {c.coordinate for row in sheet.iter_rows() for c in row if c.fill.fgColor.rgb == colour}


def content(data: bytes) -> list[Any]:
    return [
        (sheet.title, [(c.coordinate, c.value, c.fill.fgColor.rgb) for row in sheet for c in row])
        for sheet in book_of(data)
    ]


def changed(path: Path, **replacements: tuple[bytes, bytes]) -> Path:
    """The same package with text of the first worksheet replaced."""
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    for old, new in replacements.values():
        assert old in sheet
        sheet = sheet.replace(old, new)
    parts["xl/worksheets/sheet1.xml"] = sheet
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return path


def test_faulty_cells_are_coloured_and_the_rest_keeps_its_look(
    form: Form, roster_file: Callable[..., Path]
) -> None:
    path = roster_file(HEADER, *ROWS)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    sheet["C3"].font = Font(bold=True, color="FF0000FF")
    sheet["C3"].border = Border(bottom=Side(style="thick"))
    sheet["D2"].fill = PatternFill("solid", fgColor="FFE2EFDA")
    sheet["E2"], sheet["E3"] = "=C2*2", "=SUM(E2)"
    sheet.freeze_panes, sheet.auto_filter.ref = "B2", "A1:E4"
    sheet.row_dimensions[3].height = 40
    book.create_sheet("说明")["A1"] = "=名册!C2"
    book.save(path)
    book = book_of(marked(path, form))
    sheet = book["名册"]
    assert coloured(sheet, RED) == {"C3", "A4"}
    assert coloured(sheet, YELLOW) == {"B1"}
    assert (sheet["C3"].font.bold, sheet["C3"].border.bottom.style) == (True, "thick")
    assert sheet["D2"].fill.fgColor.rgb == "FFE2EFDA"
    assert (sheet["E2"].value, book["说明"]["A1"].value) == ("=C2*2", "=名册!C2")
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B2", "A1:E4")
    assert sheet.row_dimensions[3].height == 40
    assert sheet.column_dimensions["F"].width == 60
    assert sheet["F3"].value == "“人数”：“许多”不是整数，请只写数字，不写单位。"
    assert sheet["F2"].value is None


def test_the_sheet_of_failed_rows_has_values_in_place_of_formulas(
    form: Form, roster_file: Callable[..., Path]
) -> None:
    path = roster_file(HEADER, *ROWS)
    formula = (b'<c r="E3" t="n"><v>2</v></c>', b'<c r="E3"><f>1+1</f><v>2</v></c>')
    book = book_of(marked(changed(path, formula=formula), form))
    rows = list(book["待改"].iter_rows(min_col=1, max_col=5, values_only=True))
    assert rows == [
        tuple(HEADER),
        ("李某某", "2022-09-01", "许多", "一组", 2),
        (None, "2022-09-01", 7, "二组", 3),
    ]
    assert book["名册"]["E3"].value == "=1+1"
    assert book["待改"].freeze_panes == "A2"


def test_whole_sheet_faults_stand_in_the_header_and_are_taken_away_again(
    form: Form, roster_file: Callable[..., Path], tmp_path: Path
) -> None:
    path = roster_file(["名字", "名字", "人数"], ["张某某", "李某某", 3])
    sheet = book_of(data := marked(path, form))["名册"]
    assert coloured(sheet, RED) == {"A1", "B1", "D1"}
    assert str(sheet["D1"].value).startswith("错误信息：缺少“日期”这一列")
    assert "有两列都叫“名字”" in str(sheet["D1"].value)
    again = tmp_path / "again.xlsx"
    again.write_bytes(data)
    assert content(marked(again, form)) == content(data)
    mended = marked(changed_heading(again), form, given={"日期": "2022-09-01"})
    sheet = book_of(mended)["名册"]
    assert (coloured(sheet, RED), sheet["D1"].value) == (set(), "错误信息")


def changed_heading(path: Path) -> Path:
    book = openpyxl.load_workbook(path)
    book["名册"]["B1"] = "别名"
    book.save(path)
    return path


def test_a_corrected_workbook_loses_its_marks_and_the_sheet_of_failed_rows(
    form: Form, roster_file: Callable[..., Path], tmp_path: Path
) -> None:
    first = tmp_path / "first.xlsx"
    first.write_bytes(marked(roster_file(HEADER, *ROWS), form))
    book = openpyxl.load_workbook(first)
    book["名册"]["C3"], book["名册"]["A4"] = 6, "王某某"
    book.create_sheet("附表")
    book["附表"].defined_names["甲"] = DefinedName("甲", attr_text="附表!$A$1")
    book.active = 2
    book.save(first)
    done = book_of(marked(first, form))
    assert done.sheetnames == ["名册", "附表"]
    assert list(done["附表"].defined_names) == ["甲"]
    assert coloured(done["名册"], RED) == set()
    assert [done["名册"].cell(row, 6).value for row in (2, 3, 4)] == [None, None, None]


def test_merged_groups_are_filled_into_the_failed_rows(
    form: Form, roster_file: Callable[..., Path]
) -> None:
    path = roster_file(HEADER, *ROWS)
    book = openpyxl.load_workbook(path)
    book["名册"].merge_cells("D2:D3")
    book.save(path)
    book = book_of(marked(path, form))
    assert book["待改"]["D2"].value == "一组"
    assert [str(one) for one in book["名册"].merged_cells.ranges] == ["D2:D3"]


@pytest.mark.parametrize(
    "columns",
    [
        b'<cols><col min="1" max="16384" width="9" customWidth="1"/></cols>',
        b'<cols><col min="2" max="6" width="9"/><col min="9" max="9" width="3"/></cols>',
        b"<cols/>",
        b"",
    ],
)
def test_the_column_of_sentences_gets_its_width_beside_all_others(
    form: Form, roster_file: Callable[..., Path], columns: bytes
) -> None:
    path = changed(roster_file(HEADER, *ROWS), one=(b"<sheetData>", columns + b"<sheetData>"))
    with zipfile.ZipFile(io.BytesIO(marked(path, form))) as file:
        text = file.read("xl/worksheets/sheet1.xml").decode()
    ranges = [(int(a), int(b)) for a, b in re.findall(r'<col [^>]*?min="(\d+)" max="(\d+)"', text)]
    assert (6, 6) in ranges
    assert ranges == sorted(ranges)
    assert all(end < start for (_, end), (start, _) in pairwise(ranges))


def test_a_sheet_with_prefixes_comments_and_no_places_is_marked_too(
    form: Form, roster_file: Callable[..., Path]
) -> None:
    path = roster_file(HEADER, *ROWS)
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    text = parts["xl/worksheets/sheet1.xml"].decode()
    text = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", text).replace(" xmlns=", " xmlns:x=")
    text = re.sub(r'(<x:(?:row|c)) r="[A-Z0-9]+"', r"\1", text)
    text = text.replace("<x:sheetData>", "<x:sheetData><!-- <row r='9'> -->")
    parts["xl/worksheets/sheet1.xml"] = text.encode()
    with zipfile.ZipFile(path, "w") as file:
        for name, data in parts.items():
            file.writestr(name, data)
    sheet = book_of(marked(path, form))["名册"]
    assert coloured(sheet, RED) == {"C3", "A4"}
    assert sheet["F4"].value == "“名字”：是空的，请填写。"
    assert sheet["A2"].value == "张某某"


def test_a_workbook_without_styles_gets_them(form: Form, roster_file: Callable[..., Path]) -> None:
    path = roster_file(HEADER, *ROWS)
    with zipfile.ZipFile(path) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    del parts["xl/styles.xml"]
    links = parts["xl/_rels/workbook.xml.rels"].decode()
    links = re.sub(r"<Relationship [^>]*?styles[^>]*?/>", "", links)
    types = re.sub(r"<Override [^>]*?styles[^>]*?/>", "", parts["[Content_Types].xml"].decode())
    parts |= {"xl/_rels/workbook.xml.rels": links.encode(), "[Content_Types].xml": types.encode()}
    with zipfile.ZipFile(path, "w") as file:
        for name, data in parts.items():
            file.writestr(name, data)
    assert coloured(book_of(marked(path, form))["名册"], RED) == {"C3", "A4"}


def test_rows_without_faults_are_passed_on_byte_by_byte(
    form: Form, roster_file: Callable[..., Path]
) -> None:
    path = roster_file(HEADER, *ROWS)
    with zipfile.ZipFile(path) as file:
        before = file.read("xl/worksheets/sheet1.xml")
    with zipfile.ZipFile(io.BytesIO(marked(path, form))) as file:
        after = file.read("xl/worksheets/sheet1.xml")
    row = before[before.index(b'<row r="2"') : before.index(b'<row r="3"')]
    assert row in after


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None
)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["张某某", "李某某", "", "=1+1", "_x000B_", "<b>&"]),
            st.sampled_from(["2022-09-01", "明天", ""]),
            st.sampled_from([1, "许多", "", None]),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_a_second_check_of_the_marked_workbook_gives_the_same(
    form: Form, roster_file: Callable[..., Path], tmp_path: Path, rows: list[tuple[Any, ...]]
) -> None:
    path = roster_file(HEADER[:3], *map(list, rows))
    data = marked(path, form)
    again = tmp_path / "again.xlsx"
    again.write_bytes(data)
    second = marked(again, form)
    assert content(second) == content(data)
    before, after = read_roster(path, form), read_roster(again, form)
    assert after.rows == before.rows
