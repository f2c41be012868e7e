"""The default engine: catalogue and full text in one SQLite file, changed in one transaction.

Full text is FTS5 over one token per character; a phrase of tokens is a substring. The FTS5 table
holds no content: it is deleted from with the same tokens, made again from the stored text, which
SQLite before 3.43 needs.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import sqlite3
import time
from collections import Counter
from typing import TYPE_CHECKING, Self

from safety_docs.core.record import Position
from safety_docs.index.engine import Card, Hit, Located, Results
from safety_docs.index.errors import IndexBusyError, IndexDamagedError, IndexNotWritableError
from safety_docs.index.facets import FacetKey, facets
from safety_docs.index.filters import filters, notes
from safety_docs.index.highlight import snippet
from safety_docs.index.query import parse_query
from safety_docs.index.sqlite_conditions import condition, filter_condition, joined
from safety_docs.index.sqlite_ranking import best
from safety_docs.index.sqlite_schema import FILE_NAME, connect, delete, is_refusal, transaction
from safety_docs.index.sqlite_texts import Texts, stored_texts
from safety_docs.index.sqlite_writer import put
from safety_docs.index.tree import positive_terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from safety_docs.core.record import IndexedRecord
    from safety_docs.index.engine import SearchRequest
    from safety_docs.index.tree import Phrase, Tree, Wild

KEPT_EVERY = 1000
"""Records after which a transaction ends though more follow. Full text makes one segment of each,
and the fewer there are, the less often a letter is copied when they are merged."""
KEPT_SECONDS = 5.0
"""So does one that has been open for so long: where records come slowly, others see them soon."""

_ORDERS = {"relevance": "", "code": " ORDER BY code", "date": " ORDER BY date DESC, code"}
_HITS = (
    "SELECT texts.card, shown, spans, normal, records.id, code, title, category, category_name,"
    " year, date, retention, form, form_title, people, path, superseded, unreadable"
    " FROM records JOIN texts ON texts.id = records.id"
    " WHERE records.id IN (SELECT value FROM json_each(?))"
)


class SqliteEngine:
    """`Engine` over one file, ``index.sqlite``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open()

    def _open(self) -> None:
        self._connection = connect(self._folder)
        self._texts = Texts(self._connection)
        self._unkept, self._begun = 0, 0.0

    def position(self) -> Position:
        """See `Engine.position`."""
        with _damage_reported():
            meta = dict(self._connection.execute("SELECT name, value FROM meta").fetchall())
        return Position(int(meta["seq"]), meta["head"])

    def apply(
        self, documents: Iterable[IndexedRecord], position: Position, *, more: bool = False
    ) -> None:
        """See `Engine.apply`."""
        if not self._connection.in_transaction:
            self._unkept, self._begun = 0, time.monotonic()
        with _damage_reported(), transaction(self._connection, stays_open=True):
            for document in documents:
                put(self._connection, self._texts, document)
                self._unkept += 1
            self._connection.executemany(
                "UPDATE meta SET value = ? WHERE name = ?",
                [(str(position.seq), "seq"), (position.head, "head")],
            )
        is_long = time.monotonic() - self._begun >= KEPT_SECONDS
        if not more or self._unkept >= KEPT_EVERY or is_long:
            with _damage_reported(), transaction(self._connection):
                pass  # ends what stayed open
        self._texts.forget()

    def search(self, request: SearchRequest) -> Results:
        """See `Engine.search`."""
        tree = parse_query(request.query)
        terms = positive_terms(tree)
        with _damage_reported(), self._snapshot():
            rows = self._matching(tree, request)
            page = self._page(rows, terms, request)
            hits = self._hits(page, terms)
            counts = self._facets([facet for _, facet in rows])
        return Results(len(rows), hits, counts, notes(request.query))

    def count(self) -> int:
        """See `Engine.count`."""
        with _damage_reported():
            return int(self._connection.execute("SELECT count(*) FROM records").fetchone()[0])

    def locate(self, code: str) -> Located | None:
        """See `Engine.locate`."""
        with _damage_reported():
            row = self._connection.execute(
                "SELECT id, (SELECT code FROM records WHERE supersedes = ?) FROM records"
                " WHERE code = ?",
                (code, code),
            ).fetchone()
        return None if row is None else Located(int(row[0]), str(row[1] or ""))

    def unreadable(self) -> tuple[tuple[str, str], ...]:
        """See `Engine.unreadable`."""
        with _damage_reported():
            rows = self._connection.execute(
                "SELECT code, unreadable FROM records WHERE unreadable <> '' ORDER BY code"
            ).fetchall()
        return tuple((str(code), str(why)) for code, why in rows)

    def clear(self) -> None:
        """See `Engine.clear`."""
        self._connection.close()
        delete(self._folder / FILE_NAME)
        self._open()

    def close(self) -> None:
        """See `Engine.close`."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    @contextlib.contextmanager
    def _snapshot(self) -> Iterator[None]:
        """Everything read inside is of one moment."""
        begins = not self._connection.in_transaction  # otherwise `apply` has begun one
        if begins:
            self._connection.execute("BEGIN")
        try:
            yield
        finally:
            if begins and self._connection.in_transaction:
                self._connection.execute("COMMIT")

    def _matching(self, tree: Tree, request: SearchRequest) -> list[tuple[int, int]]:
        """Number and facet number of every hit."""
        query = condition(self._connection, self._texts, tree)
        wanted = joined("AND", [query, filter_condition(filters(request))])
        return self._connection.execute(
            f"SELECT id, facet FROM records WHERE {wanted.sql}"  # noqa: S608 - values are parameters
            + _ORDERS[request.sort],
            wanted.parameters,
        ).fetchall()

    def _page(
        self,
        rows: list[tuple[int, int]],
        terms: Sequence[Phrase | Wild],
        request: SearchRequest,
    ) -> list[int]:
        start, end = request.offset, request.offset + request.limit
        numbers = [number for number, _ in rows]
        if request.sort != "relevance":
            return numbers[start:end]
        return best(self._connection, self._texts, numbers, terms, end)[start:]

    def _hits(self, page: list[int], terms: Sequence[Phrase | Wild]) -> tuple[Hit, ...]:
        """The hits numbered in `page`, in its order."""
        hits = {}
        for row in self._connection.execute(_HITS, (json.dumps(page),)):
            found = snippet(stored_texts(*row[:4]), terms)
            hits[row[4]] = Hit(_card(row[4:]), found.text, found.marks)
        return tuple(hits[number] for number in page)

    def _facets(self, numbers: list[int]) -> dict[str, dict[str, int]]:
        keys = {
            number: FacetKey(category, year, form, retention)
            for number, category, year, form, retention in self._connection.execute(
                "SELECT id, category, year, form, retention FROM facets"
            )
        }
        return facets({keys[number]: count for number, count in Counter(numbers).items()})


def _card(row: tuple[object, ...]) -> Card:
    """The card of a row of `_HITS` without the texts."""
    *before, people, path, superseded, unreadable = row
    seq, code, title, category, name, year, date, retention, form, form_title = before
    return Card(
        seq=int(str(seq)),
        code=str(code),
        title=str(title),
        category=str(category),
        category_name=str(name),
        year=int(str(year)),
        date=dt.date.fromisoformat(str(date)),
        retention=str(retention),
        form=str(form),
        form_title=str(form_title),
        people=tuple(json.loads(str(people))),
        path=str(path),
        superseded=bool(superseded),
        unreadable=str(unreadable),
    )


@contextlib.contextmanager
def _damage_reported() -> Iterator[None]:
    """Say in our words that the file cannot be read."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.ProgrammingError):
            raise
        if "locked" in str(error):
            raise IndexBusyError from error
        if is_refusal(error):
            raise IndexNotWritableError from error
        raise IndexDamagedError(str(error)) from error
