from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from safety_docs.forms import input_workbook, read_roster

if TYPE_CHECKING:
    from pathlib import Path

    from safety_docs.forms import Form


@pytest.fixture
def book(form: Form) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(input_workbook([form])))


@pytest.fixture
def columns(book: openpyxl.Workbook) -> dict[str, int]:
    headings = [str(cell.value).rstrip("*") for cell in book.worksheets[0][2]]
    return {heading: column for column, heading in enumerate(headings, start=1)}


def fill(book: openpyxl.Workbook, columns: dict[str, int], row: int, **values: Any) -> None:
    for name, value in values.items():
        book.worksheets[0].cell(row, columns[name]).value = value


def test_the_same_form_gives_the_same_bytes(form: Form) -> None:
    assert input_workbook([form]) == input_workbook([form])


def test_required_columns_are_marked_and_rows_fields_left_out(book: openpyxl.Workbook) -> None:
    headings = [cell.value for cell in book.worksheets[0][2]]
    assert headings[1:4] == ["值班人*", "日期*", "备注"]
    assert not {"措施", "照片"} & set(headings)
    assert book.worksheets[0].freeze_panes == "B3"
    assert book.sheetnames == ["门卫登记", "填写说明", "选项"]


def test_digits_stay_text_and_choices_have_a_list(
    book: openpyxl.Workbook, columns: dict[str, int]
) -> None:
    page = book.worksheets[0]
    formats = {
        name: page.column_dimensions[get_column_letter(columns[name])].number_format
        for name in ("身份证号", "电话", "日期", "人数")
    }
    assert formats == {"身份证号": "@", "电话": "@", "日期": "yyyy-mm-dd", "人数": "0"}
    lists = page.data_validations.dataValidation
    assert len(lists) == 2
    assert [cell.value for cell in book["选项"][1]][columns["岗位"] - 1] == "班主任"


def test_the_explanation_names_every_field(book: openpyxl.Workbook) -> None:
    page = book["填写说明"]
    names = [page.cell(row, 1).value for row in range(4, page.max_row + 1)]
    assert names[:3] == ["值班人", "日期", "备注"]
    assert "照片" in names


def test_an_untouched_workbook_has_no_rows(form: Form, tmp_path: Path) -> None:
    path = tmp_path / "名册.xlsx"
    path.write_bytes(input_workbook([form]))
    roster = read_roster(path, form)
    assert roster.rows == ()
    assert [one.code for one in roster.problems] == ["D216"]
    assert "跳过了样例行（第 3 行）。" in roster.notes


def test_a_filled_workbook_comes_back(
    form: Form, tmp_path: Path, book: openpyxl.Workbook, columns: dict[str, int]
) -> None:
    fill(book, columns, 4, 值班人="张某某", 日期=dt.date(2022, 9, 2), 岗位="校长", 寄宿="是")
    path = tmp_path / "名册.xlsx"
    book.save(path)
    (row,) = read_roster(path, form).rows
    assert row.row == 4
    assert row.checked.values is not None
    assert (row.checked.values["岗位"], row.checked.values["寄宿"]) == ("校长", True)


def test_a_sample_row_that_was_typed_over_is_not_lost(
    form: Form, tmp_path: Path, book: openpyxl.Workbook, columns: dict[str, int]
) -> None:
    fill(book, columns, 3, 值班人="张某某")
    path = tmp_path / "名册.xlsx"
    book.save(path)
    (row,) = read_roster(path, form).rows
    assert [one.code for one in row.checked.problems] == ["D223"]
    book.worksheets[0]["A3"] = None
    book.save(path)
    (row,) = read_roster(path, form).rows
    assert row.checked.values is not None
    assert row.checked.values["姓名"] == "张某某"


def test_an_example_that_starts_with_a_formula_sign_stays_text(form: Form) -> None:
    field = form.fields[0].model_copy(update={"example": "=1+1"})
    changed = form.__class__(**{**vars(form), "fields": (field, *form.fields[1:])})
    page = openpyxl.load_workbook(io.BytesIO(input_workbook([changed]))).worksheets[0]
    assert (page["B3"].value, page["B3"].data_type) == ("=1+1", "s")
