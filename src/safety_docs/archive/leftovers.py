"""Leftovers in staging: jobs that a writer began and did not clear away.

A job with a complete manifest that continues the chain is finished; one whose lines are all in the
spine is cleared away; everything else goes to the quarantine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from safety_docs.archive.faults import DamageError
from safety_docs.archive.staging import FOLDER, MANIFEST, group_in
from safety_docs.archive.tail import line_at
from safety_docs.core.digest import Digest

if TYPE_CHECKING:
    from pathlib import Path

    from safety_docs.archive.journal import Journal
    from safety_docs.archive.quarantine import Quarantine
    from safety_docs.archive.staging import Group, StagedFile


@dataclass(frozen=True, slots=True)
class Leftover:
    """One entry of the staging folder.

    Attributes:
        folder: Its place.
        group: What its manifest says; None if there is no complete one.
        written: How many of the group's lines are in the spine; None if it does not fit there.
    """

    folder: Path
    group: Group | None
    written: int | None

    @property
    def spine(self) -> bytes:
        """The spine lines that are still to be written."""
        if self.group is None or self.written is None:
            return b""
        return b"".join(line.raw + b"\n" for line in self.group.spine[self.written :])

    @property
    def pages(self) -> bytes:
        """Their pages."""
        if self.group is None or self.written is None:
            return b""
        return b"".join(page + b"\n" for page in self.group.pages[self.written :])


def leftovers(root: Path, journal: Journal) -> list[Leftover]:
    """What lies in the staging folder, those that continue the chain first."""
    staging = root / FOLDER
    if staging.is_symlink():
        raise DamageError(finding="E005", path=FOLDER, problem="是指向别处的链接")
    if not staging.is_dir():
        return []
    found = [_leftover(folder, journal) for folder in sorted(staging.iterdir())]
    return sorted(found, key=lambda leftover: leftover.written is None)


def settle(leftover: Leftover, root: Path, journal: Journal, quarantine: Quarantine) -> list[str]:
    """Finish, clear away or set aside one leftover; says what has to be told."""
    group = leftover.group
    if group is None or leftover.written is None:
        return _set_aside(leftover.folder, journal, quarantine)
    if leftover.written == 0 and not _is_complete(leftover.folder, root, group):
        return _give_up(leftover.folder, root, group, journal, quarantine)
    done = []
    if leftover.written < len(group.spine):
        done += _finish(leftover, group, root, journal, quarantine)
        first, last = group.spine[leftover.written].seq, group.spine[-1].seq
        done.append(f"补完了中断的归档，第 {first} 至 {last} 条")
    _clear(leftover.folder, group, journal)
    return done


def _leftover(folder: Path, journal: Journal) -> Leftover:
    group = group_in(folder)
    return Leftover(folder, group, _written(group, journal) if group else None)


def _written(group: Group, journal: Journal) -> int | None:
    """How many lines of the group are in the spine; None if it does not continue the chain."""
    position = journal.position
    count = sum(line.seq <= position.seq for line in group.spine)
    if count == 0:
        first = group.spine[0]
        fits = (first.seq, first.previous) == (position.seq + 1, position.head)
        return 0 if fits else None
    last = group.spine[count - 1]
    found = line_at(journal.notebook, last.seq)
    return count if found is not None and found.raw == last.raw else None


def _is_complete(folder: Path, root: Path, group: Group) -> bool:
    """Whether every file of the group is whole under its staged or its final name."""
    return all(
        _is_whole(folder / file.name, file) or _is_whole(root / file.final, file)
        for file in group.files
    )


def _is_whole(path: Path, file: StagedFile) -> bool:
    if path.is_symlink() or not path.is_file() or path.stat().st_size != file.size_bytes:
        return False
    return Digest.of(path.read_bytes()) == file.digest


def _finish(
    leftover: Leftover, group: Group, root: Path, journal: Journal, quarantine: Quarantine
) -> list[str]:
    """Carry out the steps of a group that are still missing; all of them can be repeated.

    Returns:
        What was in the way and has been set aside.
    """
    disk = journal.disk
    done = []
    for name in group.folders:
        disk.make_folder(root / name)
        disk.sync_folder((root / name).parent)
    for file in group.files:
        final = root / file.final
        if _is_whole(final, file):
            disk.sync_file(final)
            continue
        if final.exists():
            done.append(f"占用“{file.final}”的另一个文件已移到 {quarantine.take(final)}")
        disk.place(leftover.folder / file.name, final)
    for folder in dict.fromkeys((root / file.final).parent for file in group.files):
        disk.sync_folder(folder)
    written = leftover.written or 0
    journal.write_pages(group.segment, group.pages[written:])
    journal.commit(group.spine[written:])
    return done


def _clear(folder: Path, group: Group, journal: Journal) -> None:
    """Remove the staged names of a committed group, the manifest last."""
    for file in group.files:
        journal.disk.discard(folder / file.name)
    journal.disk.discard(folder / MANIFEST)
    journal.disk.remove_folder(folder)
    journal.seal(group.files)


def _give_up(
    folder: Path, root: Path, group: Group, journal: Journal, quarantine: Quarantine
) -> list[str]:
    """Set a group aside that cannot be finished, with the final names that it already has."""
    done = []
    for file in group.files:
        final = root / file.final
        if final.exists():
            done.append(f"没有生效的“{file.final}”已移到 {quarantine.take(final)}")
    done += _set_aside(folder, journal, quarantine)
    for name in reversed(group.folders):
        journal.disk.remove_folder(root / name)
    return done


def _set_aside(folder: Path, journal: Journal, quarantine: Quarantine) -> list[str]:
    """Move a job to the quarantine, except names of files that have another name too."""
    if folder.is_dir() and not folder.is_symlink():
        for child in sorted(folder.iterdir()):
            if child.lstat().st_nlink > 1:
                journal.disk.discard(child)
        if journal.disk.remove_folder(folder):
            return []
    return [f"中断的归档留下的临时文件从未生效，已移到 {quarantine.take(folder)}"]
