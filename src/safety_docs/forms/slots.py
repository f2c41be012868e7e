"""One field, ready to read what was filled in; and what one check gathers while it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from safety_docs.core.problem import Problem
from safety_docs.forms.kinds import empty_value, reader_of
from safety_docs.forms.photos import photo_columns, read_photo
from safety_docs.forms.plain_text import BLANKS, RefusedError, is_empty, masked, nearest, shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from safety_docs.forms.kinds import Reader
    from safety_docs.forms.spec import FieldSpec

_MAX_UNCOUNTED_ROWS = 2_000
SECRET_TYPES = frozenset({"phone", "id-number"})
"""Types whose values a message shows masked."""


@dataclass(slots=True)
class Found:
    """What one check gathers.

    Attributes:
        values: By field name.
        problems: Errors and warnings in the order of the form.
        bad: Names of values that cannot be used.
        base: Folder that relative photo paths start from.
    """

    values: dict[str, Any]
    problems: list[Problem]
    bad: set[str]
    base: Path | None = None


class Slot:
    """One field, ready to read values.

    Attributes:
        field: Its description.
        name: Its name.
        label: As problems show it.
        required: Whether an empty value is a problem.
        columns: Slots of the columns of a table or of photos; empty for all other types.
        read: Reader of one value; None for tables and photos, which have rows, and for the file
            of a photo.
    """

    __slots__ = ("columns", "field", "label", "name", "read", "required")

    def __init__(self, field: FieldSpec, *, is_column: bool = False) -> None:
        self.field = field
        self.name = field.name
        self.label = field.shown_name
        self.required = field.required
        has_rows = field.type in {"table", "photos"}
        columns = photo_columns() if field.type == "photos" else field.columns
        self.columns = () if is_column else tuple(Slot(one, is_column=True) for one in columns)
        self.read: Reader | None = None if has_rows else reader_of(field)

    def problem(self, code: str, message: str, raw: object) -> Problem:
        """A problem of this field; numbers of people are masked in the value it quotes."""
        value = masked(raw) if self.field.type in SECRET_TYPES else shown(raw)
        return Problem(code, message, column=self.label, value=value or None)

    def take(self, raw: Any, found: Found) -> None:
        """Read a value into `found`, or say there why it is refused.

        Args:
            raw: Not empty; a string has no blanks at its ends.
            found: What the check gathers.
        """
        if self.read is None:
            self._take_rows(raw, found)
            return
        try:
            found.values[self.name] = self.read(raw)
        except RefusedError as refused:
            found.values[self.name] = empty_value(self.field)
            found.bad.add(self.name)
            found.problems.append(self.problem(refused.code, refused.message, raw))

    def leave_empty(self, found: Found) -> None:
        """Note that nothing was filled in."""
        found.values[self.name] = empty_value(self.field)
        if self.required:
            found.bad.add(self.name)
            found.problems.append(self.problem("D201", "是空的，请填写。", ""))

    def _take_rows(self, raw: Any, found: Found) -> None:
        """Read a table or photos: a list of rows, each a mapping of its columns."""
        is_photos = self.field.type == "photos"
        rows = [
            {"文件": row} if is_photos and isinstance(row, str) else row for row in _listed(raw)
        ]
        before = len(found.problems)
        if not all(isinstance(row, dict) for row in rows):
            message = "应是一张表，一行一项，每行写明各列的内容。"
            found.problems.append(self.problem("D209", message, raw))
            rows = []
        found.problems += _row_count_problems(self, len(rows))
        values = [_read_row(self, row, number, found) for number, row in enumerate(rows, start=1)]
        found.values[self.name] = values
        if len(found.problems) > before:
            found.bad.add(self.name)


def first_filled(*candidates: object) -> object:
    """The first that is not empty, None if all are."""
    for raw in candidates:
        text = raw.strip(BLANKS) if isinstance(raw, str) else raw
        if not is_empty(text):
            return text
    return None


def unknown(key: str, names: Sequence[str]) -> Problem:
    """D215 for a key that names no field, with the nearest name."""
    near = nearest(key, names)
    hint = f"是不是“{near}”？" if near else "请删去，或对照填写说明改名。"
    return Problem("D215", f"表单里没有“{shown(key)}”这一项，{hint}", column=shown(key))


def _listed(raw: Any) -> list[Any]:
    return raw if isinstance(raw, list) else [raw]


def _row_count_problems(slot: Slot, count: int) -> list[Problem]:
    field = slot.field
    most = field.max_rows if field.max_rows is not None else _MAX_UNCOUNTED_ROWS
    unit = "张" if field.type == "photos" else "行"
    if field.min_rows is not None and count < field.min_rows:
        message = f"至少要 {field.min_rows} {unit}，现在有 {count} {unit}。"
    elif count > most:
        message = f"最多 {most} {unit}，现在有 {count} {unit}。"
    else:
        return []
    return [Problem("D218", message, column=slot.label)]


def _read_row(slot: Slot, row: Mapping[str, Any], number: int, found: Found) -> dict[str, Any]:
    """One row of a table: each column checked, unknown columns named."""
    unit = "张" if slot.field.type == "photos" else "行"
    keys = {column.name: column for column in slot.columns} | {
        column.label: column for column in slot.columns
    }
    raws = {keys[key].name: value for key, value in row.items() if key in keys}
    for key in row:
        if key not in keys:
            found.problems.append(_in_table(unknown(key, list(keys)), slot, number, unit))
    values = {}
    for column in slot.columns:
        try:
            values[column.name] = _read_cell(column, raws.get(column.name), found.base)
        except RefusedError as refused:
            values[column.name] = empty_value(column.field)
            problem = column.problem(refused.code, refused.message, raws.get(column.name) or "")
            found.problems.append(_in_table(problem, slot, number, unit))
    return values


def _read_cell(column: Slot, raw: Any, base: Path | None) -> Any:
    filled = first_filled(raw, column.field.default)
    if filled is None:
        if column.required:
            raise RefusedError(code="D201", message="是空的，请填写。")
        return empty_value(column.field)
    return column.read(filled) if column.read else read_photo(filled, base)


def _in_table(problem: Problem, slot: Slot, number: int, unit: str) -> Problem:
    """The same problem, placed in a row of the table `slot`."""
    place = f"第 {number} {unit}“{problem.column}”"
    return Problem(
        problem.code, problem.message, column=slot.label, value=problem.value, place=place
    )
