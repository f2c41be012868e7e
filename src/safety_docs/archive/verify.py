"""Verify: compares the whole cabinet with its notebook and reports every difference.

Nothing is changed and no lock is taken. Every check runs, as far as what it needs can be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from safety_docs.archive.audit_checkpoints import audit_checkpoints, audit_settings
from safety_docs.archive.audit_files import audit_extras, audit_files
from safety_docs.archive.audit_layout import audit_layout
from safety_docs.archive.audit_pages import audit_pages
from safety_docs.archive.audit_records import audit_records
from safety_docs.archive.audit_signings import audit_signings
from safety_docs.archive.audit_spine import SPINE, audit_spine
from safety_docs.archive.findings import exit_status, finding
from safety_docs.archive.head import SLOTS
from safety_docs.archive.profile import ProfileError, from_toml
from safety_docs.archive.spine import NewerFormatError
from safety_docs.core.record import START

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path

    from safety_docs.archive.audit_spine import SpineAudit
    from safety_docs.archive.cabinet import Cabinet
    from safety_docs.archive.checkpoint import Checkpoint
    from safety_docs.archive.findings import Finding
    from safety_docs.archive.profile import CabinetProfile
    from safety_docs.core.record import Position

_ATTEMPTS = 5
_FIXED = frozenset(
    ["cabinet.toml", "classification.toml", SPINE, *(f"notebook/{name}" for name in SLOTS)]
)


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked and found.

    Attributes:
        records: Number of records whose pages and files were looked at.
        findings: Everything found, in the order of the checks.
    """

    records: int
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Whether there is no error and nothing that could not be checked."""
        return all(one.severity == "warning" for one in self.findings)

    @property
    def exit_status(self) -> int:
        """As in docs/cli.md; 0 without findings."""
        return exit_status(self.findings)


def verify(
    cabinet: Cabinet,
    *,
    checkpoints: Collection[Checkpoint] = (),
    projections: Mapping[str, Position] | None = None,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Report:
    """Check the whole cabinet; once more if somebody filed meanwhile and something looked wrong.

    Args:
        cabinet: Which one.
        checkpoints: Kept outside, to compare the notebook with.
        projections: Positions of projections by name, to compare with the notebook.
        progress: Called with the number of files done and their total.
    """
    for _ in range(_ATTEMPTS - 1):
        before = _length(cabinet)
        report = _verify(cabinet, checkpoints, projections or {}, progress)
        if report.ok or _length(cabinet) == before:
            return report
    return _verify(cabinet, checkpoints, projections or {}, progress)


def _length(cabinet: Cabinet) -> int:
    """Bytes of the spine; 0 if there is none."""
    spine = cabinet.notebook.spine
    return spine.stat().st_size if spine.exists() else 0


def _verify(
    cabinet: Cabinet,
    checkpoints: Collection[Checkpoint],
    projections: Mapping[str, Position],
    progress: Callable[[int, int], None],
) -> Report:
    root = cabinet.folder
    layout = audit_layout(root)
    spine = audit_spine(root)
    if spine.opening is None or any(one.code == "U007" for one in spine.findings):
        return Report(0, (*layout.findings, *spine.findings))
    pages = audit_pages(root, layout, spine)
    settings = audit_settings(root, spine, pages)
    records = audit_records(pages, None if settings else _profile(root))
    audit_signings(pages, records)
    findings = [*layout.findings, *settings, *spine.findings, *pages.findings, *records.findings]
    from_checkpoints, known = audit_checkpoints(root, layout, pages, spine, checkpoints)
    findings += from_checkpoints
    findings += audit_files(root, layout, records.files, progress)
    known |= _FIXED | pages.segments | pages.shadows | records.paths.keys()
    findings += audit_extras(layout, known, records.boxes, is_complete=not pages.broken)
    findings += _audit_projections(spine, projections)
    return Report(len(pages.of_kind("file")), tuple(findings))


def _profile(root: Path) -> CabinetProfile | None:
    """The profile without its custodian, who does not matter here; None if it cannot be read."""
    try:
        return from_toml((root / "cabinet.toml").read_text("utf-8"), custodian="-")
    except (OSError, UnicodeDecodeError, ProfileError, NewerFormatError):
        return None


def _audit_projections(spine: SpineAudit, projections: Mapping[str, Position]) -> Iterator[Finding]:
    for name, position in projections.items():
        last = spine.lines[-1].seq
        if position != START and spine.hashes.get(position.seq) != position.head:
            if spine.is_chained:
                yield finding("E124", "", name=name)
        elif position.seq < last:
            yield finding("W009", "", name=name, count=last - position.seq)
