"""What a helper of a batch does with rows: look at them, plan what they file, make the files.

Three tasks, in this order. `Look` checks rows and keeps nothing. `Plan` says what rows would file
and keeps their values. `Make` stages the files of planned rows, which have their codes by then.
"""

from __future__ import annotations

import dataclasses
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from safety_docs.app.printing import Printer
from safety_docs.app.scrutiny import Scrutiny
from safety_docs.archive import Disk, StagedPart, key_digest, stage_file
from safety_docs.core.errors import ProblemsError
from safety_docs.core.page_code import page_code_key
from safety_docs.forms import RowChecker

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from safety_docs.app.crew import Crew, Ticket
    from safety_docs.app.desk import Submission
    from safety_docs.app.house import House
    from safety_docs.archive import Assigned
    from safety_docs.core.problem import Problem
    from safety_docs.core.record import ReadText
    from safety_docs.forms import RawRow, RosterPlan, Traits


class Look(NamedTuple):
    """Check these rows; answered by a `Looked` for each."""

    rows: Sequence[RawRow]


class Plan(NamedTuple):
    """Say what these good rows would file; answered by a `Planned` for each.

    Attributes:
        number: `Make` asks for the plan by it.
        rows: The rows.
    """

    number: int
    rows: Sequence[RawRow]


class Make(NamedTuple):
    """Stage the files of planned rows; answered by a `Made` for each.

    Attributes:
        plan: Number of the plan.
        job: Folder to stage in.
        wanted: Place of the row within the plan, what it was given, and the code of the record
            that it supersedes, or "".
    """

    plan: int
    job: str
    wanted: Sequence[tuple[int, Assigned, str]]


class Forget(NamedTuple):
    """Drop a plan of which nothing more is wanted; answered by None."""

    plan: int


Task: TypeAlias = Look | Plan | Make | Forget


class Looked(NamedTuple):
    """A row that was looked at.

    Attributes:
        number: As Excel shows it.
        is_good: Whether it can be filed, as far as it alone can tell.
        problems: Its own.
        traits: What is compared with other rows; None if there is nothing to compare.
        subject: Scope and names; empty if the row is bad or its form tells no subject.
    """

    number: int
    is_good: bool
    problems: Sequence[Problem]
    traits: Traits | None
    subject: tuple[str, ...]


class Planned(NamedTuple):
    """What a row would file.

    Attributes:
        key: Digest of its idempotency key.
        subject: Scope and names; empty if its form tells none.
        title: As in `archive.Filing`; so are the others.
        date: Date of the document.
        year: 年度.
        people: Names for filters.
        template: Digest of the template.
    """

    key: str
    subject: tuple[str, ...]
    title: str
    date: dt.date
    year: int
    people: tuple[str, ...]
    template: str


class Made(NamedTuple):
    """The files of a row.

    Attributes:
        parts: As staged.
        values: As canonical JSON.
        text: For the index.
        unreadable: Why some file gave no text; empty if all did.
    """

    parts: Sequence[StagedPart]
    values: bytes
    text: str | ReadText
    unreadable: str


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to build the helper; picklable.

    Attributes:
        house: With nothing opened.
        form: Id of the form.
        plan: How rows of the roster are checked.
        secret: Of the cabinet: key of idempotency keys and of the checks of page codes.
    """

    house: House
    form: str
    plan: RosterPlan
    secret: bytes

    def __call__(self) -> RowHelper:
        """The helper."""
        return RowHelper(self)


@dataclass(frozen=True, slots=True)
class Recipes:
    """How to build a helper for several forms; it takes pairs of place and task. Picklable."""

    recipes: tuple[Recipe, ...]

    def __call__(self) -> Callable[[tuple[int, Task]], Any]:
        """The helper; what a form needs is built when its first task comes."""
        built: dict[int, RowHelper] = {}

        def work(addressed: tuple[int, Task]) -> Any:
            place, task = addressed
            if place not in built:
                built[place] = self.recipes[place]()
            return built[place](task)

        return work


@dataclass(frozen=True, slots=True)
class Addressed:
    """A crew of `Recipes`, as the crew of one of its forms."""

    crew: Crew
    place: int

    def hand_out(self, task: Task, helper: int | None = None) -> Ticket:
        """See `crew.Crew.hand_out`."""
        return self.crew.hand_out((self.place, task), helper)


class RowHelper:
    """Does the tasks of this module."""

    def __init__(self, recipe: Recipe) -> None:
        house = recipe.house
        self._form = house.library.find(recipe.form)
        self._plan_of_rows = recipe.plan
        self._checker = RowChecker(self._form, recipe.plan)
        self._secret = recipe.secret
        self._scrutiny = Scrutiny(house, self._form)
        self._printer = Printer(self._form, code_key=page_code_key(recipe.secret))
        self._disk = Disk()
        self._plans: dict[int, list[tuple[RawRow, Submission]]] = {}

    def __call__(self, task: Task) -> Any:
        """Do one task."""
        match task:
            case Look(rows):
                return [self._look(row) for row in rows]
            case Plan(number, rows):
                return list(self._plan(number, rows))
            case Make(plan, job, wanted):
                made = [self._make(plan, job, *one) for one in wanted]
                del self._plans[plan]
                return made
            case Forget(plan):
                self._plans.pop(plan, None)
        return None

    def _look(self, raw: RawRow) -> Looked:
        row = self._checker.check(raw)
        problems, is_good = self._scrutiny.of_row(row)
        values = row.checked.values if is_good else None
        subject = self._form.subject_of(values) if values is not None else ()
        return Looked(row.row, is_good, problems, row.traits, subject)

    def _plan(self, number: int, rows: Sequence[RawRow]) -> Iterator[Planned]:
        kept = self._plans[number] = []
        for raw in rows:
            values = self._values(raw)
            one = self._printer.submission(values)
            kept.append((raw, one))
            yield Planned(
                key_digest(self._secret, one.key),
                self._form.subject_of(values),
                one.title,
                one.date,
                one.year,
                one.people,
                one.template,
            )

    def _make(self, plan: int, job: str, place: int, given: Assigned, supersedes: str) -> Made:
        raw, one = self._plans[plan][place]
        field = self._form.replaces
        if supersedes and field and not one.values[field]:
            one = self._printer.submission(self._values(raw, {field: supersedes}))
        composed = one.compose(given)
        parts = []
        for count, part in zip(itertools.count(), composed.parts):
            name = f"{given.page_id}-{count}"
            digest = stage_file(self._disk, f"{job}/{name}", part.data)
            size = len(part.data)
            parts.append(StagedPart(part.role, part.suffix, name, digest, size, part.label))
        return Made(parts, one.canonical.encode(), composed.text, composed.unreadable)

    def _values(self, raw: RawRow, more: Mapping[str, object] | None = None) -> dict[str, Any]:
        """Values of a row that was found good, with `more` where the row is empty."""
        checker = self._checker
        if more:
            common = self._plan_of_rows.common
            common = dataclasses.replace(common, values={**common.values, **more})
            plan = dataclasses.replace(self._plan_of_rows, common=common)
            checker = RowChecker(self._form, plan)
        checked = checker.check(raw).checked
        values: dict[str, Any] | None = checked.values
        if values is None:
            raise ProblemsError(checked.problems)
        return values
