"""Who has not signed, on paper: a workbook, and a slip for each class to be handed out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safety_docs.documents import Slip, Table, slips_of, workbook_of

if TYPE_CHECKING:
    from safety_docs.app.unsigned import Coverage, Letter, Status


def workbook_of_status(status: Status) -> bytes:
    """An .xlsx: coverage by group and in all, and who has not given back the letter."""
    coverage = Table(
        "签字回收汇总",
        ("分组", "应签", "已收回", "未收回", "回收率"),
        [_cells(one) for one in status.coverage()],
        _cells(status.total),
    )
    names = Table(
        "未收回名单",
        ("序号", "分组", "姓名", "手机号", "责任书", "档号"),
        [
            (number, one.group, one.name, one.phone, one.form, one.code)
            for number, one in enumerate(_by_group(status), start=1)
        ],
    )
    return workbook_of(f"{_years(status)}年度责任书", [coverage, names])


def reminder_of(status: Status, school: str) -> bytes:
    """A .docx with one page for each group of which a letter is missing.

    If none is missing it has one page that says so.
    """
    counts = {one.group: one for one in status.coverage()}
    slips = []
    for group, letters in status.by_group().items():
        missing = [one for one in letters if not one.is_back]
        if missing:
            slips.append(_slip(status, school, counts[group], missing))
    return slips_of(slips or [_nothing(status, school)])


def _slip(status: Status, school: str, count: Coverage, missing: list[Letter]) -> Slip:
    text = (
        f"{count.group}：{_years(status)}年度责任书应签 {count.due} 份，已收回 {count.back} 份，"
        f"还有下列 {count.missing} 份没有收回。请催签、收齐，把学校留存的一份交到档案室。"
    )
    rows = [
        (number, one.name, one.form, one.code, "") for number, one in enumerate(missing, start=1)
    ]
    table = Table("", ("序号", "姓名", "责任书", "档号", "交回签收"), rows)
    return Slip("责任书催交单", text, table, school)


def _nothing(status: Status, school: str) -> Slip:
    total = status.total
    text = f"{_years(status)}年度责任书应签 {total.due} 份，已全部收回，没有要催交的。"
    return Slip("责任书催交单", text, Table("", ("分组", "应签", "已收回"), _all(status)), school)


def _all(status: Status) -> list[tuple[str | int, ...]]:
    return [(one.group, one.due, one.back) for one in status.coverage()]


def _by_group(status: Status) -> list[Letter]:
    return [one for letters in status.by_group().values() for one in letters if not one.is_back]


def _cells(one: Coverage) -> tuple[str | int, ...]:
    return (one.group, one.due, one.back, one.missing, one.rate)


def _years(status: Status) -> str:
    return "、".join(map(str, status.years))
