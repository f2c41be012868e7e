"""Putting records into the SQLite engine and taking them out; runs inside a transaction."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from safety_docs.index.searchable import searchable
from safety_docs.index.tokens import SEPARATOR, tokens
from safety_docs.index.tree import TEXT_FIELDS

if TYPE_CHECKING:
    import sqlite3

    from safety_docs.core.record import IndexedRecord, Record
    from safety_docs.index.searchable import Searchable
    from safety_docs.index.sqlite_texts import Texts

_COLUMNS = ", ".join(TEXT_FIELDS)
_MARKS = ", ".join("?" * len(TEXT_FIELDS))
_GAP = f" {tokens(SEPARATOR)} "
_FIND_FACET = "SELECT id FROM facets WHERE category = ? AND year = ? AND form = ? AND retention = ?"


def put(connection: sqlite3.Connection, texts: Texts, document: IndexedRecord) -> None:
    """Take in one record; one of the same number is replaced."""
    record = document.record
    remove(connection, texts, record.seq)
    found = searchable(record, document.text)
    texts.put(record.seq, found)
    connection.execute(
        f"INSERT INTO words (rowid, {_COLUMNS}) VALUES (?, {_MARKS})",  # noqa: S608 - our names
        (record.seq, *_columns(found)),
    )
    _put_card(connection, document, found)
    _mark_superseded(connection, record)


def remove(connection: sqlite3.Connection, texts: Texts, number: int) -> None:
    """Take out the record `number`, if it is there."""
    found = texts.get(number)
    if found is None:
        return
    connection.execute(
        f"INSERT INTO words (words, rowid, {_COLUMNS})"  # noqa: S608 - our names
        f" VALUES ('delete', ?, {_MARKS})",
        (number, *_columns(found)),
    )
    texts.remove(number)
    connection.execute("DELETE FROM records WHERE id = ?", (number,))


def _columns(found: Searchable) -> list[str]:
    """Token text of each field; values are kept apart by a token that no query holds."""
    return [_GAP.join(value.token_text for value in found.fields[name]) for name in TEXT_FIELDS]


def _put_card(connection: sqlite3.Connection, document: IndexedRecord, found: Searchable) -> None:
    record = document.record
    category = found.fields["category"][0]
    people = [value.normal for value in found.fields["people"]]
    row = {
        "id": record.seq,
        "facet": _facet(connection, record),
        "code": record.code,
        "title": found.fields["title"][0].masked.text,
        "category": record.category,
        "category_name": category.masked.text,
        "category_normal": category.normal,
        "year": record.year,
        "date": record.date.isoformat(),
        "retention": record.retention,
        "form": record.form,
        "form_title": record.form_title,
        "people": json.dumps(
            [value.masked.text for value in found.fields["people"]], ensure_ascii=False
        ),
        "people_normal": SEPARATOR + "".join(name + SEPARATOR for name in people),
        "path": record.path,
        "supersedes": record.supersedes,
        "superseded": 0,
        "unreadable": document.unreadable,
    }
    connection.execute(
        f"INSERT INTO records ({', '.join(row)})"  # noqa: S608 - our names
        f" VALUES ({', '.join(f':{name}' for name in row)})",
        row,
    )


def _facet(connection: sqlite3.Connection, record: Record) -> int:
    """Number of the record's combination of facet values."""
    values = (record.category, record.year, record.form_title.strip(), record.retention)
    row = connection.execute(_FIND_FACET, values).fetchone()
    if row is None:
        connection.execute(
            "INSERT INTO facets (category, year, form, retention) VALUES (?, ?, ?, ?)", values
        )
        row = connection.execute(_FIND_FACET, values).fetchone()
    return int(row[0])


def _mark_superseded(connection: sqlite3.Connection, record: Record) -> None:
    if record.supersedes:
        connection.execute("UPDATE records SET superseded = 1 WHERE code = ?", (record.supersedes,))
    connection.execute(
        "UPDATE records SET superseded = 1 WHERE id = ? AND EXISTS"
        " (SELECT 1 FROM records AS later WHERE later.supersedes = ?)",
        (record.seq, record.code),
    )
