"""Seconds that the check of a roster of 40,000 rows takes, by stage; the bar is 3 s in all.

The roster is one as schools keep them: a title above the header, columns that no form wants, cells
of several kinds, and one row in a hundred with a fault. ``python bench/rosters.py [rows]``
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import Workbook

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS = 40_000
BAR_SECONDS = 3.0
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉玲华建国红梅春雪"
TERM = {"校长": "周示范", "起日": "2022-09-01", "止日": "2023-08-31", "签订日期": "2022-09-01"}


def name(random_: random.Random) -> str:
    return random_.choice(SURNAMES) + random_.choice(GIVEN) + random_.choice(GIVEN)


def staff(rows: int, random_: random.Random) -> Iterator[list[object]]:
    """Homeroom teachers (RL-05): ten columns, of which two are not wanted."""
    yield ["序号", "教师姓名", "责任班级", "班级人数", "联系电话", "任教学科"] + [
        "寄宿生",
        "兼任岗位",
        "家庭收入",
        "政治面貌",
    ]
    for number in range(rows):
        yield [
            number + 1,
            name(random_),
            f"{random_.choice('一二三四五六')}（{random_.randint(1, 20)}）班",
            random_.randint(20, 60),
            f"138{number:08d}",
            random_.choice("语数英体音美"),
            random_.choice(["是", "否", None]),
            random_.choice(["任课教师", "年级组长", "任课教师、年级组长", None, None]),
            random_.randint(2000, 9000),
            "群众",
        ]


def pupils(rows: int, random_: random.Random) -> Iterator[list[object]]:
    """Parents (RL-09): twelve columns, of which one is not wanted."""
    yield ["学号", "学生姓名", "班级", "家长姓名", "与学生关系", "联系电话"] + [
        "第二联系电话",
        "家庭住址",
        "上学方式",
        "班主任姓名",
        "健康情况",
        "家庭收入",
    ]
    for number in range(rows):
        room = f"{random_.choice('一二三四五六')}（{random_.randint(1, 20)}）班"
        yield [
            f"2022{number:06d}",
            name(random_),
            room,
            name(random_),
            random_.choice(["父亲", "母亲", "祖父", "祖母"]),
            f"138{number:08d}",
            f"139{number:08d}",
            f"示范镇示范路{random_.randint(1, 999)}号",
            random_.choice(["步行", "接送", "公交"]),
            "李示例",
            "对花粉过敏" if random_.random() < 0.02 else None,
            random_.randint(2000, 9000),
        ]


def spoil(row: list[object], random_: random.Random, phone: int) -> list[object]:
    """The row with one of the usual faults."""
    fault = random_.randrange(3)
    if fault == 0:
        row[1] = None
    elif fault == 1:
        row[phone] = "1380000"
    else:
        row[2] = "三" * 40
    return row


def write(path: Path, rows: Iterator[list[object]], random_: random.Random, phone: int) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("名册")
    sheet.append(["示范学校名册"])
    for number, row in enumerate(rows):
        is_bad = number and random_.random() < 0.01
        sheet.append(spoil(row, random_, phone) if is_bad else row)
    book.save(path)
