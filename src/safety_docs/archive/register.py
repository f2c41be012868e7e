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
from safety_docs.core.record import START, Position, Record, Signing
from safety_docs.core.reference_code import ReferenceCode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path
    from typing import Self, TypeGuard

    from safety_docs.archive.notebook import Notebook
    from safety_docs.core.reference_code import Series

FILE_NAME = "register.sqlite"
KEPT_EVERY = 5000
"""Entries after which the group at hand is the last of a transaction: so many and a group are what
a killed writer leaves to be caught up with."""
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
        self._kept = START.seq
        with self._translating():
            self._database = self._open()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Keep what was taken in; what cannot be kept, the next to open it catches up with."""
        with contextlib.closing(self._database), contextlib.suppress(sqlite3.Error):
            self._database.commit()

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

    def seqs_of(self, page_ids: Collection[str]) -> dict[str, int]:
        """Numbers of the entries that filed these pages; those that none did are missing."""
        query = "SELECT page_id, seq FROM filed WHERE page_id IN (SELECT value FROM json_each(?))"
        return dict(self._database.execute(query, (json.dumps(list(page_ids)),)).fetchall())

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

    def current(self, subjects: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], Current]:
        """The newest records of subjects; those that have none are missing."""
        wanted: dict[str, list[str]] = {}
        for subject in subjects:
            wanted.setdefault(subject[0], []).append(_names(subject))
        query = (
            "SELECT names, page_id, code, supersedes, by_hand FROM subject"
            " WHERE scope = ? AND names IN (SELECT value FROM json_each(?))"
        )
        return {
            (scope, *json.loads(names)): Current(page_id, code, supersedes, bool(by_hand))
            for scope, asked in wanted.items()
            for names, page_id, code, supersedes, by_hand in self._database.execute(
                query, (scope, json.dumps(asked))
            )
        }

    def has_subjects(self, scope: str) -> bool:
        """Whether any record was filed for a subject of this scope."""
        row = self._database.execute("SELECT 1 FROM subject WHERE scope = ? LIMIT 1", (scope,))
        return row.fetchone() is not None

    def subjects(
        self, scope: str, groups: Collection[str] | None = None
    ) -> Iterator[tuple[tuple[str, ...], str]]:
        """Subjects of a scope with the code of their newest record, in order of their names.

        Args:
            scope: The scope.
            groups: Only those whose first name is one of these; the others are not read.
        """
        query = "SELECT names, code FROM subject WHERE scope = ? AND names >= ? AND names < ?"
        for low, high in [("", "\x7f")] if groups is None else map(_range, sorted(groups)):
            for names, code in self._database.execute(query, (scope, low, high)):
                yield (scope, *json.loads(names)), code

    def apply(
        self, lines: Iterable[bytes], records: Iterable[Record | Signing], position: Position
    ) -> None:
        """Take in the next entries, all or none of them.

        They are known at once, and kept with the others of `KEPT_EVERY` entries: page ids come in
        no order, so every group changes most of the file.

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
        database = self._database
        try:
            for run in _runs(records):
                if _is_superseding(run[0]):
                    _supersede(database, run[0])
                _insert(database, run)
            peaks = json.dumps([peak.hex() for peak in self.peaks.hashes])
            database.execute("DELETE FROM position")
            database.execute(
                "INSERT INTO position VALUES (?, ?, ?)", (position.seq, position.head, peaks)
            )
            if position.seq - self._kept >= KEPT_EVERY:
                database.commit()
                self._kept = position.seq
        except BaseException:
            database.rollback()
            raise

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
            self.position, self._kept = Position(row[0], row[1]), row[0]
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
        self.position, self.peaks, self._kept = START, Peaks(), START.seq
        self._database = self._create()


_INSERTS = (
    """INSERT INTO filed SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]')
    FROM json_each(?)""",
    "INSERT INTO signed SELECT value FROM json_each(?)",
    "INSERT INTO code (code) SELECT value FROM json_each(?)",
    "INSERT OR REPLACE INTO series SELECT key, value FROM json_each(?)",
    """INSERT OR REPLACE INTO subject SELECT json_extract(value, '$[0]'),
    json_extract(value, '$[1]'), json_extract(value, '$[2]'), json_extract(value, '$[3]'),
    json_extract(value, '$[4]'), 0 FROM json_each(?)""",
)
"""One statement a table: each gives up Python's lock once, however many rows it inserts."""


def _runs(records: Iterable[Record | Signing]) -> Iterator[list[Record | Signing]]:
    """Cut before each record that supersedes: what it changes has to be there by then."""
    run: list[Record | Signing] = []
    for record in records:
        if run and _is_superseding(record):
            yield run
            run = []
        run.append(record)
    if run:
        yield run


def _is_superseding(said: Record | Signing) -> TypeGuard[Record]:
    return isinstance(said, Record) and bool(said.supersedes)


def _supersede(database: sqlite3.Connection, record: Record) -> None:
    pair = (record.code, record.supersedes)
    database.execute("UPDATE code SET newer = ? WHERE code = ?", pair)
    database.execute("UPDATE subject SET code = ?, by_hand = 1 WHERE code = ?", pair)


def _insert(database: sqlite3.Connection, run: Sequence[Record | Signing]) -> None:
    records = [one for one in run if isinstance(one, Record)]
    signed = [one.path for one in run if isinstance(one, Signing) and one.parts]
    numbers = (one.code.rpartition("-") for one in records)
    rows = (
        [(one.page_id, one.seq) for one in run],
        signed,
        [one.code for one in records],
        {_series_text(prefix): int(number) for prefix, _, number in numbers},
        [
            (one.subject[0], _names(one.subject), one.page_id, one.code, one.supersedes)
            for one in records
            if one.subject
        ],
    )
    for statement, values in zip(_INSERTS, rows, strict=True):
        if values:
            database.execute(statement, (json.dumps(values),))


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


def _range(first: str) -> tuple[str, str]:
    """Between which texts the names lie that begin with the name `first`: with ``["first"``."""
    quoted = _names(("", first)).removesuffix('"]')
    return quoted + '"', quoted + "#"  # the character after the quotation mark


def _text(series: Series) -> str:
    return f"{series.fonds}-{series.kind}-{series.year}-{series.retention}-{series.topic}"
