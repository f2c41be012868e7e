"""The printed page of a worksheet: A4, margins, one page wide, page header and footer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break, ColBreak
from openpyxl.worksheet.properties import PageSetupProperties

if TYPE_CHECKING:
    from safety_docs.documents.workbook_sheets import Book, Sheet

_A4 = 9  # ECMA-376 part 1, 18.3.1.63, paperSize
_SIDE_INCHES = 0.45
_TOP_INCHES = 0.85  # and bottom: room for page header and footer
_HEADER_INCHES = 0.4
_PAGE_UNITS = {True: 106.0, False: 70.0}
"""Character units between the margins of A4 at 100 %: landscape, portrait.

129 and 86 where 宋体 is installed; less with the wide substitute of LibreOffice on Linux.
"""


def set_page(worksheet: Any, sheet: Sheet, book: Book, pages: list[tuple[int, int]]) -> None:
    """Set up printing.

    Args:
        worksheet: With its column widths set.
        sheet: What it shows.
        book: Gives the texts of page header and footer.
        pages: First and last column, counted from 1, of each page across.
    """
    worksheet.page_setup.paperSize = _A4
    worksheet.page_setup.orientation = "landscape" if sheet.landscape else "portrait"
    margins = worksheet.page_margins
    margins.left = margins.right = _SIDE_INCHES
    margins.top = margins.bottom = _TOP_INCHES
    margins.header = margins.footer = _HEADER_INCHES
    worksheet.print_options.horizontalCentered = True
    if len(pages) == 1:
        _fit(worksheet, cover=sheet.cover)
    else:
        _break(worksheet, sheet, pages)
    _set_texts(worksheet, sheet, book)


def _fit(worksheet: Any, *, cover: bool) -> None:
    """One page wide; a cover is one page high too."""
    worksheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    worksheet.page_setup.fitToWidth = 1
    worksheet.page_setup.fitToHeight = 1 if cover else 0


def _break(worksheet: Any, sheet: Sheet, pages: list[tuple[int, int]]) -> None:
    """Break before each page but the first, at the scale at which the widest fits."""
    repeated = _width(worksheet, 1, sheet.freeze)
    widest = max(repeated + _width(worksheet, first, last) for first, last in pages)
    worksheet.page_setup.scale = min(100, int(100 * _PAGE_UNITS[sheet.landscape] / widest))
    worksheet.col_breaks = ColBreak()
    for first, _ in pages[1:]:
        worksheet.col_breaks.append(Break(id=first - 1))


def _width(worksheet: Any, first: int, last: int) -> float:
    dimensions = worksheet.column_dimensions
    letters = map(get_column_letter, range(first, last + 1))
    return float(sum(dimensions[letter].width for letter in letters))


def _set_texts(worksheet: Any, sheet: Sheet, book: Book) -> None:
    header, footer = worksheet.oddHeader, worksheet.oddFooter
    if not sheet.cover:
        _set_text(header.left, book.header_left)
        _set_text(header.right, book.header_right)
    _set_text(footer.left, book.footer_left)
    _set_text(footer.center, "第 &P 页，共 &N 页")
    _set_text(footer.right, "&A")


def _set_text(part: Any, text: str) -> None:
    if text:
        part.text = text
        part.size = 9
