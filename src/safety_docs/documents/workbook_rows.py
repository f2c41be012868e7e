"""Insert and remove rows as Excel does, for openpyxl's own ways of doing it move only cells.

Rows below move with their heights and merges; drop-downs, conditional formats, page breaks,
filters, the print area and named ranges that reach over the place grow or shrink, those below it
move, those that lose all their rows go.

A change is a row, counted from 1, and how many rows come in below it, or go if it is negative.
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
    _move_rest(worksheet, row, count)


def remove_rows_below(worksheet: Worksheet, row: int, count: int) -> None:
    """Take away `count` rows under `row` (counted from 1); nothing happens for a count of 0."""
    if count <= 0:
        return
    _move_merges(worksheet, row, -count)
    worksheet.delete_rows(row + 1, count)
    _move_rest(worksheet, row, -count)


def _move_rest(worksheet: Worksheet, row: int, count: int) -> None:
    """Everything but cells and merges."""
    _move_heights(worksheet, row, count)
    _move_choices(worksheet, row, count)
    _move_formats(worksheet, row, count)
    _move_breaks(worksheet, row, count)
    if worksheet.auto_filter.ref:
        worksheet.auto_filter.ref = _moved_text(worksheet.auto_filter.ref, row, count)
    if worksheet.print_area:
        worksheet.print_area = _moved_text(worksheet.print_area, row, count)
    _move_names(worksheet, row, count)


def _moved(area: CellRange, row: int, count: int) -> CellRange | None:
    """The area after the change, None if it lost all its rows.

    One that ends above or at the row stays, but for the row itself: it grows.
    """
    top, bottom = area.min_row, area.max_row
    if count < 0:
        top = max(top + count, row + 1) if top > row else top
        bottom = max(bottom + count, row) if bottom > row else bottom
    else:
        bottom += count if bottom >= row else 0
        top += count if top > row else 0
    if top > bottom:
        return None
    return CellRange(min_col=area.min_col, max_col=area.max_col, min_row=top, max_row=bottom)


def _moved_all(areas: Iterable[CellRange], row: int, count: int) -> MultiCellRange:
    moved = [new for area in areas if (new := _moved(area, row, count))]
    moved.sort(key=lambda area: (area.min_row, area.min_col))
    return MultiCellRange(moved)


def _move_merges(worksheet: Worksheet, row: int, count: int) -> None:
    for area in list(worksheet.merged_cells.ranges):
        new = _moved(area, row, count) if area.max_row > row else area
        if new is None or (new.size == {"rows": 1, "columns": 1}):
            worksheet.unmerge_cells(area.coord)
        elif area.min_row > row:
            area.shift(row_shift=new.min_row - area.min_row)
            area.expand(down=new.max_row - area.max_row)
        else:
            area.expand(down=new.max_row - area.max_row)


def _move_heights(worksheet: Worksheet, row: int, count: int) -> None:
    dimensions = worksheet.row_dimensions
    moved = {index: dimensions.pop(index) for index in sorted(dimensions) if index > row}
    for index, old in moved.items():
        new = index + count
        if new > row:
            dimensions[new] = RowDimension(worksheet, index=new, ht=old.height, hidden=old.hidden)


def _move_choices(worksheet: Worksheet, row: int, count: int) -> None:
    rules = worksheet.data_validations.dataValidation
    for rule in list(rules):
        rule.sqref = _moved_all(rule.sqref.ranges, row, count)
        if not rule.sqref.ranges:
            rules.remove(rule)


def _move_breaks(worksheet: Worksheet, row: int, count: int) -> None:
    for page_break in worksheet.row_breaks.brk:
        if page_break.id > row:
            page_break.id = max(page_break.id + count, row)


def _move_formats(worksheet: Worksheet, row: int, count: int) -> None:
    moved = ConditionalFormattingList()
    for entry in worksheet.conditional_formatting:
        areas = list(entry.sqref.ranges)
        target = _moved_all(areas, row, count)
        if not target.ranges:
            continue
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
    """An area as text, such as ``$A$4:$C$9``, after the change; dollar signs are kept."""
    return ",".join(_moved_area(area.rpartition("!")[2], row, count) for area in areas.split(","))


def _moved_area(area: str, row: int, count: int) -> str:
    new = _moved(CellRange(area.replace("$", "")), row, count)
    if new is None:  # a name or a print area must lead somewhere
        return _ROW_IN_AREA.sub(lambda found: f"{found[1]}{row}", area)
    bounds = iter((new.min_row, new.max_row))
    return _ROW_IN_AREA.sub(lambda found: f"{found[1]}{next(bounds)}", area)
