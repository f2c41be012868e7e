"""Signed copies on their way into the cabinet: staged beside the record that they belong to.

They take no number and replace nothing. A group of them is carried into the cabinet by the writer
as a group of filings is; here it gets its staged files and its pages.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from safety_docs.archive.boxes import name_beside
from safety_docs.archive.faults import DamageError
from safety_docs.archive.pages import canonical
from safety_docs.archive.record_page import key_digest, page_id_of
from safety_docs.archive.sign_page import MAX_COPY, MAX_PAGES, ROLE, payload_of
from safety_docs.core.digest import Digest
from safety_docs.core.errors import SafetyDocsError
from safety_docs.core.record import FilePart, Signing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from safety_docs.archive.cabinet import Cabinet
    from safety_docs.archive.register import Register
    from safety_docs.archive.staging import Job
    from safety_docs.core.record import Record

MAX_SOURCE = 200
"""Most characters of a source that are kept."""
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
_NOT_YET = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class SigningRefusedError(SafetyDocsError):
    """A signed copy that cannot be added to its record; nothing of its group was."""

    code = "A180"
    exit_status = 20

    def __init__(self, record: str, problem: str) -> None:
        super().__init__(f"“{record}”的签字件不能归档：{problem}。")


@dataclass(frozen=True, slots=True)
class Returned:
    """A signed copy that waits to be added to its record.

    Attributes:
        record: The record, as the notebook gives it.
        copy: Which copy it is, from 1: 1 is the school's.
        data: Bytes of its file; empty if the paper was seen and there is no file.
        suffix: Ending of the file's name, such as ``.pdf``; empty without a file.
        pages: Sides in the file; 0 without a file.
        source: Where it came from, in words for people; of a path only the last name is kept.
    """

    record: Record
    copy: int
    data: bytes = field(repr=False)
    suffix: str
    pages: int
    source: str

    def check(self) -> None:
        """Refuse what no page can hold.

        Raises:
            SigningRefusedError: Naming the fault.
        """
        if not 1 <= self.copy <= MAX_COPY:
            raise SigningRefusedError(self.record.code, f"没有第 {self.copy} 份这种份次")
        if bool(self.data) != (1 <= self.pages <= MAX_PAGES):
            raise SigningRefusedError(self.record.code, f"页数 {self.pages} 与文件不符")
        if self.data and not _SUFFIX.fullmatch(self.suffix):
            raise SigningRefusedError(self.record.code, f"文件类型“{self.suffix}”不能用")

    @property
    def key(self) -> tuple[str, ...]:
        """Idempotency key: the same bytes as the same copy of the same record are added once."""
        content = str(Digest.of(self.data)) if self.data else "paper"
        return ("sign/1", self.record.code, str(self.copy), content)


class Signed(NamedTuple):
    """A signed copy that is durable.

    Attributes:
        signing: What the notebook says of it.
        is_new: False if the same copy had been added before; then nothing was written.
    """

    signing: Signing
    is_new: bool


class SignDrafter:
    """Stages groups of signed copies, by the rules of one cabinet."""

    def __init__(self, cabinet: Cabinet, register: Register) -> None:
        self._cabinet = cabinet
        self._register = register
        self._secret = cabinet.secret

    def stage(
        self, job: Job, returned: Sequence[Returned]
    ) -> tuple[list[bytes], list[tuple[str, bool]]]:
        """Stage the new ones among `returned`.

        Returns:
            Payloads of the new ones in order; for each of `returned` its page id, and whether it
            is new.

        Raises:
            SigningRefusedError: If one cannot be added.
            DamageError: If the box of a record is not what it should be.
        """
        payloads: list[bytes] = []
        slots: list[tuple[str, bool]] = []
        under_way: set[str] = set()
        for one in returned:
            one.check()
            key = key_digest(self._secret, one.key)
            page_id = page_id_of(key)
            is_new = page_id not in under_way and self._register.seq_of(page_id) is None
            if is_new:
                payloads.append(canonical(payload_of(self._staged(job, one, page_id), key)))
                under_way.add(page_id)
            slots.append((page_id, is_new))
        return payloads, slots

    def _staged(self, job: Job, one: Returned, page_id: str) -> Signing:
        record = one.record
        if self._register.seq_of(record.page_id) != record.seq:
            raise SigningRefusedError(record.code, "专柜里没有这一件，请核对档号")
        parts: tuple[FilePart, ...] = ()
        if one.data:
            self._look_at_box(record.path.rpartition("/")[0])
            final = self._free_path(record, one.suffix, {file.final for file in job.files})
            staged = job.stage(final, one.data)
            parts = (FilePart(ROLE, staged.final, staged.digest, staged.size_bytes),)
        return Signing(
            seq=-1,
            page_id=page_id,
            record=record.code,
            copy=one.copy,
            pages=one.pages,
            source=_plain(one.source),
            parts=parts,
            filed_at=_NOT_YET,
            filed_by=self._cabinet.custodian,
        )

    def _free_path(self, record: Record, suffix: str, staged: Iterable[str]) -> str:
        """The first path beside the record that no file, page or group has taken."""
        taken = {*staged, *(part.path for part in record.parts)}
        count = 1 + sum(part.role == ROLE for part in record.parts)
        while True:
            path = name_beside(record.path, ROLE, count, suffix)
            is_free = path not in taken and not self._register.is_signed_path(path)
            if is_free and not os.path.lexists(self._cabinet.folder / path):
                return path
            count += 1

    def _look_at_box(self, folder: str) -> None:
        """The record's folder is there and no link leads out of the cabinet.

        Raises:
            DamageError: If not.
        """
        names = folder.split("/")
        for depth in range(1, len(names) + 1):
            path = "/".join(names[:depth])
            if (self._cabinet.folder / path).is_symlink():
                raise DamageError(finding="E005", path=path, problem="是指向别处的链接")
        if not (self._cabinet.folder / folder).is_dir():
            raise DamageError(finding="E013", path=folder, problem="整盒不见了")


def _plain(source: str) -> str:
    """Words without folders, line ends and control characters."""
    name = source.replace("\\", "/").rpartition("/")[2]
    return " ".join("".join(char if char.isprintable() else " " for char in name).split())[
        :MAX_SOURCE
    ]
