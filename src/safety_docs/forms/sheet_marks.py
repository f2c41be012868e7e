"""Marks in the XML of a worksheet: coloured cells, sentences in a column at the end.

Marks of an earlier check are taken away in the same pass. The rows that failed are copied as they
are marked, for the worksheet that holds them alone. Rows and columns count from 1.
"""

from __future__ import annotations

import copy
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from safety_docs.forms.sheet_xml import cells_of, column_letters, escaped_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lxml.etree import _Element

    from safety_docs.core.problem import Severity
    from safety_docs.forms.mark_styles import MarkStyles
    from safety_docs.forms.sheet_xml import Merged, RowPlace, SheetXml

_BATCH = 500
"""Rows that are parsed together."""
_MESSAGE_WIDTH = 60
"""Columns of letters; a Chinese character takes two."""
_LINE_POINTS, _MAX_POINTS = 15, 405


class RowMarks(NamedTuple):
    """What is to be seen in one row.

    Attributes:
        cells: Severity by column.
        text: For the column of sentences; empty for none.
        severity: Colours the cell of the sentences; None for no colour.
        is_failed: Whether the row is copied.
    """

    cells: Mapping[int, Severity]
    text: str
    severity: Severity | None = None
    is_failed: bool = False


class MarkedSheet(NamedTuple):
    """A worksheet after marking.

    Attributes:
        data: The worksheet.
        failed: A worksheet of header and failed rows; None if no row failed.
    """

    data: bytes
    failed: bytes | None


@dataclass
class SheetMarker:
    """Marks one worksheet.

    Attributes:
        sheet: As it is.
        styles: Of the workbook; formats for marks are added.
        header_row: Row of the header.
        column: Column of the sentences; what it holds below the header is taken away.
        is_marked: Whether the worksheet may hold marks of an earlier check.
        marks: By row, the header's among them.
    """

    sheet: SheetXml
    styles: MarkStyles
    header_row: int
    column: int
    is_marked: bool
    marks: Mapping[int, RowMarks]
    _copies: list[bytes] = field(default_factory=list)
    _tops: dict[tuple[int, int], _Element] = field(default_factory=dict)
    _merged: dict[int, list[Merged]] = field(default_factory=dict)
    _kept: set[int] = field(default_factory=set)

    def marked(self) -> MarkedSheet:
        """The worksheet with its marks, and the worksheet of the failed rows."""
        self._find_merged()
        sheet = self.sheet
        columns = self._columns()
        pieces = [self._head(columns)]
        position = sheet.first
        for places in _batches(self._touched()):
            for place, text in zip(places, self._edited(places), strict=True):
                pieces += (sheet.data[position : place.start], text)
                position = place.start + len(sheet.row(place))
        pieces.append(sheet.data[position:])
        has_failed = any(one.is_failed for one in self.marks.values())
        return MarkedSheet(b"".join(pieces), self._failed(columns) if has_failed else None)

    def _touched(self) -> Iterator[RowPlace]:
        """Rows with marks, new or old, and rows whose values stand for merged cells."""
        old = self._old_marks()
        for place in self.sheet.places():
            is_wanted = place.number in self.marks or place.number in self._kept
            if is_wanted or (
                old and place.number > self.header_row and old.search(self.sheet.row(place))
            ):
                yield place

    def _old_marks(self) -> re.Pattern[bytes] | None:
        """Finds what an earlier check may have left in a row; None if there was none."""
        if not self.is_marked:
            return None
        letters = column_letters(self.column).encode()
        styles = b"|".join(str(one).encode() for one in sorted(self.styles.marked)) or b"-"
        cell = b"<" + self.sheet.prefix + rb"c(?=[\s/>])"
        return re.compile(
            rb"""\ss\s*=\s*["'](?:%b)["']|\sr\s*=\s*["']%b\d|%b(?![^>]*\sr\s*=)"""
            % (styles, letters, cell)
        )

    def _edited(self, places: Sequence[RowPlace]) -> list[bytes]:
        """The text of the rows at `places`, marked; failed ones are copied."""
        root = self.sheet.parsed(self.sheet.row(place) for place in places)
        copies = self.sheet.parsed([])
        for place, row in zip(places, root, strict=True):
            self._edit(row, place.number)
            marks = self.marks.get(place.number)
            if place.number == self.header_row or (marks and marks.is_failed):
                copies.append(self._copy(row, place.number, len(self._copies) + len(copies) + 1))
        self._copies += self.sheet.unparsed(copies)
        return self.sheet.unparsed(root)

    def _edit(self, row: _Element, number: int) -> None:
        cells = dict(cells_of(row))
        row.set("r", str(number))
        row.attrib.pop("spans", "")
        if number in self._kept:
            self._tops.update({(number, column): copy.deepcopy(cells[column]) for column in cells})
        for column, cell in cells.items():
            cell.set("r", f"{column_letters(column)}{number}")
            style = int(cell.get("s", "0"))
            if self.is_marked and number >= self.header_row and style in self.styles.marked:
                cell.set("s", str(self.styles.cleared(style)))
        if self.is_marked and number >= self.header_row and self.column in cells:
            row.remove(cells.pop(self.column))
        marks = self.marks.get(number)
        if marks:
            self._mark(row, number, cells, marks)

    def _mark(
        self, row: _Element, number: int, cells: dict[int, _Element], marks: RowMarks
    ) -> None:
        for column, severity in marks.cells.items():
            cell = cells.get(column)
            if cell is None:
                cell = cells[column] = self._new_cell(row, number, cells, column)
            cell.set("s", str(self.styles.coloured(int(cell.get("s", "0")), severity)))
        if marks.text:
            cell = self._new_cell(row, number, cells, self.column)
            is_heading = number == self.header_row
            make = self.styles.heading if is_heading else self.styles.message
            cell.set("s", str(make(marks.severity)))
            cell.set("t", "inlineStr")
            text = etree.SubElement(
                etree.SubElement(cell, self._tag(row, "is")), self._tag(row, "t")
            )
            text.text = escaped_text(marks.text)
            if row.get("ht") is None:
                row.set("ht", str(min(_LINE_POINTS * _lines(marks.text), _MAX_POINTS)))
                row.set("customHeight", "1")
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")

    def _new_cell(
        self, row: _Element, number: int, cells: Mapping[int, _Element], column: int
    ) -> _Element:
        """A cell in its place among the others of the row."""
        cell = etree.Element(self._tag(row, "c"))
        cell.set("r", f"{column_letters(column)}{number}")
        after = [at for at in cells if at > column and at in cells and cells[at].getparent() is row]
        if after:
            row.insert(row.index(cells[min(after)]), cell)
        else:
            row.append(cell)
        return cell

    def _tag(self, row: _Element, name: str) -> str:
        return f"{{{etree.QName(row).namespace}}}{name}"

    def _copy(self, row: _Element, number: int, to: int) -> _Element:
        """The row for the worksheet of failed rows: results in place of formulas."""
        copied = etree.Element(row.tag)
        copied.set("r", str(to))
        for key in ("ht", "customHeight"):
            if row.get(key) is not None:
                copied.set(key, row.get(key, ""))
        cells = dict(cells_of(copy.deepcopy(row)))
        for merged in self._merged.get(number, ()):
            self._take_merged(merged, number, cells)
        for column in sorted(cells):
            cell = cells[column]
            cell.set("r", f"{column_letters(column)}{to}")
            for key in ("cm", "vm"):
                cell.attrib.pop(key, "")
            for formula in cell.findall(self._tag(row, "f")):
                cell.remove(formula)
            copied.append(cell)
        return copied

    def _take_merged(self, merged: Merged, number: int, cells: dict[int, _Element]) -> None:
        """Put the value of a merged range into each of its cells in this row."""
        top = self._tops.get((merged.top, merged.left))
        if top is None:
            return
        for column in range(merged.left, min(merged.right, self.column - 1) + 1):
            if (number, column) != (merged.top, merged.left):
                own = cells.get(column)
                cells[column] = copy.deepcopy(top)
                if own is not None and own.get("s") is not None:
                    cells[column].set("s", own.get("s", "0"))

    def _find_merged(self) -> None:
        """Merged ranges that a failed row takes part in, and the rows that hold their values."""
        failed = sorted(number for number, one in self.marks.items() if one.is_failed)
        for one in self.sheet.merged():
            rows = failed[bisect_left(failed, one.top) : bisect_right(failed, one.bottom)]
            for number in rows:
                self._merged.setdefault(number, []).append(one)
            if rows:
                self._kept.add(one.top)

    def _columns(self) -> bytes:
        """The widths of the columns, with that of the column of sentences."""
        sheet = self.sheet
        own = sheet.part("cols")
        root = sheet.parsed([own]) if own else sheet.parsed([sheet.element("cols")])
        columns = root[0]
        for one in list(columns):
            first, last = int(one.get("min", "1")), int(one.get("max", "1"))
            if first <= self.column <= last:
                _split(one, first, last, self.column)
        new = etree.Element(self._tag(columns, "col"))
        at = str(self.column)
        for key, value in (("min", at), ("max", at), ("width", _MESSAGE_WIDTH), ("customWidth", 1)):
            new.set(key, str(value))
        before = [one for one in columns if int(one.get("max", "1")) < self.column]
        columns.insert(len(before), new)
        text = etree.tostring(root)
        return text[text.index(b"<" + sheet.prefix + b"cols") : text.rindex(b"</")]

    def _head(self, columns: bytes) -> bytes:
        """What stands before the rows; the size of the sheet is left out, it has changed."""
        sheet = self.sheet
        head, opening = sheet.data[: sheet.head_end], sheet.data[sheet.head_end : sheet.first]
        for part in (sheet.part("dimension"), sheet.part("cols")):
            head = head.replace(part, b"", 1) if part else head
        return head + columns + opening

    def _failed(self, columns: bytes) -> bytes:
        sheet = self.sheet
        pane = sheet.element(
            "pane", 'ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"'
        )
        view = sheet.element("sheetView", 'workbookViewId="0"', pane)
        return b"".join(
            [
                b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n',
                sheet.root,
                sheet.element("sheetViews", "", view),
                columns,
                sheet.element("sheetData", "", b"".join(self._copies)),
                b"</" + sheet.prefix + b"worksheet>",
            ]
        )


def _lines(text: str) -> int:
    """Lines that a text wraps into in the column of sentences."""
    room = _MESSAGE_WIDTH // 2 - 1
    return sum(max(-(-len(line) // room), 1) for line in text.split("\n"))


def _split(column: _Element, first: int, last: int, at: int) -> None:
    """Take one column out of a range of columns that share a width."""
    parent = column.getparent()
    if parent is None:
        return
    for start, end in ((first, at - 1), (at + 1, last)):
        if start <= end:
            part = copy.deepcopy(column)
            part.set("min", str(start))
            part.set("max", str(end))
            column.addprevious(part)
    parent.remove(column)


def _batches(places: Iterator[RowPlace]) -> Iterator[list[RowPlace]]:
    batch: list[RowPlace] = []
    for place in places:
        batch.append(place)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
