from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from tests.contracts.conftest import make_record

from safety_docs.core.record import START, Position
from safety_docs.index import IndexDamagedError, SearchRequest, open_engine
from safety_docs.index.errors import IndexBusyError, IndexNotWritableError
from safety_docs.index.sqlite_schema import FILE_NAME

if TYPE_CHECKING:
    from pathlib import Path

MARK = Position(7, "a" * 64)


def made(folder: Path) -> Path:
    with open_engine("sqlite", folder) as engine:
        engine.apply([], MARK)
    return folder / FILE_NAME


def test_a_sound_index_is_kept(tmp_path: Path) -> None:
    made(tmp_path)
    with open_engine("sqlite", tmp_path) as engine:
        assert engine.position() == MARK


def test_full_text_is_merged_bit_by_bit_before_it_must_be_merged_at_once(tmp_path: Path) -> None:
    with closing(sqlite3.connect(made(tmp_path))) as connection:
        settings = dict(connection.execute("SELECT k, v FROM words_config").fetchall())
    at_once = settings.get("crisismerge", 16)  # FTS5's own number
    assert 0 < settings["automerge"] < at_once


@pytest.mark.parametrize(
    "change",
    [
        "PRAGMA user_version=99",
        "PRAGMA application_id=1",
        "CREATE TRIGGER words_data2 AFTER INSERT ON texts BEGIN DELETE FROM records; END",
        "CREATE VIEW strange AS SELECT 1",
        "DROP TABLE facets",
        "UPDATE meta SET value = '0.0' WHERE name = 'unicode'",
        "INSERT INTO texts VALUES (1, '{}', x'', '[]', x'', '')",
    ],
)
def test_an_index_that_is_not_exactly_ours_is_made_anew(tmp_path: Path, change: str) -> None:
    with closing(sqlite3.connect(made(tmp_path))) as connection, connection:
        connection.execute(change)
    with open_engine("sqlite", tmp_path) as engine:
        assert engine.position() == START
        assert engine.count() == 0


def test_a_transaction_takes_in_a_thousand_records_before_others_see_them(
    tmp_path: Path,
) -> None:
    def seen() -> int:
        with closing(sqlite3.connect(tmp_path / FILE_NAME)) as other:
            return int(other.execute("SELECT count(*) FROM records").fetchone()[0])

    with open_engine("sqlite", tmp_path) as engine:
        after = []
        for start in range(0, 1400, 200):
            chunk = [make_record(start + number) for number in range(200)]
            engine.apply(chunk, Position(start + 199, "a" * 64), more=True)
            after.append(seen())
        assert after == [0, 0, 0, 0, 1000, 1000, 1000]
        engine.apply([], MARK)
        assert seen() == 1400


def test_a_transaction_that_has_been_open_for_long_ends_with_the_next_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr("safety_docs.index.sqlite_engine.time.monotonic", lambda: now[0])
    with open_engine("sqlite", tmp_path) as engine:
        for number, at in enumerate((100.0, 104.0, 105.0), start=1):
            now[0] = at
            engine.apply([make_record(number)], Position(number, "a" * 64), more=True)
    with open_engine("sqlite", tmp_path) as engine:
        assert engine.count() == 3


def test_what_is_not_kept_yet_is_taken_back_when_the_engine_is_closed(
    tmp_path: Path,
) -> None:
    with open_engine("sqlite", tmp_path) as engine:
        engine.apply([make_record(1, "消防")], MARK, more=True)
    with open_engine("sqlite", tmp_path) as engine:
        assert engine.position() == START
        assert engine.count() == 0


def test_damage_found_while_searching_is_reported_in_one_sentence(tmp_path: Path) -> None:
    path = made(tmp_path)
    with open_engine("sqlite", tmp_path) as engine:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("DROP TABLE records")
        with pytest.raises(IndexDamagedError, match="rebuild"):
            engine.search(SearchRequest("安"))


def test_a_place_that_cannot_be_written_is_said_to_be_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(IndexNotWritableError):
        open_engine("sqlite", tmp_path / "file" / "index")


def test_a_full_disk_is_not_called_damage(tmp_path: Path) -> None:
    with open_engine("sqlite", tmp_path) as engine:
        engine._connection.execute("PRAGMA max_page_count=1")  # type: ignore[attr-defined]
        with pytest.raises(IndexNotWritableError):
            engine.apply([], Position(1, "b" * 100_000))
        assert engine.position() == START


def test_a_second_writer_is_told_that_the_index_is_busy(tmp_path: Path) -> None:
    with open_engine("sqlite", tmp_path) as engine:
        engine._connection.execute("PRAGMA busy_timeout=1")  # type: ignore[attr-defined]
        with closing(sqlite3.connect(tmp_path / FILE_NAME, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(IndexBusyError):
                engine.apply([], MARK)
            other.execute("ROLLBACK")


def test_a_place_that_cannot_be_written_is_still_searched(tmp_path: Path) -> None:
    path = made(tmp_path)
    # a folder where SQLite wants to write its log stops every writer, the superuser too
    path.with_name(f"{FILE_NAME}-wal").mkdir()
    with open_engine("sqlite", tmp_path) as engine:
        assert engine.position() == MARK
        assert engine.search(SearchRequest("安")).total == 0
        with pytest.raises(IndexNotWritableError):
            engine.apply([], Position(8, "b" * 64))


def test_an_unsound_index_in_such_a_place_is_not_read(tmp_path: Path) -> None:
    path = made(tmp_path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA user_version=99")
    path.with_name(f"{FILE_NAME}-wal").mkdir()
    with pytest.raises(IndexNotWritableError):
        open_engine("sqlite", tmp_path)
