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
from openpyxl import Workbook

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
