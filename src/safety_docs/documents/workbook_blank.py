"""How many empty rows of a register fill one printed page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openpyxl.utils import get_column_letter

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_SHORT_PT, _LONG_PT = 595.3, 841.9
_PT_PER_INCH = 72
_ROW_PT = 15.0
_UNITS = {"landscape": 129.0, "portrait": 86.0}
"""Character units between the margins of A4 at 100 %, in Excel with 宋体: the widest case, in which
least rows fit."""
_HELD_BACK = 1
"""Rows left free, for estimates are estimates."""


def rows_on_page(worksheet: Worksheet, row: int, spare: int) -> int:
    """Rows like `row` that fit on one page with everything else on the sheet; at least 1.

    Args:
        worksheet: A4, before it is filled.
        row: The row that is repeated, counted from 1.
        spare: Rows below it that make room.
    """
    sheet: Any = worksheet
    heights = [sheet.row_dimensions[n].height or _ROW_PT for n in range(1, sheet.max_row + 1)]
    taken = sum(heights[: row - 1]) + sum(heights[row + spare :])
    margins = sheet.page_margins
    paper = _SHORT_PT if sheet.page_setup.orientation == "landscape" else _LONG_PT
    room = (paper - (margins.top + margins.bottom) * _PT_PER_INCH) / _scale(sheet)
    return max(1, int((room - taken) / heights[row - 1]) - _HELD_BACK)


def _scale(sheet: Any) -> float:
    """How much smaller than 100 % the sheet is printed."""
    fits_page = sheet.sheet_properties.pageSetUpPr
    if fits_page is None or not fits_page.fitToPage:
        return float(sheet.page_setup.scale or 100) / 100
    letters = map(get_column_letter, range(1, sheet.max_column + 1))
    width = sum(sheet.column_dimensions[letter].width for letter in letters)
    return min(1.0, _UNITS[sheet.page_setup.orientation or "portrait"] / float(width))
