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
from safety_docs.archive.disk import Disk
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
    Composer,
    Composing,
    Composition,
    Filed,
    Filing,
    FilingRefusedError,
    Part,
    RetentionTooShortError,
    StagedPart,
    SupersededUnknownError,
)
from safety_docs.archive.findings import Finding
from safety_docs.archive.lock import LockedError
from safety_docs.archive.profile import CabinetProfile, ProfileError
from safety_docs.archive.record_page import key_digest, page_id_of
from safety_docs.archive.register import Current
from safety_docs.archive.signing import Returned, Signed, SigningRefusedError
from safety_docs.archive.spine import NewerFormatError
from safety_docs.archive.staging import stage_file
from safety_docs.archive.verify import Report, verify
from safety_docs.archive.writer import Writer

__all__ = [
    "AlreadySupersededError",
    "Assigned",
    "Cabinet",
    "CabinetExistsError",
    "CabinetProfile",
    "Checkpoint",
    "Composer",
    "Composing",
    "Composition",
    "Current",
    "DamageError",
    "Disk",
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
    "Returned",
    "SeveralCabinetsError",
    "Signed",
    "SigningRefusedError",
    "StagedPart",
    "SupersededUnknownError",
    "Writer",
    "find_cabinet",
    "key_digest",
    "page_id_of",
    "stage_file",
    "verify",
]
