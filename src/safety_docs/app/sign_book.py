"""The sign book: which records have signed copies, and which record a printed page belongs to.

A projection of the notebook in one SQLite file beside the others. It carries the position that it
reflects, takes in the rest of the notebook when it is opened, and is made anew when it is damaged,
of another version, or of another notebook. Filing does not wait for it: nothing is written to it
before someone asks.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Self

from safety_docs.app.house import PROJECTIONS
from safety_docs.archive import NotInNotebookError
from safety_docs.core.page_code import page_ids_of
from safety_docs.core.record import START, Position, Signing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from safety_docs.app.house import House
    from safety_docs.archive import Cabinet
    from safety_docs.core.record import Record

FILE_NAME = "signing.sqlite"
SIGNED = "签字扫描"
"""Role of a part that is a signed copy."""
_VERSION = 1
_APPLICATION = 0x53447369  # "SDsi"
_WAIT_SECONDS = 60.0
_CHUNK = 2000
_SCHEMA = f"""
CREATE TABLE position (seq INTEGER NOT NULL, head TEXT NOT NULL);
CREATE TABLE record (
    page_id TEXT PRIMARY KEY, seq INTEGER NOT NULL, code TEXT NOT NULL UNIQUE, form TEXT NOT NULL,
    year INTEGER NOT NULL, newer TEXT NOT NULL DEFAULT '', scans INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX record_form ON record (form, year);
CREATE TABLE signing (
    seq INTEGER PRIMARY KEY, record TEXT NOT NULL, copy INTEGER NOT NULL, pages INTEGER NOT NULL,
    path TEXT NOT NULL, source TEXT NOT NULL, filed_at TEXT NOT NULL
);
CREATE INDEX signing_record ON signing (record, copy);
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {_VERSION};
"""


class Known(NamedTuple):
    """A record as the sign book knows it.

    Attributes:
        seq: Number of the entry that filed it.
        code: Reference code.
        newer: Code of the record that superseded it; empty if it counts.
        is_signed: Whether the school's copy came back signed.
    """

    seq: int
    code: str
    newer: str
    is_signed: bool


@dataclass(frozen=True, slots=True)
class Copy:
    """A signed copy that the notebook tells of.

    Attributes:
        entry: Number of the entry.
        copy: Which copy, from 1: 1 is the school's.
        pages: Sides in the file; 0 without a file.
        path: Of the file, relative to the cabinet's folder; empty if only the paper was seen.
        source: Where it came from, in words.
        filed_at: When the entry was written.
    """

    entry: int
    copy: int
    pages: int
    path: str
    source: str
    filed_at: dt.datetime


class SignBook:
    """An open sign book, up to date when it was opened; a context manager."""

    def __init__(self, house: House) -> None:
        """Open it and take in what the notebook holds and it does not.

        On a disk that cannot be written it is built in memory.
        """
        self._cabinet: Cabinet = house.cabinet
        self._database = _open(house.archive / PROJECTIONS / FILE_NAME)
        try:
            self.catch_up()
        except BaseException:
            self._database.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def catch_up(self) -> None:
        """Take in what the notebook holds after the position of the book, or everything."""
        if self._position() == self._cabinet.position():
            return
        with _transaction(self._database):
            try:
                self._replay(self._position())
            except NotInNotebookError:
                for table in ("position", "record", "signing"):
                    self._database.execute(f"DELETE FROM {table}")  # noqa: S608 # our names
                self._replay(START)

    def by_code(self, code: str) -> Known | None:
        """The record with this canonical reference code; None if there is none."""
        found = self._known("code = ?", (code,))
        return found[0] if found else None

    def by_identity(self, identity: str) -> Known | None:
        """The record whose printed pages carry these 13 digits; None if there is none, or several.

        Raises:
            ValueError: If they are no such digits.
        """
        found = self._known("page_id BETWEEN ? AND ?", page_ids_of(identity))
        return found[0] if len(found) == 1 else None

    def of_form(self, form: str, years: Iterable[int] = ()) -> list[Known]:
        """Records of a form that count, superseded ones left out, in order of code.

        Args:
            form: Form id.
            years: 年度 to be looked at; none for all.
        """
        wanted = list(years)
        marks = ", ".join("?" * len(wanted))
        in_years = f" AND year IN ({marks})" if wanted else ""
        return self._known(f"form = ? AND newer = ''{in_years}", (form, *wanted))

    def years_of(self, form: str) -> list[int]:
        """Every 年度 of which there are records of the form, the newest first."""
        query = "SELECT DISTINCT year FROM record WHERE form = ? ORDER BY year DESC"
        return [row[0] for row in self._database.execute(query, (form,))]

    def forms(self) -> list[str]:
        """Every form of which there are records."""
        query = "SELECT DISTINCT form FROM record WHERE form != ''"
        return [row[0] for row in self._database.execute(query)]

    def copies(self, code: str) -> tuple[Copy, ...]:
        """Signed copies that were added to a record, in order."""
        rows = self._database.execute(
            "SELECT seq, copy, pages, path, source, filed_at FROM signing"
            " WHERE record = ? ORDER BY seq",
            (code,),
        )
        return tuple(
            Copy(seq, copy, pages, path, source, dt.datetime.fromisoformat(filed_at))
            for seq, copy, pages, path, source, filed_at in rows
        )

    def _known(self, condition: str, values: Sequence[object]) -> list[Known]:
        query = (
            "SELECT seq, code, newer, scans > 0 OR EXISTS (SELECT 1 FROM signing"  # noqa: S608
            " WHERE signing.record = record.code AND copy = 1)"
            f" FROM record WHERE {condition} ORDER BY length(code), code"
        )
        rows = self._database.execute(query, values)
        return [Known(seq, code, newer, bool(signed)) for seq, code, newer, signed in rows]

    def _position(self) -> Position:
        row = self._database.execute("SELECT seq, head FROM position").fetchone()
        return Position(*row) if row else START

    def _replay(self, start: Position) -> None:
        entries = self._cabinet.follow(start)
        while chunk := list(itertools.islice(entries, _CHUNK)):
            said = [one for _, one in chunk if one is not None]
            self._add([one for one in said if not isinstance(one, Signing)])
            self._database.executemany(
                "INSERT INTO signing VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        one.seq,
                        one.record,
                        one.copy,
                        one.pages,
                        one.path,
                        one.source,
                        one.filed_at.isoformat(),
                    )
                    for one in said
                    if isinstance(one, Signing)
                ],
            )
            position = chunk[-1][0]
            self._database.execute("DELETE FROM position")
            self._database.execute(
                "INSERT INTO position VALUES (?, ?)", (position.seq, position.head)
            )

    def _add(self, records: Sequence[Record]) -> None:
        self._database.executemany(
            "INSERT INTO record VALUES (?, ?, ?, ?, ?, '', ?)",
            [
                (
                    one.page_id,
                    one.seq,
                    one.code,
                    one.form,
                    one.year,
                    sum(part.role == SIGNED for part in one.parts),
                )
                for one in records
            ],
        )
        self._database.executemany(
            "UPDATE record SET newer = ? WHERE code = ?",
            [(one.code, one.supersedes) for one in records if one.supersedes],
        )


@contextlib.contextmanager
def _transaction(database: sqlite3.Connection) -> Iterator[None]:
    """All or nothing; waits for another process that catches up."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")


def _open(path: Path) -> sqlite3.Connection:
    """A sound file, made or made anew when needed; memory if the disk cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        database = _connected(str(path))
        if database is None:
            for suffix in ("", "-wal", "-shm", "-journal"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            database = _connected(str(path))
    except (OSError, sqlite3.OperationalError):
        database = None
    if database is None:
        database = _connected(":memory:")
    if database is None:
        raise AssertionError(path)
    return database


def _connected(place: str) -> sqlite3.Connection | None:
    """A connection to a file of ours that can be written; None if it is anything else.

    Raises:
        sqlite3.OperationalError: If it cannot be written.
    """
    database = sqlite3.connect(place, timeout=_WAIT_SECONDS, isolation_level=None)
    is_ours = False
    try:
        is_ours = _prepared(database)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        pass  # not a database: it is made anew
    finally:
        if not is_ours:
            database.close()
    return database if is_ours else None


def _prepared(database: sqlite3.Connection) -> bool:
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")
    with _transaction(database):
        if not database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            for statement in _SCHEMA.strip().split(";\n"):
                database.execute(statement)
    numbers = [
        database.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("application_id", "user_version")
    ]
    return numbers == [_APPLICATION, _VERSION]
