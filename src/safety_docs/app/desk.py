"""The desk: files pages into the cabinet and keeps the index one step behind, never ahead.

The order is fixed: a page is durable in the notebook before it is told to anyone, and the index
follows. A run that dies in between leaves an index that lags, and the next run catches up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from safety_docs.app.follower import Follower
from safety_docs.app.projection import CHUNK, indexed
from safety_docs.archive import Filing

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from safety_docs.app.house import House
    from safety_docs.archive import Assigned, Composer, Filed, Part, Writer
    from safety_docs.core.record import IndexedRecord, ReadText

GROUP = 100
"""Records per group commit."""


class Composed(NamedTuple):
    """What a page consists of, once its reference code is known.

    Attributes:
        parts: Its files, 正本 first.
        text: Their text, for the index.
        unreadable: Why some file gave no text; empty if all did.
    """

    parts: Sequence[Part]
    text: str | ReadText
    unreadable: str


class Told(NamedTuple):
    """What the index is told of a page that waits to be filed; as in `Composed`."""

    text: str | ReadText
    unreadable: str


@dataclass(frozen=True, slots=True)
class Submission:
    """A page that waits to be filed.

    Attributes:
        key: Idempotency key: the same key is filed once, however often it is handed in.
        title: 题名.
        category: Category code.
        date: Date of the document.
        year: 年度.
        retention: Retention period, not under the category's floor.
        compose: Makes the files; called once, with the assigned code, only if the key is new.
        form: Form id, empty for received files.
        form_title: Its title.
        template: Digest of its template.
        people: Names for filters.
        values: The form's values as JSON.
        canonical: The same as canonical JSON text; empty if nobody has written it.
        supersedes: Code of the record that this corrects.
        reason: Why.
        confidentiality: ``core.record.CONFIDENTIAL``, or empty.
    """

    key: tuple[str, ...]
    title: str
    category: str
    date: dt.date
    year: int
    retention: str
    compose: Callable[[Assigned], Composed]
    form: str
    form_title: str
    template: str
    people: tuple[str, ...]
    values: Mapping[str, object]
    supersedes: str
    reason: str
    confidentiality: str = ""
    canonical: str = ""


def file_all(house: House, submissions: Iterable[Submission]) -> Iterator[Filed]:
    """File `submissions` in order; yield each one when it is durable.

    The index has taken in all of them when the iterator ends.

    Raises:
        LockedError: If someone else is writing.
        SafetyDocsError: Whatever refuses a page; the pages before its group stay filed.
    """
    told: dict[str, Told] = {}
    return file_with(house, lambda _: (_filing(one, told) for one in submissions), told)


def file_with(
    house: House,
    filings: Callable[[Writer], Iterable[Filing]],
    told: dict[str, Told],
    *,
    composer: Composer | None = None,
    ahead: int = 0,
    group: int = GROUP,
) -> Iterator[Filed]:
    """File what `filings` gives, as `file_all` does.

    Args:
        house: The wired-up parts.
        filings: What to file, taken while the lock is held.
        told: Gets what the index is told of each new page, by page id, before its group commits;
            taken out again.
        composer: Makes the files; by default each filing makes its own.
        ahead: How many groups may be in the making while one commits.
        group: Records per group.
    """
    cabinet = house.cabinet
    with (
        Follower(house) as follower,
        cabinet.writer(clock=house.clock, entropy=house.entropy) as writer,
    ):
        follower.catch_up()
        fresh: list[IndexedRecord] = []
        done = 0
        for filed in writer.file(filings(writer), group=group, composer=composer, ahead=ahead):
            if filed.is_new:
                fresh.append(indexed(filed.record, *told.pop(filed.record.page_id)))
            done += 1
            if len(fresh) >= CHUNK and fresh[-1].record.seq == writer.position.seq:
                follower.follow(fresh, writer.position, done)
                fresh = []
            yield filed
        follower.finish(fresh, writer.position, done)


def _filing(one: Submission, told: dict[str, Told]) -> Filing:
    def parts(assigned: Assigned) -> Sequence[Part]:
        composed = one.compose(assigned)
        told[assigned.page_id] = Told(composed.text, composed.unreadable)
        return composed.parts

    return Filing(
        key=one.key,
        title=one.title,
        category=one.category,
        date=one.date,
        year=one.year,
        retention=one.retention,
        form=one.form,
        form_title=one.form_title,
        template=one.template,
        people=one.people,
        values=one.values,
        parts=parts,
        supersedes=one.supersedes,
        reason=one.reason,
        confidentiality=one.confidentiality,
    )
