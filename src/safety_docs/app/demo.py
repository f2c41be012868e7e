"""The demonstration: a cabinet of a fictional school, filled as a term start fills it."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from safety_docs.app.batch import batch
from safety_docs.app.check import check
from safety_docs.app.demo_roster import PUPIL_SHEET, STAFF_SHEET, write_roster
from safety_docs.app.fill import fill
from safety_docs.app.find import find, request_of
from safety_docs.app.found import found
from safety_docs.app.receive import Receipt, receive
from safety_docs.archive import CabinetProfile, NoCabinetError
from safety_docs.core.errors import SafetyDocsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from safety_docs.app.house import House
    from safety_docs.archive import Report

SCHOOL = CabinetProfile(
    fonds="Z109", name="示范学校", level="小学", custodian="李某某", style="DA/T 22-2015"
)
MATERIALS = "示范材料"
STAFF_FORM, PUPIL_FORM = "RL-05", "RL-09"
SAMPLE_FORMS = ["HZ-00", "JL-01", "RL-05", "RL-09", "YA-01", "YL-01", "YL-02", "YL-03", "YL-04"]
"""Filed in this order: a paper of a drill comes after its plan."""
DRILL_PLAN_FORM, DRILL_PLAN_FIELD = "YL-01", "方案档号"
"""The other papers of a drill name the plan they belong to by its reference code."""
COMMON = {
    "校长": "周示范",
    "起日": "2022-09-01",
    "止日": "2023-08-31",
    "签订日期": "2022-09-01",
    "代字": "示小安责",
}
PLAN_DATE = dt.date(2022, 1, 1)
"""The plan is filed in the year that it is about."""
SEARCHES = ("买买提", "疏散路线 集合", "题名:演练 AND 日期:[20220901 TO 20221231]")


class NotADemoError(SafetyDocsError):
    """The folder holds a real school's cabinet."""

    code = "A140"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"这个文件夹里已有“{name}”的专柜，示范不会动它。请用 --archive 另指一个空文件夹。"
        )


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the demonstration, when it is over.

    Attributes:
        title: What was done.
        lines: What came of it.
        seconds: How long it took.
    """

    title: str
    lines: tuple[str, ...]
    seconds: float


def demo(house: House, plan: Path) -> Iterator[Step]:
    """Run the demonstration step by step; run again, it files nothing twice.

    Args:
        house: The wired-up parts.
        plan: Text of the district's plan to receive.

    Raises:
        NotADemoError: If the archive folder holds another school's cabinet.
    """
    materials = house.archive / MATERIALS
    roster = materials / "名册.xlsx"
    yield _timed("建专柜", lambda: _open(house))
    yield _timed("收上级文件", lambda: _receive(house, plan))
    yield _timed("填表归档：九种表单各一份样例", lambda: _fill_samples(house))
    materials.mkdir(exist_ok=True)
    write_roster(roster)
    yield _timed("开学签责任书：教职工 120 份、家长 400 份", lambda: _batches(house, roster))
    yield _timed("检索", lambda: _search(house))
    yield _timed("核对专柜", lambda: _verify(house))


def tree(house: House, per_folder: int = 3) -> Iterator[str]:
    """The cabinet as a tree of lines; of many files only the first `per_folder` are named."""
    yield f"{house.cabinet.folder.name}/"
    yield from _branches(house.cabinet.folder, "", per_folder)


def _timed(title: str, work: Callable[[], list[str]]) -> Step:
    started = time.perf_counter()
    lines = work()
    return Step(title, tuple(lines), time.perf_counter() - started)


def _open(house: House) -> list[str]:
    try:
        cabinet = house.cabinet
    except NoCabinetError:
        cabinet = found(house, SCHOOL)
        return [f"新建：{cabinet.folder}"]
    if (cabinet.profile.fonds, cabinet.profile.name) != (SCHOOL.fonds, SCHOOL.name):
        raise NotADemoError(cabinet.profile.name)
    return [f"已有：{cabinet.folder}（再运行一次不会重复归档）"]


def _receive(house: House, plan: Path) -> list[str]:
    receipt = Receipt(category="01", title="区教育系统2022年安全稳定工作计划", date=PLAN_DATE)
    return [
        f"{filed.record.code}  {filed.record.title}" for filed in receive(house, [plan], receipt)
    ]


def _fill_samples(house: House) -> list[str]:
    lines, codes = [], dict[str, str]()
    for form in map(house.library.find, SAMPLE_FORMS):
        raw = form.sample_input()
        if DRILL_PLAN_FIELD in raw:
            raw = {**raw, DRILL_PLAN_FIELD: codes[DRILL_PLAN_FORM]}
        record = fill(house, form.id, raw, base=form.folder).record
        codes[form.code] = record.code
        lines.append(f"{record.code}  {record.title}")
    return lines


def _batches(house: House, roster: Path) -> list[str]:
    lines = []
    for form, sheet in ((STAFF_FORM, STAFF_SHEET), (PUPIL_FORM, PUPIL_SHEET)):
        common = {name: COMMON[name] for name in COMMON if name in house.library.find(form).names}
        done = batch(house, [form], roster, sheet=sheet, common=common)
        seconds = sum(done.seconds.values())
        lines.append(
            f"{sheet}：新归档 {done.filed} 份，以前已归档 {done.already_filed} 份，"
            f"{done.codes[0]} 至 {done.codes[-1]}，{seconds:.2f} 秒"
        )
    return lines


def _search(house: House) -> list[str]:
    lines = []
    for query in SEARCHES:
        results = find(house, request_of(house, query, limit=1))
        first = f"，第一件：{results.hits[0].title}" if results.hits else ""
        lines.append(f"{query} → {results.total} 件{first}")
    return lines


def _verify(house: House) -> list[str]:
    report: Report = check(house)
    lines = [f"{one.code} {one.message} {one.path}" for one in report.findings]
    return [*lines, f"{report.records} 件，{'全部完好' if report.ok else '有问题'}"]


def _branches(folder: Path, indent: str, per_folder: int) -> Iterator[str]:
    children = sorted(folder.iterdir(), key=lambda child: (child.is_file(), child.name))
    children = [child for child in children if not child.name.startswith(".")]
    files = [child for child in children if child.is_file()]
    shown = [child for child in children if child.is_dir()] + files[:per_folder]
    for child in shown:
        yield f"{indent}    {child.name}{'/' if child.is_dir() else ''}"
        if child.is_dir():
            yield from _branches(child, indent + "    ", per_folder)
    if len(files) > per_folder:
        yield f"{indent}    …… 还有 {len(files) - per_folder} 个文件"
