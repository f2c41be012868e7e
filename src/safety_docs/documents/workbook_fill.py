"""Fill one worksheet of a template: single cells first, then the repeated rows, last one first.

The order matters: a row loop moves everything below it, so what stands below is filled before it
moves. All problems of a sheet are collected, each with the sheet, the row as it would be printed
and the header of its column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import TemplateError as JinjaError

from safety_docs.core.problem import Problem
from safety_docs.documents.blank import Blank, BlankRows
from safety_docs.documents.workbook_blank import rows_on_page
from safety_docs.documents.workbook_layout import MAX_ROW_HEIGHT_PT
from safety_docs.documents.workbook_look import Rooms, RowStyle
from safety_docs.documents.workbook_rows import insert_rows_below, remove_rows_below
from safety_docs.documents.workbook_values import CellValueError, cell_value, put

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from safety_docs.documents.workbook_plan import CellPlan, LoopPlan, PagePlan, SheetPlan
    from safety_docs.documents.workbook_tags import Formula

MAX_ROWS = 50_000
MAX_PAGE_TEXT = 200  # Excel allows 255 for left, centre and right together, codes included
_FAILURES = (JinjaError, TypeError, ValueError, LookupError, AttributeError, ArithmeticError)
_NOTHING = object()


class SheetFiller:
    """Fills one worksheet with one set of values.

    Attributes:
        problems: What went wrong, in the order of the work.
    """

    def __init__(self, worksheet: Worksheet, values: Mapping[str, Any]) -> None:
        self.worksheet: Any = worksheet  # the stubs take every cell for a merged one
        self.values = values
        self.problems: list[Problem] = []
        self._rooms = Rooms(worksheet)

    def fill(self, plan: SheetPlan) -> None:
        """Fill all of it; what went wrong is in `problems` afterwards."""
        for page in plan.pages:
            self._fill_page(page)
        for cell in plan.cells:
            self._fill_cell(cell, cell.row, self.values)
        for row in sorted({cell.row for cell in plan.cells}):
            cells = [cell for cell in plan.cells if cell.row == row]
            self._fit(row, cells, self.worksheet.row_dimensions[row].height or 0.0)
        for loop in reversed(plan.loops):
            self._fill_loop(loop)

    def _fill_page(self, page: PagePlan) -> None:
        value = self._evaluate(page.formula, self.values, None, "页眉页脚")
        if value is _NOTHING:
            return
        try:
            text = str(cell_value(value) or "")
        except CellValueError as error:
            self._report(error.code, error.message, None, "页眉页脚")
            return
        if len(text) > MAX_PAGE_TEXT:
            self._report("T303", f"内容超过 {MAX_PAGE_TEXT} 个字，放不下。", None, "页眉页脚")
        # a single & would begin a code such as &P
        getattr(getattr(self.worksheet, page.area), page.part).text = text.replace("&", "&&")

    def _fill_loop(self, loop: LoopPlan) -> None:
        rows = self._rows(loop)
        if rows:
            self._make_room(loop, len(rows) - 1)
        style = RowStyle(self.worksheet, loop.row)
        for number, item in enumerate(rows):
            row = loop.row + number
            if number:
                style.apply(row)
                self._copy(loop, row)
            names = self._names(loop, item, number)
            for cell in loop.cells:
                self._fill_cell(cell, row, names)
            self._fit(row, loop.cells, style.height)
        if not rows:
            self._blank(loop.row)

    def _make_room(self, loop: LoopPlan, wanted: int) -> None:
        """`wanted` rows below the pattern: the spare ones are used up, or go.

        Their merges go in any case: they are made anew as those of the pattern.
        """
        last = loop.row + loop.spare
        for area in list(self.worksheet.merged_cells.ranges):
            if loop.row < area.min_row and area.max_row <= last:
                self.worksheet.unmerge_cells(area.coord)
        remove_rows_below(self.worksheet, loop.row, loop.spare - wanted)
        insert_rows_below(self.worksheet, loop.row, wanted - loop.spare)

    def _copy(self, loop: LoopPlan, row: int) -> None:
        """Repeat what stands in the pattern without a tag."""
        for column, content in loop.fixed:
            if content is not None:
                put(self.worksheet.cell(row, column), content)

    def _blank(self, row: int) -> None:
        """No rows: the pattern becomes an empty line, without tags."""
        for cell in self.worksheet[row]:
            if cell.value is not None:
                cell.value = None

    def _rows(self, loop: LoopPlan) -> Sequence[Any]:
        value = self._evaluate(loop.marker.rows, self.values, loop.row, "")
        if value is _NOTHING:
            return ()
        if isinstance(value, Blank | BlankRows):
            rows = value.rows() if isinstance(value, Blank) else value
            return rows.filling(rows_on_page(self.worksheet, loop.row, loop.spare))
        if not isinstance(value, list | tuple | range):
            self._report("T302", f"“{loop.marker.rows.source}”不是一张表。", loop.row, "")
            return ()
        if len(value) > MAX_ROWS:
            self._report("T302", f"有 {len(value)} 行，最多 {MAX_ROWS} 行。", loop.row, "")
            return ()
        return value

    def _names(self, loop: LoopPlan, item: Any, number: int) -> dict[str, Any]:
        names = {**self.values, loop.marker.variable: item, "loop": {"index": number + 1}}
        for name, formula in loop.marker.lets:
            value = self._evaluate(formula, names, loop.row + number, name)
            names[name] = None if value is _NOTHING else value
        return names

    def _fill_cell(self, plan: CellPlan, row: int, names: Mapping[str, Any]) -> None:
        value = self._evaluate(plan.formula, names, row, plan.header)
        if value is _NOTHING:
            return
        try:
            put(self.worksheet.cell(row, plan.column), cell_value(value))
        except CellValueError as error:
            self._report(error.code, error.message, row, plan.header)

    def _evaluate(
        self, formula: Formula, names: Mapping[str, Any], row: int | None, header: str
    ) -> Any:
        """The value, or `_NOTHING` after reporting why there is none."""
        try:
            return formula.evaluate(names)
        except _FAILURES as error:
            message = f"“{formula.source}”填不出来：缺少字段，或者内容的类型不对（{error}）。"
            self._report("T301", message, row, header)
            return _NOTHING

    def _fit(self, row: int, plans: Sequence[CellPlan], least_pt: float) -> None:
        """Make the row high enough for its wrapped text."""
        needed, header = least_pt, ""
        for plan in plans:
            text = self.worksheet.cell(row, plan.column).value
            if isinstance(text, str):
                height = self._rooms.height_pt(plan, text)
                if height > needed:
                    needed, header = height, plan.header
        if needed > MAX_ROW_HEIGHT_PT:
            self._report("T303", "内容太长，一行里打印不全，请精简或分成几行填写。", row, header)
        elif needed > 0:
            self.worksheet.row_dimensions[row].height = needed

    def _report(self, code: str, message: str, row: int | None, header: str) -> None:
        self.problems.append(
            Problem(code, message, sheet=self.worksheet.title, row=row, column=header or None)
        )
