"""The clerk's own roster handed back with its faults marked.

The workbook stays as it is: worksheets, order, widths, styles, formulas. The worksheet that was
read gets the column 错误信息 at its end and coloured cells; the worksheet 待改 holds the rows with
errors alone. Marks of an earlier check are taken away first, so that a second check gives the same
result. Rows and columns count from 1.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Protocol

from safety_docs.forms.grids import bytes_of, read_grids
from safety_docs.forms.headers import ERROR_HEADING, heading_text, is_error_heading
from safety_docs.forms.mark_styles import MarkStyles
from safety_docs.forms.plain_workbook import plain_workbook
from safety_docs.forms.sheet_marks import RowMarks, SheetMarker
from safety_docs.forms.sheet_xml import SheetXml
from safety_docs.forms.workbook_parts import WorkbookParts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from safety_docs.core.problem import Problem, Severity

FAILED_SHEET = "待改"
_CSV_SHEET = "名册"
_MAX_MESSAGE = 32_000
"""A cell holds 32,767 characters at most."""


class Table(Protocol):
    """Where the table of a roster is: a `Roster` whose header was found, or an `OpenRoster`."""

    @property
    def sheet(self) -> str:
        """Worksheet name; empty for .csv."""

    @property
    def header_row(self) -> int:
        """Row of the header."""

    @property
    def headings(self) -> tuple[str, ...]:
        """Headings of all columns."""


def annotated(path: Path, roster: Table, problems: Iterable[Problem]) -> bytes:
    """The workbook with every problem marked; a .csv becomes a workbook.

    Args:
        path: The file that `roster` was read from.
        roster: Its table.
        problems: Problems of the roster and its rows, columns named as `read_roster` names them.

    Raises:
        RosterError: If the file has become unreadable since.
    """
    name = roster.sheet or _CSV_SHEET
    if roster.sheet:
        book = WorkbookParts(path.name, bytes_of(path))
    else:
        (grid,) = read_grids(path, None)
        book = WorkbookParts(path.name, plain_workbook(name, grid.rows()))
    styles = MarkStyles(book.styles())
    part = book.sheet_path(name)
    old = next((at for at, one in enumerate(roster.headings, 1) if is_error_heading(one)), None)
    column = old or len(roster.headings) + 1
    marker = SheetMarker(
        SheetXml(book.parts[part]),
        styles,
        header_row=roster.header_row,
        column=column,
        is_marked=old is not None,
        marks=_marks(roster, problems),
    )
    done = marker.marked()
    book.parts[part] = done.data
    book.put_styles(styles.data())
    if name != FAILED_SHEET:
        if FAILED_SHEET in book.sheet_names:
            book.remove_sheet(FAILED_SHEET)
        if done.failed is not None:
            book.add_sheet(FAILED_SHEET, done.failed)
    return book.packed()


def _marks(roster: Table, problems: Iterable[Problem]) -> dict[int, RowMarks]:
    """The marks of every row that has a problem, and of the header."""
    by_row: dict[int, list[Problem]] = defaultdict(list)
    whole: list[Problem] = []
    for one in problems:
        if one.row is None:
            whole.append(one)
        else:
            by_row[one.row].append(one)
    places: dict[str, list[int]] = {}
    for at, heading in enumerate(roster.headings, start=1):
        places.setdefault(heading_text(heading), []).append(at)
    marks = {row: _row_marks(found, places) for row, found in by_row.items()}
    marks[roster.header_row] = _header_marks(whole, places)
    return marks


def _row_marks(found: Sequence[Problem], places: Mapping[str, list[int]]) -> RowMarks:
    """The first of two columns of one heading is the one that is used."""
    cells: dict[int, Severity] = {}
    severity: Severity | None = None
    for one in sorted(found, key=_is_error):
        columns = places.get(one.column or "")
        if columns:
            cells[columns[0]] = one.severity
        else:
            severity = one.severity
    return RowMarks(cells, _sentences(found), severity, is_failed=any(map(_is_error, found)))


def _header_marks(found: Sequence[Problem], places: Mapping[str, list[int]]) -> RowMarks:
    """What is wrong with the whole table stands behind the heading of the column of sentences."""
    cells: dict[int, Severity] = {}
    severity: Severity | None = None
    for one in sorted(found, key=_is_error):
        columns = places.get(one.column or "")
        if columns:
            cells |= dict.fromkeys(columns, one.severity)
        else:
            severity = one.severity
    text = f"{ERROR_HEADING}：{_sentences(found)}" if found else ERROR_HEADING
    return RowMarks(cells, text, severity)


def _is_error(one: Problem) -> bool:
    return one.severity == "error"


def _sentences(found: Iterable[Problem]) -> str:
    lines = []
    for one in found:
        word = "" if one.severity == "error" else "提醒："
        place = (f"“{one.column}”" if one.column else "") + (one.place or "")
        lines.append(f"{word}{place}：{one.message}" if place else f"{word}{one.message}")
    return "\n".join(dict.fromkeys(lines))[:_MAX_MESSAGE]
