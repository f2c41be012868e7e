"""A catalogue in memory that evaluates trees, filters, order and facets in plain Python.

For engines that bring nothing but phrases. The SQLite engine does the same in SQL; the contract
suite holds both equal.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from safety_docs.index.engine import Card, Hit, Results
from safety_docs.index.facets import FacetKey, facets
from safety_docs.index.highlight import snippet
from safety_docs.index.masking import Masked
from safety_docs.index.matching import is_in, parts
from safety_docs.index.normalise import normalise
from safety_docs.index.ranking import MAX_COUNTED, MAX_WEIGHED, points_of_body, points_of_names
from safety_docs.index.searchable import Value, category_name, from_json, to_json
from safety_docs.index.tree import (
    And,
    DateRange,
    Equals,
    Not,
    Or,
    Phrase,
    Wild,
    YearRange,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from safety_docs.core.record import IndexedRecord
    from safety_docs.index.engine import SearchRequest
    from safety_docs.index.filters import Filters
    from safety_docs.index.searchable import Searchable
    from safety_docs.index.tree import (
        Everything,
        Tree,
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """One record of the catalogue.

    Attributes:
        card: What is shown of it.
        texts: What is searched and cut into snippets.
        supersedes: Code of the record that it corrects; empty if none.
    """

    card: Card
    texts: Searchable
    supersedes: str


def entry_to_json(document: IndexedRecord, texts: Searchable) -> str:
    """All of an entry as one JSON text."""
    record = document.record
    body = texts.fields["body"][0].masked
    card = Card(
        seq=record.seq,
        code=record.code,
        title=texts.fields["title"][0].masked.text,
        category=record.category,
        category_name=category_name(record),
        year=record.year,
        date=record.date,
        retention=record.retention,
        form=record.form,
        form_title=record.form_title,
        people=tuple(value.masked.text for value in texts.fields["people"]),
        path=record.path,
        unreadable=document.unreadable,
    )
    data = {
        "card": {**asdict(card), "date": record.date.isoformat()},
        "texts": to_json(texts),
        "body": [body.text, body.spans],
        "supersedes": record.supersedes,
    }
    return json.dumps(data, ensure_ascii=False)


def entry_from_json(text: str) -> Entry:
    """The entry that `entry_to_json` wrote."""
    data: dict[str, Any] = json.loads(text)
    fields = data["card"]
    card = Card(
        **{
            **fields,
            "date": dt.date.fromisoformat(fields["date"]),
            "people": tuple(fields["people"]),
        }
    )
    shown, spans = data["body"]
    masked = Masked(shown, tuple((start, end) for start, end in spans))
    return Entry(card, from_json(data["texts"], Value(masked)), data["supersedes"])


class Catalogue:
    """Entries by number; those that a later one corrects are marked."""

    def __init__(self, entries: Mapping[int, Entry]) -> None:
        corrected = {entry.supersedes for entry in entries.values() if entry.supersedes}
        self.entries = {
            number: replace(entry, card=replace(entry.card, superseded=True))
            if entry.card.code in corrected
            else entry
            for number, entry in entries.items()
        }

    def matching(self, tree: Tree, holding: Callable[[Phrase], set[int]]) -> set[int]:
        """Numbers of the entries that `tree` matches."""
        match tree:
            case And(branches):
                return set.intersection(*(self.matching(each, holding) for each in branches))
            case Or(branches):
                return set.union(*(self.matching(each, holding) for each in branches))
            case Not(branch):
                return set(self.entries) - self.matching(branch, holding)
            case Phrase():
                return holding(tree)
            case Wild():
                return self._wild(tree, holding)
            case _:
                return {n for n, entry in self.entries.items() if _is_listed(tree, entry.card)}

    def _wild(self, wild: Wild, holding: Callable[[Phrase], set[int]]) -> set[int]:
        """Candidates hold every part; each is rechecked in order."""
        candidates = set.intersection(*(holding(Phrase(wild.field, part)) for part in parts(wild)))
        return {number for number in candidates if is_in(wild, self.entries[number].texts)}

    def passing(self, wanted: Filters) -> set[int]:
        """Numbers of the entries that the filters let through."""
        return {number for number, entry in self.entries.items() if _passes(wanted, entry)}

    def results(
        self,
        found: set[int],
        terms: Sequence[Phrase | Wild],
        request: SearchRequest,
        notes: tuple[str, ...],
    ) -> Results:
        """The page of `found` that `request` asks for."""
        entries = self._in_order(found, terms, request.sort)
        page = entries[request.offset : request.offset + request.limit]
        counts = Counter(_facet_key(entry.card) for entry in entries)
        return Results(
            len(entries), tuple(_hit(each, terms) for each in page), facets(counts), notes
        )

    def _in_order(self, found: set[int], terms: Sequence[Phrase | Wild], sort: str) -> list[Entry]:
        entries = sorted((self.entries[number] for number in found), key=lambda it: it.card.code)
        if sort == "date":
            entries.sort(key=lambda entry: entry.card.date, reverse=True)
        elif sort == "relevance":
            points = self._points(found, terms)
            entries.sort(key=lambda entry: points.get(entry.card.seq, 0.0), reverse=True)
        return entries

    def _points(self, found: set[int], terms: Sequence[Phrase | Wild]) -> dict[int, float]:
        newest = sorted(found, reverse=True)[:MAX_WEIGHED]
        points = dict.fromkeys(newest, 0.0)
        for term in terms:
            for number in newest[:MAX_COUNTED]:
                points[number] += points_of_body(term, self.entries[number].texts)
            for number in newest:
                points[number] += points_of_names(term, self.entries[number].texts)
        return points


def _hit(entry: Entry, terms: Sequence[Phrase | Wild]) -> Hit:
    found = snippet(entry.texts, terms)
    return Hit(entry.card, found.text, found.marks)


def _facet_key(card: Card) -> FacetKey:
    return FacetKey(card.category, card.year, card.form_title.strip(), card.retention)


def _is_listed(tree: Everything | Equals | DateRange | YearRange, card: Card) -> bool:
    match tree:
        case Equals("form", value):
            return value in {card.form, _form_name(card)}
        case Equals(field, value):
            return bool(getattr(card, field) == value)
        case DateRange(first, last):
            return (first is None or card.date >= first) and (last is None or card.date <= last)
        case YearRange(low, high):
            return (low is None or card.year >= low) and (high is None or card.year <= high)
        case _:
            return True


def _passes(wanted: Filters, entry: Entry) -> bool:
    card = entry.card
    return (
        (wanted.with_superseded or not card.superseded)
        and wanted.year in {None, card.year}
        and wanted.category in {"", card.category, normalise(card.category_name)}
        and wanted.form in {"", card.form, card.form_title, _form_name(card)}
        and wanted.retention in {"", card.retention}
        and wanted.person in {"", *entry.texts.normals("people")}
        and _is_listed(DateRange(wanted.date_from, wanted.date_to), card)
    )


def _form_name(card: Card) -> str:
    """The last part of the form id."""
    return card.form.partition("/")[2] or card.form
