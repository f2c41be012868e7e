"""Rosters: one row of a worksheet is one set of values of a form.

The header row is found, columns are mapped, and every row is checked; nothing stops at the first
problem. Problems name the worksheet, the row as Excel shows it and the heading as the clerk wrote
it. What is left out (other columns, blank rows, totals, the sample row) is said in the notes.

`read_roster` gives all rows at once. Whoever has no room for them goes the same way in steps, and
may check rows in other processes (`RawRow`, `RosterPlan`, `Traits` and `RosterRow` can be pickled):

    opened = open_roster(path, form, given=facts)  # a `NoRoster` if no header was found
    checker = RowChecker(form, opened.plan)        # one in each process
    neighbours = Neighbours(form, opened.plan)     # one for the whole roster
    for raw in opened.rows():
        row = neighbours.beside(checker.check(raw))    # from top to bottom
    problems = [*opened.problems, *opened.closing(), *neighbours.problems()]
    notes = opened.notes()
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from safety_docs.core.problem import Problem
from safety_docs.forms.grids import read_grids
from safety_docs.forms.headers import SEARCHED_ROWS, find_header
from safety_docs.forms.neighbours import Neighbours
from safety_docs.forms.open_roster import OpenRoster
from safety_docs.forms.plain_text import comparable
from safety_docs.forms.roster_rows import RosterPlan
from safety_docs.forms.row_checker import RowChecker
from safety_docs.forms.spec import FACTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from safety_docs.forms.checking import Common
    from safety_docs.forms.form import Form
    from safety_docs.forms.headers import Header
    from safety_docs.forms.roster_rows import RosterRow
    from safety_docs.forms.spec import FieldSpec

_ROWS = frozenset({"table", "photos"})


@dataclass(frozen=True, slots=True)
class Roster:
    """A whole roster.

    Attributes:
        rows: Rows with data, from top to bottom.
        problems: Problems of the roster as a whole, and warnings over several rows.
        notes: What was read, how columns were mapped and what was left out, one sentence each.
        sheet: Worksheet that was read; empty for .csv.
        header_row: Of the worksheet, from 1; 0 if no header was found.
        headings: Of all columns of the worksheet, also of those that are not used.
    """

    rows: tuple[RosterRow, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    sheet: str = ""
    header_row: int = 0
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoRoster:
    """A file without a header of the form.

    Attributes:
        problems: Why, and what is wrong with the common values.
    """

    problems: tuple[Problem, ...]


def read_roster(
    path: Path,
    form: Form,
    *,
    sheet: str | None = None,
    given: Mapping[str, object] | None = None,
) -> Roster:
    """Read and check a roster.

    Args:
        path: ``.xlsx``, or ``.csv`` in UTF-8, UTF-16 or GB 18030.
        form: What every row fills in.
        sheet: Worksheet name; by default the visible worksheet that matches the form best.
        given: Facts of the cabinet, and values by field name or label, for what a row leaves empty.
            One that the form does not have gives a warning, so that forms can share a file.

    Raises:
        RosterError: If the file cannot be read, is no roster, or is too large to be read safely.
    """
    opened = open_roster(path, form, sheet=sheet, given=given)
    if isinstance(opened, NoRoster):
        return Roster((), opened.problems, ())
    checker = RowChecker(form, opened.plan)
    neighbours = Neighbours(form, opened.plan)
    rows = tuple(neighbours.beside(checker.check(raw)) for raw in opened.rows())
    problems = (*opened.problems, *opened.closing(), *neighbours.problems())
    return Roster(
        rows,
        problems,
        opened.notes(),
        sheet=opened.plan.sheet,
        header_row=opened.header_row,
        headings=opened.headings,
    )


def open_roster(
    path: Path,
    form: Form,
    *,
    sheet: str | None = None,
    given: Mapping[str, object] | None = None,
) -> OpenRoster | NoRoster:
    """Find the header of a roster and get ready to read its rows; arguments as `read_roster`.

    Raises:
        RosterError: If the file cannot be read, is no roster, or is too large to be read safely.
    """
    facts = given or {}
    fields = [one for one in form.fields if one.type not in _ROWS]
    grids = read_grids(path, sheet)
    found = [(grid, header) for grid in grids if (header := find_header(grid.head, fields))]
    strange = [
        replace(problem, severity="warning", message=f"没有使用：{problem.message}")
        for problem in form.checker.unknown_keys(facts)
        if problem.column not in FACTS
    ]
    common = form.checker.common(form.checker.by_name(facts), facts)
    problems = [*strange, *common.problems]
    if not found:
        return NoRoster((*problems, _no_header(path, fields)))
    grid, header = max(found, key=lambda pair: len(pair[1].columns))
    place = grid.name or None
    problems += _missing_columns(form, header, common, place)
    problems += _doubled_columns(header, place)
    plan = RosterPlan(grid.name, tuple(header.columns), dict(header.headings), common)
    return OpenRoster(form, grid, header, plan, problems=tuple(problems), sheets=len(grids))


def _no_header(path: Path, fields: Sequence[FieldSpec]) -> Problem:
    wanted = "、".join(one.shown_name for one in fields if one.required)
    message = (
        f"“{path.name}”的前 {SEARCHED_ROWS} 行里没有找到表头，应有这些列：{wanted}；"
        "可以用 safety-docs forms sheet 取要填写的工作簿。"
    )
    return Problem("D216", message)


def _missing_columns(
    form: Form, header: Header, common: Common, sheet: str | None
) -> Iterator[Problem]:
    """Required fields that no column and no common value fills."""
    for one in form.fields:
        is_filled = one.name in header.columns or one.name in common.values
        if one.required and not is_filled and one.name not in common.bad:
            if one.type in _ROWS:
                message = f"缺少“{one.shown_name}”，请写在内容文件里（--common）。"
            else:
                message = f"缺少“{one.shown_name}”这一列，请加上，或用 --set 写一次。"
                message += _renaming(one, header)
            yield Problem("D216", message, sheet=sheet)


def _renaming(field: FieldSpec, header: Header) -> str:
    """Asks after the first unused column whose heading holds a name of the field."""
    names = {comparable(name) for name in (field.name, field.shown_name, *field.synonyms)}
    for heading in header.ignored:
        if any(name in comparable(heading) for name in names):
            return f"如果“{heading}”就是这一列，请把列名改成“{field.shown_name}”。"
    return ""


def _doubled_columns(header: Header, sheet: str | None) -> Iterator[Problem]:
    for heading in header.doubled:
        message = f"有两列都叫“{heading}”，不知道该用哪一列，请删去一列或改名。"
        yield Problem("D222", message, sheet=sheet, column=heading)
