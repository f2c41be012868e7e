"""Roster preflight: every row is checked, nothing is filed, the faults go back to the clerk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from safety_docs.app.scrutiny import Scrutiny
from safety_docs.forms import Neighbours, NoRoster, RowChecker, annotated, open_roster

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from safety_docs.app.house import House
    from safety_docs.core.problem import Problem


@dataclass(frozen=True, slots=True)
class Preflight:
    """What a check of a roster found.

    Attributes:
        rows: Number of rows with data.
        good: Rows that a batch would file.
        warned: Good rows that have a warning.
        problems: Of the sheet as a whole, then row by row.
        notes: What was read, how columns were mapped and which were left out.
        workbook: The marked workbook; None when no header was found, so that there is no place
            for marks.
    """

    rows: int
    good: int
    warned: int
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    workbook: bytes | None

    @property
    def is_clean(self) -> bool:
        """Whether nothing stops a batch."""
        return all(one.severity == "warning" for one in self.problems)


def preflight(
    house: House,
    form_name: str,
    roster_path: Path,
    *,
    sheet: str | None = None,
    common: Mapping[str, object] | None = None,
) -> Preflight:
    """Check a roster as `batch` would, and mark a copy of it.

    Raises:
        RosterError: If the file cannot be read at all.
    """
    form = house.library.find(form_name)
    given = {**house.facts, **(common or {})}
    opened = open_roster(roster_path, form, sheet=sheet, given=given)
    if isinstance(opened, NoRoster):
        return Preflight(0, 0, 0, opened.problems, (), None)
    checker = RowChecker(form, opened.plan)
    neighbours = Neighbours(form, opened.plan)
    scrutiny = Scrutiny(house, form)
    rows = 0
    of_rows: list[Problem] = []
    good: set[int] = set()
    for raw in opened.rows():
        row = neighbours.beside(checker.check(raw))
        found, is_good = scrutiny.of_row(row)
        rows += 1
        of_rows += found
        if is_good:
            good.add(row.row)
    problems = (*opened.problems, *opened.closing(), *neighbours.problems(), *of_rows)
    warned = {one.row for one in problems if one.row in good}
    return Preflight(
        rows=rows,
        good=len(good),
        warned=len(warned),
        problems=problems,
        notes=opened.notes(),
        workbook=annotated(roster_path, opened, problems),
    )
