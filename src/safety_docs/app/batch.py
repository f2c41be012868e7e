"""Term start: one form, one roster, a filed letter for every row, in the order of the roster."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from safety_docs.app.desk import file_all
from safety_docs.app.printing import Printer
from safety_docs.app.scrutiny import Scrutiny
from safety_docs.core.errors import ProblemsError
from safety_docs.forms import read_roster

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from safety_docs.app.house import House
    from safety_docs.core.problem import Problem
    from safety_docs.core.record import Record
    from safety_docs.forms import Roster


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What a batch did.

    Attributes:
        filed: Records filed now, in roster order.
        already_filed: Records that an earlier run had filed.
        failed: Problems of the rows that were left out.
        warnings: Problems that stop nothing, such as two people of one name.
        codes: Reference codes of the first and last row; empty if there is no row.
        notes: What was read from the workbook and how columns were mapped.
        seconds: Wall time by stage: 读取, 生成并归档.
    """

    filed: tuple[Record, ...]
    already_filed: tuple[Record, ...]
    failed: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    codes: tuple[str, ...]
    notes: tuple[str, ...]
    seconds: Mapping[str, float]


class BadRowsError(ProblemsError):
    """Rows of a roster cannot be used, and leaving them out was not asked for."""

    code = "D220"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        heading = (
            f"名册里有 {len(problems)} 处问题，一份也没有生成。请改好后再运行；"
            "若先跳过这些行，请加 --skip-bad："
        )
        super().__init__(problems, heading)


def batch(  # noqa: PLR0913 # the options of one command
    house: House,
    form_name: str,
    roster_path: Path,
    *,
    sheet: str | None = None,
    common: Mapping[str, object] | None = None,
    skip_bad: bool = False,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> BatchReport:
    """File a letter for every row of a roster.

    Args:
        house: The wired-up parts.
        form_name: Id, code or title of the form.
        roster_path: Workbook (.xlsx) or .csv.
        sheet: Worksheet; by default the one that fits best.
        common: Values that are the same for all rows.
        skip_bad: Leave out rows with problems instead of stopping.
        progress: Called with the number done and the number of rows.

    Raises:
        BadRowsError: If a row has a problem and `skip_bad` is not set; nothing is filed.
        ProblemsError: If the workbook as a whole cannot be used; nothing is filed.
    """
    started = time.perf_counter()
    form = house.library.find(form_name)
    printer = Printer(form)
    roster = read_roster(roster_path, form, sheet=sheet, given={**house.facts, **(common or {})})
    errors, warnings, good = _sorted(roster, Scrutiny(house, form))
    if errors and not skip_bad:
        raise BadRowsError(errors)
    read = time.perf_counter()
    records: list[Record] = []
    is_new: list[bool] = []
    for filed in file_all(house, (printer.submission(values) for values in good)):
        records.append(filed.record)
        is_new.append(filed.is_new)
        progress(len(records), len(good))
    ended = time.perf_counter()
    return BatchReport(
        filed=tuple(record for record, new in zip(records, is_new, strict=True) if new),
        already_filed=tuple(record for record, new in zip(records, is_new, strict=True) if not new),
        failed=errors,
        warnings=warnings,
        codes=(records[0].code, records[-1].code) if records else (),
        notes=roster.notes,
        seconds={"读取": read - started, "生成并归档": ended - read},
    )


def _sorted(
    roster: Roster, scrutiny: Scrutiny
) -> tuple[tuple[Problem, ...], tuple[Problem, ...], list[Mapping[str, Any]]]:
    """Errors and warnings of the sheet and of all rows, and the values of the good rows."""
    problems = [*roster.problems]
    good: list[Mapping[str, Any]] = []
    for row in roster.rows:
        found, is_good = scrutiny.of_row(row)
        if is_good and row.checked.values is not None:
            good.append(row.checked.values)
        problems += found
    whole_sheet = [one for one in problems if one.severity == "error" and one.row is None]
    if whole_sheet:
        raise ProblemsError(whole_sheet)
    errors = tuple(one for one in problems if one.severity == "error")
    return errors, tuple(one for one in problems if one.severity == "warning"), good
