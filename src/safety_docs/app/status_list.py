"""The signing-status list (RL-20): fills it from what the notebook tells, and files it.

Staff letters stand in it one by one; the letters of parents by class, with the names of those who
are missing, so that a school of thousands of pupils still gets a list that can be read. What the
notebook does not tell, such as handwritten dates, stays empty.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from safety_docs.app.fill import fill
from safety_docs.app.sign_book import SignBook
from safety_docs.app.unsigned import due, group_field, group_of, name_of
from safety_docs.core.chinese import school_year_text
from safety_docs.core.reference_code import ReferenceCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from safety_docs.app.house import House
    from safety_docs.archive import Filed
    from safety_docs.core.record import Record
    from safety_docs.forms import Form

FORM = "responsibility-letters/signing-status"
_KINDS = "应签"
_CLASSES = "班级回收"
_LETTERS = "签订"
_KIND = "类型"
_POSTS = ("岗位", "责任领域", "班级")
_LEFT, _RIGHT = "\N{LEFT TORTOISE SHELL BRACKET}", "\N{RIGHT TORTOISE SHELL BRACKET}"
_MAX_NAMES = 400
"""Characters of names in one row; a class of 100 fits."""


class Return(NamedTuple):
    """How the school's copy came back.

    Attributes:
        date: Day on which it was noted.
        way: 扫描 or 纸质原件.
    """

    date: dt.date
    way: str


class _Due(NamedTuple):
    form: Form
    record: Record
    back: Return | None


def file_status(
    house: House,
    names: Sequence[str] = (),
    *,
    year: int | None = None,
    given: Mapping[str, object] | None = None,
) -> Filed:
    """File the signing-status list of today.

    Args:
        house: The wired-up parts; its clock says what day it is.
        names: Ids, codes or titles of forms with page codes; none for all of them.
        year: 年度; None for the newest of which each form has letters.
        given: Fields that the notebook does not tell, by name or label; they win.

    Returns:
        The record; it was filed before if nothing has changed since on the same day.

    Raises:
        UnknownFormError: If there is no such form.
        NoPageCodesError: If its letters do not come back.
        NoLettersError: If none is filed.
        ProblemsError: If a required field is missing or wrong; nothing is filed.
    """
    raw = status_values(house, names, year=year) | dict(given or {})
    return fill(house, FORM, raw, base=Path())


def status_values(
    house: House, names: Sequence[str] = (), *, year: int | None = None
) -> dict[str, object]:
    """What the notebook tells of the fields of the list; arguments as for `file_status`."""
    letters = list(_letters(house, names, year))
    form = house.library.find(FORM)
    kinds = {kind.split()[0]: kind for kind in _choices(form, _KINDS)}
    single = {kind.split()[0] for kind in _choices(form, _LETTERS)}
    counts = Counter(_kind(one.form, kinds) for one in letters)
    values: dict[str, object] = {
        "统计日期": house.clock.now().date().isoformat(),
        _KINDS: [{_KIND: kind, "应签份数": count} for kind, count in counts.items()],
        _CLASSES: _classes([one for one in letters if one.form.code not in single]),
        _LETTERS: [_row(one, kinds) for one in letters if one.form.code in single],
    }
    terms = {_term(one.record) for one in letters} - {""}
    return values | ({"学年": terms.pop()} if len(terms) == 1 else {})


def _letters(house: House, names: Sequence[str], year: int | None) -> Iterator[_Due]:
    with SignBook(house) as book:
        for form, known in due(house, book, names, year):
            record = house.cabinet.record(known.seq)
            yield _Due(form, record, _back(book, record) if known.is_signed else None)


def _back(book: SignBook, record: Record) -> Return:
    """The first time that the school's copy was noted; a scan that came later makes it one."""
    copies = [one for one in book.copies(record.code) if one.copy == 1]
    if not copies:  # the record itself holds the signed copy
        return Return(record.filed_at.date(), "扫描")
    is_scanned = any(one.path for one in copies)
    return Return(copies[0].filed_at.date(), "扫描" if is_scanned else "纸质原件")


def _choices(form: Form, table: str) -> tuple[str, ...]:
    field = next(one for one in form.fields if one.name == table)
    return next(one.choices for one in field.columns if one.name == _KIND)


def _kind(form: Form, kinds: Mapping[str, str]) -> str:
    """As the list calls it; a form that the list does not know is refused by its check."""
    return kinds.get(form.code, f"{form.code} {form.title}")


def _term(record: Record) -> str:
    """学年 of a letter; empty for one that is signed for a calendar year."""
    start = record.values.get("起日")
    return "" if not start or "年度" in record.values else school_year_text(_day(start))


def _day(text: object) -> dt.date:
    return dt.date.fromisoformat(str(text))


def _classes(letters: Iterable[_Due]) -> list[dict[str, object]]:
    groups: dict[str, list[_Due]] = {}
    for one in letters:
        groups.setdefault(group_of(one.record, group_field(one.form, one.record)), []).append(one)
    return [_class(name, group) for name, group in groups.items()]


def _class(name: str, letters: Sequence[_Due]) -> dict[str, object]:
    missing = [one for one in letters if one.back is None]
    teachers = {str(one.record.values.get("班主任") or "") for one in letters}
    return {
        "班级": name,
        "班主任": teachers.pop() if len(teachers) == 1 else "",
        "应签": len(letters),
        "已收回": len(letters) - len(missing),
        "未收回学生": _names(missing),
    }


def _names(missing: Sequence[_Due]) -> str:
    names = [name_of(one.form, one.record, group_field(one.form, one.record)) for one in missing]
    text = "、".join(names)
    if len(text) <= _MAX_NAMES:
        return text
    return f"共{len(names)}人，姓名见未收回名单（unsigned -o）"


def _row(one: _Due, kinds: Mapping[str, str]) -> dict[str, object]:
    values = one.record.values
    back = {"收回日期": one.back.date.isoformat(), "收回方式": one.back.way} if one.back else {}
    number = f"{ReferenceCode.parse(one.record.code).number:04d}"
    return {
        _KIND: _kind(one.form, kinds),
        "甲方": _first_party(values),
        "乙方": name_of(one.form, one.record, group_field(one.form, one.record)),
        "岗位": next((_text(values[name]) for name in _POSTS if values.get(name)), ""),
        "编号": _number(one, number),
        "期限起": values.get("起日"),
        "期限止": values.get("止日"),
        "件号": number,
        **back,
    }


def _first_party(values: Mapping[str, object]) -> str:
    unit = values.get("甲方单位") or values.get("学校名称") or ""
    person = values.get("甲方代表") or values.get("校长") or ""
    return f"{unit}（{person}）" if unit and person else str(unit or person)


def _number(one: _Due, number: str) -> str:
    """The number as the letter prints it; empty if it prints none."""
    word = one.record.values.get("代字")
    kind = one.form.code.replace("-", "")
    return f"{word}{_LEFT}{one.record.year}{_RIGHT}{kind}-{number}" if word else ""


def _text(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
