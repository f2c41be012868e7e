"""Draw `template.xlsx` from `sheets.toml`: what a clerk may then edit in Excel or WPS.

Each sheet is drawn from top to bottom by a `_Drawing` that remembers the next free row. Filling
later goes by the tags written into cells here, never by position, so columns may be widened,
moved or recoloured. The bytes are the same whenever the text is the same.

Fonts follow Chinese office use: 黑体 for titles and headers, 宋体 for the rest.
"""

from __future__ import annotations

import io
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.formatting.rule import Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from safety_docs.documents.workbook_layout import line_count, row_height_pt
from safety_docs.documents.workbook_package import finish
from safety_docs.documents.workbook_page import set_page
from safety_docs.documents.workbook_sheets import COLUMN_IN_FORMULA, FORMATS, read_sheets

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell

    from safety_docs.documents.workbook_sheets import Book, Column, Highlight, NamedList, Sheet

_NORMAL = Font(name="宋体", size=11)
_BODY = Font(name="宋体", size=10)
_HEAD = Font(name="黑体", size=10)
_TITLE = Font(name="黑体", size=18)
_SMALL = Font(name="宋体", size=9)
_COVER_TITLE = Font(name="黑体", size=30)
_COVER_BODY = Font(name="宋体", size=16)
_COVER_NOTE = Font(name="仿宋", size=12)
_THIN = Side(style="thin", color="404040")
_GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_UNDERLINE = Border(bottom=_THIN)
_HEAD_FILL = PatternFill("solid", fgColor="E7ECF2")
_SPARE_HEIGHT_PT = 24.0
_COVER_WIDTHS = (14.0, 26.0, 68.0, 14.0)


def build_workbook(sheets_toml: str) -> bytes:
    """The workbook template described by `sheets_toml`; same text, same bytes.

    Raises:
        TemplateError: All mistakes in the description at once.
    """
    book = read_sheets(sheets_toml)
    workbook: Any = Workbook()
    workbook.remove(workbook.worksheets[0])
    workbook._named_styles["Normal"].font = _NORMAL  # noqa: SLF001 - column widths are counted in it
    for sheet in book.sheets:
        drawing = _Drawing(workbook, sheet)
        drawing.draw(book)
    buffer = io.BytesIO()
    workbook.save(buffer)
    return finish(buffer.getvalue())[0]


class _Drawing:
    """One worksheet in the making. `row` is the next free row, counted from 1."""

    def __init__(self, workbook: Any, sheet: Sheet) -> None:
        self.workbook = workbook
        self.worksheet: Any = workbook.create_sheet(sheet.name)  # its stubs call every cell merged
        self.sheet = sheet
        self.row = 1

    def draw(self, book: Book) -> None:
        self._widths()
        self._title()
        self._lines()
        if self.sheet.rows:
            self._table()
        self._lists()
        self._closing()
        set_page(self.worksheet, self.sheet, book, self._segments())

    def _widths(self) -> None:
        if self.sheet.cover:
            widths = list(_COVER_WIDTHS)
        else:
            widths = [column.width for column in self.sheet.columns]
            for index, named in enumerate(self.sheet.lists):
                if index >= len(widths):
                    widths.append(named.width)
        for index, width in enumerate(widths or [80.0], 1):
            self.worksheet.column_dimensions[get_column_letter(index)].width = width

    def _title(self) -> None:
        if self.sheet.cover:
            self._height(40)
            self.row += 1
        for number, (first, last) in enumerate(self._segments()):
            cell = self._merged(self.sheet.title + ("（续）" if number else ""), first, last)
            cell.font = _COVER_TITLE if self.sheet.cover else _TITLE
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        self._height(70 if self.sheet.cover else 32)
        self.row += 1
        if self.sheet.caption:
            self._paragraph(self.sheet.caption, _BODY, self._segments())

    def _lines(self) -> None:
        for line in self.sheet.lines:
            label = self._cell(2, line.label)
            label.font = Font(name="黑体", size=_COVER_BODY.size)
            label.alignment = Alignment(horizontal="distributed", vertical="center")
            value = self._cell(3, line.value)
            value.font = _COVER_BODY
            value.number_format = FORMATS[line.format]
            value.alignment = Alignment(
                horizontal="left", vertical="center", wrap_text=True, indent=1
            )
            value.border = _UNDERLINE
            self._height(32)
            self.row += 1

    def _table(self) -> None:
        self._header()
        first = self.row
        for number in range(1 + self.sheet.spare):
            for index, column in enumerate(self.sheet.columns, 1):
                text = self._tag(column, index) if number == 0 else ""
                self._body_cell(index, text, column)
            self._height(_SPARE_HEIGHT_PT)
            self.row += 1
        self._dropdowns(first, self.row - 1)
        for highlight in self.sheet.highlights:
            self._highlight(highlight, first, self.row - 1)
        if self.sheet.list_name:
            self._define(self.sheet.list_name, 1, first, self.row - 1)
        self.worksheet.freeze_panes = self.worksheet.cell(first, self.sheet.freeze + 1)
        self.worksheet.print_title_rows = f"1:{first - 1}"
        if self.sheet.freeze:
            self.worksheet.print_title_cols = f"A:{get_column_letter(self.sheet.freeze)}"

    def _tag(self, column: Column, index: int) -> str:
        """What the pattern row holds; its first cell also says what the rows are."""
        tag = f"{{{{ {column.expression} }}}}" if column.expression else ""
        if index > 1:
            return tag
        loop = f"{{%tr for 行 in {self.sheet.rows} %}}"
        lets = "".join(f"{{% set {name} = {value} %}}" for name, value in self.sheet.let)
        return loop + lets + tag

    def _header(self) -> None:
        grouped = any(column.group for column in self.sheet.columns)
        for index, column in enumerate(self.sheet.columns, 1):
            label = column.label + ("*" if column.required else "")
            if grouped and column.group:
                self._head_cell(index, column.group, self.row)
                self._head_cell(index, label, self.row + 1)
            else:
                self._head_cell(index, label, self.row)
                if grouped:
                    self._head_cell(index, "", self.row + 1)
                    self.worksheet.merge_cells(
                        start_row=self.row,
                        end_row=self.row + 1,
                        start_column=index,
                        end_column=index,
                    )
        if grouped:
            self._merge_groups()
            self._height(18)
            self.row += 1
        self._height(self._header_height())
        self.row += 1

    def _merge_groups(self) -> None:
        columns = self.sheet.columns
        start = 0
        for index in range(1, len(columns) + 1):
            same = index < len(columns) and columns[index].group == columns[start].group
            if same and not columns[index].break_before:
                continue
            if columns[start].group and index - start > 1:
                for column in range(start + 2, index + 1):
                    self.worksheet.cell(self.row, column).value = None
                self.worksheet.merge_cells(
                    start_row=self.row, end_row=self.row, start_column=start + 1, end_column=index
                )
            start = index

    def _header_height(self) -> float:
        lines = [line_count(c.label + "*" * c.required, c.width, 10) for c in self.sheet.columns]
        return max(28.0, row_height_pt(max(lines, default=1), 10))

    def _head_cell(self, column: int, text: str, row: int) -> None:
        cell = self.worksheet.cell(row, column, text)
        cell.font = _HEAD
        cell.fill = _HEAD_FILL
        cell.border = _GRID
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)

    def _body_cell(self, index: int, text: str, column: Column) -> None:
        cell = self._cell(index, text)
        cell.font = _BODY
        cell.border = _GRID
        cell.number_format = FORMATS[column.format]
        cell.alignment = Alignment(horizontal=column.align, vertical="center", wrap_text=True)

    def _dropdowns(self, first: int, last: int) -> None:
        for index, column in enumerate(self.sheet.columns, 1):
            if not (column.choices or column.choices_from):
                continue
            source = column.choices_from or '"' + ",".join(column.choices) + '"'
            rule = DataValidation(type="list", formula1=source, allow_blank=True)
            rule.errorStyle = "stop" if column.choices else "warning"
            rule.errorTitle = column.label
            rule.error = "请从下拉列表中选择。"
            rule.showErrorMessage = True
            letter = get_column_letter(index)
            rule.add(f"{letter}{first}:{letter}{last}")
            self.worksheet.add_data_validation(rule)

    def _highlight(self, highlight: Highlight, first: int, last: int) -> None:
        letters = {c.label: get_column_letter(i) for i, c in enumerate(self.sheet.columns, 1)}
        formula = COLUMN_IN_FORMULA.sub(
            lambda match: f"${letters[match[1]]}{first}", highlight.when
        )
        rule = Rule(
            type="expression",
            formula=[formula],
            dxf=DifferentialStyle(
                fill=PatternFill("solid", bgColor=highlight.color),
                font=Font(bold=True) if highlight.bold else None,
            ),
        )
        chosen = highlight.columns or tuple(letters)
        area = " ".join(f"{letters[label]}{first}:{letters[label]}{last}" for label in chosen)
        self.worksheet.conditional_formatting.add(area, rule)

    def _lists(self) -> None:
        if not self.sheet.lists:
            return
        self.row += 1
        height = max(len(named.values) for named in self.sheet.lists)
        for index, named in enumerate(self.sheet.lists, 1):
            self._head_cell(index, named.name, self.row)
            self._list_cells(index, named, height)
            self._define(named.name, index, self.row + 1, self.row + len(named.values))
        self.row += height + 1

    def _list_cells(self, index: int, named: NamedList, height: int) -> None:
        for offset in range(height):
            text = named.values[offset] if offset < len(named.values) else ""
            cell = self.worksheet.cell(self.row + 1 + offset, index, text or None)
            cell.font = _BODY
            cell.border = _GRID
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)

    def _define(self, name: str, column: int, first: int, last: int) -> None:
        letter = get_column_letter(column)
        area = f"'{self.sheet.name}'!${letter}${first}:${letter}${last}"
        self.workbook.defined_names[name] = DefinedName(name, attr_text=area)

    def _closing(self) -> None:
        page = self._segments()[:1]
        for note in self.sheet.notes:
            self._paragraph(note, _COVER_NOTE if self.sheet.cover else _SMALL, page)
        if self.sheet.sign:
            self._height(14)
            self.row += 1
            self._paragraph(self.sheet.sign, _COVER_NOTE if self.sheet.cover else _BODY, page)

    def _paragraph(self, text: str, font: Font, pages: list[tuple[int, int]]) -> None:
        """A wrapped line across each of `pages`, high enough for its text."""
        size = float(font.size or 10)
        needed = 20.0
        for first, last in pages:
            cell = self._merged(text, first, last)
            cell.font = font
            cell.alignment = Alignment(horizontal="left", vertical="center", wrap_text=True)
            width = sum(self._width(index) for index in range(first, last + 1))
            needed = max(needed, row_height_pt(line_count(text, width, size), size))
        self._height(needed)
        self.row += 1

    def _width(self, index: int) -> float:
        return float(self.worksheet.column_dimensions[get_column_letter(index)].width)

    def _segments(self) -> list[tuple[int, int]]:
        """First and last column, counted from 1, of each page across.

        Columns that repeat on every page are left out where there are several, for what stands
        in them is printed on each.
        """
        if self.sheet.cover:
            return [(2, 3)]
        starts = [i for i, c in enumerate(self.sheet.columns, 1) if c.break_before]
        first = 1 + (self.sheet.freeze if starts else 0)
        bounds = [first, *starts, self.sheet.width + 1]
        return [(start, after - 1) for start, after in pairwise(bounds)]

    def _merged(self, text: str, first: int, last: int) -> Cell:
        if last > first:
            self.worksheet.merge_cells(
                start_row=self.row, end_row=self.row, start_column=first, end_column=last
            )
        return self._cell(first, text)

    def _cell(self, column: int, text: str) -> Cell:
        cell: Cell = self.worksheet.cell(self.row, column)
        if text:
            cell.value = text
            cell.data_type = "s"
        return cell

    def _height(self, points: float) -> None:
        self.worksheet.row_dimensions[self.row].height = points
