"""Roster preflight: every row is checked, nothing is filed, the faults go back to the clerk."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from safety_docs.app.posts import allot, in_order
from safety_docs.app.scrutiny import Scrutiny
from safety_docs.forms import Neighbours, RowChecker, annotated

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from safety_docs.app.house import House
    from safety_docs.app.posts import Source
    from safety_docs.core.problem import Problem


@dataclass(frozen=True, slots=True)
class CheckedForm:
    """What a check found in the rows of one form.

    Attributes:
        form: Title of the form.
        rows: Number of its rows.
        good: How many a batch would file.
    """

    form: str
    rows: int
    good: int


@dataclass(frozen=True, slots=True)
class Preflight:
    """What a check of a roster found.

    Attributes:
        rows: Number of rows with data.
        good: Rows that a batch would file.
        warned: Good rows that have a warning.
        forms: For each form that takes rows, in the order asked for.
        problems: Of the sheet as a whole, then row by row.
        notes: What was read, how columns were mapped and which were left out.
        workbook: The marked workbook; None when no header was found, so that there is no place
            for marks.
    """

    rows: int
    good: int
    warned: int
    forms: tuple[CheckedForm, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    workbook: bytes | None

    @property
    def is_clean(self) -> bool:
        """Whether nothing stops a batch."""
        return all(one.severity == "warning" for one in self.problems)


def preflight(
    house: House,
    form_names: Sequence[str],
    roster_path: Path,
    *,
    sheet: str | None = None,
    common: Mapping[str, object] | None = None,
) -> Preflight:
    """Check a roster as `batch` would, and mark a copy of it; arguments as there.

    Raises:
        NoPostsError: As `batch`.
        SamePostError: As `batch`.
        RosterError: If the file cannot be read at all.
    """
    allotment = allot(house, form_names, roster_path, sheet, common or {})
    if allotment.table is None:
        return Preflight(0, 0, 0, (), allotment.problems, (), None)
    tallies = [_check(house, source) for source in allotment.sources]
    problems = in_order(
        (*allotment.problems, *allotment.unplaced, *(one for t in tallies for one in t.problems))
    )
    good = {number for tally in tallies for number in tally.good}
    return Preflight(
        rows=sum(tally.rows for tally in tallies) + len(allotment.unplaced),
        good=len(good),
        warned=len({one.row for one in problems if one.row in good}),
        forms=tuple(
            CheckedForm(source.form.title, tally.rows, len(tally.good))
            for source, tally in zip(allotment.sources, tallies, strict=True)
        ),
        problems=problems,
        notes=allotment.notes(),
        workbook=annotated(roster_path, allotment.table, problems),
    )


@dataclass(slots=True)
class _Tally:
    """The rows of one form.

    Attributes:
        rows: How many there are.
        good: Numbers of those that a batch would file.
        problems: Of the rows, and of the roster as far as they show in them.
    """

    rows: int = 0
    good: set[int] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def _check(house: House, source: Source) -> _Tally:
    form, roster = source.form, source.roster
    checker = RowChecker(form, roster.plan)
    neighbours = Neighbours(form, roster.plan)
    scrutiny = Scrutiny(house, form)
    tally = _Tally()
    for raw in source.rows():
        row = neighbours.beside(checker.check(raw))
        found, is_good = scrutiny.of_row(row)
        tally.rows += 1
        tally.problems += found
        if is_good:
            tally.good.add(row.row)
    tally.problems += (*roster.closing(), *neighbours.problems())
    return tally
