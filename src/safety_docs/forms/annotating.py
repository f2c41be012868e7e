"""The clerk's own roster handed back with its faults marked.

The workbook stays as it is: worksheets, order, widths, styles. The worksheet that was read gets the
column 错误信息 at its end and coloured cells; the worksheet 待改 holds the rows with errors alone.
Marks of an earlier check are taken away first, so that a second check gives the same result. Rows
count from 1. What openpyxl does not keep (shapes, macros) is lost in the copy, never in the roster.
"""

from __future__ import annotations

import copy
import io
from typing import TYPE_CHECKING, Any

import openpyxl
from openpyxl.cell.cell import MergedCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from safety_docs.forms.grids import read_grids
from safety_docs.forms.headers import ERROR_HEADING, heading_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from safety_docs.core.problem import Problem
    from safety_docs.forms.grids import Grid
    from safety_docs.forms.rosters import Roster

FAILED_SHEET = "待改"
_FILLS = {
    "error": PatternFill("solid", fgColor="FFFFC7CE"),
    "warning": PatternFill("solid", fgColor="FFFFEB9C"),
}
_OURS = frozenset(fill.fgColor.rgb for fill in _FILLS.values())
_WRAP = Alignment(vertical="center", wrap_text=True)
_BOLD = Font(name="宋体", size=11, bold=True)
_MESSAGE_WIDTH = 60.0


def annotated(path: Path, roster: Roster, problems: Sequence[Problem]) -> bytes:
    """The workbook with every problem that has a row marked; a .csv becomes a workbook.

    Args:
        path: The file that `roster` was read from.
        roster: What `read_roster` found in it.
        problems: Problems of its rows, columns named as `read_roster` names them.

    Raises:
        RosterError: If the file has become unreadable since.
    """
    (grid,) = read_grids(path, roster.sheet or None)
    book = openpyxl.load_workbook(path) if roster.sheet else _from_csv(grid)
    sheet = book[roster.sheet] if roster.sheet else book.worksheets[0]
    by_row: dict[int, list[Problem]] = {}
    for one in problems:
        if one.row is not None:
            by_row.setdefault(one.row, []).append(one)
    column = _clear(sheet, roster.header_row)
    headings = _headings(sheet, roster.header_row)
    _put_heading(sheet, roster.header_row, column)
    for row, found in by_row.items():
        _mark(sheet, row, column, found, headings)
    if sheet.title != FAILED_SHEET:
        failed = [r for r in sorted(by_row) if any(p.severity == "error" for p in by_row[r])]
        _add_failed(book, sheet, grid, roster.header_row, failed)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _from_csv(grid: Grid) -> Workbook:
    book = openpyxl.Workbook()
    for row, cells in enumerate(grid.rows(), start=1):
        for column, text in enumerate(cells, start=1):
            _put(book.worksheets[0], row, column, text)
    book.worksheets[0].title = "名册"
    return book


def _put(sheet: Worksheet, row: int, column: int, value: Any) -> None:
    """Write a value; text stays text even when it starts with ``=``."""
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        return
    cell.value = None if value == "" else value
    if isinstance(value, str) and value:
        cell.data_type = "s"


def _clear(sheet: Worksheet, header_row: int) -> int:
    """Take away the marks of an earlier check; the column for messages, new or the old one."""
    columns = sheet.max_column
    old = [at for at in range(1, columns + 1) if _text(sheet, header_row, at) == ERROR_HEADING]
    if not old:
        return columns + 1
    for cells in sheet.iter_rows(min_row=header_row + 1, max_col=columns):
        for cell in cells:
            if cell.fill.fgColor.rgb in _OURS:
                cell.fill = PatternFill()
        if not isinstance(cells[old[0] - 1], MergedCell):
            cells[old[0] - 1].value = None
    return old[0]


def _text(sheet: Worksheet, row: int, column: int) -> str:
    return heading_text(sheet.cell(row, column).value or "")


def _headings(sheet: Worksheet, header_row: int) -> dict[str, int]:
    """Column by heading; the first of two columns of one heading is the one that is used."""
    found: dict[str, int] = {}
    for at in range(1, sheet.max_column + 1):
        found.setdefault(_text(sheet, header_row, at), at)
    return found


def _put_heading(sheet: Worksheet, header_row: int, column: int) -> None:
    _put(sheet, header_row, column, ERROR_HEADING)
    sheet.cell(header_row, column).font = _BOLD
    sheet.column_dimensions[get_column_letter(column)].width = _MESSAGE_WIDTH


def _mark(
    sheet: Worksheet, row: int, column: int, found: list[Problem], headings: Mapping[str, int]
) -> None:
    """Colour the cells of one row, errors over warnings, and write the sentences."""
    ordered = sorted(found, key=lambda one: one.severity == "error")
    for one in ordered:
        at = headings.get(one.column or "", column)
        sheet.cell(row, at).fill = _FILLS[one.severity]
    lines = []
    for one in found:
        word = "" if one.severity == "error" else "提醒："
        place = f"“{one.column}”" if one.column else ""
        lines.append(f"{word}{place}{one.place or ''}{one.message}")
    _put(sheet, row, column, "\n".join(dict.fromkeys(lines))[:32_000])
    sheet.cell(row, column).alignment = _WRAP


def _add_failed(
    book: Workbook, sheet: Worksheet, grid: Grid, header_row: int, rows: Sequence[int]
) -> None:
    """The worksheet of the rows with errors, with header, widths and formats of `sheet`."""
    if FAILED_SHEET in book.sheetnames:
        del book[FAILED_SHEET]
    if not rows:
        return
    target = book.create_sheet(FAILED_SHEET)
    for letter, dimension in sheet.column_dimensions.items():
        target.column_dimensions[letter].width = dimension.width
    rows_read = list(grid.rows())
    tops = {
        (row + 1, column + 1): rows_read[top][left]
        for (top, left), (bottom, right) in grid.merged
        for row in range(top, min(bottom + 1, len(rows_read)))
        for column in range(left, min(right + 1, len(rows_read[0])))
    }
    for to, row in enumerate([header_row, *rows], start=1):
        for column in range(1, sheet.max_column + 1):
            cell = sheet.cell(row, column)
            value = cell.value
            if cell.data_type == "f" and column <= len(rows_read[row - 1]):
                value = rows_read[row - 1][column - 1]
            _put(target, to, column, tops.get((row, column), value))
            copied = target.cell(to, column)
            copied.number_format = cell.number_format
            copied.fill, copied.font = copy.copy(cell.fill), copy.copy(cell.font)
    target.freeze_panes = "A2"
