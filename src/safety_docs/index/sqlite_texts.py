"""Stored texts of the SQLite engine: read back for ranking, rechecks, snippets and deletion."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from safety_docs.index.masking import Masked
from safety_docs.index.ranking import EXACT_FIELDS
from safety_docs.index.searchable import Value, from_json, to_json
from safety_docs.index.tokens import SEPARATOR

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Mapping

    from safety_docs.index.searchable import Searchable

MAX_KEPT_CHARACTERS = 16_000_000
"""Bodies kept in memory between searches, in characters of two bytes each."""

_ENCODING = "utf-16-le"
"""Of stored bodies: the quickest to read, two bytes for a Chinese character instead of three, and
they hold no lone surrogates."""


Weighed = tuple[str, str]
"""Normal forms of the body, and of title, people and reference code (see `names_field`)."""

_NAMES_GAP = SEPARATOR * 2
"""Stands between the fields of `EXACT_FIELDS`; normal forms hold no line break."""


def names_field(names: str, field: str) -> str:
    """The part of `names` that comes from `field`, all of it for the empty name."""
    return names.split(_NAMES_GAP)[EXACT_FIELDS.index(field)] if field else names


def stored_texts(card: str, shown: bytes, spans: str, normal: bytes) -> Searchable:
    """The texts of a record from the columns of the table ``texts``."""
    places = tuple((start, end) for start, end in json.loads(spans))
    return from_json(card, Value(Masked(shown.decode(_ENCODING), places), normal.decode(_ENCODING)))


class Texts:
    """The table ``texts``. What ranking reads is kept in memory as long as it holds."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._kept: dict[int, Weighed] = {}
        self._size = 0
        self._version = -1

    def put(self, number: int, record: Searchable) -> None:
        """Store the texts of record `number`."""
        body = record.fields["body"][0]
        self._connection.execute(
            "INSERT INTO texts (id, card, shown, spans, normal, names) VALUES (?, ?, ?, ?, ?, ?)",
            (
                number,
                to_json(record),
                body.masked.text.encode(_ENCODING),
                json.dumps(body.masked.spans),
                body.normal.encode(_ENCODING),
                _NAMES_GAP.join(SEPARATOR.join(record.normals(name)) for name in EXACT_FIELDS),
            ),
        )

    def get(self, number: int) -> Searchable | None:
        """The texts of record `number`, None if there is none."""
        row = self._connection.execute(
            "SELECT card, shown, spans, normal FROM texts WHERE id = ?", (number,)
        ).fetchone()
        return None if row is None else stored_texts(*row)

    def remove(self, number: int) -> None:
        """Forget record `number`."""
        self._connection.execute("DELETE FROM texts WHERE id = ?", (number,))

    def forget(self) -> None:
        """Drop what is kept in memory."""
        self._kept, self._size = {}, 0

    def weighed(self, numbers: Collection[int]) -> Mapping[int, Weighed]:
        """What ranking reads, for each of `numbers` that is stored, and perhaps for others."""
        self._drop_if_changed()
        kept = self._kept
        for number, texts in self._read([number for number in numbers if number not in kept]):
            kept[number] = texts
            self._size += len(texts[0])
        if self._size > MAX_KEPT_CHARACTERS:
            self.forget()
        return kept

    def _drop_if_changed(self) -> None:
        """Another process may have written since."""
        version = int(self._connection.execute("PRAGMA data_version").fetchone()[0])
        if version != self._version:
            self.forget()
            self._version = version

    def _read(self, numbers: list[int]) -> Iterable[tuple[int, Weighed]]:
        if not numbers:
            return ()
        rows = self._connection.execute(
            "SELECT id, normal, names FROM texts WHERE id BETWEEN ? AND ?",
            (min(numbers), max(numbers)),
        )
        wanted = set(numbers)
        return (
            (number, (normal.decode(_ENCODING), names))
            for number, normal, names in rows
            if number in wanted
        )
