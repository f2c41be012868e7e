"""Dates that stand in a roster as text or as bare numbers: they are read, and it is said how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from safety_docs.core.problem import Problem
from safety_docs.forms.kinds import bound_text, reader_of
from safety_docs.forms.moments import FIRST_SERIAL, LAST_SERIAL
from safety_docs.forms.plain_text import BLANKS, RefusedError, shown

if TYPE_CHECKING:
    from safety_docs.forms.spec import FieldSpec

MOMENTS = frozenset({"date", "datetime"})
"""Types of fields that hold dates."""
_DAYS_TO_1904 = 1_462
_LISTED_ROWS, _LISTED_TEXTS = 10, 3
_MEMORY = 4_096


class TypedDates:
    """The dates of one column that are no date cells.

    Attributes:
        heading: Of the column.
        serials: Number of cells that hold a bare serial number.
    """

    def __init__(self, field: FieldSpec, heading: str, *, starts_1904: bool) -> None:
        self.serials = 0
        self.heading = heading
        self._starts_1904 = starts_1904
        self._read = reader_of(field)
        self._understood: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        self._rows: list[int] = []
        self._count = 0

    def see(self, number: int, cell: Any) -> Any:
        """Look at one cell; a serial number of a 1904 calendar is counted from 1900 as others."""
        if cell.__class__ is str:
            if cell:
                self._see_text(number, cell)
        elif cell.__class__ is float and FIRST_SERIAL <= cell <= LAST_SERIAL:
            self.serials += 1
            return cell + _DAYS_TO_1904 if self._starts_1904 else cell
        return cell

    def _see_text(self, number: int, text: str) -> None:
        understood = self._understood.get(text)
        if understood is None:
            understood = self._meaning(text)
            if len(self._understood) < _MEMORY:
                self._understood[text] = understood
        if understood:
            self._count += 1
            if len(self._rows) < _LISTED_ROWS:
                self._rows.append(number)
            if len(self._texts) < _LISTED_TEXTS:
                self._texts[text] = understood

    def _meaning(self, text: str) -> str:
        """How the text is read, empty if it is refused."""
        try:
            return bound_text(self._read(text.strip(BLANKS)))
        except RefusedError:
            return ""

    def problem(self, sheet: str) -> Problem | None:
        """D231 if the column of the worksheet `sheet` holds dates as text; None if it does not."""
        if not self._count:
            return None
        examples = "、".join(f"“{shown(text)}”读作{what}" for text, what in self._texts.items())
        rows = "、".join(map(str, self._rows)) + ("……" if self._count > len(self._rows) else "")
        message = (
            f"有 {self._count} 格日期是文字（第 {rows} 行），已照年、月、日的次序读，"
            f"如{examples}，请核对；最好把这一列设为日期格式。"
        )
        return Problem("D231", message, sheet=sheet, column=self.heading, severity="warning")
