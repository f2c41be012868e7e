"""Recovery: what a writer does before it writes (docs/format.md, "Recovery").

It compares head, spine, pages and staging, finishes what a manifest says was begun, and sets aside
what never became part of the cabinet. It deletes nothing, and never touches what was acknowledged.
Every step can be cut and done again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from safety_docs.archive.disk import SyncError
from safety_docs.archive.faults import trouble
from safety_docs.archive.journal import Journal
from safety_docs.archive.leftovers import leftovers, settle
from safety_docs.archive.quarantine import Quarantine
from safety_docs.archive.tail import check_tail_files, cut_pages, cut_spine, read_tail

if TYPE_CHECKING:
    from safety_docs.archive.cabinet import Cabinet
    from safety_docs.archive.disk import Disk
    from safety_docs.archive.lock import Holder
    from safety_docs.core.ports import Entropy


@dataclass(frozen=True, slots=True)
class Recovery:
    """What recovery found and did.

    Attributes:
        journal: Ready to be written to.
        done: One Chinese sentence for each thing that was set right.
    """

    journal: Journal
    done: tuple[str, ...]

    def payload(self, left_behind: Holder | None) -> dict[str, object]:
        """Page of kind ``recover``; empty if there is nothing to tell."""
        done = list(self.done)
        if left_behind is not None:
            done.append(f"接管了进程 {left_behind.pid}（{left_behind.since} 开始）留下的写锁")
        return {"done": done} if done else {}


def recover(cabinet: Cabinet, disk: Disk, entropy: Entropy) -> Recovery:
    """Bring a cabinet that nobody writes to a state that can be written.

    Raises:
        NotebookContradictionError: If acknowledged lines are gone or changed.
        DamageError: If a page or file of the last entries is gone or changed.
        PoisonedError: If the disk failed.
        DiskFullError: If there is no room for what has to be set aside.
    """
    try:
        return _recover(cabinet, disk, entropy)
    except (OSError, SyncError) as error:
        raise trouble(error, cabinet.folder) from error


def _recover(cabinet: Cabinet, disk: Disk, entropy: Entropy) -> Recovery:
    tail = read_tail(cabinet.notebook)
    journal = Journal(cabinet.folder, cabinet.notebook, disk, tail.position)
    quarantine = Quarantine(cabinet.folder, disk, entropy)
    jobs = leftovers(cabinet.folder, journal)
    done = list(tail.remarks)
    done += cut_spine(journal, quarantine, b"".join(job.spine for job in jobs))
    done += cut_pages(journal, quarantine, b"".join(job.pages for job in jobs))
    check_tail_files(cabinet, tail.acknowledged)
    if tail.position != tail.acknowledged or not tail.is_head_sound:
        disk.sync_file(cabinet.notebook.spine)
        journal.commit([])
    for job in jobs:
        done += settle(job, cabinet.folder, journal, quarantine)
    return Recovery(journal, tuple(done))
