"""The journal: the steps that carry a sealed group into the cabinet, in their one order.

The writer takes the steps when it files, recovery when it finishes what a writer began. Order, and
what each step makes durable before the next begins (docs/format.md, "Writing"):

1. folders, 2. final names, 3. pages, 4. spine lines: *the commit point*, 5. head.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from safety_docs.archive.head import Head
from safety_docs.archive.spine import NO_HASH
from safety_docs.core.record import Position

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from safety_docs.archive.disk import Disk
    from safety_docs.archive.notebook import Notebook
    from safety_docs.archive.spine import SpineLine
    from safety_docs.archive.staging import StagedFile


class Journal:
    """Appends to one notebook and lays files in its cabinet's boxes.

    Attributes:
        position: The last durable spine line.
    """

    def __init__(self, root: Path, notebook: Notebook, disk: Disk, position: Position) -> None:
        self.root = root
        self.notebook = notebook
        self.disk = disk
        self.head = Head(notebook.folder)
        self.position = position
        self.head.read()

    def make_folders(self, folders: Sequence[str]) -> None:
        """Make box folders and make their names durable.

        Raises:
            OSError: If one cannot be made; nothing refers to it yet.
        """
        made = [name for name in folders if self.disk.make_folder(self.root / name)]
        for parent in dict.fromkeys((self.root / name).parent for name in made):
            self.disk.sync_folder(parent)

    def place(self, job: Path, files: Sequence[StagedFile]) -> None:
        """Give staged files their final names and make the names durable."""
        for file in files:
            self.disk.place(f"{job}/{file.name}", f"{self.root}/{file.final}")
        for folder in dict.fromkeys(file.final.rpartition("/")[0] for file in files):
            self.disk.sync_folder(self.root / folder)

    def seal(self, files: Sequence[StagedFile]) -> None:
        """Make filed files read-only where staging could not."""
        if self.disk.seals_late:
            for file in files:
                self.disk.seal(self.root / file.final)

    def write_pages(self, segment: str, pages: Iterable[bytes]) -> None:
        """Append page lines and make them durable."""
        lines = b"".join(page + b"\n" for page in pages)
        if not lines:
            return
        path = self.notebook.pages / segment
        is_new = not path.exists()
        self.disk.append(path, lines)
        if is_new:
            self.disk.sync_folder(self.notebook.pages)

    def commit(self, lines: Sequence[SpineLine]) -> None:
        """Append spine lines: when this returns, their entries are acknowledged facts."""
        if lines:
            self.disk.append(self.notebook.spine, b"".join(line.raw + b"\n" for line in lines))
            self.position = Position(lines[-1].seq, lines[-1].digest)
        self.head.write(self.disk, self.position)

    @property
    def previous(self) -> str:
        """What the next line gives as the hash of the line before it."""
        return self.position.head if self.position.seq >= 0 else NO_HASH
