"""Merged cells of a roster: groups are filled down, all others are refused.

A merged cell has its value in its first row only. In a column that groups rows (class, grade) the
rows below mean the same; elsewhere nobody can know what they mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from safety_docs.core.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from safety_docs.forms.grids import Grid
    from safety_docs.forms.headers import Header
    from safety_docs.forms.spec import FieldSpec

_GROUPING = frozenset({"text", "choice", "date", "boolean", "multi-choice"})


class Merges:
    """The merged cells below the header, as the rows go by from top to bottom.

    Attributes:
        filled_down: Headings of the columns that are filled down.
    """

    def __init__(self, grid: Grid, header: Header, fields: Sequence[FieldSpec]) -> None:
        self.filled_down: list[str] = []
        self._starting: dict[int, list[_Merge]] = {}
        self._open: list[_Merge] = []
        by_column = {header.columns[one.name]: one for one in fields}
        for (top, left), (bottom, right) in grid.merged:
            used = [at for at in range(left, min(right + 1, grid.width)) if at in by_column]
            if top > header.row and used:
                one = by_column[used[0]]
                is_group = left == right and one.type in _GROUPING and not one.unique
                merge = _Merge(bottom + 1, left, None if is_group else _refusal(one))
                self._starting.setdefault(top + 1, []).append(merge)
                heading = header.headings[one.name]
                if is_group and heading not in self.filled_down:
                    self.filled_down.append(heading)

    def __bool__(self) -> bool:
        return bool(self._starting or self._open)

    def apply(self, number: int, cells: list[Any]) -> list[Problem]:
        """Fill the cells of row `number`; D221 for each range in it that is refused."""
        self._open = [one for one in self._open if number <= one.last]
        for one in self._starting.pop(number, ()):
            one.value = cells[one.column]
            self._open.append(one)
        for one in self._open:
            if one.refusal is None:
                cells[one.column] = one.value
        return [one.refusal for one in self._open if one.refusal is not None]


class _Merge:
    """One range: its last row, its column, and why it is refused or None if it is filled down."""

    __slots__ = ("column", "last", "refusal", "value")

    def __init__(self, last: int, column: int, refusal: Problem | None) -> None:
        self.last, self.column, self.refusal = last, column, refusal
        self.value: Any = ""


def _refusal(field: FieldSpec) -> Problem:
    message = "这里的单元格是合并的，请取消合并，每格各填一个。"
    return Problem("D221", message, column=field.shown_name)
