"""Filings: what is handed to the writer, and what comes back when it is durable."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from safety_docs.core.errors import SafetyDocsError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from safety_docs.core.digest import Digest
    from safety_docs.core.record import Record, Role

MAX_PARTS = 200
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")
_MAIN = "正本"


class FilingRefusedError(SafetyDocsError):
    """A filing that breaks a rule; nothing of its group was filed."""

    code = "A216"
    exit_status = 20

    def __init__(self, title: str, problem: str) -> None:
        super().__init__(f"“{title}”不能归档：{problem}。")


class RetentionTooShortError(FilingRefusedError):
    """The retention period is under the category's floor."""

    code = "A210"

    def __init__(self, title: str, wanted: str, floor: str) -> None:
        super().__init__(title, f"保管期限{wanted}短于本类的最低期限{floor}，请改为{floor}或更长")


class SupersededUnknownError(FilingRefusedError):
    """A correction of something that is not filed."""

    code = "A211"

    def __init__(self, title: str, wanted: str) -> None:
        super().__init__(title, f"要更正的档号“{wanted}”不在专柜里，请核对档号")


class AlreadySupersededError(FilingRefusedError):
    """A correction of a record that has been corrected.

    Attributes:
        newer: Code of the record that corrected it.
    """

    code = "A212"

    def __init__(self, title: str, wanted: str, newer: str) -> None:
        super().__init__(title, f"档号“{wanted}”已由“{newer}”更正，请更正较新的那一件")
        self.newer = newer


class Assigned(NamedTuple):
    """What a document may print about its own filing.

    Attributes:
        code: Reference code (档号), canonical.
        number: 件号, at least four digits.
        page_id: 32 hex digits that follow from the filing's key alone.
    """

    code: str
    number: str
    page_id: str


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a filing.

    Attributes:
        role: What it is within the record; the first is 正本, and only the first.
        suffix: Ending of its name, such as ``.docx``.
        data: Its bytes.
        label: Shown in its name instead of the role; not for the 正本.
    """

    role: Role
    suffix: str
    data: bytes = field(repr=False)
    label: str = ""


class StagedPart(NamedTuple):
    """One file of a filing that its maker has staged already, by `staging.stage_file`.

    Attributes:
        role: As in `Part`; so are `suffix` and `label`.
        suffix: Ending of its final name.
        name: Its name in the job's folder.
        digest: Of its bytes.
        size_bytes: Their number.
        label: Shown in its final name instead of the role.
    """

    role: Role
    suffix: str
    name: str
    digest: Digest
    size_bytes: int
    label: str = ""


class Composition(NamedTuple):
    """What a filing consists of once its reference code is known.

    Attributes:
        parts: Its files, 正本 first.
        values: The filing's values as canonical JSON, for a composer that alone knows them; empty:
            those of the filing.
    """

    parts: Sequence[Part | StagedPart]
    values: bytes = b""


class Composing(Protocol):
    """The files of one group in the making: iterate once, or close."""

    def __iter__(self) -> Iterator[Composition]:
        """One composition for each filing, in order, waiting for each; raises what went wrong."""
        ...

    def close(self) -> None:
        """Give up what is not taken; when it returns nobody stages into the job any more."""
        ...


class Composer(Protocol):
    """Makes the files of a whole group, perhaps in other processes."""

    def begin(self, job: str, filings: Sequence[tuple[Filing, Assigned]]) -> Composing:
        """Begin to make the files of these filings, all of which are new.

        Args:
            job: Folder of the group, for parts that are staged at once.
            filings: Each with what it was given.
        """
        ...


@dataclass(frozen=True, slots=True)
class Filing:
    """One record that waits to be filed.

    Attributes:
        key: Idempotency key: what makes this filing the same as another. Filed once per cabinet.
            As text: its digest by `record_page.key_digest`, computed elsewhere.
        title: 题名.
        category: Category code.
        date: Date of the document.
        year: 年度.
        retention: Any spelling of a period; not under the category's floor.
        parts: Makes the files, 正本 first; called once, and not at all if the key is filed already.
        form: Form id; empty for received files.
        form_title: Its title.
        template: Digest of its template.
        people: Names for filters.
        values: The form's values in JSON types.
        supersedes: Code of the record that this one corrects, in any spelling; empty if none.
        reason: Why it is corrected.
        confidentiality: ``core.record.CONFIDENTIAL``, or empty.
        subject: Whom or what it is about within a scope, the scope first, so that a changed row of
            a roster finds the record that it replaces; empty if that is not asked for.
    """

    key: tuple[str, ...] | str
    title: str
    category: str
    date: dt.date
    year: int
    retention: str
    parts: Callable[[Assigned], Sequence[Part]]
    form: str = ""
    form_title: str = ""
    template: str = ""
    people: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    supersedes: str = ""
    reason: str = ""
    confidentiality: str = ""
    subject: tuple[str, ...] = ()

    def check(self) -> None:
        """Refuse what no reference code or page can hold.

        Raises:
            FilingRefusedError: Naming the fault.
        """
        if not self.key or not self.title.strip():
            raise FilingRefusedError(self.title, "没有题名或归档标识")
        if not 1900 <= self.year <= 2999:
            raise FilingRefusedError(self.title, f"年度 {self.year} 不合理")


@dataclass(frozen=True, slots=True)
class OneByOne:
    """Makes the parts of each filing when they are asked for, in this process."""

    filings: Sequence[tuple[Filing, Assigned]] = ()

    def begin(self, job: str, filings: Sequence[tuple[Filing, Assigned]]) -> OneByOne:
        """See `Composer.begin`."""
        del job
        return OneByOne(filings)

    def __iter__(self) -> Iterator[Composition]:
        """See `Composing`."""
        return (Composition(filing.parts(given)) for filing, given in self.filings)

    def close(self) -> None:
        """Nothing is under way."""


@dataclass(frozen=True, slots=True)
class Filed:
    """A record that is durable.

    Attributes:
        record: The record.
        is_new: False if the same key had been filed before; then nothing was written.
    """

    record: Record
    is_new: bool


def check_parts(title: str, parts: Sequence[Part | StagedPart]) -> None:
    """Refuse parts that make no record.

    Raises:
        FilingRefusedError: Naming the fault.
    """
    if not parts or parts[0].role != _MAIN or any(part.role == _MAIN for part in parts[1:]):
        raise FilingRefusedError(title, "应当有且只有一个正本，并且排在最前")
    if len(parts) > MAX_PARTS:
        raise FilingRefusedError(title, f"一件最多 {MAX_PARTS} 个文件")
    for part in parts:
        if not _SUFFIX.fullmatch(part.suffix):
            raise FilingRefusedError(title, f"文件类型“{part.suffix}”不能用")
        size = part.size_bytes if isinstance(part, StagedPart) else len(part.data)
        if not size:
            raise FilingRefusedError(title, "有一个文件是空的")
