"""Looks at the checked rows of a roster side by side: what is there twice, who share a name.

Rows are seen from top to bottom. Of each row only its traits are kept, about 500 bytes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from safety_docs.core.problem import Problem
from safety_docs.forms.checking import Checked
from safety_docs.forms.plain_text import comparable, masked, shown
from safety_docs.forms.row_checker import identifying_fields, person_field, unique_fields
from safety_docs.forms.slots import SECRET_TYPES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from safety_docs.forms.form import Form
    from safety_docs.forms.roster_rows import RosterPlan, RosterRow, Traits

_LISTED = 10


class Neighbours:
    """The rows of one roster that were seen so far."""

    def __init__(self, form: Form, plan: RosterPlan) -> None:
        self._sheet = plan.sheet or None
        self._unique = unique_fields(form, plan)
        self._columns = [plan.headings[one.name] for one in self._unique]
        self._labels = [plan.headings[one.name] for one in identifying_fields(form, plan)]
        person = person_field(form, plan)
        self._person = plan.headings[person.name] if person else None
        self._seen_values: list[dict[str, int]] = [{} for _ in self._unique]
        self._seen_rows: dict[bytes, int] = {}
        self._people: dict[str, Traits] = {}
        self._namesakes: dict[str, list[Traits]] = {}

    def beside(self, row: RosterRow) -> RosterRow:
        """`row`, with D204 if an earlier row has the same unique value or all the same cells."""
        if row.traits is None:
            return row
        problem = self.see(row.traits, is_good=row.checked.values is not None)
        if problem is None:
            return row
        return replace(row, checked=Checked(None, (*row.checked.problems, problem)))

    def see(self, traits: Traits, *, is_good: bool = True) -> Problem | None:
        """Take in a row by its traits alone; D204 if it repeats an earlier row.

        Args:
            traits: Of a row below all that were seen before.
            is_good: Whether the row has no error, so that its person counts.
        """
        problem = self._repeated_value(traits) or self._repeated_row(traits)
        if is_good and problem is None and self._person is not None:
            name = comparable(traits.person)
            # The same text in one place: there may be a hundred thousand of them.
            key = traits.person if name == traits.person else name
            first = self._people.setdefault(key, traits)
            if first is not traits:
                self._namesakes.setdefault(key, [first]).append(traits)
        return problem

    def _repeated_value(self, traits: Traits) -> Problem | None:
        for text, one, heading, seen in zip(
            traits.unique, self._unique, self._columns, self._seen_values, strict=True
        ):
            first = seen.setdefault(comparable(text), traits.number) if text else traits.number
            if first != traits.number:
                quoted = masked(text) if one.type in SECRET_TYPES else shown(text)
                message = f"和第 {first} 行相同，都是“{quoted}”，请核对。"
                return Problem(
                    "D204",
                    message,
                    sheet=self._sheet,
                    row=traits.number,
                    column=heading,
                    value=quoted,
                )
        return None

    def _repeated_row(self, traits: Traits) -> Problem | None:
        if not traits.digest:
            return None
        first = self._seen_rows.setdefault(traits.digest, traits.number)
        if first == traits.number:
            return None
        message = f"这一行和第 {first} 行完全相同，请删去一行。"
        return Problem("D204", message, sheet=self._sheet, row=traits.number)

    def problems(self) -> tuple[Problem, ...]:
        """D205 for people of one name, once for each name; call it after all rows were seen."""
        return tuple(self._namesake(people) for people in self._namesakes.values())

    def _namesake(self, people: Sequence[Traits]) -> Problem:
        second = people[1]
        who = f"有 {len(people)} 位“{people[0].person}”（第 {_listed(people)} 行），"
        return Problem(
            "D205",
            who + self._advice(people),
            sheet=self._sheet,
            row=second.number,
            column=self._person,
            value=shown(second.person),
            severity="warning",
        )

    def _advice(self, people: Sequence[Traits]) -> str:
        """By what people of one name can be told apart, or that two of them cannot."""
        if not self._labels:
            return "名册里没有班级、编号这样能区分他们的列，请确认没有重复登记。"
        alike = _alike(people)
        if alike is not None:
            columns = "、".join(f"“{label}”" for label in self._labels)
            return (
                f"第 {alike[0]}、{alike[1]} 行的{columns}也都相同，很可能登记了两次："
                "是一个人就删去一行，是两个人请写明不同的班级、编号等。"
            )
        columns_of = zip(*(one.marks for one in people), strict=True)
        different = [
            f"“{label}”"
            for label, values in zip(self._labels, columns_of, strict=True)
            if len(set(values)) > 1
        ]
        return (
            f"{'、'.join(different[:3])}不同；请确认没有重复登记。"
            "文件名里有件号，同名的不会混在一起。"
        )


def _alike(people: Sequence[Traits]) -> tuple[int, int] | None:
    """Rows of the first two people whom nothing tells apart."""
    seen: dict[tuple[str, ...], int] = {}
    for one in people:
        first = seen.setdefault(one.marks, one.number)
        if first != one.number:
            return first, one.number
    return None


def _listed(people: Sequence[Traits]) -> str:
    numbers = "、".join(str(one.number) for one in people[:_LISTED])
    return numbers + ("……" if len(people) > _LISTED else "")
