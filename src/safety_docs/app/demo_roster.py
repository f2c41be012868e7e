"""A sample roster workbook for the demonstration: 120 staff and 400 pupils, all plainly fictional.

It looks like what schools keep: a title above the header, extra columns, full-width digits, blank
rows. The same workbook comes out every time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl import Workbook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

STAFF_SHEET, PUPIL_SHEET = "教职工", "学生"
STAFF, PUPILS = 120, 400

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏"
_STAFF_NAMES = ("示例", "样本", "例文", "演示")
_PUPIL_DIGITS = "一二三四五六七八九十"
_SUBJECTS = ("语文", "数学", "英语", "体育", "科学", "美术")
_RELATIONS = ("母亲", "父亲", "祖母", "祖父")
_COMMUTES = ("步行", "接送", "公交", "步行")
_LATIN_TO_WIDE = {ord(str(digit)): 0xFF10 + digit for digit in range(10)}


def write_roster(path: Path) -> None:
    """Write the workbook to `path`."""
    book = Workbook()
    first = book.worksheets[0]
    first.title = STAFF_SHEET
    _write(first, "示范学校2022—2023学年班主任、副班主任名册", _staff())
    _write(book.create_sheet(PUPIL_SHEET), "示范学校2022—2023学年学生名册", _pupils())
    book.save(path)


def _write(sheet: Worksheet, title: str, rows: Iterator[tuple[object, ...]]) -> None:
    sheet.append([title])
    sheet.append([])
    for row in rows:
        sheet.append(list(row))


def _staff() -> Iterator[tuple[object, ...]]:
    """Header, then a homeroom teacher and a deputy for each of sixty classes."""
    yield ("序号", "教师姓名", "责任班级", "班级人数", "联系电话", "任教学科", "政治面貌")
    for number in range(STAFF):
        grade, room = number // 20 + 1, number // 2 % 10 + 1
        name = _SURNAMES[number % 30] + _STAFF_NAMES[number // 30]
        phone = f"1380000{number + 1:04d}"
        yield (
            number + 1,
            "阿卜杜拉·买买提" if number == 7 else name,
            f"{'一二三四五六'[grade - 1]}（{room}）班",
            35 + number % 10,
            phone.translate(_LATIN_TO_WIDE) if number % 40 == 3 else phone,
            _SUBJECTS[number % 6],
            "不导入的列",
        )


def _pupils() -> Iterator[tuple[object, ...]]:
    """Header, then the pupils of ten classes; some also have a disclosure about their health."""
    yield (
        *("学号", "学生姓名", "班级", "家长姓名", "与学生关系", "联系电话", "第二联系电话"),
        *("家庭住址", "上学方式", "班主任姓名", "健康情况", "家庭收入"),
    )
    for number in range(PUPILS):
        surname = _SURNAMES[number % 30]
        tens, ones = divmod(number // 30, 10)
        pupil = f"{surname}小{_PUPIL_DIGITS[ones]}{'甲乙'[tens]}"
        room = number // 40 + 1
        teacher = _SURNAMES[(2 * room - 2) % 30] + _STAFF_NAMES[0]
        yield (
            f"2022{number + 1:04d}",
            "𠮷野小一" if number == 11 else pupil,
            f"三（{room}）班",
            f"{surname}示例",
            _RELATIONS[number % 4],
            f"1390000{number + 1:04d}",
            f"1370000{number + 1:04d}",
            f"示范镇示范路{number % 200 + 1}号",
            _COMMUTES[number % 4],
            teacher,
            "对花粉过敏（样例）" if number % 50 == 5 else "",
            "不导入的列",
        )
