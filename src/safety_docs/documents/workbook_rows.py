"""Insert rows into a worksheet as Excel does, for openpyxl's own `insert_rows` moves only cells.

Rows below move down with their heights and merges; drop-downs, conditional formats, page breaks,
filters, the print area and named ranges that reach over the place grow, those below it move.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange, MultiCellRange
from openpyxl.worksheet.dimensions import RowDimension

if TYPE_CHECKING:
    from collections.abc import Iterable

    from openpyxl.worksheet.worksheet import Worksheet

_ROW_IN_AREA = re.compile(r"(\$?[A-Z]{1,3}\$?)(\d+)")


def insert_rows_below(worksheet: Worksheet, row: int, count: int) -> None:
    """Make `count` empty rows under `row` (counted from 1); nothing happens for a count of 0."""
    if count <= 0:
        return
    last_row, last_column = worksheet.max_row, worksheet.max_column
    _move_merges(worksheet, row, count)
    if last_row > row:
        area = f"A{row + 1}:{get_column_letter(last_column)}{last_row}"
        worksheet.move_range(area, rows=count)
    _move_heights(worksheet, row, count)
    for validation in worksheet.data_validations.dataValidation:
        validation.sqref = _moved_all(validation.sqref.ranges, row, count)
    _move_formats(worksheet, row, count)
    for page_break in worksheet.row_breaks.brk:
        page_break.id += count if page_break.id > row else 0
    if worksheet.auto_filter.ref:
        worksheet.auto_filter.ref = _moved(CellRange(worksheet.auto_filter.ref), row, count).coord
    if worksheet.print_area:
        worksheet.print_area = _moved_text(worksheet.print_area, row, count)
    _move_names(worksheet, row, count)


def _moved(area: CellRange, row: int, count: int) -> CellRange:
    """The area after the insertion; one that ends above or at the row, but for the row, stays."""
    top = area.min_row + (count if area.min_row > row else 0)
    grows = area.max_row > row or (area.max_row == row and area.min_row <= row)
    bottom = area.max_row + (count if grows else 0)
    return CellRange(
        min_col=area.min_col, max_col=area.max_col, min_row=top, max_row=max(top, bottom)
    )


def _moved_all(areas: Iterable[CellRange], row: int, count: int) -> MultiCellRange:
    moved = [_moved(area, row, count) for area in areas]
    moved.sort(key=lambda area: (area.min_row, area.min_col))
    return MultiCellRange(moved)


def _move_merges(worksheet: Worksheet, row: int, count: int) -> None:
    for area in list(worksheet.merged_cells.ranges):
        if area.min_row > row:
            area.shift(row_shift=count)
        elif area.max_row > row:
            area.expand(down=count)


def _move_heights(worksheet: Worksheet, row: int, count: int) -> None:
    dimensions = worksheet.row_dimensions
    for index in sorted((i for i in dimensions if i > row), reverse=True):
        old = dimensions.pop(index)
        dimensions[index + count] = RowDimension(
            worksheet, index=index + count, ht=old.height, hidden=old.hidden
        )


def _move_formats(worksheet: Worksheet, row: int, count: int) -> None:
    moved = ConditionalFormattingList()
    for entry in worksheet.conditional_formatting:
        areas = list(entry.sqref.ranges)
        target = _moved_all(areas, row, count)
        shifted = min(area.min_row for area in areas) > row
        for rule in entry.rules:
            if shifted:
                rule.formula = [_translated(formula, count) for formula in rule.formula]
            moved.add(str(target), rule)
    worksheet.conditional_formatting = moved


def _translated(formula: str, count: int) -> str:
    translator = Translator(f"={formula}", origin="A1")
    return str(translator.translate_formula(row_delta=count)).removeprefix("=")


def _move_names(worksheet: Worksheet, row: int, count: int) -> None:
    workbook = worksheet.parent
    if workbook is None:
        return
    for name in (*workbook.defined_names.values(), *worksheet.defined_names.values()):
        for title, area in list(name.destinations):
            if title == worksheet.title:
                quoted = name.attr_text.rpartition("!")[0]
                name.attr_text = f"{quoted}!{_moved_text(area, row, count)}"


def _moved_text(areas: str, row: int, count: int) -> str:
    """An area as text, such as ``$A$4:$C$9``, after the insertion; dollar signs are kept."""
    return ",".join(_moved_area(area.rpartition("!")[2], row, count) for area in areas.split(","))


def _moved_area(area: str, row: int, count: int) -> str:
    new = _moved(CellRange(area.replace("$", "")), row, count)
    bounds = iter((new.min_row, new.max_row))
    return _ROW_IN_AREA.sub(lambda found: f"{found[1]}{next(bounds)}", area)
