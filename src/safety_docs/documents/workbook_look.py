"""What cells of a template look like: room for text, and the look of a row to be repeated."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from openpyxl.utils import column_index_from_string

from safety_docs.documents.workbook_layout import line_count, row_height_pt

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from safety_docs.documents.workbook_plan import CellPlan

_DEFAULT_WIDTH = 9.0
_DEFAULT_SIZE_PT = 11.0


class Rooms:
    """Room of the cells of one worksheet, by their place in the template."""

    def __init__(self, worksheet: Worksheet) -> None:
        self._worksheet: Any = worksheet  # the stubs take every cell for a merged one
        self._widths = _column_widths(worksheet)
        self._merged_to = {
            (area.min_row, area.min_col): area.max_col for area in worksheet.merged_cells.ranges
        }
        self._rooms: dict[tuple[int, int], tuple[float, float]] = {}

    def height_pt(self, plan: CellPlan, text: str) -> float:
        """Height that `text` needs in the planned cell; 0 for a cell that does not wrap."""
        key = (plan.row, plan.column)
        if key not in self._rooms:
            self._rooms[key] = self._room(plan)
        width, size_pt = self._rooms[key]
        return row_height_pt(line_count(text, width, size_pt), size_pt) if width else 0.0

    def _room(self, plan: CellPlan) -> tuple[float, float]:
        """Width in units, 0 if the cell does not wrap, and size of the font."""
        cell = self._worksheet.cell(plan.row, plan.column)
        if not cell.alignment.wrap_text:
            return 0.0, _DEFAULT_SIZE_PT
        last = self._merged_to.get((plan.row, plan.column), plan.column)
        width = sum(self._widths.get(i, _DEFAULT_WIDTH) for i in range(plan.column, last + 1))
        return width, float(cell.font.size or _DEFAULT_SIZE_PT)


class RowStyle:
    """Cell styles, height and merged cells of one row, to be given to others."""

    def __init__(self, worksheet: Any, row: int) -> None:
        self._worksheet = worksheet
        self._styles = {
            column: copy(self._worksheet.cell(row, column)._style)  # noqa: SLF001 - public ways are slow
            for column in range(1, worksheet.max_column + 1)
        }
        self.height: float = worksheet.row_dimensions[row].height or 0.0
        self._merges = [
            (area.min_col, area.max_col)
            for area in worksheet.merged_cells.ranges
            if area.min_row == area.max_row == row
        ]

    def apply(self, row: int) -> None:
        """Make `row` look like the pattern."""
        for column, style in self._styles.items():
            self._worksheet.cell(row, column)._style = copy(style)  # noqa: SLF001 - as above
        for first, last in self._merges:
            self._worksheet.merge_cells(
                start_row=row, end_row=row, start_column=first, end_column=last
            )


def _column_widths(worksheet: Worksheet) -> dict[int, float]:
    """Width by column; one entry of the file may stand for several columns."""
    widths = {}
    for letter, dimension in worksheet.column_dimensions.items():
        first = dimension.min or column_index_from_string(letter)
        for index in range(first, (dimension.max or first) + 1):
            widths[index] = float(dimension.width)
    return widths
