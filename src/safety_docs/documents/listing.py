"""Plain lists for people: a workbook of tables, and slips to be cut and handed out.

Neither is filed. Every cell is text, so that nothing that a name holds becomes a formula.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from docx.document import Document
    from docx.shared import Length
    from docx.text.paragraph import Paragraph
    from openpyxl.worksheet.worksheet import Worksheet

_BODY, _HEADING = "宋体", "黑体"
_MAX_WIDTH = 44
_TEXT_MM, _MARGIN_MM, _ROW_MM = 170, 20, 7


class Table(NamedTuple):
    """One table.

    Attributes:
        title: Printed above it; the name of its sheet.
        header: Names of its columns.
        rows: One tuple per row, cells in order.
        total: A last row that sums up; empty for none.
    """

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str | int]]
    total: Sequence[str | int] = ()


class Slip(NamedTuple):
    """One page to be handed out.

    Attributes:
        title: Its heading.
        text: What is asked, above the table.
        table: Its rows; the table's own title is not printed.
        foot: What stands under it.
    """

    title: str
    text: str
    table: Table
    foot: str


def workbook_of(heading: str, tables: Iterable[Table]) -> bytes:
    """An .xlsx with one sheet for each table, ready to print on A4.

    Args:
        heading: Printed above each table.
        tables: Their titles differ.
    """
    from openpyxl import Workbook  # noqa: PLC0415 # slow to import, and most commands need none

    book = Workbook()
    book.remove(book.worksheets[0])
    for table in tables:
        _fill_sheet(book.create_sheet(table.title), heading, table)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def slips_of(slips: Iterable[Slip]) -> bytes:
    """A .docx with one page for each slip."""
    import docx  # noqa: PLC0415 # slow to import, and most commands need none
    from docx.shared import Mm  # noqa: PLC0415

    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(_MARGIN_MM)
    section.top_margin = section.bottom_margin = Mm(_MARGIN_MM)
    document.core_properties.author = document.core_properties.comments = ""
    for place, slip in enumerate(slips):
        _add_slip(document, slip, is_first=place == 0)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _fill_sheet(sheet: Worksheet, heading: str, table: Table) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415
    from openpyxl.worksheet.properties import PageSetupProperties  # noqa: PLC0415

    side = Side(style="thin", color="808080")
    lines = [table.header, *table.rows, *([table.total] if table.total else [])]
    columns = len(table.header)
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=columns)
    title = sheet.cell(1, 1, f"{heading}{table.title}")
    title.data_type = "s"
    title.font = Font(_HEADING, size=15)
    title.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    sheet.row_dimensions[1].height = 36
    for row, line in enumerate(lines, start=2):
        is_bold = row == 2 or line is table.total
        for column, value in enumerate(line, start=1):
            cell = sheet.cell(row, column, value)
            if isinstance(value, str):
                cell.data_type = "s"
            cell.font = Font(_HEADING if is_bold else _BODY, size=11)
            cell.border = Border(side, side, side, side)
            cell.alignment = Alignment(
                horizontal="center" if row == 2 or _is_figure(value) else "left",
                vertical="center",
                wrap_text=True,
            )
            if row == 2:
                cell.fill = PatternFill("solid", fgColor="E7EEF7")
    for column in range(columns):
        longest = max(_columns(str(line[column])) for line in lines)
        width = min(longest + 3, _MAX_WIDTH)
        sheet.column_dimensions[get_column_letter(column + 1)].width = width
    sheet.freeze_panes = "A3"
    sheet.print_title_rows = "1:2"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _is_figure(value: str | int) -> bool:
    return isinstance(value, int) or value.endswith("%")


def _columns(text: str) -> int:
    """Columns that a text takes; what is not ASCII takes two."""
    return sum(1 if char.isascii() else 2 for char in text)


def _add_slip(document: Document, slip: Slip, *, is_first: bool) -> None:
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT  # noqa: PLC0415
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415
    from docx.shared import Mm  # noqa: PLC0415

    heading = document.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    heading.paragraph_format.page_break_before = not is_first
    _say(heading, slip.title, 18, _HEADING)
    _say(document.add_paragraph(), slip.text, 12)
    lines = (slip.table.header, *slip.table.rows)
    table = document.add_table(0, len(slip.table.header), style="Table Grid")
    table.autofit = False
    widths = _shares([max(map(_columns, map(str, cells))) for cells in zip(*lines, strict=True)])
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for place, line in enumerate(lines):
        row = table.add_row()
        row.height = Mm(_ROW_MM)
        for cell, value, width in zip(row.cells, line, widths, strict=True):
            cell.width = width
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            _say(cell.paragraphs[0], str(value), 10, _BODY if place else _HEADING)
    _repeat_header(table.rows[0])
    foot = document.add_paragraph()
    foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    foot.paragraph_format.space_before = Mm(_ROW_MM)
    _say(foot, slip.foot, 12)


def _shares(columns: Sequence[int]) -> list[Length]:
    """Widths for columns that hold so many characters, together as wide as the page's text."""
    from docx.shared import Mm  # noqa: PLC0415

    wanted = [min(count, _MAX_WIDTH) + 3 for count in columns]
    return [Mm(_TEXT_MM * one / sum(wanted)) for one in wanted]


def _repeat_header(row: object) -> None:
    from docx.oxml import OxmlElement  # noqa: PLC0415

    properties = row._tr.get_or_add_trPr()  # type: ignore[attr-defined] # noqa: SLF001 # no other way
    properties.append(OxmlElement("w:tblHeader"))


def _say(paragraph: Paragraph, text: str, size_points: int, font: str = _BODY) -> None:
    """Add a run that shows Chinese in a Chinese font, also where the style names none."""
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Pt  # noqa: PLC0415

    run = paragraph.add_run("".join(char for char in text if char.isprintable()))
    run.font.name = font
    run.font.size = Pt(size_points)
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()  # noqa: SLF001 # no other way
    for name in ("w:eastAsia", "w:cs"):
        fonts.set(qn(name), font)
    fonts.set(qn("w:hint"), "eastAsia")
