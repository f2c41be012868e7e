"""From raw input to checked values: every problem is collected, none stops the others.

One `Checker` is built for each form. A value is looked for in this order: what was filled in, the
common values (`Common`), the fact of the cabinet that the field asks for, the field's default. A
rule is skipped when it cannot be computed because something it needs was left empty; a rule that
can be computed counts, also over empty values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from safety_docs.forms.check_plan import CheckPlan
from safety_docs.forms.computing import Clauses, Derived, Rule
from safety_docs.forms.slots import Found, Slot, first_filled, unknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from safety_docs.core.problem import Problem
    from safety_docs.forms.clause_choice import ClauseChoice
    from safety_docs.forms.computing import Unit
    from safety_docs.forms.expression import Expression
    from safety_docs.forms.spec import FormSpec, RuleSpec


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


class Checker:
    """Checks values against one form."""

    def __init__(
        self,
        spec: FormSpec,
        derived: Mapping[str, Expression],
        rules: Sequence[tuple[RuleSpec, Expression]],
        clauses: Sequence[ClauseChoice] = (),
    ) -> None:
        self._slots = tuple(Slot(field) for field in spec.fields)
        self._by_name = {slot.name: slot for slot in self._slots}
        self._labels = {name: slot.label for name, slot in self._by_name.items()}
        self._labels |= {item.name: item.label or item.name for item in spec.derived}
        self._labels |= {name: name for choice in clauses for name in choice.names}
        labels = self._labels
        self._units: tuple[Unit, ...] = (
            *(Derived(name, labels[name], expression) for name, expression in derived.items()),
            *(Clauses(choice, labels) for choice in clauses),
            *(Rule(rule, labels, expression) for rule, expression in rules),
        )

    @property
    def inner_names(self) -> frozenset[str]:
        """Names that derived values, rules and clauses use."""
        return frozenset(name for unit in self._units for name in unit.names)

    def name_of(self, key: str) -> str | None:
        """The field that `key` names, by name or by label."""
        if key in self._by_name:
            return key
        return next((slot.name for slot in self._slots if slot.label == key), None)

    def unknown_keys(self, raw: Mapping[str, object]) -> list[Problem]:
        """D215 for every key that names no field, with the nearest field."""
        return [
            unknown(key, [*self._by_name, *self._labels.values()])
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
        found = Found({}, [], set(), base)
        for slot in self._slots:
            raw = first_filled(
                given.get(slot.name), facts.get(slot.field.default_from or ""), slot.field.default
            )
            if raw is not None:
                slot.take(raw, found)
        values = {name: value for name, value in found.values.items() if name not in found.bad}
        return Common(values, tuple(found.problems), frozenset(found.bad))

    def check(self, raw: Mapping[str, Any], common: Common, *, base: Path | None = None) -> Checked:
        """Check one set of values by field name; problems of `common` are not repeated."""
        values, problems = self.plan(tuple(raw), common, base).check(tuple(raw.values()))
        return Checked(values, tuple(problems))

    def plan(self, names: Sequence[str], common: Common, base: Path | None = None) -> CheckPlan:
        """What checks many sets of values of the fields `names` as `check` would each.

        Args:
            names: The fields that will be given, in the order in which they will be given.
            common: What fills those that are left empty, and the other fields.
            base: Folder that relative photo paths start from.
        """
        return CheckPlan(self._slots, self._units, names, (common.values, common.bad), base)
