"""Which filed letters are printed, and how they are divided into packs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from safety_docs.app.posts import forms_sharing
from safety_docs.app.projection import read_up
from safety_docs.core.errors import SafetyDocsError
from safety_docs.core.reference_code import ReferenceCode
from safety_docs.forms import nearest
from safety_docs.index import SearchRequest

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Sequence

    from safety_docs.app.house import House
    from safety_docs.core.record import Record
    from safety_docs.forms import Form
    from safety_docs.index import Card

GROUPS = ("班级", "部门", "年级")
"""Fields by which letters are handed out when the form does not say."""
NOT_FILLED = "未填"
FEW = 5
"""Packs that would hold fewer letters than this on average are not worth dividing unasked."""
_STAFF = "教职工责任书"
_LISTED = 20
_FAR = 64
"""Entries of the notebook that are read past rather than sought anew."""


class NothingToPrintError(SafetyDocsError):
    """No letter is as asked for."""

    code = "A174"

    def __init__(self, title: str, where: str) -> None:
        super().__init__(
            f"没有可打印的“{title}”（{where}）。请先用 batch 归档，或用 search --form 查一查。"
        )


class NotCurrentError(SafetyDocsError):
    """A reference code that is no current letter of the form."""

    code = "A175"

    def __init__(self, code: str, title: str) -> None:
        super().__init__(
            f"档号“{code}”不是现行的“{title}”：没有这一件、不是这种表单，或已被更正。"
            "请用 show 看一看。"
        )


class UnknownGroupError(SafetyDocsError):
    """The form has no such field to divide by, or nobody has such a value."""

    code = "A176"

    def __init__(self, wanted: str, known: Sequence[str], what: str = "字段") -> None:
        close = nearest(wanted, known) or "、".join(known[:_LISTED])
        super().__init__(f"没有“{wanted}”这个{what}，可以写：{close}。")


class NotPrintableError(SafetyDocsError):
    """The form is no Word form."""

    code = "A177"

    def __init__(self, title: str) -> None:
        super().__init__(f"“{title}”是 Excel 表，不合成打印册，请打开归档的文件直接打印。")


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked for; empty means no limit.

    Attributes:
        forms: Each form as people call it; none for all letters for people of the school.
        codes: Reference codes, typed with any separator.
        year: 年度; None for the newest one, or that of `codes`.
        by: Name or label of the field that divides; empty for the form's own, or none when that
            would make packs of `FEW`.
        together: Everything in one pack.
        only: Values of that field.
        since: Only what was filed on this day or later.
        after: Only codes behind this one.
    """

    forms: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    year: int | None = None
    by: str = ""
    together: bool = False
    only: tuple[str, ...] = ()
    since: dt.date | None = None
    after: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """What goes into one pack.

    Attributes:
        name: The value of the field that divides; empty when there is none.
        records: In order of their codes, which is that of the roster.
    """

    name: str
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is printed.

    Attributes:
        form: The form.
        year: 年度 of the letters.
        field: Label of the field that divides; empty when there is none.
        limits: What else they were chosen by, in words; empty for all of the year.
        groups: In the order of their first letters.
    """

    form: Form
    year: int
    field: str
    limits: str
    groups: tuple[Group, ...]


def choose(house: House, wanted: Selection) -> tuple[Chosen, ...]:
    """The letters that are asked for, form by form.

    If no form is named, those of the newest year that one of the forms has.

    Raises:
        UnknownFormError: If there is no such form.
        NotPrintableError: If it is no Word form.
        NothingToPrintError: If there are none; of no named form, if no form has any.
        NotCurrentError: If a code is none of them.
        UnknownGroupError: If it cannot be divided so; of no named form and `Selection.only`, if no
            form has such a group.
        LockedError: If somebody is filing, so that a pack might lack letters.
    """
    if wanted.forms:
        return tuple(_of_form(house, house.library.find(name), wanted) for name in wanted.forms)
    found: list[Chosen] = []
    unknown: UnknownGroupError | None = None
    for form in forms_sharing(house, ()):
        try:
            found.append(_of_form(house, form, wanted))
        except NothingToPrintError:
            continue
        except UnknownGroupError as error:
            if not wanted.only:  # letters would be left out
                raise
            unknown = unknown or error
    if not found:
        where = f"{wanted.year}年度" if wanted.year else "没有合乎要求的"
        raise unknown or NothingToPrintError(_STAFF, where)
    newest = max(one.year for one in found)
    return tuple(one for one in found if one.year == newest)


def _of_form(house: House, form: Form, wanted: Selection) -> Chosen:
    if form.output != "docx":
        raise NotPrintableError(form.title)
    field, label = _field(form, wanted)
    cards = _cards(house, form, wanted)
    records = [record for record in _records(house, cards) if _is_wanted(record, wanted)]
    if not records:
        raise NothingToPrintError(form.title, "要补打的里面没有")
    groups = _groups(records, field)
    if wanted.only:
        groups = _only(groups, wanted.only, label)
    elif not wanted.by and len(records) < FEW * len(groups):
        groups, label = _groups(records, ""), ""
    return Chosen(form, cards[-1].year, label, _limits(wanted), groups)


def _limits(wanted: Selection) -> str:
    said = []
    if wanted.codes:
        said.append("指定的几件")
    if wanted.since:
        said.append(f"{wanted.since}起归档的")
    if wanted.after:
        said.append(f"{wanted.after} 以后的")
    return "、".join(said)


def _field(form: Form, wanted: Selection) -> tuple[str, str]:
    """Name and label of the field that divides."""
    labels = {one.name: one.shown_name for one in form.fields}
    if wanted.together:
        return "", ""
    if wanted.by:
        for name, label in labels.items():
            if wanted.by in {name, label}:
                return name, label
        raise UnknownGroupError(wanted.by, list(labels))
    for usual in (form.group, *GROUPS):
        if usual in labels:
            return usual, labels[usual]
    return "", ""


def _cards(house: House, form: Form, wanted: Selection) -> list[Card]:
    """The current letters of one year, or those that are named, in order of their codes."""
    engine = house.engine()
    try:
        read_up(house.cabinet, engine)
        year = wanted.year
        if year is None and not wanted.codes:
            years = engine.search(SearchRequest(form=form.id, limit=0)).facets.get("year", {})
            year = max(map(int, years), default=None)
        request = SearchRequest(form=form.id, year=year, sort="code", limit=engine.count())
        cards = [hit.card for hit in engine.search(request).hits]
    finally:
        engine.close()
    if wanted.codes:
        return _named(house, form, cards, wanted.codes)
    if not cards:
        where = f"{year}年度" if year else "专柜里还没有"
        raise NothingToPrintError(form.title, where)
    return _sorted(cards)


def _named(house: House, form: Form, cards: list[Card], codes: Iterable[str]) -> list[Card]:
    by_code = {card.code: card for card in cards}
    found = {}
    for text in codes:
        code = ReferenceCode.parse(text).render(house.cabinet.profile.style)
        if code not in by_code:
            raise NotCurrentError(code, form.title)
        found[code] = by_code[code]
    return _sorted(found.values())


def _sorted(cards: Iterable[Card]) -> list[Card]:
    return sorted(cards, key=lambda card: ReferenceCode.parse(card.code))


def _records(house: House, cards: Sequence[Card]) -> Iterator[Record]:
    """The records of `cards`; those that lie together in the notebook are read in one go."""
    found: dict[int, Record] = {}
    wanted = sorted(card.seq for card in cards)
    start = 0
    for end in range(1, len(wanted) + 1):
        if end == len(wanted) or wanted[end] - wanted[end - 1] > _FAR:
            stretch = set(wanted[start:end])
            for record in house.cabinet.records(wanted[start] - 1):
                if record.seq in stretch:
                    found[record.seq] = record
                if record.seq >= wanted[end - 1]:
                    break
            start = end
    return (found[card.seq] for card in cards)


def _is_wanted(record: Record, wanted: Selection) -> bool:
    is_new = wanted.since is None or record.filed_at.date() >= wanted.since
    return is_new and (
        not wanted.after or ReferenceCode.parse(record.code) > ReferenceCode.parse(wanted.after)
    )


def _groups(records: Iterable[Record], field: str) -> tuple[Group, ...]:
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(_text(record.values.get(field)) if field else "", []).append(record)
    return tuple(Group(name, tuple(members)) for name, members in found.items())


def _text(value: object) -> str:
    if isinstance(value, list):
        return "、".join(map(str, value)) or NOT_FILLED
    return str(value if value is not None else "").strip() or NOT_FILLED


def _only(groups: tuple[Group, ...], names: tuple[str, ...], label: str) -> tuple[Group, ...]:
    known = [group.name for group in groups]
    for name in names:
        if name not in known:
            raise UnknownGroupError(name, known, label)
    return tuple(group for group in groups if group.name in names)
