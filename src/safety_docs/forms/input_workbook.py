"""The workbook that a clerk fills in: one row per document, made from the form.

Worksheet 1 is the table: frozen header, required columns marked, drop-downs, text format where
digits must stay, one grey sample row for each form, which is recognised and skipped when the
workbook comes back. Worksheet 2 explains every column. The same form gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from safety_docs.forms.headers import MARK_HEADING
from safety_docs.forms.open_roster import SAMPLE_MARK
from safety_docs.forms.roster_columns import columns_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

    from safety_docs.forms.form import Form
    from safety_docs.forms.roster_columns import RosterColumn

PREPARED_ROWS = 1_000
"""Rows below the header that have drop-downs; formats hold for whole columns."""
_HEADER_ROW = 2
_SAMPLE_ROW = 3
_EXPLANATION = "填写说明"
_LISTS = "选项"
_FORMATS = {
    "integer": "0",
    "decimal": "General",
    "date": "yyyy-mm-dd",
    "time": "hh:mm",
    "datetime": "yyyy-mm-dd hh:mm",
}
_REQUIRED_FILL = PatternFill("solid", fgColor="FCE4D6")
_OPTIONAL_FILL = PatternFill("solid", fgColor="E7E6E6")
_SAMPLE_FONT = Font(name="宋体", size=11, italic=True, color="808080")
_FONT = Font(name="宋体", size=11)
_BOLD = Font(name="宋体", size=11, bold=True)
_TITLE = Font(name="宋体", size=14, bold=True)
_THIN = Side(style="thin", color="BFBFBF")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_WRAP = Alignment(vertical="center", wrap_text=True)
_LINE_POINTS = 16
_FIXED_DATE = (1980, 1, 1, 0, 0, 0)
_FIXED_TIME = dt.datetime(2000, 1, 1)  # noqa: DTZ001 # the file format has no zone here
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_EXPLAINED = (("项目", 22), ("必填", 8), ("类型", 12), ("要求", 46), ("说明", 50), ("例子", 26))


def input_workbook(forms: Sequence[Form], title: str = "") -> bytes:
    """The .xlsx to fill in; tables and photos of a form are not part of a roster.

    Args:
        forms: One form, or several between which the post of each row decides.
        title: Of the worksheet and the workbook; by default the form's.
    """
    title = title or forms[0].title
    columns = columns_of(forms)
    book = Workbook()
    book.properties.creator = "safety-docs"
    book.properties.title = title
    book.properties.created = _FIXED_TIME
    table = book.worksheets[0]
    table.title = re.sub(r"[\\/*?:\[\]]", "_", title)[:31]
    lists = book.create_sheet(_LISTS)
    asked = [one for one in columns if not one.is_listed]
    _fill_table(table, lists, title, asked, samples=len(forms))
    explanation = book.create_sheet(_EXPLANATION, 1)
    _fill_explanation(explanation, title, columns)
    lists.sheet_state = "hidden"
    buffer = io.BytesIO()
    book.save(buffer)
    return _fixed(buffer.getvalue())


def _fill_table(
    sheet: Worksheet,
    lists: Worksheet,
    title: str,
    columns: Sequence[RosterColumn],
    *,
    samples: int,
) -> None:
    _put(sheet, 1, 1, _hint(title, columns), _BOLD)
    sheet.row_dimensions[1].height = 22
    sheet.row_dimensions[_HEADER_ROW].height = 32
    _put(sheet, _HEADER_ROW, 1, MARK_HEADING, _BOLD, _OPTIONAL_FILL)
    for row in range(_SAMPLE_ROW, _SAMPLE_ROW + samples):
        _put(sheet, row, 1, SAMPLE_MARK, _SAMPLE_FONT)
        sheet.row_dimensions[row].height = 20
    sheet.column_dimensions["A"].width = 15
    for at, column in enumerate(columns, start=2):
        _fill_column(sheet, lists, at, column)
    sheet.freeze_panes = f"B{_SAMPLE_ROW}"
    _set_up_print(sheet, _HEADER_ROW)


def _hint(title: str, columns: Sequence[RosterColumn]) -> str:
    some = "橙色不带 * 的列有的岗位要填；" if any(one.filled == "some" for one in columns) else ""
    return (
        f"{title}：一行一份；橙色带 * 的列必须填写；{some}灰色样例行不导入，"
        f"各列的要求见“{_EXPLANATION}”。"
    )


def _set_up_print(sheet: Worksheet, header_row: int) -> None:
    """A4 landscape, as wide as the page, the header on every page."""
    sheet.print_title_rows = f"{header_row}:{header_row}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _fill_column(sheet: Worksheet, lists: Worksheet, at: int, column: RosterColumn) -> None:
    heading = column.heading + ("*" if column.filled == "all" else "")
    fill = _OPTIONAL_FILL if column.filled == "none" else _REQUIRED_FILL
    _put(sheet, _HEADER_ROW, at, heading, _BOLD, fill)
    for row, example in enumerate(column.examples, start=_SAMPLE_ROW):
        _put(sheet, row, at, example, _SAMPLE_FONT)
        sheet.cell(row, at).number_format = "@"
    dimension = sheet.column_dimensions[get_column_letter(at)]
    dimension.width = _width(column)
    dimension.number_format = _FORMATS.get(column.type, "@")
    if column.choices and column.type != "multi-choice":
        first = _SAMPLE_ROW + len(column.examples)
        _add_drop_down(sheet, lists, at, column.choices, first)


def _width(column: RosterColumn) -> float:
    """Columns wide enough for heading and examples, within reason."""
    longest = max(len(column.heading) + 1, *map(len, column.examples))
    return min(max(2.0 * longest + 2, 11.0), 40.0)


def _add_drop_down(
    sheet: Worksheet, lists: Worksheet, column: int, choices: Sequence[str], first: int
) -> None:
    """A list to choose from, from row `first` on.

    It stands on a hidden worksheet, where it may be of any length.
    """
    for row, choice in enumerate(choices, start=1):
        _put(lists, row, column, choice, _FONT)
    letter = get_column_letter(column)
    source = f"{_LISTS}!${letter}$1:${letter}${len(choices)}"
    validation = DataValidation(type="list", formula1=source, allow_blank=True)
    validation.errorTitle = "请从列表中选"
    validation.error = "这里只能填列表中的内容。"
    validation.add(f"{letter}{first}:{letter}{first + PREPARED_ROWS - 1}")
    sheet.add_data_validation(validation)


def _fill_explanation(sheet: Worksheet, title: str, columns: Sequence[RosterColumn]) -> None:
    _put(sheet, 1, 1, f"{title} · {_EXPLANATION}", _TITLE)
    for column, (heading, width) in enumerate(_EXPLAINED, start=1):
        _put(sheet, 3, column, heading, _BOLD, _OPTIONAL_FILL)
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row, one in enumerate(columns, start=4):
        texts = (one.heading, one.must, one.type_name, one.rule, one.help, one.example)
        sheet.row_dimensions[row].height = _LINE_POINTS * _lines(texts)
        for column, text in enumerate(texts, start=1):
            cell = _put(sheet, row, column, text, _FONT)
            cell.alignment = _WRAP
            cell.border = _BOX
    sheet.freeze_panes = "A4"
    _set_up_print(sheet, 3)


def _lines(texts: Sequence[str]) -> int:
    """Lines that the fullest cell wraps into; a Chinese character is two columns wide."""
    return max(
        sum(-(-2 * len(line) // (width - 2)) for line in text.split("\n"))
        for text, (_, width) in zip(texts, _EXPLAINED, strict=True)
    )


def _put(
    sheet: Worksheet,
    row: int,
    column: int,
    text: str,
    font: Font,
    fill: PatternFill | None = None,
) -> Cell | MergedCell:
    """Write text, which stays text even when it starts with ``=``."""
    cell = sheet.cell(row, column)
    cell.value = text or None
    if text:
        cell.data_type = "s"
    cell.font = font
    if fill:
        cell.fill = fill
        cell.alignment = _CENTRE
        cell.border = _BOX
    return cell


def _fixed(data: bytes) -> bytes:
    """The same package with fixed dates, so that the same form gives the same bytes."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package,
    ):
        for name in sorted(
            source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)
        ):
            entry = zipfile.ZipInfo(name, _FIXED_DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            content = _MODIFIED.sub(rb"\g<1>2000-01-01T00:00:00Z\g<2>", source.read(name))
            package.writestr(entry, content)
    return target.getvalue()
