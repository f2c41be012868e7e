"""The tables of the SQLite engine, and opening them only if they are exactly ours.

A file that is damaged, of another schema number, of another Unicode version or with any table,
view or trigger that is not ours is deleted and made anew: it is a projection.
"""

from __future__ import annotations

import contextlib
import sqlite3
import unicodedata
from typing import TYPE_CHECKING

from safety_docs.core.record import START
from safety_docs.index.errors import IndexBusyError, IndexNotWritableError, NoFullTextError
from safety_docs.index.tree import TEXT_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMA = 3
"""Number of this schema; to be raised with every change to tables, normal form or fields."""

FILE_NAME = "index.sqlite"
_APPLICATION = 0x53446F63  # "SDoc"
_WAIT_SECONDS = 10.0
_PAGE_BYTES = 32_768
"""Three letters' stored texts fill one; of smaller pages a half or a third stays empty."""
_LOG_PAGES = 4_000
"""Pages in the write-ahead log before they are copied: about 130 MB."""
_FULL_TEXT_SETTINGS = (
    ("pgsz", 16_000),
    ("hashsize", 8 * 1024 * 1024),
    ("automerge", 16),
    ("crisismerge", 32),
)
"""Two leaf pages to one of the file; one segment for a transaction, however many letters it takes
in; 16 segments before they are merged instead of 4, so that a letter is copied less often the
larger the index is. The last must stay above the one before: from so many segments on FTS5 merges
all at once instead of bit by bit, and one transaction takes a second."""

_TABLES = (
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    """CREATE TABLE facets (
        id INTEGER PRIMARY KEY, category TEXT NOT NULL, year INTEGER NOT NULL, form TEXT NOT NULL,
        retention TEXT NOT NULL, UNIQUE (category, year, form, retention)
    )""",
    """CREATE TABLE records (
        id INTEGER PRIMARY KEY, facet INTEGER NOT NULL, code TEXT NOT NULL, title TEXT NOT NULL,
        category TEXT NOT NULL, category_name TEXT NOT NULL, category_normal TEXT NOT NULL,
        year INTEGER NOT NULL, date TEXT NOT NULL, retention TEXT NOT NULL, form TEXT NOT NULL,
        form_title TEXT NOT NULL, people TEXT NOT NULL, people_normal TEXT NOT NULL,
        path TEXT NOT NULL, supersedes TEXT NOT NULL, superseded INTEGER NOT NULL,
        unreadable TEXT NOT NULL
    )""",
    "CREATE INDEX records_by_code ON records (code)",
    "CREATE INDEX records_by_supersedes ON records (supersedes)",
    """CREATE TABLE texts (
        id INTEGER PRIMARY KEY, card TEXT NOT NULL, shown BLOB NOT NULL, spans TEXT NOT NULL,
        normal BLOB NOT NULL, names TEXT NOT NULL
    )""",
    # counted whenever the index is opened: without it that means reading every text
    "CREATE INDEX texts_counted ON texts (id)",
    f"""CREATE VIRTUAL TABLE words USING fts5(
        {", ".join(TEXT_FIELDS)}, content='', tokenize='ascii'
    )""",
)


def connect(folder: Path) -> sqlite3.Connection:
    """Open the index file in `folder`, made or made anew when needed.

    On a disk that cannot be written a sound index is opened for reading: an inspector may search a
    copy on a read-only medium. Taking anything in then raises `IndexNotWritableError`.

    Raises:
        NoFullTextError: If this SQLite has no FTS5.
        IndexBusyError: If another process holds it for longer than ten seconds.
        IndexNotWritableError: If the disk is full or read-only, and holds no sound index.
    """
    try:
        return _writable(folder)
    except IndexNotWritableError:
        connection = _read_only(folder / FILE_NAME)
        if connection is None:
            raise
        return connection


def _writable(folder: Path) -> sqlite3.Connection:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise IndexNotWritableError from error
    path = folder / FILE_NAME
    connection = _opened(path)
    if connection is None:
        delete(path)
        connection = _opened(path)
    if connection is None:
        raise NoFullTextError
    return connection


def _read_only(path: Path) -> sqlite3.Connection | None:
    """A connection that reads the file as it is; None if it is missing or not sound."""
    if not path.is_file():
        return None
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    connection = sqlite3.connect(address, uri=True, isolation_level=None)
    try:
        if _is_ours(connection) and _counts_agree(connection):
            return connection
    except sqlite3.DatabaseError:
        pass  # not sound: the caller reports that nothing can be written
    connection.close()
    return None


def is_refusal(error: sqlite3.DatabaseError) -> bool:
    """Whether the disk refuses to be written; the file itself may be sound."""
    return any(word in str(error) for word in ("readonly", "is full", "unable to open"))


def delete(path: Path) -> None:
    """Remove the index file and what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _opened(path: Path) -> sqlite3.Connection | None:
    """A connection to a sound index, made if the file is missing or empty; None if it is not."""
    connection = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None)
    sound = False
    try:
        sound = _prepare(connection)
    except sqlite3.DatabaseError as error:
        if "no such module" in str(error):
            raise NoFullTextError from error
        if "locked" in str(error):
            raise IndexBusyError from error
        if is_refusal(error):
            raise IndexNotWritableError from error
    finally:
        if not sound:
            connection.close()
    return connection if sound else None


def _prepare(connection: sqlite3.Connection) -> bool:
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute(f"PRAGMA page_size={_PAGE_BYTES}")  # counts for a file that is made now
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA cache_size=-24576")
    connection.execute(f"PRAGMA wal_autocheckpoint={_LOG_PAGES}")
    if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        _create(connection)
    return _is_ours(connection) and _counts_agree(connection)


def _create(connection: sqlite3.Connection) -> None:
    with transaction(connection):
        for statement in _TABLES:
            connection.execute(statement)
        connection.executemany("INSERT INTO words (words, rank) VALUES (?, ?)", _FULL_TEXT_SETTINGS)
        connection.executemany(
            "INSERT INTO meta VALUES (?, ?)",
            [("seq", str(START.seq)), ("head", START.head), ("unicode", _unicode())],
        )
        connection.execute(f"PRAGMA user_version={SCHEMA}")
        connection.execute(f"PRAGMA application_id={_APPLICATION}")


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection, *, stays_open: bool = False) -> Iterator[None]:
    """All or nothing, together with what a transaction that stayed open holds."""
    if not connection.in_transaction:
        connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        if not stays_open:
            connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite itself rolls back when the disk is full
            connection.execute("ROLLBACK")
        raise


def _is_ours(connection: sqlite3.Connection) -> bool:
    numbers = [
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("application_id", "user_version")
    ]
    if numbers != [_APPLICATION, SCHEMA]:
        return False
    statements = {
        row[0]
        for row in connection.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND NOT (type = 'table'"
            " AND name IN ('words_data', 'words_idx', 'words_docsize', 'words_config'))"
        )
    }
    unicode = connection.execute("SELECT value FROM meta WHERE name = 'unicode'").fetchone()
    return statements == set(_TABLES) and unicode == (_unicode(),)


def _counts_agree(connection: sqlite3.Connection) -> bool:
    """Whether catalogue, texts and full text hold the same number of records."""
    tables = ("records", "texts", "words_docsize")
    counts = {
        connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - our names
        for table in tables
    }
    return len(counts) == 1


def _unicode() -> str:
    """Normal forms depend on it; a contentless index must be deleted with the same tokens."""
    return unicodedata.unidata_version
