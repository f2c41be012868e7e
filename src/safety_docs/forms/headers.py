"""Finds the header row of a roster and which column holds which field.

A heading matches a field by its name, its label or a synonym, blanks, width, case and a mark of a
required column ignored. Each column serves one field and each field one column; the nearer match
wins: name before label before synonyms in their order, then the column further left, then the field
further up in the form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from safety_docs.forms.plain_text import comparable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from safety_docs.forms.spec import FieldSpec

SEARCHED_ROWS = 10
ERROR_HEADING = "错误信息"
"""Heading of the column that a check adds, what is wrong with the whole table behind a colon; never
read."""
MARK_HEADING = "标记（不导入）"
"""Heading of the column that marks the sample row of our own input workbook."""
_DECORATION = re.compile(r"[*:]+$|\((?:必填|选填|可不填|不导入)\)$|^[*]+")


@dataclass(frozen=True, slots=True)
class Header:
    """Where the fields of a roster are.

    Attributes:
        row: Index of the header row, from 0.
        columns: Column index, from 0, by field name, in the order of the form.
        headings: Heading as the clerk wrote it, by field name.
        ignored: Headings of columns that hold no field.
        doubled: Headings of columns that are written exactly like a column that is used.
        mark: Column index of the sample mark, or None.
    """

    row: int
    columns: Mapping[str, int]
    headings: Mapping[str, str]
    ignored: tuple[str, ...]
    doubled: tuple[str, ...]
    mark: int | None


def find_header(rows: Sequence[Sequence[Any]], fields: Sequence[FieldSpec]) -> Header | None:
    """The best match among the first rows; None if no row has a heading of the form."""
    ranks = _ranks(fields)
    best: Header | None = None
    for index, row in enumerate(rows[:SEARCHED_ROWS]):
        header = _match(index, row, fields, ranks)
        if header.columns and (best is None or len(header.columns) > len(best.columns)):
            best = header
    return best


def _ranks(fields: Sequence[FieldSpec]) -> dict[str, list[tuple[int, int]]]:
    """For each heading: how near it is to which fields, by their index."""
    ranks: dict[str, list[tuple[int, int]]] = {}
    for index, field in enumerate(fields):
        names = dict.fromkeys(map(heading_key, (field.name, field.shown_name, *field.synonyms)))
        for rank, name in enumerate(names):
            ranks.setdefault(name, []).append((rank, index))
    return ranks


def heading_key(heading: Any) -> str:
    """A heading without what clerks and workbooks decorate it with."""
    text, before = comparable(str(heading)), None
    while text != before:
        before, text = text, _DECORATION.sub("", text)
    return text


def _match(
    row_index: int,
    row: Sequence[Any],
    fields: Sequence[FieldSpec],
    ranks: Mapping[str, list[tuple[int, int]]],
) -> Header:
    keys = [heading_key(cell) for cell in row]
    offers = sorted(
        (rank, column, index)
        for column, key in enumerate(keys)
        if key
        for rank, index in ranks.get(key, ())
    )
    found: dict[str, int] = {}
    used: set[int] = set()
    for _, column, index in offers:
        name = fields[index].name
        if name not in found and column not in used:
            found[name] = column
            used.add(column)
    columns = {field.name: found[field.name] for field in fields if field.name in found}
    mark = next((at for at, key in enumerate(keys) if key == heading_key(MARK_HEADING)), None)
    rest = [
        at
        for at, key in enumerate(keys)
        if key and not is_error_heading(row[at]) and at not in {*used, mark}
    ]
    used_keys = {keys[column] for column in used}
    return Header(
        row=row_index,
        columns=columns,
        headings={name: heading_text(row[column]) for name, column in columns.items()},
        ignored=tuple(heading_text(row[at]) for at in rest if keys[at] not in used_keys),
        doubled=tuple(heading_text(row[at]) for at in rest if keys[at] in used_keys),
        mark=mark,
    )


def is_error_heading(heading: Any) -> bool:
    """Whether a check has added the column."""
    return heading_key(heading).partition(":")[0] == heading_key(ERROR_HEADING)


def heading_text(heading: Any) -> str:
    """The heading on one line, without the mark of a required column."""
    return " ".join(str(heading).split()).rstrip("*\uff0a ")
