"""Which form takes which rows of a roster: by the post (岗位) of each person.

With one form every row is its own. With several, or when the forms are to follow from the posts, a
row goes to the form whose clauses know its post; a row that no form takes is a problem, so that
nobody is forgotten in silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from safety_docs.core.errors import ProblemsError, SafetyDocsError
from safety_docs.core.problem import Problem
from safety_docs.forms import NoRoster, nearest, open_roster, read_posts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from safety_docs.app.house import House
    from safety_docs.forms import Form, OpenRoster, Posts, RawRow


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
        if self.numbers is None:
            return self.roster.rows()
        return (row for row in self.roster.rows() if row.number in self.numbers)


def sources_of(
    house: House,
    form_names: Sequence[str],
    path: Path,
    sheet: str | None,
    common: Mapping[str, object],
) -> tuple[list[Source], list[Problem]]:
    """The forms with their rows, and a problem for each row that no form takes.

    Raises:
        NoPostsError: If there is no single form and the roster has no column of posts.
        SamePostError: If a post of the roster belongs to two of the forms.
        UnknownFormError: If there is no form of such a name.
    """
    given = {**house.facts, **common}
    if len(form_names) == 1:
        form = house.library.find(form_names[0])
        return [Source(form, _opened(form, path, sheet, given))], []
    posts = read_posts(path, sheet)
    if posts is None:
        raise NoPostsError(path)
    forms = [house.library.find(name) for name in form_names] or _forms_with_posts(house)
    owners = _owners(forms, set(posts.of_row.values()))
    wanted = [form for form in forms if form in owners.values()]
    rosters = [_opened(form, path, posts.sheet or sheet, given) for form in wanted]
    listing = rosters[0] if rosters else _likeliest(forms, path, posts.sheet or sheet)
    numbers: dict[str, set[int]] = {form.id: set() for form in wanted}
    unplaced = []
    for row in listing.rows():
        owner = owners.get(posts.of_row.get(row.number, ""))
        if owner is None:
            unplaced.append(_unplaced(posts, row.number, forms))
        else:
            numbers[owner.id].add(row.number)
    sources = [
        Source(form, roster, frozenset(numbers[form.id]))
        for form, roster in zip(wanted, rosters, strict=True)
        if numbers[form.id]
    ]
    if not sources and not unplaced:  # there is no row at all
        stop_at(listing.closing())
    return sources, unplaced


def _likeliest(forms: Sequence[Form], path: Path, sheet: str | None) -> OpenRoster:
    """The roster of no known post, read for the form that it has most columns of.

    Raises:
        ProblemsError: If it has a column of none.
    """
    opened = [open_roster(path, form, sheet=sheet) for form in forms]
    rosters = [one for one in opened if not isinstance(one, NoRoster)]
    if not rosters:
        raise ProblemsError(opened[0].problems)
    return max(rosters, key=lambda one: len(one.plan.names))


def _opened(form: Form, path: Path, sheet: str | None, given: Mapping[str, object]) -> OpenRoster:
    """The roster for one form.

    Raises:
        ProblemsError: If it has no header, or cannot be used as a whole.
    """
    opened = open_roster(path, form, sheet=sheet, given=given)
    stop_at(opened.problems)
    if isinstance(opened, NoRoster):
        raise ProblemsError(opened.problems)
    return opened


def stop_at(problems: Iterable[Problem]) -> None:
    """Stop if a roster as a whole cannot be used.

    Raises:
        ProblemsError: Naming all that is wrong with the whole.
    """
    whole = [one for one in problems if one.severity == "error" and one.row is None]
    if whole:
        raise ProblemsError(whole)


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
