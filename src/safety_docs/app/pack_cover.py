"""What the cover of a print pack says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safety_docs.app.copies import copy_label
from safety_docs.core.reference_code import ReferenceCode
from safety_docs.documents import Cover, CoverLine

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from safety_docs.app.house import House
    from safety_docs.app.pack_selection import Chosen
    from safety_docs.core.record import Record
    from safety_docs.forms import Form

ADVICE = (
    "双面打印，翻转方式选“长边翻转”。每份都从一张纸的正面开始，末尾的空白面是正常的。"
    "发出一份，在“发出”格打勾；收回签好的一份，在“收回”格打勾。"
)
TEMPLATE_DIGITS = 8
"""Digits of a template's digest on a cover."""
_BLANK = "　" * 3
_COUNTS = f"实发{_BLANK}人、{_BLANK}份；收回{_BLANK}人、{_BLANK}份。"


def cover_of(
    house: House, chosen: Chosen, name: str, records: Sequence[Record], copies: int
) -> Cover:
    """The cover of one pack.

    Args:
        house: The wired-up parts.
        chosen: What is printed in all.
        name: Class or department, and which volume; empty when nothing divides.
        records: Of this pack, in order.
        copies: Of each letter.
    """
    form, people = chosen.form, len(records)
    total = people * copies
    return Cover(
        title=f"{form.title}打印册" + (f"　{name}" if name else ""),
        facts=[
            ("学校", house.cabinet.profile.name),
            ("表单", f"{form.title}（{form.code}），{chosen.year}年度"),
            ("范围", _scope(chosen, name)),
            ("档号", _span(records)),
            ("模板", "、".join(_templates(records))),
            ("份数", _counted(people, copies)),
            *_sheets(form, total),
            ("制册", house.clock.now().strftime("%Y-%m-%d")),
        ],
        lines=list(_lines(chosen, records)),
        advice=ADVICE,
        closing=(
            f"应有 {people} 人、{total} 份。{_COUNTS}",
            f"经手人：{_BLANK * 3}日期：{_BLANK}年{_BLANK}月{_BLANK}日",
        ),
    )


def _lines(chosen: Chosen, records: Sequence[Record]) -> Iterator[CoverLine]:
    """Everybody, with the end of the code if its beginning is everybody's."""
    codes = [record.code for record in records]
    if len({ReferenceCode.parse(code).series for code in codes}) == 1:
        codes = [code.rpartition("-")[2] for code in codes]
    group = chosen.form.group if not chosen.field else None
    for record, code in zip(records, codes, strict=True):
        note = str(record.values.get(group, "")) if group else ""
        yield CoverLine(_name(chosen.form, record), code, note)


def _scope(chosen: Chosen, name: str) -> str:
    """What this pack is a part of."""
    said = [f"{chosen.field}：{name}"] if chosen.field else []
    return "；".join([*said, *filter(None, [chosen.limits])]) or "全部"


def _span(records: Sequence[Record]) -> str:
    first, last = records[0].code, records[-1].code
    if first == last:
        return first
    codes = [ReferenceCode.parse(code) for code in (first, last)]
    if codes[0].series == codes[1].series:
        last = last.rpartition("-")[2]
    return f"{first} 至 {last}"


def _templates(records: Sequence[Record]) -> Iterator[str]:
    """The beginnings of the digests, each once."""
    for digest in dict.fromkeys(record.template for record in records):
        yield digest.partition(":")[2][:TEMPLATE_DIGITS]


def _counted(people: int, copies: int) -> str:
    if copies == 1:
        return f"{people} 人，每人 1 份"
    labels = "、".join(copy_label(copy, copies) for copy in range(1, copies + 1))
    return f"{people} 人，每人 {copies} 份（{labels}），共 {people * copies} 份"


def _sheets(form: Form, total: int) -> Iterator[tuple[str, str]]:
    """About how much paper, when the length of the form's sample is known."""
    if form.sample_pages:
        sheets = (form.sample_pages + 1) // 2
        each = f"每份约 {form.sample_pages} 页、{sheets} 张"
        yield "用纸", f"{each}，共约 {sheets * total} 张（双面，不含本清单）"


def _name(form: Form, record: Record) -> str:
    """Whom the letter is for: the first of what it is about, else of its people."""
    about = str(record.values.get(form.subject[0], "")) if form.subject else ""
    return about or (record.people[0] if record.people else record.title)
