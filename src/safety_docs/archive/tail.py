"""The tail of the notebook: what stands behind the head, and what was cut short.

Lines up to the head were acknowledged: any fault there stops the work. Lines beyond it were not:
whole ones that fit are kept, the rest is set aside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from safety_docs.archive.checkpoint import read_checkpoint
from safety_docs.archive.faults import DamageError, NotebookContradictionError
from safety_docs.archive.head import SLOTS, read_slot
from safety_docs.archive.lines import lines_backwards
from safety_docs.archive.pages import page_seq
from safety_docs.archive.sign_page import said_by
from safety_docs.archive.spine import read_line
from safety_docs.archive.tree import Peaks
from safety_docs.core.digest import Digest
from safety_docs.core.record import START, Position

if TYPE_CHECKING:
    from pathlib import Path

    from safety_docs.archive.cabinet import Cabinet
    from safety_docs.archive.journal import Journal
    from safety_docs.archive.notebook import Notebook
    from safety_docs.archive.quarantine import Quarantine
    from safety_docs.archive.spine import SpineLine


@dataclass(frozen=True, slots=True)
class Tail:
    """The end of the spine.

    Attributes:
        acknowledged: What the head says.
        position: The last whole line that fits; not before `acknowledged`.
        is_head_sound: Whether both slots can be read.
        remarks: What has to be told about it.
    """

    acknowledged: Position
    position: Position
    is_head_sound: bool
    remarks: tuple[str, ...]


def read_tail(notebook: Notebook) -> Tail:
    """Compare the head with the end of the spine.

    Raises:
        NotebookContradictionError: If a line up to the head is gone or changed.
    """
    slots = [_slot(notebook.folder / name) for name in SLOTS]
    known = [slot for slot in slots if slot is not None]
    if not known:
        return _without_head(notebook)
    head = max(known, key=lambda slot: slot.seq)
    position = _follow(notebook, head)
    remarks = []
    if position != head:
        remarks.append(f"认可了中断前已写完的第 {head.seq + 1} 至 {position.seq} 条")
    return Tail(head, position, len(known) == len(slots), tuple(remarks))


def cut_spine(journal: Journal, quarantine: Quarantine, expected: bytes) -> list[str]:
    """Cut what stands behind the last whole line that fits.

    Args:
        journal: Stands at that line.
        quarantine: Gets a copy of what is cut.
        expected: What is going to be written there next; the beginning of it needs no copy.
    """
    path = journal.notebook.spine
    with path.open("rb") as stream:
        found = _find(stream, journal.position.seq)
        end = found[1] if found else 0
        stream.seek(end)
        rest = stream.read()
    if not rest:
        return []
    name = _cut(journal, quarantine, path, end, rest if not expected.startswith(rest) else b"")
    return [f"专本末尾有未写完的 {len(rest)} 字节，从未生效，已移到 {name}"] if name else []


def cut_pages(journal: Journal, quarantine: Quarantine, expected: bytes) -> list[str]:
    """Cut pages without a spine line at the end of any segment; arguments as in `cut_spine`."""
    done = []
    for path in sorted(journal.notebook.pages.glob("*.jsonl")):
        end = _end_of_pages(journal, path)
        if end is None:
            continue
        rest = path.read_bytes()[end:]
        name = _cut(journal, quarantine, path, end, rest if not expected.startswith(rest) else b"")
        if name:
            done.append(f"{path.name} 末尾有未生效的页 {len(rest)} 字节，已移到 {name}")
    return done


def check_tail_files(cabinet: Cabinet, acknowledged: Position) -> None:
    """Check pages and files of the entries beyond the head before they are acknowledged.

    Raises:
        DamageError: If one is missing or different.
    """
    for line, page in cabinet.notebook.entries(acknowledged):
        said = said_by(line, page)
        for part in said.parts if said is not None else ():
            try:
                data = (cabinet.folder / part.path).read_bytes()
            except FileNotFoundError:
                raise DamageError(finding="E040", path=part.path, problem="不见了") from None
            if Digest.of(data) != part.digest:
                raise DamageError(finding="E041", path=part.path, problem="与专本的记录不符")


def line_at(notebook: Notebook, seq: int) -> SpineLine | None:
    """A spine line, looked for from the end; None if it is not there."""
    with notebook.spine.open("rb") as stream:
        found = _find(stream, seq)
    return found[0] if found else None


def _cut(journal: Journal, quarantine: Quarantine, path: Path, end: int, copy: bytes) -> str:
    """Cut `path` at `end`, after keeping `copy` if there is any; returns where that is."""
    name = quarantine.keep(path.name, copy) if copy else ""
    if end:
        journal.disk.truncate(path, end)
    else:
        journal.disk.discard(path)
        journal.disk.sync_folder(path.parent)
    return name


def _follow(notebook: Notebook, head: Position) -> Position:
    """The last whole line that continues the chain from `head`."""
    with notebook.spine.open("rb") as stream:
        found = _find(stream, head.seq)
        if found is None:
            raise NotebookContradictionError(
                finding="E025", line=head.seq + 1, problem="已经生效，却不见了或读不懂"
            )
        line, end = found
        if line.digest != head.head:
            raise NotebookContradictionError(
                finding="E024", line=head.seq + 1, problem="已经生效，却被改过"
            )
        stream.seek(end)
        position = head
        for raw in stream:
            following = read_line(raw[:-1]) if raw.endswith(b"\n") else None
            if following is None or (following.seq, following.previous) != (
                position.seq + 1,
                position.head,
            ):
                break
            position = Position(following.seq, following.digest)
    return position


def _without_head(notebook: Notebook) -> Tail:
    """Both slots are unreadable: believe the spine only if all of it is sound."""
    newest = max(notebook.checkpoints.glob("*.json"), default=None)
    checkpoint = read_checkpoint(newest.read_bytes(), newest.name) if newest else None
    peaks, position, size_bytes = Peaks(), START, 0
    for line in notebook.lines():
        peaks.add(line.raw)
        position = Position(line.seq, line.digest)
        size_bytes += len(line.raw) + 1
        if checkpoint and peaks.size == checkpoint.size and peaks.root() != checkpoint.root:
            raise NotebookContradictionError(
                finding="E030", line=peaks.size, problem="与校验点不符"
            )
    is_cut = size_bytes != notebook.spine.stat().st_size
    if is_cut or (checkpoint and peaks.size < checkpoint.size):
        raise NotebookContradictionError(
            finding="E025", line=position.seq + 2, problem="不完整，而两个头标都读不出"
        )
    return Tail(position, position, is_head_sound=False, remarks=("两个头标都读不出，已重写",))


def _find(stream: IO[bytes], seq: int) -> tuple[SpineLine, int] | None:
    """Spine line `seq` and the offset behind it, looked for from the end."""
    for offset, raw in lines_backwards(stream):
        line = read_line(raw)
        if line is not None and line.seq == seq:
            return line, offset + len(raw) + 1
        if line is not None and line.seq < seq:
            return None
    return None


def _end_of_pages(journal: Journal, path: Path) -> int | None:
    """Where the pages that have a spine line end; None if nothing stands behind them.

    Raises:
        DamageError: If the last of them cannot be told from what follows.
    """
    seq, end = _last_page(path, journal.position.seq)
    if end == path.stat().st_size:
        return None
    wanted = _last_of_segment(journal.notebook, path.name)
    if wanted is not None and (seq is None or seq < wanted):
        raise DamageError(
            finding="E026", path=f"pages/{path.name}", problem=f"里第 {wanted} 条的页被改过"
        )
    return end


def _last_page(path: Path, last: int) -> tuple[int | None, int]:
    """Number of the last page that is not beyond `last`, and the offset behind it."""
    with path.open("rb") as stream:
        for offset, raw in lines_backwards(stream):
            seq = page_seq(raw)
            if seq is not None and seq <= last:
                return seq, offset + len(raw) + 1
    return None, 0


def _last_of_segment(notebook: Notebook, segment: str) -> int | None:
    """Number of the last entry whose page is in `segment`; reads the whole spine."""
    numbers = [line.seq for line in notebook.lines() if line.segment == segment]
    return numbers[-1] if numbers else None


def _slot(path: Path) -> Position | None:
    return read_slot(path.read_bytes()) if path.exists() else None
