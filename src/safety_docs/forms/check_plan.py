"""The check of one set of values, laid out once for all rows that fill in the same fields.

What no row can change is computed when the plan is made: common values, and what follows from them
alone. What rows share is computed once for each: cells that read alike, and what a form computes
from the same few values. Whoever gets values must not change them, for other rows may share them.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from safety_docs.forms.kinds import alike, empty_value
from safety_docs.forms.plain_text import BLANKS, is_empty
from safety_docs.forms.slots import Found

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from safety_docs.core.problem import Problem
    from safety_docs.forms.computing import Outcome, Unit
    from safety_docs.forms.slots import Slot

_MEMORY = 4_096
"""Different cells of a column, and combinations of values, that are kept."""
_MISSING = object()
_KEPT = (str, float, dt.date, dt.datetime)
"""Kinds of cells whose reading is kept; cells of different kinds are never taken for the same."""


class CheckPlan:
    """Checks sets of values of the same fields."""

    def __init__(
        self,
        slots: Iterable[Slot],
        units: Iterable[Unit],
        names: Sequence[str],
        common: tuple[Mapping[str, Any], frozenset[str]],
        base: Path | None = None,
    ) -> None:
        """Compute what does not depend on the values to come.

        Args:
            slots: All fields of the form, in order.
            units: All that the form computes, in order.
            names: Fields that will be given, in the order in which they will be given.
            common: Checked values for what is left empty, and names of those that are bad.
            base: Folder that relative photo paths start from.
        """
        self._base = base
        self._fixed: dict[str, Any] = {}
        self._bad: set[str] = set()
        self._columns: list[_Column] = []
        filled, bad = common
        places = {name: at for at, name in enumerate(names)}
        for slot in slots:
            column = _Column(slot, places.get(slot.name, -1), filled, slot.name in bad)
            self._fixed[slot.name] = column.filler
            if column.at >= 0 or column.is_asked_for:
                self._columns.append(column)
            elif slot.name in bad:
                self._bad.add(slot.name)
        self._cells = [(column.at, column.name, column.known, column) for column in self._columns]
        self._steps: list[_Step] = []
        varying = {column.name for column in self._columns}
        for unit in units:
            self._lay_out(unit, varying)

    def _lay_out(self, unit: Unit, varying: set[str]) -> None:
        """Compute a unit now if nothing that it uses varies, else with each set of values."""
        step = _Step(unit, tuple(name for name in unit.names if name in varying))
        self._fixed.update(dict.fromkeys(unit.makes, ""))
        if step.varying:
            varying.update(unit.makes)
        elif self._bad and (unit.needs_all or not self._bad.isdisjoint(unit.names)):
            self._bad.update(unit.makes)
            return
        else:
            step.constant = unit(self._fixed)
            self._fixed.update(step.constant.values)
            if step.constant.problem is None:
                return
            varying.update(unit.makes)
        self._steps.append(step)

    def check(self, cells: Sequence[Any]) -> tuple[dict[str, Any] | None, list[Problem]]:
        """Check one set of values.

        Args:
            cells: Raw values of the fields, in the order of `names`.

        Returns:
            Every field and computed value by name, or None if there is an error; and the problems
            in the order of the form.
        """
        values = self._fixed.copy()
        found = Found(values, [], self._bad.copy(), self._base)
        for at, name, known, column in self._cells:
            raw = cells[at] if at >= 0 else None
            table = known.get(raw.__class__)
            value = _MISSING if table is None else table.get(raw, _MISSING)
            if value is _MISSING:
                column.take(raw, found)
            else:
                values[name] = value
        for step in self._steps:
            step.take(found)
        problems = found.problems
        is_bad = found.bad or (problems and any(one.severity == "error" for one in problems))
        return None if is_bad else values, problems


class _Column:
    """A field as it is read in every check.

    Attributes:
        at: Index of its value among those given, or -1.
        name: Of the field.
        filler: What stands for an empty value.
        is_asked_for: Whether an empty value is a problem that has not been told yet.
        known: By the kind of a raw value: what raw values that were good before read as.
    """

    __slots__ = ("_is_bad", "_slot", "at", "filler", "is_asked_for", "known", "name")

    def __init__(self, slot: Slot, at: int, filled: Mapping[str, Any], is_bad: bool) -> None:  # noqa: FBT001 # private
        self.at, self.name = at, slot.name
        is_filled = slot.name in filled
        self.filler = filled[slot.name] if is_filled else empty_value(slot.field)
        self.is_asked_for = slot.required and not is_filled and not is_bad
        self.known: dict[type, dict[Any, Any]] = {kind: {} for kind in _KEPT}
        self._slot = slot
        self._is_bad = is_bad and not is_filled

    def take(self, raw: Any, found: Found) -> None:
        """Read one value that is not known yet."""
        value = raw.strip(BLANKS) if raw.__class__ is str else raw
        before = len(found.problems)
        if value or not is_empty(value):
            self._slot.take(value, found)
        elif self.is_asked_for:
            self._slot.leave_empty(found)
        elif self._is_bad:
            found.bad.add(self.name)
        else:
            found.values[self.name] = self.filler
        table = self.known.get(raw.__class__)
        if table is None or len(table) >= _MEMORY or self._is_bad:
            return
        # Zero is left out: there are two of them.
        if len(found.problems) == before and raw != 0:
            table[raw] = found.values[self.name]


class _Step:
    """A unit as it is computed in every check.

    Attributes:
        varying: Names that it uses whose values differ from check to check.
        constant: Its outcome if there are none.
    """

    __slots__ = ("_makes", "_names", "_needs_all", "_outcomes", "_unit", "constant", "varying")

    def __init__(self, unit: Unit, varying: tuple[str, ...]) -> None:
        self.varying = varying
        self.constant: Outcome | None = None
        self._unit, self._names, self._makes = unit, unit.names, unit.makes
        self._needs_all = unit.needs_all
        self._outcomes: dict[Any, Outcome] = {}

    def take(self, found: Found) -> None:
        """Add the outcome to what was found, unless it cannot be computed."""
        bad = found.bad
        if bad and (self._needs_all or not bad.isdisjoint(self._names)):
            bad.update(self._makes)
            return
        values, problem, is_bad = self.constant or self._outcome(found.values)
        if values:
            found.values.update(values)
        if problem:
            found.problems.append(problem)
        if is_bad:
            bad.update(self._makes)

    def _outcome(self, values: Mapping[str, Any]) -> Outcome:
        names = self.varying
        key = (
            alike(values[names[0]]) if len(names) == 1 else tuple([alike(values[n]) for n in names])
        )
        outcome = self._outcomes.get(key)
        if outcome is None:
            outcome = self._unit(values)
            if len(self._outcomes) < _MEMORY:
                self._outcomes[key] = outcome
        return outcome
