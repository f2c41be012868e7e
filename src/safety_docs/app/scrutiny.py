"""What is looked at before a page is filed and a form alone cannot know.

References to other records (the cabinet knows them) and wording that must not stand in a document
(``templates/wording.toml`` lists it).
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from safety_docs.app.look import UnknownCodeError, look
from safety_docs.core.problem import Problem
from safety_docs.core.reference_code import ReferenceCodeError
from safety_docs.forms import load_phrases

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from safety_docs.app.house import House
    from safety_docs.forms import Form, LinkSpec, RosterRow

WORDING = "wording.toml"
SLIP_CODES = {"error": "D226", "warning": "D227"}
_MEMORY = 4_096
"""Texts without a slip that are kept: classes and addresses repeat down a roster."""
_WORDED = frozenset({"text", "paragraph"})


class Scrutiny:
    """Looks at the checked values of one form, page by page."""

    def __init__(self, house: House, form: Form) -> None:
        """Get ready for pages of `form`.

        Raises:
            InputError: If the list of wording cannot be read.
        """
        self._house = house
        self._form = form
        self._phrases = load_phrases(house.template_file(WORDING))
        self._fields = [one for one in form.fields if one.type in _WORDED]
        self._tables = [
            (one, [column for column in one.columns if column.type in _WORDED])
            for one in form.fields
            if one.columns
        ]
        self._good: set[str] = set()

    def problems(self, values: Mapping[str, Any]) -> list[Problem]:
        """What is wrong with these values; a reference or a waiver is an error."""
        return [*self._slips(values), *self._broken_links(values)]

    def of_row(self, row: RosterRow) -> tuple[list[Problem], bool]:
        """All problems of a row of a roster, and whether it can be filed."""
        values = row.checked.values
        found = [*row.checked.problems]
        if values is None:
            return found, False
        found += [
            dataclasses.replace(one, sheet=row.sheet or None, row=row.row)
            for one in self.problems(values)
        ]
        return found, all(one.severity != "error" for one in found)

    def _slips(self, values: Mapping[str, Any]) -> Iterator[Problem]:
        for field in self._fields:
            text = values[field.name]
            if text and text not in self._good:
                yield from self._slips_in(text, field.shown_name)
        for field, columns in self._tables:
            for number, row in enumerate(values[field.name], start=1):
                for column in columns:
                    place = f"第 {number} 行“{column.shown_name}”"
                    yield from self._slips_in(row[column.name], field.shown_name, place)

    def _slips_in(self, text: str, label: str, place: str | None = None) -> Iterator[Problem]:
        slips = self._phrases.slips(text)
        if not slips and len(self._good) < _MEMORY:
            self._good.add(text)
        for slip in slips:
            yield Problem(
                SLIP_CODES[slip.severity],
                slip.sentence,
                column=label,
                value=slip.around,
                place=place,
                severity=slip.severity,
            )

    def _broken_links(self, values: Mapping[str, Any]) -> Iterator[Problem]:
        for link in self._form.links:
            if values[link.field]:
                other = self._page_of(values[link.field], link)
                problem = self._form.link_problem(link, values, other)
                if problem:
                    yield problem

    def _page_of(self, code: str, link: LinkSpec) -> Mapping[str, Any] | None:
        """The values of the record with this code, None if it is not one of the linked form."""
        try:
            record = look(self._house, code).record
        except (ReferenceCodeError, UnknownCodeError):
            return None
        return record.values if record.form == link.form else None
