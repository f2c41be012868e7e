"""The register: which keys and codes are taken, and the last number of each series.

It is a projection of the notebook in one SQLite file. It carries the position that it reflects,
is caught up from the notebook's tail under the writer's lock, and is dropped and built anew when
its position is no point of the notebook's chain. Deleting it loses nothing.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import json
import sqlite3
from typing import TYPE_CHECKING, NamedTuple

from safety_docs.archive.disk import SyncError
from safety_docs.archive.faults import NotInNotebookError
from safety_docs.archive.sign_page import said_by
from safety_docs.archive.tree import Peaks
from safety_docs.core.record import START, Position, Signing
from safety_docs.core.reference_code import ReferenceCode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path
    from typing import Self

    from safety_docs.archive.notebook import Notebook
    from safety_docs.core.record import Record
    from safety_docs.core.reference_code import Series

FILE_NAME = "register.sqlite"
_VERSION = 3
_SCHEMA = """
CREATE TABLE position (seq INTEGER NOT NULL, head TEXT NOT NULL, peaks TEXT NOT NULL);
CREATE TABLE filed (page_id TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE code (code TEXT PRIMARY KEY, newer TEXT NOT NULL DEFAULT '') WITHOUT ROWID;
CREATE TABLE signed (path TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE series (series TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE subject (
    scope TEXT, names TEXT, page_id TEXT NOT NULL, code TEXT NOT NULL, supersedes TEXT NOT NULL,
    by_hand INTEGER NOT NULL, PRIMARY KEY (scope, names)
) WITHOUT ROWID;
CREATE INDEX subject_code ON subject (code);
"""


class Current(NamedTuple):
    """The newest record of a subject.

    Attributes:
        page_id: Page id of the newest record that was filed for the subject.
        code: Code of the record that counts: that one, or the one that corrected it.
        supersedes: Code of the record that the one of `page_id` superseded; empty if none.
        is_by_hand: Whether a correction, which names no subject, took its place.
    """

    page_id: str
    code: str
    supersedes: str
    is_by_hand: bool


class Register:
    """An open register; belongs to the writer that holds the lock.

    Opening, catching up and applying raise `SyncError` if the file cannot be written.

    Attributes:
        position: How far it has read the notebook.
        peaks: The tree over the spine up to there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.position = START
        self.peaks = Peaks()
        with self._translating():
            self._database = self._open()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def catch_up(self, notebook: Notebook) -> None:
        """Take in what the notebook holds after `position`, or everything if that does not fit.

        Raises:
            SyncError: If the file cannot be written.
        """
        try:
            self._replay(notebook)
        except (NotInNotebookError, sqlite3.DatabaseError):
            with self._translating():
                self._start_anew()
                self._replay(notebook)

    def seq_of(self, page_id: str) -> int | None:
        """Number of the entry that filed this page; None if none did."""
        return self._number("SELECT seq FROM filed WHERE page_id = ?", page_id)

    def is_signed_path(self, path: str) -> bool:
        """Whether a page says that the file of a signed copy lies there."""
        query = "SELECT 1 FROM signed WHERE path = ?"
        return self._number(query, path) is not None

    def last_number(self, series: Series) -> int:
        """The last number given in a series; 0 if none."""
        return self._number("SELECT last FROM series WHERE series = ?", _text(series)) or 0

    def newer_than(self, code: str) -> str | None:
        """Code of the record that corrects `code`; empty if none does, None for no such code."""
        row = self._database.execute("SELECT newer FROM code WHERE code = ?", (code,)).fetchone()
        return None if row is None else str(row[0])

    def current(self, subject: tuple[str, ...]) -> Current | None:
        """The newest record of a subject; None if there is none."""
        row = self._database.execute(
            "SELECT page_id, code, supersedes, by_hand FROM subject WHERE scope = ? AND names = ?",
            (subject[0], _names(subject)),
        ).fetchone()
        return None if row is None else Current(row[0], row[1], row[2], bool(row[3]))

    def has_subjects(self, scope: str) -> bool:
        """Whether any record was filed for a subject of this scope."""
        row = self._database.execute("SELECT 1 FROM subject WHERE scope = ? LIMIT 1", (scope,))
        return row.fetchone() is not None

    def subjects(
        self, scope: str, place: int, groups: Collection[str]
    ) -> Iterator[tuple[tuple[str, ...], str]]:
        """Subjects of a scope with the code of their newest record, in order of code.

        Args:
            scope: The scope.
            place: Place of a name within a subject, from 1; 0 gives all subjects.
            groups: Only those whose name at this place is one of these.
        """
        query = "SELECT names, code FROM subject WHERE scope = ?"
        values: list[object] = [scope]
        if place:
            query += " AND json_extract(names, ?) IN (SELECT value FROM json_each(?))"
            values += [f"$[{place - 1}]", json.dumps(sorted(groups))]
        query += " ORDER BY length(code), code"
        for names, code in self._database.execute(query, values):
            yield (scope, *json.loads(names)), code

    def apply(
        self, lines: Iterable[bytes], records: Iterable[Record | Signing], position: Position
    ) -> None:
        """Take in the next entries in one transaction.

        Args:
            lines: Their spine lines without newlines, to grow the tree.
            records: The records that they file and the signed copies that they add.
            position: Where the notebook stands after them.

        Raises:
            SyncError: If the file cannot be written.
        """
        with self._translating():
            self._apply(lines, records, position)

    def _apply(
        self, lines: Iterable[bytes], records: Iterable[Record | Signing], position: Position
    ) -> None:
        for line in lines:
            self.peaks.add(line)
        self.position = position
        with self._database as database:
            for record in records:
                self._add(database, record)
            peaks = json.dumps([peak.hex() for peak in self.peaks.hashes])
            database.execute("DELETE FROM position")
            database.execute(
                "INSERT INTO position VALUES (?, ?, ?)", (position.seq, position.head, peaks)
            )

    def _replay(self, notebook: Notebook) -> None:
        lines, records, position = [], [], self.position
        for line, page in notebook.entries(self.position):
            lines.append(line.raw)
            position = Position(line.seq, line.digest)
            said = said_by(line, page)
            if said is not None:
                records.append(said)
        if lines:
            self._apply(lines, records, position)

    @contextlib.contextmanager
    def _translating(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise SyncError(self._path, OSError(errno.EIO, str(error))) from error

    @staticmethod
    def _add(database: sqlite3.Connection, record: Record | Signing) -> None:
        database.execute("INSERT INTO filed VALUES (?, ?)", (record.page_id, record.seq))
        if isinstance(record, Signing):
            if record.parts:
                database.execute("INSERT INTO signed VALUES (?)", (record.path,))
            return
        prefix, _, number = record.code.rpartition("-")
        database.execute("INSERT INTO code (code) VALUES (?)", (record.code,))
        database.execute(
            "INSERT INTO series VALUES (?, ?) ON CONFLICT DO UPDATE SET last = excluded.last",
            (_series_text(prefix), int(number)),
        )
        if record.supersedes:
            database.execute(
                "UPDATE code SET newer = ? WHERE code = ?", (record.code, record.supersedes)
            )
            database.execute(
                "UPDATE subject SET code = ?, by_hand = 1 WHERE code = ?",
                (record.code, record.supersedes),
            )
        if record.subject:
            database.execute(
                "INSERT OR REPLACE INTO subject VALUES (?, ?, ?, ?, ?, 0)",
                (
                    record.subject[0],
                    _names(record.subject),
                    record.page_id,
                    record.code,
                    record.supersedes,
                ),
            )

    def _number(self, query: str, value: str) -> int | None:
        row = self._database.execute(query, (value,)).fetchone()
        return None if row is None else int(row[0])

    def _open(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path)
        try:
            if not self._is_usable(database):
                database.close()
                return self._create()
        except sqlite3.DatabaseError:
            database.close()
            return self._create()
        return database

    def _is_usable(self, database: sqlite3.Connection) -> bool:
        """Whether this is a register of this version; reads its position."""
        _tune(database)
        if database.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
            return False
        row = database.execute("SELECT seq, head, peaks FROM position").fetchone()
        if row is not None:
            self.position = Position(row[0], row[1])
            self.peaks = Peaks(row[0] + 1, map(bytes.fromhex, json.loads(row[2])))
        return True

    def _create(self) -> sqlite3.Connection:
        for suffix in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + suffix).unlink(missing_ok=True)
        database = sqlite3.connect(self._path)
        _tune(database)
        database.executescript(_SCHEMA + f"PRAGMA user_version = {_VERSION};")
        return database

    def _start_anew(self) -> None:
        self._database.close()
        self.position, self.peaks = START, Peaks()
        self._database = self._create()


def _tune(database: sqlite3.Connection) -> None:
    """Whole after a power cut, though perhaps some groups behind: catching up mends that."""
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = NORMAL")
    database.execute("PRAGMA cache_size = -16384")  # page ids come in no order
    database.execute("PRAGMA wal_autocheckpoint = 4000")


@functools.lru_cache(maxsize=256)
def _series_text(prefix: str) -> str:
    """The series of codes that begin so; the number is what follows the last hyphen."""
    return _text(ReferenceCode.parse(f"{prefix}-0001").series)


def _names(subject: tuple[str, ...]) -> str:
    return json.dumps(subject[1:], ensure_ascii=False, separators=(",", ":"))


def _text(series: Series) -> str:
    return f"{series.fonds}-{series.kind}-{series.year}-{series.retention}-{series.topic}"
