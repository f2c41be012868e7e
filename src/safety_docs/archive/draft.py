"""Drafts: the filings of a group become pages with codes and staged files, but nothing is final.

A draft takes no number: numbers are taken when the group commits, so a draft that is withdrawn
leaves no gap.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from safety_docs.archive.boxes import MAX_PATH_UNITS, box_of, file_names, units
from safety_docs.archive.faults import DamageError
from safety_docs.archive.filing import (
    AlreadySupersededError,
    Assigned,
    FilingRefusedError,
    RetentionTooShortError,
    SupersededUnknownError,
    check_parts,
)
from safety_docs.archive.pages import canonical
from safety_docs.archive.record_page import key_digest, page_id_of, part_json, payload_of
from safety_docs.core.record import FilePart
from safety_docs.core.reference_code import ReferenceCode, ReferenceCodeError, Series
from safety_docs.core.retention import Retention

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from safety_docs.archive.cabinet import Cabinet
    from safety_docs.archive.filing import Filing, Part
    from safety_docs.archive.register import Register
    from safety_docs.archive.staging import Job
    from safety_docs.core.classification import Category
    from safety_docs.core.record import Record

KIND = "WS"
"""门类 of everything filed here: 文书."""


class Draft:
    """A group in the making: what it would add if it commits.

    Attributes:
        job: Where its files are staged.
        payloads: Of its new pages.
        slots: One per filing, in order: its place among `payloads` or the record filed before, and
            whether it is new.
        places: Page ids of this group with their places.
        numbers: Last number that this group takes in each series.
        newer: Codes this group gives, and codes that it corrects with the correcting code.
        folders: Folders to be made, parents first.
        known: Folders that have been looked at.
        is_binding: Whether the first final name may have been given; there is no way back then.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.payloads: list[bytes] = []
        self.slots: list[tuple[int | Record, bool]] = []
        self.places: dict[str, int] = {}
        self.numbers: dict[Series, int] = {}
        self.newer: dict[str, str] = {}
        self.folders: dict[str, None] = {}
        self.known: set[str] = set()
        self.is_binding = False


class Drafter:
    """Puts filings into drafts, by the rules of one cabinet."""

    def __init__(self, cabinet: Cabinet, register: Register) -> None:
        self._cabinet = cabinet
        self._register = register
        self._secret = cabinet.secret

    def take(self, draft: Draft, filing: Filing) -> None:
        """Stage one filing, or find that its key is filed or in this group already."""
        filing.check()
        key = key_digest(self._secret, filing.key)
        page_id = page_id_of(key)
        if page_id in draft.places:
            draft.slots.append((draft.places[page_id], False))
            return
        seq = self._register.seq_of(page_id)
        if seq is not None:
            draft.slots.append((self._cabinet.record(seq), False))
            return
        draft.places[page_id] = len(draft.payloads)
        draft.slots.append((len(draft.payloads), True))
        draft.payloads.append(self._prepare(draft, filing, key))

    def _prepare(self, draft: Draft, filing: Filing, key: str) -> bytes:
        """Give the filing its code, make and stage its files; returns its payload."""
        category = self._cabinet.classification.category(filing.category)
        retention = Retention.parse(filing.retention)
        if not retention.is_at_least(category.retention):
            raise RetentionTooShortError(filing.title, retention.label, category.retention.label)
        old = self._superseded(draft, filing)
        filing = replace(filing, category=category.code, supersedes=old)
        code = self._next_code(draft, filing.year, retention.code, category.code)
        text = code.render(self._cabinet.profile.style)
        parts = filing.parts(Assigned(text, f"{code.number:04d}", page_id_of(key)))
        check_parts(filing.title, parts)
        payload = payload_of(filing, text, retention.code, self._cabinet.custodian, key)
        payload["parts"] = [
            part_json(part) for part in self._stage(draft, filing, code, category, parts)
        ]
        draft.numbers[code.series] = code.number
        if old:
            draft.newer[old] = text
        draft.newer.setdefault(text, "")
        return self._canonical(filing, payload)

    def _canonical(self, filing: Filing, payload: Mapping[str, object]) -> bytes:
        try:
            return canonical(payload)
        except (TypeError, ValueError) as error:
            problem = f"内容里有不能保存的字符或数值（{error}）"
            raise FilingRefusedError(filing.title, problem) from error

    def _superseded(self, draft: Draft, filing: Filing) -> str:
        """Canonical code of the record that the filing corrects; empty if none."""
        if not filing.supersedes:
            return ""
        try:
            wanted = ReferenceCode.parse(filing.supersedes).render(self._cabinet.profile.style)
        except ReferenceCodeError:
            raise SupersededUnknownError(filing.title, filing.supersedes) from None
        newer = draft.newer.get(wanted)
        if newer is None:
            newer = self._register.newer_than(wanted)
        if newer is None:
            raise SupersededUnknownError(filing.title, wanted)
        if newer:
            raise AlreadySupersededError(filing.title, wanted, newer)
        return wanted

    def _next_code(self, draft: Draft, year: int, term: str, category: str) -> ReferenceCode:
        series = Series(self._cabinet.profile.fonds, KIND, year, term, f"A{category}")
        last = draft.numbers.get(series)
        return series.code((self._register.last_number(series) if last is None else last) + 1)

    def _stage(
        self,
        draft: Draft,
        filing: Filing,
        code: ReferenceCode,
        category: Category,
        parts: Sequence[Part],
    ) -> Iterator[FilePart]:
        box = box_of(code, category, self._cabinet.profile.records_per_box)
        folder = f"{box}/data"
        self._plan_folders(draft, folder)
        room = MAX_PATH_UNITS - units(folder) - 1
        names = self._free_names(folder, code.number, filing.title, parts, room)
        for part, name in zip(parts, names, strict=True):
            staged = draft.job.stage(f"{folder}/{name}", part.data)
            yield FilePart(part.role, staged.final, staged.digest, staged.size_bytes)

    def _free_names(
        self, folder: str, number: int, title: str, parts: Sequence[Part], room: int
    ) -> list[str]:
        """Names for the files of a record; the title gets a count if a stray file has taken one."""
        labels = [(part.label or part.role, part.suffix) for part in parts]
        place = f"{self._cabinet.folder}/{folder}/"
        names, count = file_names(number, title, labels, room), 1
        while any(os.path.lexists(place + name) for name in names):
            count += 1
            names = file_names(number, f"({count}) {title}", labels, room)
        return names

    def _plan_folders(self, draft: Draft, folder: str) -> None:
        """Note which folders on the way to `folder` have to be made."""
        if folder in draft.known:
            return
        names = folder.split("/")
        for depth in range(1, len(names) + 1):
            path = "/".join(names[:depth])
            place = self._cabinet.folder / path
            if place.is_symlink():
                raise DamageError(finding="E005", path=path, problem="是指向别处的链接")
            if not place.is_dir():
                draft.folders[path] = None
        draft.known.add(folder)
