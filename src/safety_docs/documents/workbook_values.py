"""From a checked value to what a cell may hold, so that nothing is lost and nothing becomes code.

Text is never a formula, whatever it begins with. Numbers keep 15 digits in Excel and dates begin
in March 1900; what exceeds that is written as text rather than rounded.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from safety_docs.core.photo import PhotoFile
from safety_docs.documents.blank import Blank, written_out

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell

MAX_CELL_CHARACTERS = 32_767
_CHARACTERS = "D207"
_CONTENT = "T302"
_EXCEL_DIGITS = 15
_FIRST_EXCEL_DAY = dt.date(1900, 3, 1)  # earlier serials are off by one: 1900 was no leap year
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE_LOOKALIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t")

CellValue = str | int | float | Decimal | dt.date | dt.time | dt.timedelta | None


class CellValueError(ValueError):
    """A value that no cell can hold; the message is a Chinese sentence.

    Attributes:
        code: D207 for characters, T302 for everything else.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def cell_value(value: Any) -> CellValue:
    """What a cell stores for `value`.

    Raises:
        CellValueError: For control characters, over-long text, and types no cell knows.
    """
    if isinstance(value, Blank):
        return None if value.in_row else value.words or None
    if value is None or isinstance(value, bool):
        return None if value is None else ("是" if value else "否")
    if isinstance(value, int | float | Decimal):
        return _number(value)
    if isinstance(value, dt.date | dt.time):
        return _moment(value)
    if isinstance(value, str | PhotoFile):
        return written_out(_text(str(value)))
    if isinstance(value, list | tuple):
        return _text("、".join(str(item) for item in value))
    raise CellValueError(_CONTENT, f"“{type(value).__name__}”类的内容不能放进单元格。")


def put(cell: Cell, value: CellValue) -> None:
    """Write `value`; text stays text, also when the clerk later edits the cell."""
    cell.value = value or None if isinstance(value, str) else value
    if isinstance(value, str) and value:
        cell.data_type = "s"  # openpyxl takes "=…" for a formula and "#N/A" for an error
        if value.startswith(_FORMULA_STARTS):
            cell.quotePrefix = True


def _number(value: float | Decimal) -> CellValue:
    number = Decimal(str(value))
    if not number.is_finite():
        raise CellValueError(_CONTENT, f"“{value}”不是数。")
    if not isinstance(value, float) and len(number.as_tuple().digits) > _EXCEL_DIGITS:
        return str(value)
    return value


def _moment(value: dt.date | dt.time) -> CellValue:
    if isinstance(value, dt.datetime | dt.time) and value.tzinfo is not None:
        value = value.replace(tzinfo=None)
    if isinstance(value, dt.time):
        return value
    day = value.date() if isinstance(value, dt.datetime) else value
    return value if day >= _FIRST_EXCEL_DAY else str(value)


def _text(text: str) -> str:
    found = _ILLEGAL.search(text)
    if found is not None:
        place = f"第 {found.start()} 个字后面" if found.start() else "开头"
        raise CellValueError(
            _CHARACTERS, f"里有任何文件都装不下的控制字符（{place}），请删去后再试。"
        )
    normal = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(normal) > MAX_CELL_CHARACTERS:
        raise CellValueError(
            _CONTENT, f"有 {len(normal)} 个字，一格最多 {MAX_CELL_CHARACTERS} 个字。"
        )
    return _ESCAPE_LOOKALIKE.sub("_x005F_", normal)
