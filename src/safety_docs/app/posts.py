"""Which form takes which rows of a roster: by the post (岗位) of each person.

With one form every row is its own. With several, or when the forms are to follow from the posts, a
row goes to the form whose clauses know its post; a row that no form takes is a problem, so that
nobody is forgotten in silence.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from safety_docs.core.errors import ProblemsError, SafetyDocsError
from safety_docs.core.problem import Problem
from safety_docs.forms import NoRoster, nearest, open_roster, read_posts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from safety_docs.app.house import House
    from safety_docs.forms import Form, OpenRoster, Posts, RawRow


_PERSON = "姓名"
"""The field of letters for people of the school that names the person."""
_UNKNOWN = "D215"
"""Code of a common value that a form does not have."""


class NoPostsError(SafetyDocsError):
    """Forms are to follow from the posts, and the roster has no column of posts."""

    code = "A142"

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"“{path.name}”里没有“岗位”这一列，不知道每个人该签哪一种。"
            "请加上“岗位”一列，或在命令里写明一种表单。"
        )


class SamePostError(SafetyDocsError):
    """Two forms take people of the same post."""

    code = "A143"

    def __init__(self, post: str, titles: Sequence[str]) -> None:
        forms = "、".join(f"“{title}”" for title in titles)
        super().__init__(f"岗位“{post}”在{forms}里都有，不知道该用哪一种，请一次只写其中一种。")


class NoRolesError(SafetyDocsError):
    """A form that is for no post in particular was to share a roster with others."""

    code = "A144"

    def __init__(self, title: str) -> None:
        super().__init__(
            f"“{title}”不按岗位分，不能和别的表单合用一张名册，请单独取它的名册工作簿。"
        )


@dataclass(frozen=True, slots=True)
class Source:
    """The rows of a roster that one form takes.

    Attributes:
        form: The form.
        roster: The roster, read for this form.
        numbers: Numbers of its rows; None for all.
    """

    form: Form
    roster: OpenRoster
    numbers: frozenset[int] | None = None

    def rows(self) -> Iterator[RawRow]:
        """Its rows, from top to bottom; each time anew."""
        return self.roster.rows(self.numbers)


@dataclass(frozen=True, slots=True)
class Allotment:
    """How the rows of a roster are shared out among forms.

    Attributes:
        sources: Each form that takes rows, with them; one form alone also without rows.
        unplaced: A problem for each row that no form takes.
        problems: Of the roster as a whole, as far as they are known before its rows are checked.
        table: The roster as one of the forms reads it; None if no header was found.
    """

    sources: tuple[Source, ...]
    unplaced: tuple[Problem, ...]
    problems: tuple[Problem, ...]
    table: OpenRoster | None

    def notes(self) -> tuple[str, ...]:
        """What was read; of several forms each line names its form."""
        if not self.sources:
            return self.table.notes() if self.table else ()
        if len(self.sources) == 1:
            return self.sources[0].roster.notes()
        return tuple(
            f"{one.form.title}：{line}" for one in self.sources for line in one.roster.notes()
        )


def allot(
    house: House,
    form_names: Sequence[str],
    path: Path,
    sheet: str | None,
    common: Mapping[str, object],
) -> Allotment:
    """Share out the rows of a roster.

    Args:
        house: The wired-up parts.
        form_names: One form for all rows, several to choose from, or none: those with posts.
        path: The roster.
        sheet: Worksheet; by default the one that fits best.
        common: Values that are the same for all rows.

    Raises:
        NoPostsError: If there is no single form and the roster has no column of posts.
        SamePostError: If a post of the roster belongs to two of the forms.
        UnknownFormError: If there is no form of such a name.
        RosterError: If the file cannot be read at all.
    """
    given = {**house.facts, **common}
    if len(form_names) == 1:
        form = house.library.find(form_names[0])
        opened = open_roster(path, form, sheet=sheet, given=given)
        if isinstance(opened, NoRoster):
            return Allotment((), (), opened.problems, None)
        return Allotment((Source(form, opened),), (), opened.problems, opened)
    posts = read_posts(path, sheet)
    if posts is None:
        raise NoPostsError(path)
    forms = [house.library.find(name) for name in form_names] or _forms_with_posts(house)
    return _by_post(forms, posts, path, posts.sheet or sheet, given)


def _by_post(
    forms: Sequence[Form],
    posts: Posts,
    path: Path,
    sheet: str | None,
    given: Mapping[str, object],
) -> Allotment:
    owners = _owners(forms, set(posts.of_row.values()))
    opened = {
        form.id: open_roster(path, form, sheet=sheet, given=given)
        for form in forms
        if form in owners.values()
    }
    table = next(
        (one for one in opened.values() if not isinstance(one, NoRoster)), None
    ) or _likeliest(forms, path, sheet)
    if isinstance(table, NoRoster):
        return Allotment((), (), table.problems, None)
    numbers: dict[str, set[int]] = {form_id: set() for form_id in opened}
    unplaced: list[Problem] = []
    for row in table.rows():
        owner = owners.get(posts.of_row.get(row.number, ""))
        if owner is None:
            unplaced.append(_unplaced(posts, row.number, forms))
        else:
            numbers[owner.id].add(row.number)
    sources, said = [], []
    for form in forms:
        roster = opened.get(form.id)
        if isinstance(roster, NoRoster):
            said.append((form.title, roster.problems))
        elif roster is not None and (own := _own(roster, numbers[form.id])):
            said.append((form.title, roster.problems))
            sources.append(Source(form, roster, own))
    problems = _shared(said)
    if not sources and not unplaced:  # there is no row at all
        problems += table.closing()
    return Allotment(tuple(sources), tuple(unplaced), problems, table)


def _own(roster: OpenRoster, numbers: set[int]) -> frozenset[int]:
    """Those of the rows that are none of the form's samples; each form knows only its own."""
    return frozenset(row.number for row in roster.rows(numbers))


def _shared(said: Sequence[tuple[str, Sequence[Problem]]]) -> tuple[Problem, ...]:
    """What several forms say of a roster as a whole: what all say once, the rest with the form.

    A common value that one form does not have may be meant for another: only if none has it, that
    is worth a word.
    """
    if not said:
        return ()
    in_all = set.intersection(*(set(problems) for _, problems in said))
    strange = set.intersection(*(_unknown(problems) for _, problems in said))
    found = []
    for title, problems in said:
        for one in problems:
            if one.code == _UNKNOWN:
                found += [one] if one.column in strange else []
                strange.discard(one.column)
            else:
                found.append(one if one in in_all else _of_form(one, title))
    return tuple(dict.fromkeys(found))


def _unknown(problems: Sequence[Problem]) -> set[str | None]:
    return {one.column for one in problems if one.code == _UNKNOWN}


def _of_form(problem: Problem, title: str) -> Problem:
    return replace(problem, message=f"（{title}）{problem.message}")


def _likeliest(forms: Sequence[Form], path: Path, sheet: str | None) -> OpenRoster | NoRoster:
    """The roster of no known post, read for the form that it has most columns of."""
    opened = [open_roster(path, form, sheet=sheet) for form in forms]
    rosters = [one for one in opened if not isinstance(one, NoRoster)]
    return max(rosters, key=lambda one: len(one.plan.names)) if rosters else opened[0]


def stop_at(problems: Iterable[Problem]) -> None:
    """Stop if a roster as a whole cannot be used.

    Raises:
        ProblemsError: Naming all that is wrong with the whole.
    """
    whole = [one for one in problems if one.severity == "error" and one.row is None]
    if whole:
        raise ProblemsError(whole)


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Each problem once: those of the roster as a whole, then row by row."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda one: one.row or 0))


def forms_sharing(house: House, form_names: Sequence[str]) -> list[Form]:
    """The forms between which the posts of one roster decide.

    Args:
        house: The wired-up parts.
        form_names: Id, code or title of each; of none: the letters for people of the school.

    Raises:
        NoRolesError: If one of several forms is for no post in particular.
        SamePostError: If two of them are for the same post.
        UnknownFormError: If there is no form of such a name.
    """
    forms = [house.library.find(name) for name in form_names] or [
        form for form in _forms_with_posts(house) if _PERSON in form.subject
    ]
    if len(forms) > 1:
        for form in forms:
            if not form.roles:
                raise NoRolesError(form.title)
        _owners(forms, {role for form in forms for role in form.roles})
    return forms


def _forms_with_posts(house: House) -> list[Form]:
    """Letters for people with a post, by code."""
    heads = [head for head in house.library.heads if head.has_subject]
    return [form for form in (house.library.form(head.id) for head in heads) if form.roles]


def _owners(forms: Sequence[Form], posts: set[str]) -> dict[str, Form]:
    owners: dict[str, Form] = {}
    for form in forms:
        for post in posts.intersection(form.roles):
            if post in owners:
                raise SamePostError(post, [owners[post].title, form.title])
            owners[post] = form
    return owners


def _unplaced(posts: Posts, number: int, forms: Sequence[Form]) -> Problem:
    post = posts.of_row.get(number, "")
    roles = [role for form in forms for role in form.roles]
    if not post:
        message = "没有写岗位，不知道该签哪一种责任书，请补上。"
    else:
        near = nearest(post, roles)
        hint = f"是不是“{near}”？" if near else f"能用的岗位有：{'、'.join(roles[:12])}等。"
        message = f"“{post}”没有对应的责任书。{hint}"
    return Problem(
        "D240", message, sheet=posts.sheet or None, row=number, column=posts.heading, value=post
    )
