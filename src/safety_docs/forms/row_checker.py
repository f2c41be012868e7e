"""Checks the rows of a roster one by one; what needs other rows is left to `neighbours`."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from safety_docs.forms.checking import Checked
from safety_docs.forms.roster_rows import RosterRow, Traits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from safety_docs.core.problem import Problem
    from safety_docs.forms.form import Form
    from safety_docs.forms.roster_rows import RawRow, RosterPlan
    from safety_docs.forms.spec import FieldSpec

_IDENTIFYING = frozenset({"text", "person", "choice", "phone", "id-number", "reference"})


class RowChecker:
    """Checks rows of one roster; made anew from form and plan in each process."""

    def __init__(self, form: Form, plan: RosterPlan) -> None:
        missing = {one.name for one in form.fields if one.required and one.name not in plan.names}
        # A missing column is said once, not for every row.
        common = replace(plan.common, bad=plan.common.bad | (missing - plan.common.values.keys()))
        self._check = form.checker.plan(plan.names, common).check
        self._sheet = plan.sheet
        fields = [one for one in form.fields if one.name in plan.names]
        self._headings = {one.shown_name: plan.headings[one.name] for one in fields}
        self._unique = [one.name for one in unique_fields(form, plan)]
        person = person_field(form, plan)
        self._person = person.name if person else None
        self._marks = [one.name for one in identifying_fields(form, plan)]

    def check(self, raw: RawRow) -> RosterRow:
        """The row with all its problems, under the clerk's headings."""
        number, cells, more = raw
        values, problems = self._check(cells)
        traits = None if values is None else self._traits(raw, values)
        if more or problems:
            problems = self._placed(number, more, problems)
            if any(one.severity == "error" for one in problems):
                values = None
        return RosterRow(self._sheet, number, Checked(values, tuple(problems)), traits)

    def _placed(
        self, number: int, more: Iterable[Problem], own: Iterable[Problem]
    ) -> list[Problem]:
        """All problems placed in this row; a formula without a result is not called empty too."""
        unsolved = {one.column for one in more if one.code == "D208"}
        kept = [one for one in own if not (one.code == "D201" and one.column in unsolved)]
        return [
            replace(
                one,
                sheet=self._sheet or None,
                row=number,
                column=self._headings.get(one.column or "", one.column),
            )
            for one in [*more, *kept]
        ]

    def _traits(self, raw: RawRow, values: Mapping[str, Any]) -> Traits:
        unique = tuple([_text(values[name]) for name in self._unique])
        return Traits(
            raw.number,
            unique,
            b"" if any(unique) else _digest(raw.cells),
            values[self._person] if self._person else "",
            tuple([values[name] for name in self._marks]),
        )


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _digest(cells: tuple[Any, ...]) -> bytes:
    text = repr(cells).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=16).digest()


def unique_fields(form: Form, plan: RosterPlan) -> list[FieldSpec]:
    """Fields of the roster whose values no two rows may share."""
    return [one for one in form.fields if one.unique and one.name in plan.names]


def person_field(form: Form, plan: RosterPlan) -> FieldSpec | None:
    """The first field of the roster that names a person, None if it has none."""
    return next(
        (one for one in form.fields if one.type == "person" and one.name in plan.names), None
    )


def identifying_fields(form: Form, plan: RosterPlan) -> list[FieldSpec]:
    """Fields of the roster that tell people of one name apart, such as class and number."""
    person = person_field(form, plan)
    return [
        one
        for one in form.fields
        if one.name in plan.names and one.type in _IDENTIFYING and one is not person
    ]
