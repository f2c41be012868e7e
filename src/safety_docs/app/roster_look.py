"""The first pass over a roster: every row is looked at by helpers, and nothing is kept of it.

What stays is what is wrong, which rows can be filed, and a hash of each subject.
"""

from __future__ import annotations

import itertools
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from safety_docs.app.posts import stop_at
from safety_docs.app.rows import Look
from safety_docs.app.subjects import Subjects
from safety_docs.forms import Neighbours

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from safety_docs.app.crew import Ticket
    from safety_docs.app.posts import Source
    from safety_docs.app.rows import Addressed, Looked
    from safety_docs.core.problem import Problem
    from safety_docs.forms import RawRow

GROUP = 100
"""Rows per task, and per commit later: some are made while one waits for the disk."""
_LOOKED_AHEAD = 8
"""Tasks handed out while the first of them is waited for."""


@dataclass(slots=True)
class RosterLook:
    """What the first pass found.

    Attributes:
        subjects: Of the good rows.
        errors: What keeps rows from being filed, in order.
        warnings: What does not.
        bad: Numbers of the rows that cannot be filed.
        good: How many can.
    """

    subjects: Subjects
    errors: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    bad: set[int] = field(default_factory=set)
    good: int = 0

    def add(self, problems: Iterable[Problem]) -> None:
        """Sort problems."""
        for one in problems:
            (self.errors if one.severity == "error" else self.warnings).append(one)


def look_at(source: Source, crew: Addressed) -> RosterLook:
    """Look at every row of one form.

    Raises:
        ProblemsError: If the roster as a whole cannot be used.
    """
    form, roster = source.form, source.roster
    look = RosterLook(Subjects(is_grouped=form.group is not None))
    neighbours = Neighbours(form, roster.plan)
    for row in _looked(source.rows(), crew):
        problem = neighbours.see(row.traits, is_good=row.is_good) if row.traits else None
        look.add(row.problems)
        look.add([problem] if problem else ())
        if problem or not row.is_good:
            look.bad.add(row.number)
            continue
        look.good += 1
        if row.subject:
            look.subjects.add(row.subject)
    look.add(neighbours.problems())
    after = roster.closing()
    look.add(after)
    stop_at(after)
    return look


def _looked(rows: Iterable[RawRow], crew: Addressed) -> Iterator[Looked]:
    """Every row as a helper saw it, in order."""
    waiting: deque[Ticket] = deque()
    for chunk in groups(rows):
        waiting.append(crew.hand_out(Look(chunk)))
        if len(waiting) > _LOOKED_AHEAD:
            yield from waiting.popleft().result()
    for ticket in waiting:
        yield from ticket.result()


def groups(rows: Iterable[RawRow]) -> Iterator[list[RawRow]]:
    """The rows, `GROUP` at a time."""
    rest = iter(rows)
    while chunk := list(itertools.islice(rest, GROUP)):
        yield chunk
