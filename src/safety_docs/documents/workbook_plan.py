"""Find the tags of a workbook template and check them all: where they stand, what they use.

Findings carry the code of the template lint (T101 to T120), T131 for a formula and T132 for a
sheet that is too large, and the place as Excel shows it: sheet and cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from openpyxl.cell.cell import Cell

from safety_docs.core.problem import Problem
from safety_docs.documents.grammar import nearest
from safety_docs.documents.tags import has_tag
from safety_docs.documents.workbook_tags import parse_cell

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from safety_docs.documents.workbook_tags import CellText, Formula, RowMarker
    from safety_docs.documents.workbook_values import CellValue

MAX_TEMPLATE_ROWS = 5_000
MAX_TEMPLATE_COLUMNS = 200
_PAGE_PARTS = tuple(
    (area, part) for area in ("oddHeader", "oddFooter") for part in ("left", "center", "right")
)


@dataclass(frozen=True, slots=True)
class CellPlan:
    """A cell to fill.

    Attributes:
        row: In the template, counted from 1.
        column: Counted from 1.
        formula: What goes in.
        header: What stands above it, as a clerk would call it.
    """

    row: int
    column: int
    formula: Formula
    header: str


@dataclass(frozen=True, slots=True)
class LoopPlan:
    """A row to repeat.

    Attributes:
        row: In the template, counted from 1.
        marker: What the rows are.
        cells: To be filled.
        fixed: Column and content of cells without tags.
        spare: Empty framed rows below, for an empty table only.
    """

    row: int
    marker: RowMarker
    cells: tuple[CellPlan, ...]
    fixed: tuple[tuple[int, CellValue], ...]
    spare: int


@dataclass(frozen=True, slots=True)
class PagePlan:
    """A part of the page header or footer to fill, such as ``oddHeader`` and ``left``."""

    area: str
    part: str
    formula: Formula


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """What to do on one worksheet; loops in order of their rows."""

    name: str
    cells: tuple[CellPlan, ...] = ()
    loops: tuple[LoopPlan, ...] = ()
    pages: tuple[PagePlan, ...] = ()


def plan_sheets(
    workbook: Workbook, names: Collection[str] | None
) -> tuple[tuple[SheetPlan, ...], list[Problem]]:
    """Plans of all worksheets in tab order, and everything that is wrong with the tags.

    Args:
        workbook: The template.
        names: Names that the form provides; None when they are not known.
    """
    planners = [_Planner(worksheet, names) for worksheet in workbook.worksheets]
    plans = tuple(planner.plan() for planner in planners)
    return plans, [problem for planner in planners for problem in planner.problems]


class _Planner:
    """Reads one worksheet."""

    def __init__(self, worksheet: Worksheet, names: Collection[str] | None) -> None:
        self.worksheet: Any = worksheet  # the stubs take every cell for a merged one
        self.names = names
        self.problems: list[Problem] = []

    def plan(self) -> SheetPlan:
        sheet = self.worksheet
        if sheet.max_row > MAX_TEMPLATE_ROWS or sheet.max_column > MAX_TEMPLATE_COLUMNS:
            limit = f"{MAX_TEMPLATE_ROWS} 行、{MAX_TEMPLATE_COLUMNS} 列"
            self._report("A1 格", "T132", f"工作表太大，模板最多 {limit}，请删去多余的行列。")
            return SheetPlan(sheet.title)
        texts = [(cell, self._parse(cell)) for cell in self._cells()]
        loops = self._loops(texts)
        looped = {loop.row for loop in loops}
        cells = [
            plan
            for cell, text in texts
            if cell.row not in looped
            for plan in self._cell(cell, text, ())
        ]
        return SheetPlan(sheet.title, tuple(cells), tuple(loops), tuple(self._pages()))

    def _cells(self) -> Iterator[Cell]:
        """Cells with tags, row by row; formulas are reported on the way."""
        for row in self.worksheet.iter_rows():
            for cell in row:
                if not isinstance(cell, Cell):
                    continue
                if cell.data_type == "f":
                    message = "模板里不能写公式，请改用标签，如“{{ 隐患|length }}”。"
                    self._report(f"{cell.coordinate} 格", "T131", message)
                elif isinstance(cell.value, str) and has_tag(cell.value):
                    yield cell

    def _parse(self, cell: Cell) -> CellText:
        text = parse_cell(str(cell.value))
        for slip in text.slips:
            self._report(f"{cell.coordinate} 格", slip.code, slip.message)
        return text

    def _loops(self, texts: Iterable[tuple[Cell, CellText]]) -> list[LoopPlan]:
        rows: dict[int, list[tuple[Cell, CellText]]] = {}
        for cell, text in texts:
            rows.setdefault(cell.row, []).append((cell, text))
        return [loop for entries in rows.values() for loop in self._loop(entries)]

    def _loop(self, entries: list[tuple[Cell, CellText]]) -> Iterator[LoopPlan]:
        """The loop of one row, if any of its cells has a marker."""
        markers = [(cell, text.marker) for cell, text in entries if text.marker]
        for cell, _ in markers[1:]:
            self._report(f"{cell.coordinate} 格", "T105", "一行里只能有一个行标签。")
        if not markers:
            return
        cell, marker = markers[0]
        inner = [marker.variable, "loop"]
        self._check_names(f"{cell.coordinate} 格", marker.rows, ())
        for name, formula in marker.lets:
            self._check_names(f"{cell.coordinate} 格", formula, inner)
            inner.append(name)
        cells = [plan for cell, text in entries for plan in self._cell(cell, text, inner)]
        tagged = {cell.column for cell, _ in entries}
        fixed = [(c.column, c.value) for c in self.worksheet[cell.row] if c.column not in tagged]
        yield LoopPlan(cell.row, marker, tuple(cells), tuple(fixed), self._spare(cell.row))

    def _spare(self, row: int) -> int:
        """How many empty framed rows follow a row."""
        count = 0
        for cells in self.worksheet.iter_rows(min_row=row + 1):
            is_framed = any(cell.border.bottom and cell.border.bottom.style for cell in cells)
            if not is_framed or any(cell.value is not None for cell in cells):
                break
            count += 1
        return count

    def _cell(self, cell: Cell, text: CellText, inner: Collection[str]) -> Iterator[CellPlan]:
        if text.formula is not None:
            self._check_names(f"{cell.coordinate} 格", text.formula, inner)
            yield CellPlan(cell.row, cell.column, text.formula, self._header(cell))

    def _header(self, cell: Cell) -> str:
        """The nearest text above that is no tag."""
        for row in range(cell.row - 1, 0, -1):
            text = self.worksheet.cell(row, cell.column).value
            if isinstance(text, str) and not has_tag(text):
                return text.rstrip("*")
        return cell.coordinate

    def _pages(self) -> Iterator[PagePlan]:
        for area, part in _PAGE_PARTS:
            text = getattr(getattr(self.worksheet, area), part).text
            if not text or not has_tag(text):
                continue
            parsed = parse_cell(text)
            for slip in parsed.slips:
                self._report("页眉页脚", slip.code, slip.message)
            if parsed.formula is not None:
                self._check_names("页眉页脚", parsed.formula, ())
                yield PagePlan(area, part, parsed.formula)

    def _check_names(self, place: str, formula: Formula, inner: Collection[str]) -> None:
        if self.names is None:
            return
        known = {*self.names, *inner}
        for name in sorted(formula.names - known):
            message = f"没有“{name}”这个字段{nearest(name, known)}。"
            self._report(place, "T107", message)

    def _report(self, place: str, code: str, message: str) -> None:
        self.problems.append(Problem(code, message, sheet=self.worksheet.title, place=place))
