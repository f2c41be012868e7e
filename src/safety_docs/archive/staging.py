"""Staging: files on their way into the cabinet, and the manifest that says where they go.

A manifest is a redo record. It is written after the files of its group, holds the very lines that
the group adds to the notebook, and is durable before the first file gets its final name. A cut at
any moment therefore finds either no complete manifest, and nothing has happened, or a complete
one, and the group can be finished.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from safety_docs.archive.spine import read_line
from safety_docs.core.digest import Digest

if TYPE_CHECKING:
    from pathlib import Path

    from safety_docs.archive.disk import Disk, StrPath
    from safety_docs.archive.spine import SpineLine

FOLDER = ".staging"
MANIFEST = "manifest.json"
SYNC_ALL_FROM = 8
"""From this many files on, one call for the whole file system is cheaper than one per file."""


@dataclass(frozen=True, slots=True)
class StagedFile:
    """A file in its job's folder and the place it is meant for.

    Attributes:
        name: Within the job's folder.
        final: Path relative to the cabinet, ``/`` between components.
        digest: Of its bytes.
        size_bytes: Its length.
    """

    name: str
    final: str
    digest: Digest
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Group:
    """What one commit adds to the cabinet.

    Attributes:
        segment: Page segment that gets the pages.
        pages: Page lines without newlines.
        spine: Their spine lines, in the same order.
        files: All files of all their records.
        folders: Folders that have to be made, parents before children.
    """

    segment: str
    pages: tuple[bytes, ...]
    spine: tuple[SpineLine, ...]
    files: tuple[StagedFile, ...]
    folders: tuple[str, ...]


class Job:
    """One folder in ``.staging`` with the files of one group."""

    def __init__(self, staging: Path, name: str, disk: Disk) -> None:
        self.folder = staging / name
        self._prefix = f"{self.folder}/"
        self.files: list[StagedFile] = []
        self._disk = disk
        self._is_open = False

    def stage(self, final: str, data: bytes) -> StagedFile:
        """Write one file; it becomes durable with `seal`."""
        self.open()
        name = f"{len(self.files)}"
        digest = stage_file(self._disk, self._prefix + name, data)
        return self.take(StagedFile(name, final, digest, len(data)))

    def take(self, staged: StagedFile) -> StagedFile:
        """Take in a file that has been staged under a name of its own."""
        self.files.append(staged)
        return staged

    def seal(self, group: Group) -> None:
        """Write the manifest and make everything in the job durable.

        Raises:
            SyncError: If the disk fails.
        """
        manifest = self.folder / MANIFEST
        is_large = self._disk.has_syncfs and len(self.files) >= SYNC_ALL_FROM
        if not is_large:
            for staged in self.files:
                self._disk.sync_file(self.folder / staged.name)
        self._disk.create(manifest, manifest_bytes(group), sync=not is_large)
        if is_large:
            self._disk.sync_all(self.folder)
            return
        for folder in (self.folder, self.folder.parent, self.folder.parent.parent):
            self._disk.sync_folder(folder)

    def remove(self) -> None:
        """Remove the job's own names; the manifest goes last, so that a cut leaves it readable."""
        if not self._is_open:
            return
        for staged in self.files:
            self._disk.discard(self._prefix + staged.name)
        self._disk.discard(self.folder / MANIFEST)
        self._disk.remove_folder(self.folder)

    def abandon(self) -> None:
        """Remove everything in the job's folder, also what nobody has said was staged."""
        if self._is_open:
            for name in self._disk.names_in(self.folder):
                self._disk.discard(self._prefix + name)
            self._disk.remove_folder(self.folder)

    def open(self) -> None:
        """Make the job's folder if that has not been done."""
        if not self._is_open:
            self._is_open = True
            self._disk.make_folder(self.folder.parent)
            self._disk.make_folder(self.folder)


def stage_file(disk: Disk, path: StrPath, data: bytes) -> Digest:
    """Write one file into a job's folder; its group makes it durable."""
    disk.create(path, data, is_sealed=True, sync=False)
    return Digest.of(data)


def manifest_bytes(group: Group) -> bytes:
    """A manifest: one line of JSON and one line with its SHA-256."""
    said = {
        "files": [
            {
                "digest": str(file.digest),
                "final": file.final,
                "name": file.name,
                "size": file.size_bytes,
            }
            for file in group.files
        ],
        "folders": list(group.folders),
        "pages": [page.decode("utf-8") for page in group.pages],
        "segment": group.segment,
        "spine": [line.raw.decode("ascii") for line in group.spine],
    }
    line = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    return b"%b\n%b\n" % (line, hashlib.sha256(line).hexdigest().encode("ascii"))


def group_in(folder: Path) -> Group | None:
    """The group of a job's folder; None if there is no complete manifest."""
    manifest = folder / MANIFEST
    if folder.is_symlink() or not manifest.is_file():
        return None
    try:
        return read_manifest(manifest.read_bytes())
    except FileNotFoundError:  # its writer has just removed it
        return None


def read_manifest(data: bytes) -> Group | None:
    """The group of a manifest; None if it is not complete."""
    line, newline, check = data.partition(b"\n")
    if not newline or check != hashlib.sha256(line).hexdigest().encode("ascii") + b"\n":
        return None
    said = json.loads(line)
    spine = [read_line(text.encode("ascii")) for text in said["spine"]]
    files = [
        StagedFile(file["name"], file["final"], Digest.parse(file["digest"]), file["size"])
        for file in said["files"]
    ]
    return Group(
        said["segment"],
        tuple(text.encode("utf-8") for text in said["pages"]),
        tuple(line for line in spine if line is not None),
        tuple(files),
        tuple(said["folders"]),
    )
