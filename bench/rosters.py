"""Seconds that the check of a roster of 40,000 rows takes, by stage; the bar is 3 s in all.

The rosters are as schools keep them: a title above the header, columns that no form wants, cells of
several kinds, hundreds of people of one name, and one row in a hundred with a fault. The same ones
come out every time. ``python bench/rosters.py [rows]``
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill

import safety_docs
from safety_docs.forms import Neighbours, NoRoster, RowChecker, annotated, load_library, open_roster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROWS = 40_000
BAR_SECONDS = 3.0
ROUNDS = 3
SEED = 4
FORMS = Path(safety_docs.__file__).parents[2] / "templates" / "forms"
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章"
GIVEN = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉玲华建国红梅春雪子涵欣怡浩宇晨曦"
    "佳琪思远雨桐嘉懿煜城博文若溪梓萱一诺可馨宇轩皓轩俊杰诗涵语嫣"
)
TERM = {"校长": "周示范", "起日": "2022-09-01", "止日": "2023-08-31", "签订日期": "2022-09-01"}


def name(random_: random.Random) -> str:
    return random_.choice(SURNAMES) + random_.choice(GIVEN) + random_.choice(GIVEN)


def staff(rows: int, random_: random.Random) -> Iterator[list[object]]:
    """Homeroom teachers (RL-05): ten columns, of which two are not wanted."""
    yield [
        *("序号", "教师姓名", "责任班级", "班级人数", "联系电话"),
        *("任教学科", "寄宿生", "兼任岗位", "家庭收入", "政治面貌"),
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
    yield [
        *("学号", "学生姓名", "班级", "家长姓名", "与学生关系", "联系电话"),
        *("第二联系电话", "家庭住址", "上学方式", "班主任姓名", "健康情况", "家庭收入"),
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
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "名册"
    sheet.append(["示范学校名册"])
    for number, row in enumerate(rows):
        is_bad = number and random_.random() < 0.01
        sheet.append(spoil(row, random_, phone) if is_bad else row)
    for cell in sheet[2]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="FFDDEBF7")
    sheet.column_dimensions["B"].width = 16
    book.save(path)


def stages(code: str, path: Path) -> dict[str, float]:
    """CPU seconds of each stage in this process."""
    form = load_library([FORMS]).find(code)
    marks = [time.process_time()]
    opened = open_roster(path, form, given={"学校名称": "示范学校", **TERM})
    if isinstance(opened, NoRoster):
        raise SystemExit(str(opened.problems[0]))
    raws = list(opened.rows())
    marks.append(time.process_time())
    checker, neighbours = RowChecker(form, opened.plan), Neighbours(form, opened.plan)
    rows = [neighbours.beside(checker.check(raw)) for raw in raws]
    problems = [*opened.problems, *opened.closing(), *neighbours.problems()]
    problems += (one for row in rows for one in row.checked.problems)
    marks.append(time.process_time())
    annotated(path, opened, problems)
    marks.append(time.process_time())
    return {
        name: end - start
        for name, start, end in zip(("read", "check", "mark"), marks, marks[1:], strict=False)
    }


def command(archive: Path, *arguments: str) -> float:
    """Wall seconds of a whole command in a new process; a check that finds faults exits with 1."""
    started = time.perf_counter()
    call = [sys.executable, "-m", "safety_docs.cli", "--archive", str(archive), *arguments]
    done = subprocess.run(call, check=False, capture_output=True, encoding="utf-8")
    if done.returncode > 1 or "Traceback" in done.stderr:
        raise SystemExit(done.stderr)
    return time.perf_counter() - started


def measured(code: str, path: Path, archive: Path, rows: int) -> float:
    """Print the times of one form; the wall seconds of the command, best of some rounds."""
    found = [stages(code, path) for _ in range(ROUNDS)]
    best = {name: min(one[name] for one in found) for name in found[0]}
    options = [f"--set={name}={value}" for name, value in TERM.items()]
    target = path.with_name("检查结果.xlsx")
    seconds = []
    for _ in range(ROUNDS):
        target.unlink(missing_ok=True)
        check = ("batch", code, str(path), *options, "--check", "-o", str(target))
        seconds.append(command(archive, *check))
    text = "  ".join(f"{name} {value:5.2f}" for name, value in best.items())
    print(
        f"{code}  {rows:,} rows, {path.stat().st_size / 1e6:.1f} MB  CPU s: {text}"
        f"  | whole command {min(seconds):5.2f} s wall, {rows / min(seconds):,.0f} rows/s"
    )
    return min(seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", nargs="?", type=int, default=ROWS)
    parser.add_argument("--strict", action="store_true", help="exit non-zero above the bar")
    options = parser.parse_args()
    rows: int = options.rows
    kinds: dict[str, tuple[Callable[[int, random.Random], Iterator[list[object]]], int]] = {
        "RL-05": (staff, 4),
        "RL-09": (pupils, 5),
    }
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "archive"
        command(
            archive, "init", "--fonds=Z109", "--name=示范学校", "--level=小学", "--custodian=李某某"
        )
        for code, (make, phone) in kinds.items():
            random_ = random.Random(SEED)
            path = Path(folder) / f"{code}.xlsx"
            write(path, make(rows, random_), random_, phone)
            slowest = max(slowest, measured(code, path, archive, rows))
    is_missed = rows <= ROWS and slowest > BAR_SECONDS
    print(f"bar: {BAR_SECONDS} s for {ROWS:,} rows{': missed' if is_missed else ''}")
    if is_missed and options.strict:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
