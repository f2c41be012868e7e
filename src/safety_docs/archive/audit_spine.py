"""Spine: numbers, chain and head (docs/format.md, rules 9 to 13, 16 and 18).

One damage gives one finding. A line that is wrong in itself also breaks the chain at the next one
and no longer fits its page; those consequences are not reported again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from safety_docs.archive.findings import finding
from safety_docs.archive.head import SLOTS, read_slot
from safety_docs.archive.spine import FORMAT, NO_HASH, read_line, read_opening
from safety_docs.archive.tree import Peaks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from safety_docs.archive.findings import Finding
    from safety_docs.archive.spine import Opening, SpineLine
    from safety_docs.core.record import Position

SPINE = "notebook/spine.jsonl"
_MOST_DOUBTS = 10_000
_FIELDS = frozenset("acfiknptw")


@dataclass(slots=True)
class SpineAudit:
    """What the spine says and what is wrong with it.

    Attributes:
        lines: Every line that can be read, in the order of the file.
        doubtful: Numbers of lines that were altered, are gone, or stand beside such a line.
        opening: What line 0 says; None if it cannot be used.
        hashes: Hash of each line by its number.
        is_chained: Whether all lines are whole, numbered and chained.
        findings: What was found.
    """

    lines: list[SpineLine] = field(default_factory=list)
    doubtful: set[int] = field(default_factory=set)
    opening: Opening | None = None
    hashes: dict[int, str] = field(default_factory=dict)
    is_chained: bool = True
    findings: list[Finding] = field(default_factory=list)

    def report(self, code: str, path: str = SPINE, **facts: object) -> None:
        """Add a finding."""
        self.findings.append(finding(code, path, **facts))
        if code.startswith("E"):
            self.is_chained = False

    def roots(self, sizes: Sequence[int]) -> dict[int, str]:
        """Roots of the tree over the first lines, by how many; none for sizes beyond the end."""
        wanted, peaks, found = set(sizes), Peaks(), {}
        if 0 in wanted:
            found[0] = peaks.root()
        for line in self.lines:
            peaks.add(line.raw)
            if peaks.size in wanted:
                found[peaks.size] = peaks.root()
        return found


def audit_spine(root: Path) -> SpineAudit:
    """Read the whole spine and the head."""
    audit = SpineAudit()
    try:
        data = (root / SPINE).read_bytes()
    except FileNotFoundError:
        data = b""
    raws = data.split(b"\n")
    torn = raws.pop()
    opening = read_opening(raws[0]) if raws else None
    if opening is None:
        audit.report("E020")
        return audit
    audit.opening = opening
    if opening.format != FORMAT:
        audit.report("U007", found=opening.format)
        return audit
    _Reader(audit, raws).read()
    _find_clock_faults(audit)
    _compare_head(root, audit, len(raws), torn)
    return audit


class _Reader:
    """Goes through the lines once, always knowing which number should come next."""

    def __init__(self, audit: SpineAudit, raws: Sequence[bytes]) -> None:
        self._audit = audit
        self._raws = raws
        self._expected = 0
        self._previous = NO_HASH
        self._is_lost = False  # behind a bad line any number and any hash are taken as they come

    def read(self) -> None:
        for place, raw in enumerate(self._raws):
            line = read_line(raw)
            if line is None:
                self._reject(place, raw)
            else:
                self._take(place, line)
            self._previous = hashlib.sha256(raw).hexdigest()
        self._audit.doubtful.discard(-1)

    def _reject(self, place: int, raw: bytes) -> None:
        if not self._is_lost:
            code, what = _fault(raw)
            self._audit.report(code, line=place + 1, what=what)
        self._audit.doubtful |= {self._expected - 1, self._expected, self._expected + 1}
        self._expected += 1
        self._is_lost = True

    def _take(self, place: int, line: SpineLine) -> None:
        seq, was_lost = line.seq, self._is_lost
        self._is_lost = False
        if was_lost:
            self._audit.doubtful |= set(range(min(self._expected, seq), seq + 1))
        elif seq != self._expected:
            seq = self._renumber(place, line)
        elif line.previous != self._previous:
            self._audit.report("E024", line=place + 1, neighbour="上一行")
            self._audit.doubtful |= {seq - 1, seq}
        self._audit.lines.append(line._replace(seq=seq))
        self._audit.hashes.setdefault(seq, line.digest)
        self._expected = seq + 1

    def _renumber(self, place: int, line: SpineLine) -> int:
        """Report a wrong number; returns the number that this line stands for."""
        expected, found = self._expected, line.seq
        code = "E022" if found < expected else "E023"
        self._audit.report(code, line=place + 1, expected=expected, found=found)
        following = read_line(self._raws[place + 1]) if place + 1 < len(self._raws) else None
        if following is not None and following.seq == expected + 1:
            self._audit.doubtful |= {expected - 1, expected, expected + 1}
            self._is_lost = following.previous != line.digest
            return expected
        low, high = min(expected, found), max(expected, found)
        self._audit.doubtful |= set(range(low - 1, min(high, low + _MOST_DOUBTS) + 1))
        return found


def _fault(raw: bytes) -> tuple[str, str]:
    """Why a line cannot be read: extra fields, or anything else."""
    try:
        said = json.loads(raw)
    except ValueError:
        return "E021", "看不懂"
    if isinstance(said, dict):
        extra = sorted(set(said) - _FIELDS)
        if extra:
            return "E036", "、".join(extra)[:60]
    return "E021", "写法或种类不对"


def _find_clock_faults(audit: SpineAudit) -> None:
    previous: dt.datetime | None = None
    for place, line in enumerate(audit.lines):
        try:
            time = dt.datetime.fromisoformat(line.time)
        except ValueError:
            audit.report("E021", line=place + 1, what="时间不对")
            continue
        if previous is not None and time < previous and line.seq not in audit.doubtful:
            audit.report("W003", line=place + 1)
        previous = time


def _compare_head(root: Path, audit: SpineAudit, count: int, torn: bytes) -> None:
    slots = {name: _slot(root / "notebook" / name) for name in SLOTS}
    known = [slot for slot in slots.values() if slot is not None]
    for name, slot in slots.items():
        if slot is None and known:
            audit.report("W023", f"notebook/{name}")
    if not known:
        audit.report("E035", "notebook/head.a")
    head = max(known, key=lambda slot: slot.seq, default=None)
    if head is not None and head.seq >= count and audit.is_chained:
        audit.report("E025", expected=head.seq + 1)
    elif torn:
        audit.report("W001")
    for slot in known:
        _compare_slot(audit, slot)


def _compare_slot(audit: SpineAudit, slot: Position) -> None:
    found = audit.hashes.get(slot.seq)
    if audit.is_chained and found is not None and found != slot.head:
        audit.report("E024", line=slot.seq + 1, neighbour="头标")
        audit.doubtful.add(slot.seq)


def _slot(path: Path) -> Position | None:
    try:
        return read_slot(path.read_bytes())
    except OSError:
        return None
