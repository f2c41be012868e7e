"""A term start that goes on: rosters that change, several forms, several processes, kills."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import Workbook, load_workbook

from safety_docs.archive import find_cabinet, verify

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.cli.conftest import Outcome

    from safety_docs.core.record import Record

HOMEROOM, PARENTS = "班主任安全责任书", "家长安全责任书"
HEADER = ("姓名", "班级", "学生人数", "手机号")
COMMON = (
    *("--set", "校长=周示范", "--set", "起日=2022-09-01", "--set", "止日=2023-08-31"),
    *("--set", "签订日期=2022-09-01"),
)
LI = ("李样一", "一（1）班", 40, "13800000001")
WANG = ("王样二", "一（2）班", 41, "13800000002")
ZHAO = ("赵样三", "一（3）班", 42, "13800000003")


def roster(folder: Path, *rows: Sequence[object], header: Sequence[str] = HEADER) -> Path:
    book = Workbook()
    for row in (header, *rows):
        book.worksheets[0].append(list(row))
    path = folder / "名册.xlsx"
    book.save(path)
    return path


def changed(row: Sequence[object], **cells: object) -> tuple[object, ...]:
    return tuple(cells.get(name, cell) for name, cell in zip(HEADER, row, strict=True))


def records(folder: Path) -> dict[str, Record]:
    return {one.code[-4:]: one for one in find_cabinet(folder / "archive").records()}


@pytest.fixture
def start(school: Callable[..., Outcome], tmp_path: Path) -> Callable[..., Any]:
    """Files homeroom letters for rows; gives what the command reports."""

    def call(*rows: Sequence[object], options: Sequence[object] = ()) -> Any:
        path = roster(tmp_path, *rows)
        done = school("--json", "batch", HOMEROOM, path, *COMMON, *options)
        assert done.status == 0, done.out + done.err
        return done.json

    return call


def test_a_changed_row_supersedes_and_says_so_on_paper(
    start: Callable[..., Any], school: Callable[..., Outcome], tmp_path: Path
) -> None:
    start(LI, WANG)
    again = start(changed(LI, 手机号="13900000001"), WANG)
    assert (again["filed"], again["already_filed"]) == (1, 1)
    (change,) = again["changed"]
    assert (change["old"][-4:], change["new"][-4:]) == ("0001", "0003")
    new = records(tmp_path)["0003"]
    assert (new.supersedes, new.reason) == (change["old"], "名册内容有更改，重新生成")
    assert new.values["代替档号"] == change["old"]
    found = school("--json", "search", "题名:李样一").json["hits"]
    assert [hit["code"] for hit in found] == [change["new"]]
    assert school("verify").status == 0


def test_a_changed_row_again_files_nothing_and_a_row_changed_back_is_a_change(
    start: Callable[..., Any], tmp_path: Path
) -> None:
    other = changed(LI, 手机号="13900000001")
    for rows, filed in (((LI,), 1), ((other,), 1), ((other,), 0), ((LI,), 1), ((LI,), 0)):
        assert start(*rows)["filed"] == filed
    assert [one.supersedes[-4:] for one in records(tmp_path).values()] == ["", "0001", "0002"]


def test_a_late_joiner_is_added_behind_the_others(
    start: Callable[..., Any], tmp_path: Path
) -> None:
    start(LI, ZHAO)
    more = start(LI, WANG, ZHAO)
    assert (more["filed"], more["already_filed"], more["changed"]) == (1, 2, [])
    assert records(tmp_path)["0003"].title.startswith("王样二")


def test_whoever_left_is_named_and_stays_in_the_cabinet(
    start: Callable[..., Any], tmp_path: Path
) -> None:
    start(LI, changed(WANG, 班级="一（1）班"), ZHAO)
    less = start(LI)  # the roster of one class says nothing of the others
    assert less["vanished"] == [
        {"names": ["一（1）班", "王样二"], "code": records(tmp_path)["0002"].code}
    ]
    assert len(records(tmp_path)) == 3


def test_codes_are_told_from_the_lowest_to_the_highest_wherever_a_new_row_stands(
    start: Callable[..., Any],
) -> None:
    start(LI, WANG)
    more = start(ZHAO, LI, WANG)
    assert [code[-4:] for code in more["codes"]] == ["0001", "0003"]
    assert more["forms"][0]["codes"] == more["codes"]


def test_nobody_is_said_to_have_left_while_rows_are_left_out(start: Callable[..., Any]) -> None:
    start(LI, changed(WANG, 班级="一（1）班"))
    done = start(LI, changed(WANG, 班级="一（1）班", 学生人数="很多"), options=["--skip-bad"])
    assert done["vanished"] == []
    assert len(done["failed"]) == 1


def test_two_rows_of_one_name_and_class_are_never_taken_for_each_other(
    start: Callable[..., Any],
) -> None:
    twin = changed(LI, 手机号="13800000009")
    start(LI, twin)
    done = start(LI, changed(twin, 手机号="13800000008"))
    assert (done["filed"], done["already_filed"], done["changed"]) == (1, 1, [])


def test_a_correction_made_by_hand_is_not_undone_by_the_roster(
    start: Callable[..., Any], school: Callable[..., Outcome], tmp_path: Path
) -> None:
    start(LI, WANG)
    old = records(tmp_path)["0001"]
    values = {**old.values, "手机号": "13900000001", "份数": 2}
    for name in (
        "份数文",
        "责任期限",
        "签订日期文",
        "学年文",
        "年份",
        "兼任文",
        "甲方责任",
        "乙方责任",
    ):
        values.pop(name, None)

    (tmp_path / "改.json").write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
    fixed = school(
        "--json",
        "fill",
        HOMEROOM,
        tmp_path / "改.json",
        "--corrects",
        old.code,
        "--reason",
        "电话写错",
    )
    assert fixed.status == 0, fixed.err
    again = start(LI, WANG)
    assert (again["filed"], again["by_hand"]) == (0, [records(tmp_path)["0003"].code])
    later = start(changed(LI, 手机号="13900000002"), WANG)
    assert [(one["old"][-4:], one["new"][-4:]) for one in later["changed"]] == [("0003", "0004")]


STAFF = ("姓名", "岗位", "班级", "学生人数", "手机号", "责任范围", "学科", "联系电话")


def staff(name: str, post: str, phone: str) -> tuple[object, ...]:
    return (name, post, "一（1）班", 40, phone, "一（1）班教室", "语文", phone)


def test_each_goes_to_the_letter_of_the_post(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    path = roster(
        tmp_path,
        staff("李样一", "班主任", "13800000001"),
        staff("王样二", "体育教师", "13800000002"),
        staff("赵样三", "班主任", "13800000003"),
        staff("钱样四", "门卫", "13800000004"),
        header=STAFF,
    )
    done = school("--json", "batch", "按岗位", path, *COMMON)
    assert done.status == 0, done.out + done.err
    assert {one["form"]: one["filed"] for one in done.json["forms"]} == {
        "班主任安全责任书": 2,
        "任课教师安全责任书": 1,
        "职工安全责任书": 1,
    }
    titles = [one.title for one in records(tmp_path).values()]
    assert titles[:2] == ["李样一-一（1）班-班主任安全责任书", "赵样三-一（1）班-班主任安全责任书"]


def test_the_workbook_for_all_posts_is_filled_in_and_filed(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    path = tmp_path / "教职工.xlsx"
    assert school("forms", "sheet", "按岗位", "-o", path).status == 0
    book = load_workbook(path)
    sheet = book["教职工"]
    at = {str(cell.value).rstrip("*"): column for column, cell in enumerate(sheet[2], start=1)}
    rows: list[dict[str, str | int]] = [
        {"姓名": "李样一", "岗位": "班主任", "责任班级": "一（1）班", "班级学生人数": 40},
        {"姓名": "王样二", "岗位": "门卫", "责任范围": "大门"},
        {"姓名": "赵样三", "岗位": "教务主任", "责任范围": "教务处"},
    ]
    for number, row in enumerate(rows, start=8):
        for name, value in {**row, "手机号": f"138{number:08d}"}.items():
            sheet.cell(number, at[name]).value = value
    book.save(path)
    done = school("--json", "batch", "按岗位", path, *COMMON)
    assert [(one["form"], one["filed"]) for one in done.json["forms"]] == [
        ("中层干部安全责任书", 1),
        ("班主任安全责任书", 1),
        ("职工安全责任书", 1),
    ]
    said = school("batch", "按岗位", path, *COMMON).out
    assert "班主任安全责任书：读取了“教职工”表：表头在第 2 行，数据 1 行。" in said
    assert "提醒" not in said


def test_a_letter_with_no_row_but_its_sample_wants_no_column(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    path = tmp_path / "教职工.xlsx"
    school("forms", "sheet", "按岗位", "-o", path)
    book = load_workbook(path)
    sheet = book["教职工"]
    at = {str(cell.value).rstrip("*"): column for column, cell in enumerate(sheet[2], start=1)}
    row = {"姓名": "王样二", "岗位": "门卫", "责任范围": "大门", "手机号": "13800000002"}
    for name, value in row.items():
        sheet.cell(8, at[name]).value = value
    sheet.delete_cols(at["责任班级"], 2)
    book.save(path)
    done = school("--json", "batch", "按岗位", path, *COMMON)
    assert (done.status, done.json["filed"]) == (0, 1), done.out + done.err


def test_a_form_that_is_for_no_post_shares_no_workbook(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    refused = school(
        "forms", "sheet", f"{HOMEROOM}、安全管理员安全责任书", "-o", tmp_path / "x.xlsx"
    )
    assert refused.status == 1
    assert "“安全管理员安全责任书”不按岗位分" in refused.err
    assert not (tmp_path / "x.xlsx").exists()


def test_a_post_without_a_letter_stops_all_and_is_named(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    rows = [staff("李样一", "班主仼", "13800000001"), staff("王样二", "", "13800000002")]
    path = roster(tmp_path, staff("赵样三", "班主任", "13800000003"), *rows, header=STAFF)
    done = school("--json", "batch", f"{HOMEROOM}、任课教师安全责任书", path, *COMMON)
    assert done.status == 1
    failed = [(one["row"], one["code"], one["problem"]) for one in done.json["failed"]]
    assert failed == [
        (3, "D240", "“班主仼”没有对应的责任书。是不是“班主任”？"),
        (4, "D240", "没有写岗位，不知道该签哪一种责任书，请补上。"),
    ]
    assert records(tmp_path) == {}


def test_a_roster_of_posts_without_a_row_is_told(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    done = school("batch", "按岗位", roster(tmp_path, header=STAFF), *COMMON)
    assert done.status == 1
    assert "表头下面没有数据" in done.err


def test_posts_that_no_letter_knows_are_named_and_not_the_columns(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    path = roster(tmp_path, staff("李样一", "园艺顾问", "13800000001"), header=STAFF)
    done = school("--json", "batch", "按岗位", path, *COMMON)
    assert [one["code"] for one in done.json["failed"]] == ["D240"]


def test_posts_cannot_decide_without_a_column_of_posts(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    done = school("batch", "按岗位", roster(tmp_path, LI), *COMMON)
    assert done.status == 1
    assert "没有“岗位”这一列" in done.err


# several processes


def many(count: int) -> list[tuple[object, ...]]:
    digits = "零一二三四五六七八九"
    return [
        (
            f"李样{digits[n // 100]}{digits[n // 10 % 10]}{digits[n % 10]}",
            f"一（{n}）班",
            40,
            f"138000{n:05d}",
        )
        for n in range(count)
    ]


def files(archive: Path) -> dict[str, bytes]:
    cabinet = find_cabinet(archive)
    return {one.path: (cabinet.folder / one.path).read_bytes() for one in cabinet.records()}


def same_school(folder: Path) -> Path:
    """A cabinet whose page ids do not depend on chance: they are what files hold."""
    archive = folder / "archive"
    command(archive, "init", "--fonds", "Z109", "--name", "示范学校", "--custodian", "李某某")
    return archive


def command(archive: Path, *words: object) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "safety_docs.cli", "--archive", archive, *map(str, words)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def copy_of(archive: Path, target: Path) -> Path:
    shutil.copytree(archive, target, symlinks=True)
    return target


def test_any_number_of_processes_makes_the_same_archive(tmp_path: Path) -> None:
    path = roster(tmp_path, *many(230))
    empty = same_school(tmp_path)
    archives = [copy_of(empty, tmp_path / f"archive{jobs}") for jobs in (0, 1, 3)]
    for jobs, archive in zip((0, 1, 3), archives, strict=True):
        command(archive, "batch", HOMEROOM, path, *COMMON, "--jobs", jobs)
    first, *others = map(files, archives)
    assert len(first) == 230
    for other in others:
        assert other == first
    assert all(verify(find_cabinet(archive)).ok for archive in archives)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
@pytest.mark.parametrize("share", [0.35, 0.5, 0.65, 0.8])
def test_a_batch_of_several_processes_killed_and_run_again_is_as_if_never_killed(
    tmp_path: Path, share: float
) -> None:
    path = roster(tmp_path, *many(330))
    empty = same_school(tmp_path)
    whole, killed = (copy_of(empty, tmp_path / name) for name in ("whole", "killed"))
    started = time.perf_counter()
    command(whole, "batch", HOMEROOM, path, *COMMON, "--jobs", 2)
    length = time.perf_counter() - started
    words = ["--archive", killed, "batch", HOMEROOM, path, *COMMON, "--jobs", "2"]
    process = subprocess.Popen(
        [sys.executable, "-m", "safety_docs.cli", *map(str, words)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(length * share)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    command(killed, "batch", HOMEROOM, path, *COMMON, "--jobs", 2)
    assert files(killed) == files(whole)
    assert verify(find_cabinet(killed)).ok
