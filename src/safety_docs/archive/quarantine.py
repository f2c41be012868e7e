"""Quarantine: where recovery puts what never became part of the cabinet. Nothing is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from safety_docs.archive.disk import Disk
    from safety_docs.core.ports import Entropy

FOLDER = ".quarantine"


class Quarantine:
    """The folder ``.quarantine`` of a cabinet; made when first needed."""

    def __init__(self, root: Path, disk: Disk, entropy: Entropy) -> None:
        self._root = root
        self._disk = disk
        self._entropy = entropy

    def keep(self, what: str, data: bytes) -> str:
        """Keep a copy of some bytes, durably; returns its path relative to the cabinet."""
        name = self._name(what)
        self._disk.create(self._root / name, data, sync=True)
        self._disk.sync_folder(self._root / FOLDER)
        return name

    def take(self, path: Path) -> str:
        """Move a file or folder here, durably; returns its path relative to the cabinet."""
        name = self._name(path.name)
        self._disk.move(path, self._root / name)
        self._disk.sync_folder(self._root / FOLDER)
        self._disk.sync_folder(path.parent)
        return name

    def _name(self, what: str) -> str:
        if self._disk.make_folder(self._root / FOLDER):
            self._disk.sync_folder(self._root)
        return f"{FOLDER}/{self._entropy(4).hex()}-{what[-80:]}"
