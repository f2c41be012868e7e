"""Drafts: the filings of a group get codes and staged files, but nothing is final.

A draft takes no number: numbers are taken when the group commits, so a draft that is withdrawn
leaves no gap. Several groups may be under way, each numbered after the one before; they commit in
that order, and when one fails those behind it are withdrawn as well.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from safety_docs.archive.boxes import MAX_PATH_UNITS, box_of, file_names, units
from safety_docs.archive.faults import DamageError
from safety_docs.archive.filing import (
    AlreadySupersededError,
    Assigned,
    FilingRefusedError,
    RetentionTooShortError,
    StagedPart,
    SupersededUnknownError,
    check_parts,
)
from safety_docs.archive.record_page import key_digest, page_id_of, payload_bytes
from safety_docs.archive.staging import StagedFile
from safety_docs.core.record import FilePart
from safety_docs.core.reference_code import ReferenceCode, ReferenceCodeError, Series
from safety_docs.core.retention import Retention

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from safety_docs.archive.cabinet import Cabinet
    from safety_docs.archive.filing import Composer, Composing, Composition, Filing, Part
    from safety_docs.archive.register import Register
    from safety_docs.archive.staging import Job
    from safety_docs.core.classification import Category

KIND = "WS"
"""门类 of everything filed here: 文书."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A new filing with what it was given.

    Attributes:
        filing: With canonical category and canonical code of what it supersedes.
        key: Digest of its key.
        code: Its reference code.
        category: Its category.
        retention: Code of its retention period.
        given: What its document may print.
    """

    filing: Filing
    key: str
    code: ReferenceCode
    category: Category
    retention: str
    given: Assigned


@dataclass(slots=True)
class Ahead:
    """What groups have taken that are not committed yet.

    Attributes:
        pages: Page ids of their new filings.
        numbers: Last number in each series, as far as any group has taken one.
        newer: Codes they give, and codes they correct with the correcting code.
    """

    pages: set[str] = field(default_factory=set)
    numbers: dict[Series, int] = field(default_factory=dict)
    newer: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Draft:
    """A group in the making: what it would add if it commits.

    Attributes:
        job: Where its files are staged.
        planned: Its new filings, in order.
        slots: One per filing, in order: its page id, and whether it is new.
        composing: The files of `planned` in the making; None until they are begun.
        folders: Folders to be made, parents first.
        known: Folders that have been looked at, with the names in them.
        is_binding: Whether the first final name may have been given; there is no way back then.
    """

    job: Job
    planned: list[Planned] = field(default_factory=list)
    slots: list[tuple[str, bool]] = field(default_factory=list)
    composing: Composing | None = None
    folders: dict[str, None] = field(default_factory=dict)
    known: dict[str, set[str]] = field(default_factory=dict)
    is_binding: bool = False


class Drafter:
    """Puts filings into drafts, by the rules of one cabinet."""

    def __init__(self, cabinet: Cabinet, register: Register) -> None:
        self._cabinet = cabinet
        self._register = register
        self._secret = cabinet.secret

    def plan(self, draft: Draft, filings: Iterable[Filing], ahead: Ahead) -> None:
        """Number the new ones among `filings`; find those whose key is filed or under way."""
        filings = list(filings)
        keys = [self._key(filing) for filing in filings]
        page_ids = [page_id_of(key) for key in keys]
        filed = self._register.seqs_of(page_ids)
        for filing, key, page_id in zip(filings, keys, page_ids, strict=True):
            is_new = page_id not in filed and page_id not in ahead.pages
            draft.slots.append((page_id, is_new))
            if is_new:
                draft.planned.append(self._plan(filing, key, ahead))
                ahead.pages.add(page_id)

    def begin(self, draft: Draft, composer: Composer) -> None:
        """Begin to make the files of the planned filings."""
        if draft.planned:
            draft.job.open()
            wanted = [(one.filing, one.given) for one in draft.planned]
            draft.composing = composer.begin(str(draft.job.folder), wanted)

    def payloads(self, draft: Draft) -> list[bytes]:
        """Wait for the files of the planned filings, stage them; their payloads."""
        if draft.composing is None:
            return []
        return [
            self._payload(draft, one, composition)
            for one, composition in zip(draft.planned, draft.composing, strict=True)
        ]

    def _key(self, filing: Filing) -> str:
        """Digest of the key of a filing that keeps the rules."""
        filing.check()
        key = filing.key
        return key if isinstance(key, str) else key_digest(self._secret, key)

    def _plan(self, filing: Filing, key: str, ahead: Ahead) -> Planned:
        """Give the filing its code."""
        category = self._cabinet.classification.category(filing.category)
        retention = Retention.parse(filing.retention)
        if not retention.is_at_least(category.retention):
            raise RetentionTooShortError(filing.title, retention.label, category.retention.label)
        old = self._superseded(ahead, filing)
        if (category.code, old) != (filing.category, filing.supersedes):
            filing = replace(filing, category=category.code, supersedes=old)
        code = self._next_code(ahead, filing.year, retention.code, category.code)
        text = code.render(self._cabinet.profile.style)
        ahead.numbers[code.series] = code.number
        if old:
            ahead.newer[old] = text
        ahead.newer.setdefault(text, "")
        given = Assigned(text, f"{code.number:04d}", page_id_of(key))
        return Planned(filing, key, code, category, retention.code, given)

    def _payload(self, draft: Draft, one: Planned, composition: Composition) -> bytes:
        filing = one.filing
        check_parts(filing.title, composition.parts)
        parts = list(self._stage(draft, one, composition.parts))
        facts = (one.given.code, one.retention, self._cabinet.custodian, one.key)
        try:
            return payload_bytes(filing, facts, parts, composition.values)
        except (TypeError, ValueError) as error:
            problem = f"内容里有不能保存的字符或数值（{error}）"
            raise FilingRefusedError(filing.title, problem) from error

    def _superseded(self, ahead: Ahead, filing: Filing) -> str:
        """Canonical code of the record that the filing corrects; empty if none."""
        if not filing.supersedes:
            return ""
        try:
            wanted = ReferenceCode.parse(filing.supersedes).render(self._cabinet.profile.style)
        except ReferenceCodeError:
            raise SupersededUnknownError(filing.title, filing.supersedes) from None
        newer = ahead.newer.get(wanted)
        if newer is None:
            newer = self._register.newer_than(wanted)
        if newer is None:
            raise SupersededUnknownError(filing.title, wanted)
        if newer:
            raise AlreadySupersededError(filing.title, wanted, newer)
        return wanted

    def _next_code(self, ahead: Ahead, year: int, term: str, category: str) -> ReferenceCode:
        series = Series(self._cabinet.profile.fonds, KIND, year, term, f"A{category}")
        last = ahead.numbers.get(series)
        return series.code((self._register.last_number(series) if last is None else last) + 1)

    def _stage(
        self, draft: Draft, one: Planned, parts: Sequence[Part | StagedPart]
    ) -> Iterator[FilePart]:
        box = box_of(one.code, one.category, self._cabinet.profile.records_per_box)
        folder = f"{box}/data"
        taken = self._plan_folders(draft, folder)
        names = _free_names(taken, folder, one.code.number, one.filing.title, parts)
        for part, name in zip(parts, names, strict=True):
            final = f"{folder}/{name}"
            if isinstance(part, StagedPart):
                staged = StagedFile(part.name, final, part.digest, part.size_bytes)
                draft.job.take(staged)
            else:
                staged = draft.job.stage(final, part.data)
            yield FilePart(part.role, staged.final, staged.digest, staged.size_bytes)

    def _plan_folders(self, draft: Draft, folder: str) -> set[str]:
        """Note which folders on the way to `folder` have to be made; names in it, case folded.

        Whatever comes to lie there later makes the group fail when it is placed: no file is ever
        overwritten.
        """
        if folder in draft.known:
            return draft.known[folder]
        names = folder.split("/")
        for depth in range(1, len(names) + 1):
            path = "/".join(names[:depth])
            place = self._cabinet.folder / path
            if place.is_symlink():
                raise DamageError(finding="E005", path=path, problem="是指向别处的链接")
            if not place.is_dir():
                draft.folders[path] = None
        place = self._cabinet.folder / folder
        found = os.listdir(place) if place.is_dir() else []  # noqa: PTH208 # names are enough
        draft.known[folder] = {name.casefold() for name in found}
        return draft.known[folder]


def _free_names(
    taken: Collection[str],
    folder: str,
    number: int,
    title: str,
    parts: Sequence[Part | StagedPart],
) -> list[str]:
    """Names for the files of a record; the title gets a count if a stray file has taken one."""
    room = MAX_PATH_UNITS - units(folder) - 1
    labels = [(part.label or part.role, part.suffix) for part in parts]
    names, count = file_names(number, title, labels, room), 1
    while any(name.casefold() in taken for name in names):
        count += 1
        names = file_names(number, f"({count}) {title}", labels, room)
    return names
