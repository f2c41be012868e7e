"""A problem found in what a user supplied: data, not an exception, so that all can be collected.

Rows are counted as Excel shows them: the first row is 1. `column` is the header or label that the
clerk reads, never a letter code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about the user's input.

    Attributes:
        code: D2xx for data, T1xx for templates, T3xx for rendering; docs/errors.md.
        message: One Chinese sentence: what is wrong and what to do. It does not repeat the place.
        sheet: Worksheet name, or None when the input has no sheets.
        row: 1-based row as Excel shows it, or None.
        column: Header or field label, or None.
        value: The offending value as typed; identity numbers already masked. None when absent.
        place: For templates, where it is, such as "第 3 段" or "表 1 第 2 行第 1 列"; else None.
        severity: An error stops the work, a warning does not.
    """

    code: str
    message: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    place: str | None = None
    severity: Severity = "error"

    def __str__(self) -> str:
        """The place, then the sentence, as a clerk reads it."""
        where = [
            f"“{self.sheet}”表" if self.sheet else "",
            f"第 {self.row} 行" if self.row is not None else "",
            f"“{self.column}”" if self.column else "",
            self.place or "",
        ]
        place = "".join(where)
        return f"{place}：{self.message}" if place else self.message
