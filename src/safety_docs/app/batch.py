"""Term start: one roster, one or several forms, a filed letter for every row, in its order.

Rows are read twice: first all are looked at, and nothing is filed while one of them is bad; then
they are planned, numbered, made and filed, a group at a time. Neither pass keeps the rows, so a
roster of any length takes the same memory. Helpers (`crew`) look, plan and make side by side;
numbers are given here, in the order of the roster, so they do not depend on who is quicker.

A row whose subject has a record already files nothing if it says the same, and supersedes that
record if it says something else. Where two rows have the same subject, nobody can say which is
which, so they are only compared as they stand.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from safety_docs.app.composing import RowComposer
from safety_docs.app.crew import Alone, undisturbed
from safety_docs.app.desk import file_with
from safety_docs.app.posts import allot, in_order, stop_at
from safety_docs.app.roster_look import GROUP, groups, look_at
from safety_docs.app.rows import Addressed, Recipe, Recipes
from safety_docs.app.subjects import Judge, Verdict
from safety_docs.archive import Filing
from safety_docs.core.errors import ProblemsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from safety_docs.app.crew import Crew
    from safety_docs.app.house import House
    from safety_docs.app.posts import Allotment, Source
    from safety_docs.app.roster_look import RosterLook
    from safety_docs.app.rows import Planned
    from safety_docs.archive import Assigned, Filed, Part, Writer
    from safety_docs.core.problem import Problem
    from safety_docs.forms import Form, RawRow

AHEAD = 3
"""Groups in the making while one commits: enough to keep the helpers busy."""
CHANGED = "名册内容有更改，重新生成"
"""Reason of a record that supersedes the one of an earlier roster."""


@dataclass(frozen=True, slots=True)
class FormReport:
    """What a batch did for one form.

    Attributes:
        form: Title of the form.
        filed: Number of records filed now.
        already_filed: Number of rows whose record an earlier run had filed.
        codes: The lowest and the highest reference code of its rows; empty if there is no row.
    """

    form: str
    filed: int
    already_filed: int
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BatchReport:
    """What a batch did.

    Attributes:
        forms: For each form, in the order asked for.
        changed: Old and new code of each record that a changed row superseded.
        by_hand: Codes of corrections made by hand that stand for rows of the roster.
        vanished: Names and code of each subject of this school year that the roster no longer has.
        failed: Problems of the rows that were left out.
        warnings: Problems that stop nothing, such as two people of one name.
        notes: What was read from the workbook and how columns were mapped.
        seconds: Wall time by stage: 读取, 检查, 生成并归档.
    """

    forms: tuple[FormReport, ...]
    changed: tuple[tuple[str, str], ...]
    by_hand: tuple[str, ...]
    vanished: tuple[tuple[Sequence[str], str], ...]
    failed: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    notes: tuple[str, ...]
    seconds: Mapping[str, float]

    @property
    def filed(self) -> int:
        """Number of records filed now."""
        return sum(one.filed for one in self.forms)

    @property
    def already_filed(self) -> int:
        """Number of rows whose record an earlier run had filed."""
        return sum(one.already_filed for one in self.forms)

    @property
    def codes(self) -> tuple[str, ...]:
        """The lowest and the highest reference code of all rows; empty if there is no row."""
        return _ends(code for one in self.forms for code in one.codes)


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
    form_names: Sequence[str],
    roster_path: Path,
    *,
    sheet: str | None = None,
    common: Mapping[str, object] | None = None,
    skip_bad: bool = False,
    crew: Crew | None = None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> BatchReport:
    """File a letter for every row of a roster.

    Args:
        house: The wired-up parts.
        form_names: Id, code or title of each form. Of several forms each takes the rows whose
            post (岗位) is one of its `Form.roles`; of none, those that the posts ask for.
        roster_path: Workbook (.xlsx) or .csv.
        sheet: Worksheet; by default the one that fits best.
        common: Values that are the same for all rows.
        skip_bad: Leave out rows with problems instead of stopping.
        crew: Helpers that have learned nothing yet; by default everything is done here.
        progress: Called with the number done and the number of rows.

    Raises:
        BadRowsError: If a row has a problem and `skip_bad` is not set; nothing is filed.
        ProblemsError: If the workbook as a whole cannot be used; nothing is filed.
    """
    watch = _Watch()
    with undisturbed():
        allotment = allot(house, form_names, roster_path, sheet, common or {})
        stop_at(allotment.problems)
        sources = allotment.sources
        crews = _taught(house, sources, crew or Alone())
        watch.lap("读取")
        looks = [look_at(one, addressed) for one, addressed in zip(sources, crews, strict=True)]
        errors = in_order((*allotment.unplaced, *(one for look in looks for one in look.errors)))
        if errors and not skip_bad:
            raise BadRowsError(errors)
        watch.lap("检查")
        tally = _Tally(sum(look.good for look in looks), progress)
        forms = tuple(
            _file(house, source, look, RowComposer(addressed), tally)
            for source, look, addressed in zip(sources, looks, crews, strict=True)
        )
    watch.lap("生成并归档")
    return BatchReport(
        forms=forms,
        changed=tuple(tally.changed),
        by_hand=tuple(tally.by_hand),
        vanished=tuple(tally.vanished),
        failed=errors,
        warnings=_warnings(allotment, looks),
        notes=allotment.notes(),
        seconds=watch.laps,
    )


def _taught(house: House, sources: Sequence[Source], crew: Crew) -> list[Addressed]:
    """The crew as each form addresses it, once it has learned all of them."""
    bare, secret = house.for_helpers(), house.cabinet.secret
    crew.learn(
        Recipes(tuple(Recipe(bare, one.form.id, one.roster.plan, secret) for one in sources))
    )
    return [Addressed(crew, place) for place in range(len(sources))]


def _warnings(allotment: Allotment, looks: Sequence[RosterLook]) -> tuple[Problem, ...]:
    problems = (*allotment.problems, *(one for look in looks for one in look.warnings))
    return in_order(one for one in problems if one.severity == "warning")


class _Watch:
    """Wall time by stage."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.laps[stage], self._last = now - self._last, now


@dataclass(slots=True)
class _Tally:
    """What came of the rows of all forms.

    Attributes:
        total: Number of rows that can be filed.
        progress: Called with the number done and `total`.
        done: Number of rows done.
        changed: As in `BatchReport`; so are the others.
        by_hand: Codes of corrections.
        vanished: Names and codes.
    """

    total: int
    progress: Callable[[int, int], None]
    done: int = 0
    changed: list[tuple[str, str]] = field(default_factory=list)
    by_hand: list[str] = field(default_factory=list)
    vanished: list[tuple[Sequence[str], str]] = field(default_factory=list)

    def count(self, one: Filed) -> None:
        """One more row is done."""
        if one.is_new and one.record.supersedes:
            self.changed.append((one.record.supersedes, one.record.code))
        self.done += 1
        self.progress(self.done, self.total)


def _file(
    house: House, source: Source, look: RosterLook, composer: RowComposer, tally: _Tally
) -> FormReport:
    """File the good rows of one form; the index has taken them in when this returns."""
    rows = (row for row in source.rows() if row.number not in look.bad)
    queue = _Queue(source.form, look, composer, house.cabinet.secret, tally)

    def filings(writer: Writer) -> Iterator[Filing]:
        return queue.filings(writer, groups(rows))

    new = old = 0
    codes: tuple[str, ...] = ()
    for one in file_with(
        house, filings, composer.told, composer=composer, ahead=AHEAD, group=GROUP
    ):
        new, old = new + one.is_new, old + (not one.is_new)
        codes = _ends((*codes, one.record.code))
        tally.count(one)
    return FormReport(source.form.title, new, old, codes)


def _ends(codes: Iterable[str]) -> tuple[str, ...]:
    """The lowest and the highest of some codes; numbers of more digits come later."""
    ordered = sorted(codes, key=lambda code: (len(code), code))
    return (ordered[0], ordered[-1]) if ordered else ()


@dataclass(frozen=True, slots=True)
class _Queue:
    """Turns rows into filings while the writer holds the lock."""

    form: Form
    look: RosterLook
    composer: RowComposer
    secret: bytes
    tally: _Tally

    def filings(self, writer: Writer, chunks: Iterable[Sequence[RawRow]]) -> Iterator[Filing]:
        """A filing for every row, in order; then it is known who has vanished."""
        judge = Judge(writer, self.secret)
        is_clear = self.look.subjects.is_clear
        for planned in self.composer.plans(chunks, AHEAD):
            judge.look_up(row.subject for row in planned if is_clear(row.subject))
            for place, row in enumerate(planned):
                filing = self._filing(judge, row)
                self.composer.place(str(filing.key), place)
                yield filing
        if not self.look.errors:  # whose row was left out has not vanished
            self.tally.vanished.extend(self.look.subjects.vanished(writer))

    def _filing(self, judge: Judge, row: Planned) -> Filing:
        is_clear = self.look.subjects.is_clear(row.subject)
        verdict = judge.verdict(row.key, row.subject) if is_clear else Verdict(row.key)
        if verdict.by_hand:
            self.tally.by_hand.append(verdict.by_hand)
        form = self.form
        return Filing(
            key=verdict.key,
            title=row.title,
            category=form.category,
            date=row.date,
            year=row.year,
            retention=form.retention,
            parts=_made_elsewhere,
            form=form.id,
            form_title=form.title,
            template=row.template,
            people=row.people,
            supersedes=verdict.supersedes,
            reason=CHANGED if verdict.supersedes else "",
            confidentiality=form.confidentiality if form.is_confidential else "",
            subject=row.subject if is_clear else (),
        )


def _made_elsewhere(given: Assigned) -> Sequence[Part]:
    """Parts of these filings come from the composer."""
    raise AssertionError(given)
