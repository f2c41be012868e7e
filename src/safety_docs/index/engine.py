"""The port of search: what every engine takes and gives. Engines are projections of the notebook.

An engine holds what it was given by `Engine.apply` and the notebook position that reflects; both
change together or not at all. Whatever an engine holds can be deleted and rebuilt.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, Self

from safety_docs.index.errors import UnknownEngineError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from safety_docs.core.record import IndexedRecord, Position

Sort = Literal["relevance", "date", "code"]
"""By relevance; newest first; by reference code. Ties go by code."""

EngineName = Literal["sqlite", "whoosh"]
ENGINES: tuple[EngineName, ...] = ("sqlite", "whoosh")


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A query with filters. An empty query means every record.

    Attributes:
        query: In the query language (see ``query``).
        category: Code or name; empty for all.
        year: 年度; None for all.
        date_from: First date, included; None for open.
        date_to: Last date, included; None for open.
        person: A whole name; empty for all.
        form: Id, last part of the id, or title; empty for all.
        retention: ``Y``, ``D30``, 永久 or 30年; empty for all.
        sort: Order of the hits.
        limit: How many hits to give, at least 0.
        offset: How many hits to leave out at the start.
        with_superseded: Whether records that were corrected by a later one are found too.
    """

    query: str = ""
    category: str = ""
    year: int | None = None
    date_from: dt.date | None = None
    date_to: dt.date | None = None
    person: str = ""
    form: str = ""
    retention: str = ""
    sort: Sort = "relevance"
    limit: int = 20
    offset: int = 0
    with_superseded: bool = False


Query = SearchRequest


@dataclass(frozen=True, slots=True)
class Card:
    """A record as the catalogue lists it.

    Attributes:
        seq: As in ``core.record.Record``; so are the fields that are not described here.
        code: Reference code.
        title: 题名, numbers masked.
        category: Category code.
        category_name: Its name; empty if the record's path does not tell it.
        year: 年度.
        date: Date of the document.
        retention: ``Y`` or ``D30``.
        form: Form id; empty for received files.
        form_title: The form's title.
        people: Names in order.
        path: Path of the main file within the cabinet.
        superseded: Whether a later record corrects this one.
        unreadable: Why some file gave no text; empty if all were read.
    """

    seq: int
    code: str
    title: str
    category: str
    category_name: str
    year: int
    date: dt.date
    retention: str
    form: str
    form_title: str
    people: tuple[str, ...]
    path: str
    superseded: bool = False
    unreadable: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """One record found.

    Attributes:
        card: What the catalogue knows.
        snippet: Plain text around what was found, at most three fragments joined by ``…``; the
            beginning of the text when the query names no text.
        marks: Start and end, in characters of `snippet`, of every place that the query found.
    """

    card: Card
    snippet: str
    marks: tuple[tuple[int, int], ...] = ()

    @property
    def code(self) -> str:
        """Reference code."""
        return self.card.code

    @property
    def title(self) -> str:
        """题名, numbers masked."""
        return self.card.title

    @property
    def category(self) -> str:
        """Category code."""
        return self.card.category

    @property
    def date(self) -> dt.date:
        """Date of the document."""
        return self.card.date

    @property
    def year(self) -> int:
        """年度."""
        return self.card.year

    @property
    def retention(self) -> str:
        """``Y`` or ``D30``."""
        return self.card.retention

    @property
    def form(self) -> str:
        """Form id; empty for received files."""
        return self.card.form

    @property
    def form_title(self) -> str:
        """The form's title; empty for received files."""
        return self.card.form_title

    @property
    def people(self) -> tuple[str, ...]:
        """Names in order."""
        return self.card.people

    @property
    def path(self) -> str:
        """Path of the main file within the cabinet."""
        return self.card.path


@dataclass(frozen=True, slots=True)
class Results:
    """What a search found.

    Attributes:
        total: Number of all hits, not only of those given.
        hits: In the order asked for.
        facets: For ``category``, ``year``, ``form`` and ``retention``: value -> number of hits,
            most frequent first. Categories and retention by code, forms by title.
        notes: Chinese sentences on how the query was understood, usually none.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


class Located(NamedTuple):
    """Where a reference code leads.

    Attributes:
        seq: Number of the entry that filed the record.
        corrected_by: Code of the record that corrects it; empty if none does.
    """

    seq: int
    corrected_by: str


class Engine(Protocol):
    """A catalogue with full text. One writer; any number of readers see whole transactions."""

    def position(self) -> Position:
        """How much of the notebook is taken in; ``START`` when new, cleared or found damaged."""
        ...

    def apply(
        self, documents: Iterable[IndexedRecord], position: Position, *, more: bool = False
    ) -> None:
        """Take in `documents` and note `position`: both or nothing.

        A record that is held already (same ``seq``) is replaced, so repeating a call is safe.

        Args:
            documents: Records up to `position`.
            position: What the engine reflects then.
            more: Whether another call follows at once. Then an engine may keep what it was given
                together with that: until it does, nobody else sees it, and closing the engine or
                a call that fails takes it back.
        """
        ...

    def search(self, request: SearchRequest) -> Results:
        """Find records.

        Raises:
            QueryError: If the query or a filter cannot be understood.
            IndexDamagedError: If the index turns out to be unreadable.
        """
        ...

    def count(self) -> int:
        """Number of records held, superseded ones included."""
        ...

    def locate(self, code: str) -> Located | None:
        """The record with this canonical reference code; None if none has it."""
        ...

    def unreadable(self) -> tuple[tuple[str, str], ...]:
        """Reference code and reason for each record with a file that gave no text, by code."""
        ...

    def clear(self) -> None:
        """Forget everything; the position is ``START`` again."""
        ...

    def close(self) -> None:
        """Release the files; the engine cannot be used afterwards."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc_info: object) -> None: ...


def open_engine(name: str, folder: Path) -> Engine:
    """Open the engine `name` in `folder`, which is made when missing.

    An index that is damaged, of another schema or of foreign origin is emptied, never read.

    Raises:
        UnknownEngineError: If there is no such engine.
    """
    if name == "sqlite":
        from safety_docs.index.sqlite_engine import SqliteEngine  # noqa: PLC0415 - load one engine

        return SqliteEngine(folder)
    if name == "whoosh":
        from safety_docs.index.whoosh_engine import WhooshEngine  # noqa: PLC0415 - slow to import

        return WhooshEngine(folder)
    raise UnknownEngineError(name)
