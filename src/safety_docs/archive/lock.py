"""One writer per cabinet: a lock of the operating system, and a note that says who holds it.

The system's lock dies with its process. A note that is still there when the lock is free tells
that a writer ended without cleaning up: on this computer it is taken over, and the notebook says
so; a note from another computer is never broken, because a shared disk may not pass on locks.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
from dataclasses import dataclass
from typing import TYPE_CHECKING

from safety_docs.archive.disk import SyncError
from safety_docs.archive.faults import refusal, trouble
from safety_docs.core.errors import SafetyDocsError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from safety_docs.archive.disk import Disk
    from safety_docs.core.ports import Clock, Entropy

FOLDER = ".safety-docs"
"""Beside the cabinet: locks and projections. Can be deleted whenever nobody writes."""

_LOCK = "writer.lock"
_NOTE = "writer.json"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the lock.

    Attributes:
        host: Name of the computer.
        pid: Number of the process there.
        since: When it began, ISO 8601.
        token: Random, so that two holders are never taken for one.
    """

    host: str
    pid: int
    since: str
    token: str


class LockedError(SafetyDocsError):
    """Somebody else is writing.

    Attributes:
        holder: Who, if the note could be read.
    """

    code = "A203"
    exit_status = 11

    def __init__(self, holder: Holder | None, note: Path) -> None:
        super().__init__(_sentence(holder, note))
        self.holder = holder


def _sentence(holder: Holder | None, note: Path) -> str:
    if holder is None:
        return "专柜正被另一个程序写入，请等它结束后再试。"
    who = f"电脑“{holder.host}”上的进程 {holder.pid}（{holder.since} 开始）"
    if holder.host == platform.node():
        return f"专柜正被{who}写入，请等它结束后再试。"
    return f"专柜正被{who}写入。若确认那台电脑上已没有程序在运行，请删除“{note}”后再试。"


@contextlib.contextmanager
def writer_lock(
    archive: Path, disk: Disk, *, clock: Clock, entropy: Entropy
) -> Iterator[Holder | None]:
    """Hold the writer lock of an archive folder; yields who left it behind, if anyone did.

    Raises:
        LockedError: If it is held.
        ReadOnlyDiskError: If the folder cannot be written.
    """
    import filelock  # noqa: PLC0415 # only writers pay for it

    folder = archive / FOLDER
    note = folder / _NOTE
    lock = filelock.FileLock(folder / _LOCK, timeout=0)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except filelock.Timeout:
        raise LockedError(_read(note), note) from None
    except OSError as error:
        raise refusal(error, folder) from error
    try:
        left_behind = _read(note)
        if left_behind is not None and left_behind.host != platform.node():
            raise LockedError(left_behind, note)
        _write(note, disk, clock, entropy)
        try:
            yield left_behind
        finally:
            with contextlib.suppress(OSError):  # it only informs; the next writer takes it over
                disk.discard(note)
    finally:
        lock.release()


def check_free(archive: Path) -> None:
    """Refuse if somebody is writing to the cabinet in this archive folder.

    Whoever left no note is not writing; so the lock itself, which a writer who begins just then
    would miss, is only tried when there is one.

    Raises:
        LockedError: If somebody is; it says who.
    """
    folder = archive / FOLDER
    holder = _read(folder / _NOTE)
    if holder is None:
        return
    import filelock  # noqa: PLC0415 # only those who find a note pay for it

    lock = filelock.FileLock(folder / _LOCK, timeout=0)
    try:
        lock.acquire()
    except filelock.Timeout:
        raise LockedError(holder, folder / _NOTE) from None
    except OSError:
        return  # nobody can write here
    lock.release()


def _write(note: Path, disk: Disk, clock: Clock, entropy: Entropy) -> None:
    since = clock.now().isoformat(timespec="seconds")
    said = {"host": platform.node(), "pid": os.getpid(), "since": since, "token": entropy(8).hex()}
    try:
        disk.discard(note)
        disk.create(note, json.dumps(said).encode("utf-8"), sync=False)
    except (OSError, SyncError) as error:
        raise trouble(error, note) from error


def _read(note: Path) -> Holder | None:
    """The note; None if there is none or it was cut short."""
    try:
        said = json.loads(note.read_bytes())
        return Holder(str(said["host"]), int(said["pid"]), str(said["since"]), str(said["token"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
