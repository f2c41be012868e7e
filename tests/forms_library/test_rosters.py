"""The workbook to fill in goes round: filled, checked, corrected in the sheet of failed rows."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from safety_docs.forms import OpenRoster, annotated, input_workbook, open_roster, read_roster
from safety_docs.forms.form import SAMPLE_FACTS

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from safety_docs.core.problem import Problem
    from safety_docs.forms import Form, Library, Roster

LETTERS = [
    "bureau-school",
    "central-village",
    "vice-principal",
    "middle-leaders",
    "homeroom-teacher",
    "subject-teacher",
    "area-manager",
    "staff",
    "parents",
    "school-bus",
]
FIRST_ROW = 4
ROWS = frozenset({"table", "photos"})


def letter(library: Library, name: str) -> Form:
    return library.form(f"responsibility-letters/{name}")


def in_cell(value: Any) -> Any:
    return "、".join(value) if isinstance(value, list) else value


def fill(sheet: Worksheet, form: Form, row: int) -> None:
    """Write the form's sample under the headings of row 2, with what must differ made different."""
    sample = form.checker.by_name(form.sample_input())
    fields = {one.shown_name: one for one in form.fields}
    for column, cell in enumerate(sheet[2], start=1):
        one = fields.get(str(cell.value).rstrip("*"))
        if one is not None and one.name in sample:
            value = in_cell(sample[one.name])
            sheet.cell(row, column).value = f"{value}{row}" if one.unique else value


def given(form: Form) -> dict[str, object]:
    """Facts of the school, and tables, which have no column."""
    sample = form.checker.by_name(form.sample_input())
    tables = {
        one.name: sample[one.name] for one in form.fields if one.type in ROWS and one.name in sample
    }
    return {**SAMPLE_FACTS, **tables}


def problems(roster: Roster) -> list[Problem]:
    return [*roster.problems, *(one for row in roster.rows for one in row.checked.problems)]


def errors(roster: Roster) -> list[str]:
    return [str(one) for one in problems(roster) if one.severity == "error"]


def name_column(sheet: Worksheet, form: Form, row: int) -> int:
    """The column of the first field that must be filled in."""
    wanted = next(
        one.shown_name
        for one in form.fields
        if one.required and one.type not in ROWS and not (one.default or one.default_from)
    )
    headings = [str(cell.value).rstrip("*") for cell in sheet[row]]
    return headings.index(wanted) + 1


@pytest.mark.parametrize("name", LETTERS)
def test_the_workbook_of_a_letter_goes_round(library: Library, tmp_path: Path, name: str) -> None:
    form = letter(library, name)
    path = tmp_path / "名册.xlsx"
    path.write_bytes(input_workbook([form]))
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    fill(sheet, form, FIRST_ROW)
    fill(sheet, form, FIRST_ROW + 1)
    column = name_column(sheet, form, 2)
    right = sheet.cell(FIRST_ROW + 1, column).value
    sheet.cell(FIRST_ROW + 1, column).value = None
    book.save(path)

    roster = read_roster(path, form, given=given(form))
    assert len(roster.rows) == 2
    assert {row.row for row in roster.rows if row.checked.values is None} == {FIRST_ROW + 1}
    assert not [one for one in roster.problems if one.severity == "error"]
    path.write_bytes(annotated(path, roster, problems(roster)))

    book = openpyxl.load_workbook(path)
    assert book.sheetnames[-1] == "待改"
    failed = book["待改"]
    assert failed.max_row == 2
    failed.cell(2, name_column(failed, form, 1)).value = right
    book.save(path)
    mended = read_roster(path, form, sheet="待改", given=given(form))
    assert errors(mended) == []
    assert [row.row for row in mended.rows] == [2]
    again = io.BytesIO(annotated(path, mended, problems(mended)))
    assert openpyxl.load_workbook(again)["待改"].max_row == 2


STAFF = ("vice-principal", "middle-leaders", "homeroom-teacher", "subject-teacher", "staff")


def test_one_workbook_serves_all_letters_of_the_staff(library: Library, tmp_path: Path) -> None:
    forms = [letter(library, name) for name in STAFF]
    path = tmp_path / "教职工.xlsx"
    path.write_bytes(input_workbook(forms, "教职工"))
    book = openpyxl.load_workbook(path)
    sheet = book["教职工"]
    headings = [str(cell.value) for cell in sheet[2]]
    assert headings[1:8] == [
        *("姓名*", "岗位*", "责任班级", "班级学生人数", "责任范围", "手机号*", "任教学科"),
    ]
    assert len(set(headings)) == len(headings)
    for place, form in enumerate(forms):
        roster = read_roster(path, form, given=given(form))
        assert f"跳过了样例行（第 {3 + place} 行）。" in roster.notes
        opened = open_roster(path, form)
        assert isinstance(opened, OpenRoster)
        assert set(opened.plan.names) == {one.name for one in form.fields if one.type not in ROWS}
    posts = [cell.value for cell in book["选项"]["C"] if cell.value]
    assert posts == [role for form in forms for role in form.roles]
    whose = dict(zip(headings, sheet[2], strict=True))
    colours = {whose[name].fill.fgColor.rgb for name in ("姓名*", "岗位*", "责任班级")}
    assert colours == {whose["手机号*"].fill.fgColor.rgb}
    assert whose["兼任岗位"].fill.fgColor.rgb not in colours


def test_what_the_letters_say_differently_of_a_column_is_said_for_each(library: Library) -> None:
    forms = [letter(library, name) for name in STAFF]
    page = openpyxl.load_workbook(io.BytesIO(input_workbook(forms, "教职工")))["填写说明"]
    said = {str(row[0]): row for row in page.iter_rows(min_row=4, values_only=True)}
    assert said["姓名"][1] == "必填"
    assert said["责任班级"][1] == "有的必填"
    assert str(said["责任班级"][4]).startswith("用于班主任安全责任书，必填。\n")
    assert "班主任安全责任书：可以不填。" in str(said["任教学科"][4])
    assert str(said["岗位"][3]).splitlines()[2] == "班主任安全责任书：班主任"


def test_a_post_without_duties_is_refused_in_words_a_clerk_understands(
    library: Library, tmp_path: Path
) -> None:
    form = letter(library, "staff")
    path = tmp_path / "名册.xlsx"
    path.write_bytes(input_workbook([form]))
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    fill(sheet, form, FIRST_ROW)
    headings = [str(cell.value) for cell in sheet[2]]
    (column,) = (at for at, one in enumerate(headings, 1) if "岗位" in one and "兼任" not in one)
    sheet.cell(FIRST_ROW, column).value = "太空人"
    book.save(path)
    (row,) = read_roster(path, form, given=given(form)).rows
    assert [one.code for one in row.checked.problems] == ["D206"]
    assert "太空人" in row.checked.problems[0].message
