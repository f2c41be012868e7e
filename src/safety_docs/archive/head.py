"""The head: number and hash of the last acknowledged spine line, kept in two slots.

The slots are written in turn, so that a power cut while one is written leaves the other. A slot
is one line of fixed length: the number in ten digits, the hash, and the SHA-256 of those two, so
that a torn slot never passes for a whole one.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from safety_docs.core.record import Position

if TYPE_CHECKING:
    from pathlib import Path

    from safety_docs.archive.disk import Disk

SLOTS = ("head.a", "head.b")
_SLOT = re.compile(rb"([0-9]{10}) ([0-9a-f]{64}) ([0-9a-f]{64})\n")


def make_slot(position: Position) -> bytes:
    """The line of one slot."""
    said = f"{position.seq:010d} {position.head}"
    check = hashlib.sha256(said.encode("ascii")).hexdigest()
    return f"{said} {check}\n".encode("ascii")


def read_slot(data: bytes) -> Position | None:
    """What a slot says; None if it is torn, altered or empty."""
    match = _SLOT.fullmatch(data)
    if match is None:
        return None
    position = Position(int(match[1]), match[2].decode("ascii"))
    return position if make_slot(position) == data else None


class Head:
    """The two slots in a notebook folder."""

    def __init__(self, folder: Path) -> None:
        self._paths = tuple(folder / name for name in SLOTS)
        self._next = 0

    def read(self) -> Position | None:
        """The newest readable slot; None if neither is."""
        slots = [read_slot(_bytes(path)) for path in self._paths]
        known = [slot for slot in slots if slot is not None]
        if not known:
            return None
        newest = max(known, key=lambda slot: slot.seq)
        self._next = 1 - slots.index(newest)
        return newest

    def write(self, disk: Disk, position: Position) -> None:
        """Put `position` into the older slot.

        Raises:
            SyncError: If the disk fails.
        """
        disk.overwrite(self._paths[self._next], make_slot(position))
        self._next = 1 - self._next


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
