"""From raw input to checked values: every problem is collected, none stops the others.

One `Checker` is built for each form. A value is looked for in this order: what was filled in, the
common values (`Common`), the fact of the cabinet that the field asks for, the field's default. A
rule is skipped when it cannot be computed because something it needs was left empty; a rule that
can be computed counts, also over empty values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from safety_docs.core.problem import Problem
from safety_docs.forms.expression import ExpressionError
from safety_docs.forms.kinds import empty_value, reader_of
from safety_docs.forms.photos import photo_columns, read_photo
from safety_docs.forms.plain_text import (
    BLANKS,
    RefusedError,
    is_empty,
    masked,
    nearest,
    shown,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from safety_docs.forms.clauses import ClauseChoice
    from safety_docs.forms.expression import Expression
    from safety_docs.forms.kinds import Reader
    from safety_docs.forms.spec import FieldSpec, FormSpec, RuleSpec

_MAX_UNCOUNTED_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome of a check.

    Attributes:
        values: Every field and derived value by name, or None if there is an error.
        problems: Errors and warnings in the order of the form.
    """

    values: dict[str, Any] | None
    problems: tuple[Problem, ...]

    def with_problems(self, more: Sequence[Problem]) -> Checked:
        """The same outcome with `more` problems in front; an error takes the values away."""
        if not more:
            return self
        is_bad = any(problem.severity == "error" for problem in more)
        return Checked(None if is_bad else self.values, (*more, *self.problems))


class _Slot:
    """One field, ready to read values.

    Attributes:
        field: Its description.
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
        self.columns = () if is_column else tuple(_Slot(one, is_column=True) for one in columns)
        self.read: Reader | None = None if has_rows else reader_of(field)

    def problem(self, code: str, message: str, raw: object, place: str | None = None) -> Problem:
        secret = self.field.type in {"phone", "id-number"}
        value = masked(raw) if secret else shown(raw)
        return Problem(code, message, column=self.label, value=value or None, place=place)


@dataclass(frozen=True, slots=True)
class Common:
    """What fills fields that were left empty, already checked.

    Attributes:
        values: Checked value by field name, only for fields that have one.
        problems: What is wrong with the values given, once and not for every row.
        bad: Names of the fields whose value given is wrong.
    """

    values: Mapping[str, Any]
    problems: tuple[Problem, ...]
    bad: frozenset[str]


@dataclass(slots=True)
class _Pass:
    """What one check gathers."""

    values: dict[str, Any]
    problems: list[Problem]
    bad: set[str]
    base: Path | None = None


class Checker:
    """Checks values against one form; holds no state of its own between checks."""

    def __init__(
        self,
        spec: FormSpec,
        derived: Mapping[str, Expression],
        rules: Sequence[tuple[RuleSpec, Expression]],
        clauses: Sequence[ClauseChoice] = (),
    ) -> None:
        self._slots = tuple(_Slot(field) for field in spec.fields)
        self._by_name = {slot.name: slot for slot in self._slots}
        self._labels = {name: slot.label for name, slot in self._by_name.items()}
        self._labels |= {item.name: item.label or item.name for item in spec.derived}
        self._derived = dict(derived)
        self._rules = tuple(rules)
        self._clauses = tuple(clauses)
        self._labels |= {name: name for choice in clauses for name in choice.names}

    @property
    def inner_names(self) -> frozenset[str]:
        """Names that derived values, rules and clauses use."""
        computed = [*self._derived.values(), *(expression for _rule, expression in self._rules)]
        used = {name for expression in computed for name in expression.names}
        return frozenset(used.union(*(choice.inner_names for choice in self._clauses)))

    def name_of(self, key: str) -> str | None:
        """The field that `key` names, by name or by label."""
        if key in self._by_name:
            return key
        return next((slot.name for slot in self._slots if slot.label == key), None)

    def unknown_keys(self, raw: Mapping[str, object]) -> list[Problem]:
        """D215 for every key that names no field, with the nearest field."""
        return [
            _unknown(key, [*self._by_name, *self._labels.values()])
            for key in raw
            if self.name_of(key) is None
        ]

    def by_name(self, raw: Mapping[str, object]) -> dict[str, object]:
        """`raw` with labels replaced by field names; unknown keys are left out."""
        named = ((self.name_of(key), value) for key, value in raw.items())
        return {name: value for name, value in named if name is not None}

    def common(
        self,
        given: Mapping[str, object],
        facts: Mapping[str, object],
        base: Path | None = None,
    ) -> Common:
        """Check once what will fill empty fields.

        Args:
            given: Values by field name.
            facts: Facts of the cabinet, for fields with ``default_from``.
            base: Folder that relative photo paths start from.
        """
        found = _Pass({}, [], set(), base)
        for slot in self._slots:
            raw = _first_filled(
                given.get(slot.name), facts.get(slot.field.default_from or ""), slot.field.default
            )
            if raw is not None:
                self._read(slot, raw, found)
        values = {name: value for name, value in found.values.items() if name not in found.bad}
        return Common(values, tuple(found.problems), frozenset(found.bad))

    def check(self, raw: Mapping[str, Any], common: Common, *, base: Path | None = None) -> Checked:
        """Check one set of values by field name; problems of `common` are not repeated."""
        found = _Pass({}, [], set(), base)
        values, filled = found.values, common.values
        for slot in self._slots:
            name = slot.name
            value = raw.get(name)
            if value.__class__ is str:
                value = value.strip(BLANKS)
            if not value and is_empty(value):
                if name in filled:
                    values[name] = filled[name]
                else:
                    self._leave_empty(slot, found, name in common.bad)
            elif slot.read is None:
                self._read(slot, value, found)
            else:
                try:
                    values[name] = slot.read(value)
                except RefusedError as refused:
                    self._refuse(slot, refused, value, found)
        self._derive(found)
        for choice in self._clauses:
            self._take_clauses(choice, found)
        self._apply_rules(found)
        is_bad = bool(found.bad) or any(one.severity == "error" for one in found.problems)
        return Checked(None if is_bad else values, tuple(found.problems))

    def _leave_empty(self, slot: _Slot, found: _Pass, is_known_bad: bool) -> None:  # noqa: FBT001 # private
        found.values[slot.name] = empty_value(slot.field)
        if is_known_bad:
            found.bad.add(slot.name)
        elif slot.required:
            found.bad.add(slot.name)
            found.problems.append(slot.problem("D201", "是空的，请填写。", ""))

    def _refuse(self, slot: _Slot, refused: RefusedError, raw: object, found: _Pass) -> None:
        found.values[slot.name] = empty_value(slot.field)
        found.bad.add(slot.name)
        found.problems.append(slot.problem(refused.code, refused.message, raw))

    def _read(self, slot: _Slot, raw: Any, found: _Pass) -> None:
        if slot.read is None:
            self._read_rows(slot, raw, found)
            return
        try:
            found.values[slot.name] = slot.read(raw.strip(BLANKS) if isinstance(raw, str) else raw)
        except RefusedError as refused:
            self._refuse(slot, refused, raw, found)

    def _read_rows(self, slot: _Slot, raw: Any, found: _Pass) -> None:
        """Read a table or photos: a list of rows, each a mapping of its columns."""
        is_photos = slot.field.type == "photos"
        rows = [
            {"文件": row} if is_photos and isinstance(row, str) else row for row in _listed(raw)
        ]
        before = len(found.problems)
        if not all(isinstance(row, dict) for row in rows):
            message = "应是一张表，一行一项，每行写明各列的内容。"
            found.problems.append(slot.problem("D209", message, raw))
            rows = []
        found.problems += _row_count_problems(slot, len(rows))
        values = [_read_row(slot, row, number, found) for number, row in enumerate(rows, start=1)]
        found.values[slot.name] = values
        if len(found.problems) > before:
            found.bad.add(slot.name)

    def _derive(self, found: _Pass) -> None:
        for name, expression in self._derived.items():
            if found.bad and not found.bad.isdisjoint(expression.names):
                found.bad.add(name)
                continue
            try:
                value = expression(found.values)
            except ExpressionError as error:
                value = ""
                if not _lacks_something(expression.names, found.values):
                    found.bad.add(name)
                    found.problems.append(_not_computed(self._labels[name], error))
            found.values[name] = "" if value is None else value

    def _take_clauses(self, choice: ClauseChoice, found: _Pass) -> None:
        """Add the lists of clauses; they may use any value, so one bad value leaves them out."""
        if not found.bad:
            column = self._labels[next(iter(choice.spec.roles_from), choice.spec.name)]
            try:
                found.values |= choice(found.values)
            except RefusedError as refused:
                found.problems.append(Problem(refused.code, refused.message, column=column))
            except ExpressionError as error:
                found.problems.append(_not_computed(column, error))
            else:
                return
        found.bad.update(choice.names)

    def _apply_rules(self, found: _Pass) -> None:
        for rule, expression in self._rules:
            if found.bad and not found.bad.isdisjoint(expression.names):
                continue
            column = self._labels[rule.fields[0]] if rule.fields else None
            try:
                holds = expression(found.values)
            except ExpressionError as error:
                if not _lacks_something(expression.names, found.values):
                    found.problems.append(_not_computed(column, error))
                continue
            if not holds:
                found.problems.append(Problem("D214", rule.message, column=column))


def _not_computed(column: str | None, error: ExpressionError) -> Problem:
    return Problem("D219", f"推算不出来，请核对有关内容（{error}）。", column=column)


def _unknown(key: str, names: Sequence[str]) -> Problem:
    near = nearest(key, names)
    hint = f"是不是“{near}”？" if near else "请删去，或对照填写说明改名。"
    return Problem("D215", f"表单里没有“{shown(key)}”这一项，{hint}", column=shown(key))


def _first_filled(*candidates: object) -> object:
    """The first that is not empty, None if all are."""
    for raw in candidates:
        text = raw.strip(BLANKS) if isinstance(raw, str) else raw
        if not is_empty(text):
            return text
    return None


def _listed(raw: Any) -> list[Any]:
    return raw if isinstance(raw, list) else [raw]


def _row_count_problems(slot: _Slot, count: int) -> list[Problem]:
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


def _read_row(slot: _Slot, row: Mapping[str, Any], number: int, found: _Pass) -> dict[str, Any]:
    """One row of a table: each column checked, unknown columns named."""
    unit = "张" if slot.field.type == "photos" else "行"
    keys = {column.name: column for column in slot.columns} | {
        column.label: column for column in slot.columns
    }
    raws = {keys[key].name: value for key, value in row.items() if key in keys}
    for key in row:
        if key not in keys:
            found.problems.append(_in_table(_unknown(key, list(keys)), slot, number, unit))
    values = {}
    for column in slot.columns:
        try:
            values[column.name] = _read_cell(column, raws.get(column.name), found.base)
        except RefusedError as refused:
            values[column.name] = empty_value(column.field)
            problem = column.problem(refused.code, refused.message, raws.get(column.name) or "")
            found.problems.append(_in_table(problem, slot, number, unit))
    return values


def _read_cell(column: _Slot, raw: Any, base: Path | None) -> Any:
    filled = _first_filled(raw, column.field.default)
    if filled is None:
        if column.required:
            raise RefusedError(code="D201", message="是空的，请填写。")
        return empty_value(column.field)
    return column.read(filled) if column.read else read_photo(filled, base)


def _in_table(problem: Problem, slot: _Slot, number: int, unit: str) -> Problem:
    """The same problem, placed in a row of the table `slot`."""
    place = f"第 {number} {unit}“{problem.column}”"
    return Problem(
        problem.code, problem.message, column=slot.label, value=problem.value, place=place
    )


def _lacks_something(names: Sequence[str], values: Mapping[str, Any]) -> bool:
    """Whether one of `names`, or a cell of a table among them, was left empty."""
    return any(_is_lacking(values[name]) for name in names)


def _is_lacking(value: Any) -> bool:
    if isinstance(value, list):
        return not value or any(
            cell is None or cell == ""
            for row in value
            if isinstance(row, dict)
            for cell in row.values()
        )
    return value is None or value == ""
