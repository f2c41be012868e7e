"""Whom the rows of a roster are about, compared with whom the notebook has letters of.

Per row only hashes are kept. Two subjects of one hash are taken for ambiguous, which only means
that their rows are compared as they stand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from safety_docs.archive import key_digest, page_id_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from safety_docs.archive import Current, Writer

Subject = tuple[str, ...]
"""Scope, then names, the group first if there is one."""


class Verdict(NamedTuple):
    """What a row is to file.

    Attributes:
        key: Digest of the idempotency key; filed already if the row says nothing new.
        supersedes: Code of the record that the row changes; empty if it changes none.
        by_hand: Code of the correction that stands for the row; empty if there is none.
    """

    key: str
    supersedes: str = ""
    by_hand: str = ""


class Subjects:
    """The subjects of one roster and one form."""

    def __init__(self, *, is_grouped: bool) -> None:
        """`is_grouped`: whether the first name of a subject is a group, such as the class."""
        self._is_grouped = is_grouped
        self._seen: set[int] = set()
        self._twice: set[int] = set()
        self._scopes: dict[str, set[str]] = {}

    def add(self, subject: Subject) -> None:
        """Note the subject of a row."""
        mark = hash(subject)
        (self._twice if mark in self._seen else self._seen).add(mark)
        groups = self._scopes.setdefault(subject[0], set())
        if self._is_grouped:
            groups.add(subject[1])

    def is_clear(self, subject: Subject) -> bool:
        """Whether the subject is told and only one row has it."""
        return bool(subject) and hash(subject) not in self._twice

    def vanished(self, writer: Writer) -> list[tuple[Sequence[str], str]]:
        """Names and code of subjects that have a record and no row, in order of code.

        Where subjects come in groups, such as classes, only those of the roster count: a roster of
        one class says nothing of the others.
        """
        found = [
            (subject[1:], code)
            for scope, groups in self._scopes.items()
            for subject, code in writer.subjects(scope, groups if self._is_grouped else None)
            if hash(subject) not in self._seen
        ]
        return sorted(found, key=lambda one: (len(one[1]), one[1]))


class Judge:
    """Compares rows with the newest records of their subjects, as they were when it was made.

    No two rows of a run have one subject, so what the run itself files need not be asked for; of a
    scope without any record, as at the start of a term, nothing is asked at all.
    """

    def __init__(self, writer: Writer, secret: bytes) -> None:
        """Ask `writer`; `secret` is the key under which idempotency keys are digested."""
        self._writer = writer
        self._secret = secret
        self._has_records: dict[str, bool] = {}
        self._current: dict[Subject, Current] = {}

    def look_up(self, subjects: Iterable[Subject]) -> None:
        """Ask for the newest records of the subjects that are judged next."""
        self._current = self._writer.current(filter(self._is_known, subjects))

    def _is_known(self, subject: Subject) -> bool:
        scope = subject[0]
        if scope not in self._has_records:
            self._has_records[scope] = self._writer.has_subjects(scope)
        return self._has_records[scope]

    def verdict(self, key: str, subject: Subject) -> Verdict:
        """What a row is to file.

        Args:
            key: Digest of the idempotency key of what the row says.
            subject: Of the row, one of those looked up; no other row has it.
        """
        current = self._current.get(subject)
        if current is None:
            return Verdict(key)
        candidates = [key]
        if current.supersedes:
            candidates.append(key_digest(self._secret, _changed(key, current.supersedes)))
        for candidate in candidates:
            if page_id_of(candidate) == current.page_id:
                return Verdict(candidate, by_hand=current.code if current.is_by_hand else "")
        return Verdict(key_digest(self._secret, _changed(key, current.code)), current.code)


def _changed(key: str, code: str) -> tuple[str, ...]:
    """Key of a row that supersedes the record `code`; other values give another key."""
    return ("changed/1", key, code)
