"""The writer: files records, a group at a time, each group durable before it is told to anyone.

There is one writer per cabinet. Numbers are taken when a group commits, so a group that fails
leaves no gap. After a failed flush or append the writer is poisoned: it does nothing more, and the
next one begins with recovery.
"""

from __future__ import annotations

import contextlib
import itertools
from collections import deque
from typing import TYPE_CHECKING

from safety_docs.archive.checkpoint import CHECKPOINT_EVERY, Checkpoint, last_size
from safety_docs.archive.disk import SyncError
from safety_docs.archive.draft import Ahead, Draft, Drafter
from safety_docs.archive.faults import PoisonedError, poisoning, refusal
from safety_docs.archive.filing import Filed, OneByOne
from safety_docs.archive.pages import SALT_BYTES, PageLine, canonical, make_page
from safety_docs.archive.quarantine import Quarantine
from safety_docs.archive.sign_page import KIND as SIGN
from safety_docs.archive.sign_page import said_by
from safety_docs.archive.signing import SignDrafter, Signed
from safety_docs.archive.spine import make_line
from safety_docs.archive.staging import FOLDER as STAGING
from safety_docs.archive.staging import Group, Job
from safety_docs.core.record import Record

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from safety_docs.archive.cabinet import Cabinet
    from safety_docs.archive.filing import Composer, Filing
    from safety_docs.archive.journal import Journal
    from safety_docs.archive.register import Current, Register
    from safety_docs.archive.signing import Returned
    from safety_docs.archive.spine import SpineLine
    from safety_docs.core.ports import Clock, Entropy
    from safety_docs.core.record import Position, Signing


class Writer:
    """Files records into one cabinet; made by `Cabinet.writer`."""

    def __init__(
        self, cabinet: Cabinet, journal: Journal, register: Register, clock: Clock, entropy: Entropy
    ) -> None:
        self._cabinet = cabinet
        self._journal = journal
        self._register = register
        self._clock = clock
        self._entropy = entropy
        self._drafter = Drafter(cabinet, register)
        self._signs = SignDrafter(cabinet, register)
        self._checkpointed = last_size(cabinet.notebook.checkpoints)
        self._poison: PoisonedError | None = None

    @property
    def position(self) -> Position:
        """The last durable spine line."""
        return self._journal.position

    def file(
        self,
        filings: Iterable[Filing],
        *,
        group: int = 100,
        composer: Composer | None = None,
        ahead: int = 0,
    ) -> Iterator[Filed]:
        """File `filings` in order; yields each one only when it is durable.

        Args:
            filings: Taken as they are needed, a group at a time.
            group: Records per commit.
            composer: Makes the files; by default each filing makes its own.
            ahead: How many groups may be in the making while one commits.

        Raises:
            FilingRefusedError: If one breaks a rule; its group is not filed, earlier groups are.
            DiskFullError: If there is no room; likewise.
            PoisonedError: If the disk failed; open a new writer.
        """
        rest, reserved = iter(filings), Ahead()
        composer = composer or OneByOne()
        waiting: deque[Draft] = deque()
        try:
            while chunk := list(itertools.islice(rest, group)):
                waiting.append(self._begin(chunk, reserved, composer))
                if len(waiting) > ahead:
                    yield from self._finish(waiting.popleft(), reserved)
            while waiting:
                yield from self._finish(waiting.popleft(), reserved)
        finally:
            for draft in waiting:
                self._withdraw(draft)

    def sign(self, returned: Iterable[Returned], *, group: int = 100) -> Iterator[Signed]:
        """Add signed copies to their records, in order, as `file` files.

        Args:
            returned: Taken as they are needed, a group at a time.
            group: Copies per commit.

        Raises:
            SigningRefusedError: If one cannot be added; its group is not, earlier groups are.
            DiskFullError: If there is no room; likewise.
            PoisonedError: If the disk failed; open a new writer.
        """
        rest = iter(returned)
        while chunk := list(itertools.islice(rest, group)):
            draft = self._draft()
            with self._guard(draft):
                payloads, slots = self._signs.stage(draft.job, chunk)
                if payloads:
                    self._commit(draft, SIGN, payloads)
            for page_id, is_new in slots:
                yield Signed(self._cabinet.signing(self._seq(page_id)), is_new)
            self._checkpoint_if_due()

    def current(self, subjects: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], Current]:
        """The newest records of subjects; those that have none are missing."""
        return self._register.current(subjects)

    def seq_of(self, page_id: str) -> int | None:
        """Number of the entry that filed this page; None if none did."""
        return self._register.seq_of(page_id)

    def has_subjects(self, scope: str) -> bool:
        """Whether any record was filed for a subject of this scope."""
        return self._register.has_subjects(scope)

    def subjects(
        self, scope: str, groups: Collection[str] | None = None
    ) -> Iterator[tuple[tuple[str, ...], str]]:
        """Subjects of a scope with the code of their newest record; see `Register.subjects`."""
        return self._register.subjects(scope, groups)

    def checkpoint(self) -> Checkpoint:
        """Write a checkpoint of the notebook as it is, and an entry that says so.

        Raises:
            PoisonedError: If the disk failed.
        """
        taken = Checkpoint(
            self._cabinet.id,
            self.position.seq + 1,
            self.position.head,
            self._register.peaks.root(),
            self._time(),
            self._cabinet.custodian,
        )
        draft = self._draft()
        with self._guard(draft):
            final = self._cabinet.folder / taken.path
            aside = ""
            if final.exists():  # no entry names it: it belongs to no notebook or to another one
                quarantine = Quarantine(self._cabinet.folder, self._journal.disk, self._entropy)
                aside = quarantine.take(final)
            data = taken.to_bytes()
            draft.job.stage(taken.path, data)
            self._commit(draft, "checkpoint", [canonical(taken.payload(data))])
        self._checkpointed = taken.size
        if aside:
            self.note({"done": [f"占用“{taken.path}”的另一个文件已移到 {aside}"]})
        return taken

    def note(self, payload: Mapping[str, object]) -> None:
        """Write an entry of kind ``recover``: what was found and set right before writing.

        Raises:
            PoisonedError: If the disk failed.
        """
        draft = self._draft()
        with self._guard(draft):
            self._commit(draft, "recover", [canonical(payload)])

    # one group

    def _begin(self, chunk: Sequence[Filing], ahead: Ahead, composer: Composer) -> Draft:
        draft = self._draft()
        with self._guard(draft):
            self._drafter.plan(draft, chunk, ahead)
            self._drafter.begin(draft, composer)
        return draft

    def _finish(self, draft: Draft, ahead: Ahead) -> Iterator[Filed]:
        if self._poison is not None:
            raise self._poison
        with self._guard(draft):
            payloads = self._drafter.payloads(draft)
            said = self._commit(draft, "file", payloads) if payloads else []
            records = (one for one in said if isinstance(one, Record))
        ahead.pages.difference_update(one.given.page_id for one in draft.planned)
        filed = [
            Filed(next(records) if is_new else self._record(page_id), is_new)
            for page_id, is_new in draft.slots
        ]
        yield from filed
        self._checkpoint_if_due()

    def _checkpoint_if_due(self) -> None:
        if self.position.seq + 1 - self._checkpointed >= CHECKPOINT_EVERY:
            self.checkpoint()

    def _record(self, page_id: str) -> Record:
        return self._cabinet.record(self._seq(page_id))

    def _seq(self, page_id: str) -> int:
        seq = self._register.seq_of(page_id)
        if seq is None:  # a page that was under way is filed when the group behind it commits
            raise AssertionError(page_id)
        return seq

    # the commit

    def _commit(self, draft: Draft, kind: str, payloads: Sequence[bytes]) -> list[Record | Signing]:
        """Carry a draft into the cabinet; returns the records and signed copies that it adds."""
        group = self._group(draft, kind, payloads)
        if group.files:
            draft.job.seal(group)
            self._journal.make_folders(group.folders)
        draft.is_binding = True
        self._journal.place(draft.job.folder, group.files)
        self._journal.write_pages(group.segment, group.pages)
        self._journal.commit(group.spine)
        draft.job.remove()
        self._journal.seal(group.files)
        lines = [line.raw for line in group.spine]
        pages = [
            PageLine(line.seq, "", raw) for line, raw in zip(group.spine, group.pages, strict=True)
        ]
        entries = zip(group.spine, pages, strict=True)
        said = [one for line, page in entries if (one := said_by(line, page)) is not None]
        self._register.apply(lines, said, self.position)
        return said

    def _group(self, draft: Draft, kind: str, payloads: Sequence[bytes]) -> Group:
        """The lines that `payloads` become."""
        time, previous = self._time(), self._journal.previous
        salts = self._entropy(SALT_BYTES * len(payloads))
        pages: list[bytes] = []
        spine: list[SpineLine] = []
        for place, payload in enumerate(payloads):
            salt = salts[place * SALT_BYTES : (place + 1) * SALT_BYTES]
            seq = self.position.seq + 1 + place
            page = make_page(seq, payload, salt)
            line = make_line(kind, seq, time, page.commitment, previous)
            previous = line.digest
            pages.append(page.raw)
            spine.append(line)
        return Group(
            segment=spine[0].segment,
            pages=tuple(pages),
            spine=tuple(spine),
            files=tuple(draft.job.files),
            folders=tuple(draft.folders),
        )

    # failure

    @contextlib.contextmanager
    def _guard(self, draft: Draft) -> Iterator[None]:
        """Undo a draft that fails before it binds; poison the writer if it fails later."""
        try:
            yield
        except SyncError as error:
            raise self._poisoned(error) from error
        except BaseException as error:
            if draft.is_binding:
                if not isinstance(error, OSError):
                    self._poison = PoisonedError(self._cabinet.folder, str(error))
                    raise
                raise self._poisoned(error) from error
            self._withdraw(draft)
            if isinstance(error, OSError):
                raise refusal(error, self._cabinet.folder) from error
            raise

    def _withdraw(self, draft: Draft) -> None:
        """Remove what was staged; what cannot be removed is left to the next recovery."""
        if draft.composing is not None:
            draft.composing.close()
        with contextlib.suppress(OSError):
            draft.job.abandon()
            for folder in reversed(draft.folders):
                self._journal.disk.remove_folder(self._cabinet.folder / folder)

    def _poisoned(self, error: SyncError | OSError) -> PoisonedError:
        self._poison = poisoning(error)
        return self._poison

    def _draft(self) -> Draft:
        if self._poison is not None:
            raise self._poison
        staging = self._cabinet.folder / STAGING
        return Draft(Job(staging, self._entropy(8).hex(), self._journal.disk))

    def _time(self) -> str:
        return self._clock.now().isoformat(timespec="seconds")
