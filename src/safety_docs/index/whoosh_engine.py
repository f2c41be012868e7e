"""The second engine: Whoosh, pure Python, over our one-character tokenizer.

Whoosh answers which records hold a phrase; everything else (the tree, filters, facets, order) is
done here on the stored catalogue. Comfortable up to about 5,000 records. What is on the disk is
opened only under its seal; without it the index is made anew and the position is ``START``.
"""

from __future__ import annotations

import shutil
import unicodedata
from typing import TYPE_CHECKING, Any, Self

from whoosh import index as whoosh_index
from whoosh import query as whoosh_query
from whoosh.fields import ID, STORED, TEXT, Schema
from whoosh.index import LockError

from safety_docs.core.record import START, Position
from safety_docs.index.catalogue import Catalogue, entry_from_json, entry_to_json
from safety_docs.index.engine import Located
from safety_docs.index.errors import IndexBusyError
from safety_docs.index.filters import filters, notes
from safety_docs.index.query import parse_query
from safety_docs.index.seal import is_sealed, seal
from safety_docs.index.searchable import BARE_FIELDS, searchable
from safety_docs.index.tokens import SEPARATOR, tokens
from safety_docs.index.tree import TEXT_FIELDS, positive_terms
from safety_docs.index.whoosh_tokenizer import CharacterTokenizer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from safety_docs.core.record import IndexedRecord
    from safety_docs.index.catalogue import Entry
    from safety_docs.index.engine import Results, SearchRequest
    from safety_docs.index.tree import Phrase

FOLDER = "whoosh"
_SCHEMA = f"1 {unicodedata.unidata_version}"
_POSITION = "position"


class WhooshEngine:
    """`Engine` over a Whoosh index in the folder ``whoosh``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER
        self._index: Any = None
        self._searcher: Any = None
        self._open()

    def position(self) -> Position:
        """See `Engine.position`."""
        return self._position

    def apply(
        self,
        documents: Iterable[IndexedRecord],
        position: Position,
        *,
        more: bool = False,  # noqa: ARG002 - every call is kept at once
    ) -> None:
        """See `Engine.apply`."""
        try:
            writer = self._index.writer()
        except LockError as error:
            raise IndexBusyError from error
        try:
            for document in documents:
                writer.update_document(**_fields(document))
            writer.update_document(id=_POSITION, entry=[position.seq, position.head])
        except BaseException:
            writer.cancel()
            raise
        writer.commit()
        seal(self._folder, _SCHEMA)
        self._searcher.close()
        self._searcher = self._index.searcher()
        self._load()

    def search(self, request: SearchRequest) -> Results:
        """See `Engine.search`."""
        tree = parse_query(request.query)
        found = self._catalogue.matching(tree, self._holding) & self._catalogue.passing(
            filters(request)
        )
        return self._catalogue.results(found, positive_terms(tree), request, notes(request.query))

    def count(self) -> int:
        """See `Engine.count`."""
        return len(self._catalogue.entries)

    def locate(self, code: str) -> Located | None:
        """See `Engine.locate`."""
        entries = self._catalogue.entries
        found = next((seq for seq, entry in entries.items() if entry.card.code == code), None)
        newer = [entry.card.code for entry in entries.values() if entry.supersedes == code]
        return None if found is None else Located(found, "".join(newer[:1]))

    def unreadable(self) -> tuple[tuple[str, str], ...]:
        """See `Engine.unreadable`."""
        cards = [entry.card for entry in self._catalogue.entries.values()]
        return tuple(sorted((card.code, card.unreadable) for card in cards if card.unreadable))

    def clear(self) -> None:
        """See `Engine.clear`."""
        self.close()
        shutil.rmtree(self._folder)
        self._open()

    def close(self) -> None:
        """See `Engine.close`."""
        self._searcher.close()
        self._index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def _open(self) -> None:
        if self._folder.is_dir() and not is_sealed(self._folder, _SCHEMA):
            shutil.rmtree(self._folder)
        if self._folder.is_dir():
            self._index = whoosh_index.open_dir(str(self._folder), schema=_schema())
        else:
            self._folder.mkdir(parents=True)
            self._index = whoosh_index.create_in(str(self._folder), _schema())
            seal(self._folder, _SCHEMA)
        self._searcher = self._index.searcher()
        self._load()

    def _load(self) -> None:
        """Read the catalogue as the last commit left it."""
        self._position = START
        self._numbers: dict[int, int] = {}
        entries: dict[int, Entry] = {}
        for number, stored in self._searcher.reader().iter_docs():
            if stored["id"] == _POSITION:
                self._position = Position(*stored["entry"])
            else:
                entry = entry_from_json(stored["entry"])
                self._numbers[number] = entry.card.seq
                entries[entry.card.seq] = entry
        self._catalogue = Catalogue(entries)

    def _holding(self, phrase: Phrase) -> set[int]:
        """Numbers of the records in which a value of the phrase's field contains its text."""
        fields = (phrase.field,) if phrase.field else BARE_FIELDS
        words = tokens(phrase.text).split()
        found: set[int] = set()
        for field in fields:
            wanted = (
                whoosh_query.Term(field, words[0])
                if len(words) == 1
                else whoosh_query.Phrase(field, words)
            )
            found.update(self._numbers[number] for number in self._searcher.docs_for_query(wanted))
        return found


def _schema() -> Any:
    texts = {name: TEXT(analyzer=CharacterTokenizer(), phrase=True) for name in TEXT_FIELDS}
    return Schema(id=ID(unique=True, stored=True), entry=STORED, **texts)


def _fields(document: IndexedRecord) -> dict[str, Any]:
    found = searchable(document.record, document.text)
    texts = {
        name: SEPARATOR.join(value.normal for value in found.fields[name]) for name in TEXT_FIELDS
    }
    return {
        "id": str(document.record.seq),
        "entry": entry_to_json(document, found),
        **{name: text for name, text in texts.items() if text},
    }
