"""Which clauses of the library a form takes for one set of values, worded and numbered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from safety_docs.forms.kinds import alike

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from safety_docs.forms.clauses import Clause, ClauseLibrary
    from safety_docs.forms.spec import ClausesSpec

_MEMORY = 4_096
"""Combinations of posts, and wordings of a clause, that are kept; thousands of rows have few."""
_MISSING = object()
_SEPARATORS = re.compile(r"[、，,;；/\n]+")


class ClauseChoice:
    """What one ``[[clauses]]`` of a form takes from the library.

    Attributes:
        spec: As written in ``form.toml``.
        names: Names of the lists that it adds to the values.
    """

    def __init__(self, spec: ClausesSpec, library: ClauseLibrary) -> None:
        self.spec = spec
        self.names = (spec.name, spec.tasks) if spec.tasks else (spec.name,)
        self._library = library
        self._unions: dict[Any, _Union] = {}

    def __call__(self, values: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
        """The lists that the template prints: the clauses, and their periodic tasks.

        People who agree share what is in the lists, so it must not be changed.

        Raises:
            RefusedError: If a post has no clause (D224).
            ExpressionError: If a clause cannot be computed.
        """
        items, tasks = self._union(values).lists(values)
        if self.spec.tasks:
            return {self.spec.name: items, self.spec.tasks: tasks()}
        return {self.spec.name: items}

    def _union(self, values: Mapping[str, Any]) -> _Union:
        """The clauses of all posts; few combinations of posts occur in a roster of thousands."""
        key = tuple([alike(values[name]) for name in self.spec.roles_from])
        union = self._unions.get(key)
        if union is None:
            union = _Union(self._library.of(self._roles(values), self.spec.party))
            if len(self._unions) < _MEMORY:
                self._unions[key] = union
        return union

    @property
    def inner_names(self) -> frozenset[str]:
        """Names of values that choose the clauses or stand in them."""
        possible = (
            self._library.clauses
            if self.spec.roles_from
            else self._library.of(self.spec.roles, self.spec.party)
        )
        used = (name for clause in possible for name in clause.names)
        return frozenset([*self.spec.roles_from, *used])

    def check_role(self, role: str) -> None:
        """Refuse a post that the library does not know.

        Raises:
            RefusedError: If it has no clause (D224).
        """
        self._library.of([role], self.spec.party)

    def _roles(self, values: Mapping[str, Any]) -> tuple[str, ...]:
        roles = list(self.spec.roles)
        for name in self.spec.roles_from:
            value = values[name]
            parts = value if isinstance(value, list) else _SEPARATORS.split(value)
            roles += [part.strip() for part in parts if part.strip()]
        return tuple(dict.fromkeys(roles))


class _Union:
    """The clauses of one combination of posts, with the wordings that occurred."""

    def __init__(self, clauses: Sequence[Clause]) -> None:
        self._clauses = [(clause, clause.names, dict[Any, Any]()) for clause in clauses]
        self._tasks: dict[int, list[dict[str, Any]]] = {}

    def lists(
        self, values: Mapping[str, Any]
    ) -> tuple[list[dict[str, Any]], Callable[[], list[dict[str, Any]]]]:
        """The clauses that apply, numbered, and what gives their periodic tasks."""
        items: list[dict[str, Any]] = []
        taken = bit = 1
        for clause, names, known in self._clauses:
            bit <<= 1
            number = len(items) + 1
            key = (number, *[alike(values.get(name, "")) for name in names]) if names else number
            item = known.get(key, _MISSING)
            if item is _MISSING:
                item = clause.item(number, values) if clause.applies(values) else None
                if len(known) < _MEMORY:
                    known[key] = item
            if item is not None:
                items.append(item)
                taken |= bit
        return items, lambda: self._tasks_of(taken)

    def _tasks_of(self, taken: int) -> list[dict[str, Any]]:
        """Tasks of the clauses taken, the first clause being bit 1; what was taken repeats."""
        tasks = self._tasks.get(taken)
        if tasks is None:
            clauses = [one for at, (one, _, _) in enumerate(self._clauses, 1) if taken >> at & 1]
            tasks = self._tasks[taken] = list(_tasks(clauses))
        return tasks


def _tasks(clauses: Iterable[Clause]) -> Iterator[dict[str, Any]]:
    """Each task once, in the order of the clauses."""
    tasks = dict.fromkeys(task for clause in clauses for task in clause.spec.tasks)
    for task in tasks:
        yield {
            "工作": task.what,
            "频次": task.how_often,
            "记录": task.record,
            "计划要求": task.from_plan,
        }
