"""The cabinet, its notebook, its boxes: filing, recovery, verification (docs/format.md)."""

from __future__ import annotations

from safety_docs.archive.cabinet import (
    Cabinet,
    CabinetExistsError,
    Entry,
    NoCabinetError,
    SeveralCabinetsError,
    find_cabinet,
)
from safety_docs.archive.checkpoint import Checkpoint
from safety_docs.archive.faults import (
    DamageError,
    DiskError,
    DiskFullError,
    NotebookContradictionError,
    NotInNotebookError,
    PoisonedError,
    ReadOnlyDiskError,
)
from safety_docs.archive.filing import (
    AlreadySupersededError,
    Assigned,
    Filed,
    Filing,
    FilingRefusedError,
    Part,
    RetentionTooShortError,
    SupersededUnknownError,
)
from safety_docs.archive.findings import Finding
from safety_docs.archive.lock import LockedError
from safety_docs.archive.profile import CabinetProfile, ProfileError
from safety_docs.archive.spine import NewerFormatError
from safety_docs.archive.verify import Report, verify
from safety_docs.archive.writer import Writer

__all__ = [
    "AlreadySupersededError",
    "Assigned",
    "Cabinet",
    "CabinetExistsError",
    "CabinetProfile",
    "Checkpoint",
    "DamageError",
    "DiskError",
    "DiskFullError",
    "Entry",
    "Filed",
    "Filing",
    "FilingRefusedError",
    "Finding",
    "LockedError",
    "NewerFormatError",
    "NoCabinetError",
    "NotInNotebookError",
    "NotebookContradictionError",
    "Part",
    "PoisonedError",
    "ProfileError",
    "ReadOnlyDiskError",
    "Report",
    "RetentionTooShortError",
    "SeveralCabinetsError",
    "SupersededUnknownError",
    "Writer",
    "find_cabinet",
    "verify",
]
