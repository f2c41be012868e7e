"""Who has not signed: letters of which the school's copy has not come back.

A letter counts as come back when the notebook tells of a signed copy 1, scanned or seen by a
person. Superseded letters do not count. Nothing else is taken for a signature.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from safety_docs.app.sign_book import SignBook
from safety_docs.core.errors import SafetyDocsError
from safety_docs.core.idnumber import mask_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from safety_docs.app.house import House
    from safety_docs.app.sign_book import Known
    from safety_docs.core.record import Record
    from safety_docs.forms import Form

_GROUPS = ("班级", "部门")
WHOLE = "全部"
"""Name of the only group of letters that are handed out by none."""


class NoLettersError(SafetyDocsError):
    """No letter is filed that could be signed."""

    code = "A181"

    def __init__(self, what: str) -> None:
        super().__init__(f"专柜里没有{what}，请先用 batch 生成并归档。")


class NoPageCodesError(SafetyDocsError):
    """Letters of a form that is not given back."""

    code = "A182"

    def __init__(self, title: str) -> None:
        super().__init__(f"“{title}”不是要签字收回的表单（没有页码），不能统计签字情况。")


class UnknownGroupingError(SafetyDocsError):
    """A field to group by that the letters do not have."""

    code = "A183"

    def __init__(self, title: str, field: str) -> None:
        super().__init__(f"“{title}”里没有“{field}”这一项，不能按它分组，请核对 --by。")


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter that is to come back.

    Attributes:
        group: Class or department that it was handed out by.
        name: Whom it is for.
        phone: Masked; empty if the letter has none.
        form: Title of its form.
        code: Reference code.
        is_back: Whether the school's copy came back signed.
    """

    group: str
    name: str
    phone: str
    form: str
    code: str
    is_back: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many came back.

    Attributes:
        group: Of which letters.
        due: How many are to come back.
        back: How many have.
    """

    group: str
    due: int
    back: int

    @property
    def missing(self) -> int:
        """How many have not."""
        return self.due - self.back

    @property
    def rate(self) -> str:
        """Per cent with one decimal, never rounded up to 100 while one is missing."""
        return f"{1000 * self.back // self.due / 10:.1f}%"


@dataclass(frozen=True, slots=True)
class Status:
    """Which letters came back.

    Attributes:
        forms: Titles of the forms that were looked at.
        years: 年度 that were looked at, the newest first.
        letters: All letters that count, by form, then in order of code.
    """

    forms: tuple[str, ...]
    years: tuple[int, ...]
    letters: tuple[Letter, ...]

    @property
    def missing(self) -> tuple[Letter, ...]:
        """Letters that have not come back."""
        return tuple(one for one in self.letters if not one.is_back)

    @property
    def total(self) -> Coverage:
        """All together."""
        return _coverage("合计", self.letters)

    def by_group(self) -> dict[str, list[Letter]]:
        """The letters of each group, groups in the order in which they first occur."""
        groups: dict[str, list[Letter]] = {}
        for one in self.letters:
            groups.setdefault(one.group, []).append(one)
        return groups

    def coverage(self) -> tuple[Coverage, ...]:
        """One line for each group."""
        return tuple(_coverage(name, letters) for name, letters in self.by_group().items())


def unsigned(
    house: House, names: Sequence[str] = (), *, by: str = "", year: int | None = None
) -> Status:
    """Which letters came back signed, and which have not.

    Args:
        house: The wired-up parts.
        names: Ids, codes or titles of forms with page codes; none for all of them.
        by: Field to group by; empty for the one by which the form's letters are handed out.
        year: 年度; None for the newest of which each form has letters.

    Raises:
        UnknownFormError: If there is no such form.
        NoPageCodesError: If its letters do not come back.
        NoLettersError: If none is filed.
        UnknownGroupingError: If no letter has the field `by`.
    """
    letters: list[Letter] = []
    titles: list[str] = []
    years: set[int] = set()
    with SignBook(house) as book:
        for form, known in due(house, book, names, year):
            if form.title not in titles:
                titles.append(form.title)
            record = house.cabinet.record(known.seq)
            years.add(record.year)
            letters.append(_letter(form, record, by, is_back=known.is_signed))
    return Status(tuple(titles), tuple(sorted(years, reverse=True)), tuple(letters))


def due(
    house: House, book: SignBook, names: Sequence[str] = (), year: int | None = None
) -> Iterator[tuple[Form, Known]]:
    """Letters that are to come back and count, by form, then in order of code.

    Args:
        house: The wired-up parts.
        book: Its sign book, open.
        names: Ids, codes or titles of forms with page codes; none for all of them.
        year: 年度; None for the newest of which each form has letters.

    Raises:
        UnknownFormError: If there is no such form.
        NoPageCodesError: If its letters do not come back.
        NoLettersError: If none is filed, of any form that is named.
    """
    forms = {form.id: form for name in names or [""] for form in _forms(house, name, book.forms())}
    is_empty = True
    for form in forms.values():
        wanted = [year] if year is not None else book.years_of(form.id)[:1]
        letters = book.of_form(form.id, wanted) if wanted else []
        if names and not letters:
            raise NoLettersError(_in_year(f"“{form.title}”", year))
        for known in letters:
            is_empty = False
            yield form, known
    if is_empty:
        raise NoLettersError(_in_year("要签字收回的责任书", year))


def _in_year(what: str, year: int | None) -> str:
    return f"{year} 年度的{what}" if year is not None else what


def _forms(house: House, name: str, filed: Iterable[str]) -> list[Form]:
    if name:
        form = house.library.find(name)
        if not form.page_codes:
            raise NoPageCodesError(form.title)
        return [form]
    known = {head.id for head in house.library.heads}
    forms = [house.library.form(form_id) for form_id in filed if form_id in known]
    return sorted((form for form in forms if form.page_codes), key=lambda form: form.code)


def _letter(form: Form, record: Record, by: str, *, is_back: bool) -> Letter:
    if by and by not in record.values:
        raise UnknownGroupingError(form.title, by)
    field = by or group_field(form, record)
    phones = [one.name for one in form.fields if one.type == "phone"]
    return Letter(
        group=group_of(record, field),
        name=name_of(form, record, field),
        phone=mask_numbers(str(record.values.get(phones[0]) or "")) if phones else "",
        form=form.title,
        code=record.code,
        is_back=is_back,
    )


def group_field(form: Form, record: Record) -> str:
    """The field by which a letter is handed out; empty if there is none."""
    return form.group or next((name for name in _GROUPS if name in record.values), "")


def group_of(record: Record, field: str) -> str:
    """The class or department in the field `field` of a letter; `WHOLE` if it has none."""
    return str(record.values.get(field) or WHOLE) if field else WHOLE


def name_of(form: Form, record: Record, group: str) -> str:
    """Whom the letter is for: what tells it apart within its group, the field `group`."""
    told = [str(record.values.get(name) or "") for name in form.subject if name != group]
    names = [one for one in told if one] or list(record.people[:1]) or [record.title]
    return mask_numbers("、".join(names))


def _coverage(group: str, letters: Sequence[Letter]) -> Coverage:
    return Coverage(group, len(letters), sum(one.is_back for one in letters))
