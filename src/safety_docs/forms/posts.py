"""The post (岗位) of each person on a roster, whatever form the roster is for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from safety_docs.forms.grids import read_grids
from safety_docs.forms.headers import heading_key
from safety_docs.forms.plain_text import BLANKS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

HEADINGS = ("岗位", "岗位名称", "工作岗位", "本职岗位", "乙方岗位", "职务")
"""What the column may be called; an earlier one is preferred."""


@dataclass(frozen=True, slots=True)
class Posts:
    """Posts of one worksheet.

    Attributes:
        sheet: Its name; empty for .csv.
        heading: Of the column, as the clerk wrote it.
        of_row: Post by row as Excel shows it, for every row below the header; may be empty.
    """

    sheet: str
    heading: str
    of_row: Mapping[int, str]


def read_posts(path: Path, sheet: str | None) -> Posts | None:
    """Posts of the first worksheet that has a column of them; None if none has.

    Raises:
        RosterError: If the file cannot be read, or has no `sheet`.
    """
    for grid in read_grids(path, sheet):
        for index, row in enumerate(grid.head):
            at = _column(row)
            if at is not None:
                rows = enumerate(grid.rows(), start=1)
                posts = {number: _text(cells[at]) for number, cells in rows if number > index + 1}
                return Posts(grid.name, _text(row[at]), posts)
    return None


def _column(row: Sequence[Any]) -> int | None:
    keys = [heading_key(cell) for cell in row]
    return next((keys.index(name) for name in HEADINGS if name in keys), None)


def _text(cell: Any) -> str:
    return str(cell).strip(BLANKS)
