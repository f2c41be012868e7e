"""What a form computes from the values of its fields: derived values, lists of clauses, rules.

Each is a unit with names that it uses and names that it makes. Over the same values it gives the
same outcome, so outcomes may be kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from safety_docs.core.problem import Problem
from safety_docs.forms.expression import ExpressionError
from safety_docs.forms.plain_text import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from safety_docs.forms.clause_choice import ClauseChoice
    from safety_docs.forms.expression import Expression
    from safety_docs.forms.spec import RuleSpec


class Outcome(NamedTuple):
    """What a unit gives.

    Attributes:
        values: By name, all that the unit makes.
        problem: What is wrong, or None.
        is_bad: Whether what it makes cannot be used.
    """

    values: Mapping[str, Any]
    problem: Problem | None = None
    is_bad: bool = False


class Unit(Protocol):
    """One thing that a form computes.

    Attributes:
        names: Names of values that it uses; one that the form lacks is left out.
        makes: Names of values that it makes.
        needs_all: Whether any bad value keeps it from being computed, not only those it uses.
    """

    names: tuple[str, ...]
    makes: tuple[str, ...]
    needs_all: bool

    def __call__(self, values: Mapping[str, Any]) -> Outcome:
        """Compute over `values`, none of which is bad."""
        ...


class Derived:
    """A derived value; empty when something it needs was left empty."""

    needs_all = False

    def __init__(self, name: str, label: str, expression: Expression) -> None:
        self.names = expression.names
        self.makes: tuple[str, ...] = (name,)
        self._name, self._label, self._expression = name, label, expression

    def __call__(self, values: Mapping[str, Any]) -> Outcome:
        """Compute the value."""
        try:
            value = self._expression(values)
        except ExpressionError as error:
            if _lacks_something(self.names, values):
                return Outcome({self._name: ""})
            return Outcome({self._name: ""}, _not_computed(self._label, error), is_bad=True)
        return Outcome({self._name: "" if value is None else value})


class Clauses:
    """Lists of clauses; they may use any value."""

    needs_all = True

    def __init__(self, choice: ClauseChoice, labels: Mapping[str, str]) -> None:
        self.names = tuple(name for name in sorted(choice.inner_names) if name in labels)
        self.makes: tuple[str, ...] = choice.names
        self._label = labels[next(iter(choice.spec.roles_from), choice.spec.name)]
        self._choice = choice

    def __call__(self, values: Mapping[str, Any]) -> Outcome:
        """Choose and word the clauses."""
        try:
            return Outcome(self._choice(values))
        except RefusedError as refused:
            problem = Problem(refused.code, refused.message, column=self._label)
        except ExpressionError as error:
            problem = _not_computed(self._label, error)
        return Outcome({}, problem, is_bad=True)


class Rule:
    """A rule; skipped when it cannot be computed because something was left empty."""

    needs_all = False
    makes: tuple[str, ...] = ()

    def __init__(self, rule: RuleSpec, labels: Mapping[str, str], expression: Expression) -> None:
        self.names = expression.names
        self._label = labels[rule.fields[0]] if rule.fields else None
        self._message, self._expression = rule.message, expression

    def __call__(self, values: Mapping[str, Any]) -> Outcome:
        """See whether the rule holds."""
        try:
            holds = self._expression(values)
        except ExpressionError as error:
            if _lacks_something(self.names, values):
                return Outcome({})
            return Outcome({}, _not_computed(self._label, error))
        return Outcome({}, None if holds else Problem("D214", self._message, column=self._label))


def _not_computed(column: str | None, error: ExpressionError) -> Problem:
    return Problem("D219", f"推算不出来，请核对有关内容（{error}）。", column=column)


def _lacks_something(names: Iterable[str], values: Mapping[str, Any]) -> bool:
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
