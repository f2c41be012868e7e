"""Keeps a search engine in step with the notebook: catch up, or drop and rebuild.

The notebook is the truth. A projection carries the position it reflects; if that position is a
point of this notebook's chain the rest is replayed, otherwise everything is built anew.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

from safety_docs.archive import NotInNotebookError
from safety_docs.core.record import START, IndexedRecord
from safety_docs.index import extract_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from safety_docs.app.house import House
    from safety_docs.archive import Cabinet
    from safety_docs.core.record import Position, ReadText, Record
    from safety_docs.index import Engine, EngineName

CHUNK = 200
"""Records given to an engine at a time; so many wait in memory."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay did.

    Attributes:
        records: Number of records taken in.
        unreadable: Path and reason of each record some file of which gave no text.
    """

    records: int
    unreadable: tuple[tuple[str, str], ...]


def catch_up(
    cabinet: Cabinet, engine: Engine, progress: Callable[[int], None] = lambda _done: None
) -> Replay:
    """Take in what the notebook holds now and `engine` does not."""
    position, end = engine.position(), cabinet.position()
    if position == end:
        return Replay(0, ())
    try:
        return _replay(cabinet, engine, position, end, progress)
    except NotInNotebookError:
        engine.clear()
        return _replay(cabinet, engine, START, end, progress)


def read_up(cabinet: Cabinet, engine: Engine) -> None:
    """Catch up before reading, unless somebody is filing, whose program does it.

    Raises:
        LockedError: If somebody is, and `engine` does not hold everything yet; it can be read.
    """
    if engine.position() != cabinet.position():
        cabinet.check_free()
        catch_up(cabinet, engine)


def rebuild(
    house: House, engine_name: EngineName, progress: Callable[[int], None] = lambda _done: None
) -> Replay:
    """Drop a projection and build it from the cabinet alone."""
    cabinet = house.cabinet
    engine = house.engine(engine_name)
    try:
        engine.clear()
        return catch_up(cabinet, engine, progress)
    finally:
        engine.close()


def _replay(
    cabinet: Cabinet,
    engine: Engine,
    start: Position,
    end: Position,
    progress: Callable[[int], None],
) -> Replay:
    done = 0
    chunk: list[IndexedRecord] = []
    unreadable: list[tuple[str, str]] = []
    for position, record in cabinet.replay(start):
        if position.seq > end.seq:  # filed meanwhile
            break
        if record is None:
            continue
        read = _read(cabinet.folder, record)
        if read.unreadable:
            unreadable.append((record.path, read.unreadable))
        chunk.append(read)
        done += 1
        if len(chunk) == CHUNK:
            engine.apply(chunk, position)  # kept at once: reading the next may take long
            chunk = []
            progress(done)
    engine.apply(chunk, end)
    progress(done)
    return Replay(done, tuple(unreadable))


def indexed(record: Record, text: str | ReadText, unreadable: str) -> IndexedRecord:
    """What an index may know of a record: of a confidential one neither text nor people."""
    if record.is_confidential:
        return IndexedRecord(dataclasses.replace(record, people=()), "")
    return IndexedRecord(record, text, unreadable)


def _read(folder: Path, record: Record) -> IndexedRecord:
    """A record with the text of its main file and attachments, as far as they can be read."""
    texts, reasons = [], []
    for part in record.parts:
        if part.role not in {"正本", "附件"}:
            continue
        try:
            data = (folder / part.path).read_bytes()
        except OSError as error:
            reasons.append(f"文件读不出来（{error.strerror}）")
            continue
        extracted = extract_text(data, _suffix(part.path))
        texts.append(extracted.text)
        if extracted.unreadable:
            reasons.append(extracted.unreadable)
    return indexed(record, "\n".join(text for text in texts if text), "；".join(reasons))


def _suffix(path: str) -> str:
    dot = path.rfind(".")
    return path[dot:].lower() if dot >= 0 else ""
