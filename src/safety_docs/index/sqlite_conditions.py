"""Turns a query tree and filters into one SQL condition on the table ``records``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from safety_docs.index.matching import is_in, is_in_text, parts
from safety_docs.index.searchable import BARE_FIELDS
from safety_docs.index.tokens import SEPARATOR, tokens
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
    import sqlite3

    from safety_docs.index.filters import Filters
    from safety_docs.index.sqlite_texts import Texts
    from safety_docs.index.tree import (
        Everything,
        Tree,
    )

FORM_NAME = "substr(form, instr(form, '/') + 1)"
"""The last part of a form id, in SQL."""


@dataclass(frozen=True, slots=True)
class Condition:
    """An SQL expression that is true for the records wanted, with its parameters."""

    sql: str
    parameters: tuple[object, ...] = ()


def match_expression(field: str, text: str) -> str:
    """The FTS5 query for records where `field` contains `text`, which is in normal form."""
    columns = field or " ".join(BARE_FIELDS)
    return f'{{{columns}}} : "{tokens(text)}"'


def condition(connection: sqlite3.Connection, texts: Texts, tree: Tree) -> Condition:
    """The condition that `tree` sets."""
    match tree:
        case And(branches):
            return joined("AND", [condition(connection, texts, branch) for branch in branches])
        case Or(branches):
            return joined("OR", [condition(connection, texts, branch) for branch in branches])
        case Not(branch):
            inner = condition(connection, texts, branch)
            return Condition(f"(NOT {inner.sql})", inner.parameters)
        case Wild():
            return _wild(connection, texts, tree)
        case Phrase(field, text):
            return Condition(
                "id IN (SELECT rowid FROM words WHERE words MATCH ?)",
                (match_expression(field, text),),
            )
        case _:
            return _of_catalogue(tree)


def filter_condition(wanted: Filters) -> Condition:
    """The condition that the filters set."""
    found = [
        _range("date", _iso(wanted.date_from), _iso(wanted.date_to)),
        _range("year", wanted.year, wanted.year),
    ]
    if wanted.category:
        found.append(Condition("? IN (category, category_normal)", (wanted.category,)))
    if wanted.person:
        person = f"{SEPARATOR}{wanted.person}{SEPARATOR}"
        found.append(Condition("instr(people_normal, ?) > 0", (person,)))
    if wanted.form:
        found.append(Condition(f"? IN (form, form_title, {FORM_NAME})", (wanted.form,)))
    if wanted.retention:
        found.append(Condition("retention = ?", (wanted.retention,)))
    if not wanted.with_superseded:
        found.append(Condition("superseded = 0"))
    return joined("AND", found)


def joined(operator: str, conditions: list[Condition]) -> Condition:
    """All of `conditions`, at least one, joined by ``AND`` or ``OR``."""
    sql = f" {operator} ".join(each.sql for each in conditions)
    return Condition(f"({sql})", tuple(value for each in conditions for value in each.parameters))


def _of_catalogue(tree: Everything | Equals | DateRange | YearRange) -> Condition:
    match tree:
        case Equals("form", value):
            return Condition(f"? IN (form, {FORM_NAME})", (value,))
        case Equals(field, value):
            return Condition(f"{field} = ?", (value,))
        case DateRange(first, last):
            return _range("date", _iso(first), _iso(last))
        case YearRange(first_year, last_year):
            return _range("year", first_year, last_year)
        case _:
            return Condition("1")


def _range(column: str, first: object, last: object) -> Condition:
    limits = [(">=", first), ("<=", last)]
    found = [
        Condition(f"{column} {sign} ?", (limit,)) for sign, limit in limits if limit is not None
    ]
    return joined("AND", found) if found else Condition("1")


def _iso(date: object) -> str | None:
    return None if date is None else str(date)


def _wild(connection: sqlite3.Connection, texts: Texts, wild: Wild) -> Condition:
    """Candidates hold every part; each is rechecked in order on the stored text."""
    expression = " AND ".join(match_expression(wild.field, part) for part in parts(wild))
    rows = connection.execute("SELECT rowid FROM words WHERE words MATCH ?", (expression,))
    candidates = {int(number) for (number,) in rows}
    found = _in_bodies(texts, wild, candidates)
    for number in candidates - found:
        record = texts.get(number)
        if record is not None and is_in(wild, record):
            found.add(number)
    return Condition("id IN (SELECT value FROM json_each(?))", (json.dumps(sorted(found)),))


def _in_bodies(texts: Texts, wild: Wild, candidates: set[int]) -> set[int]:
    if wild.field not in {"", "body"}:
        return set()
    weighed = texts.weighed(candidates)
    return {number for number in candidates if is_in_text(wild, weighed[number][0])}
