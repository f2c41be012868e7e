"""kill -9 at random moments of a batch, on a real process and a real cabinet."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import Workbook

from safety_docs.archive import find_cabinet, verify
from safety_docs.core.reference_code import ReferenceCode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROWS = 60
COMMON = ("校长=周示范", "起日=2022-09-01", "止日=2023-08-31", "签订日期=2022-09-01")
DIGITS = "零一二三四五六七八九"


def command(archive: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "safety_docs.cli", "--archive", str(archive), *arguments]


def batch_command(archive: Path, roster: Path) -> list[str]:
    common = [word for pair in COMMON for word in ("--set", pair)]
    return command(archive, "--json", "batch", "班主任安全责任书", str(roster), *common)


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(("姓名", "班级", "学生人数", "手机号"))
    for n in range(ROWS):
        name = f"李样{DIGITS[n // 10]}{DIGITS[n % 10]}"
        sheet.append((name, f"一（{n + 1}）班", 40, f"1380000{n:04d}"))
    path = tmp_path / "名册.xlsx"
    book.save(path)
    return path


def new_cabinet(folder: Path) -> Path:
    archive = folder / "archive"
    words = ("--fonds", "Z109", "--name", "示范学校", "--custodian", "李某某")
    subprocess.run(command(archive, "init", *words), check=True, capture_output=True)
    return archive


def killed_at(archive: Path, roster: Path, seconds: float) -> None:
    process = subprocess.Popen(
        batch_command(archive, roster), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    time.sleep(seconds)
    if process.poll() is None:
        os.kill(process.pid, signal.SIGKILL)
    process.wait()


def run_to_end(archive: Path, roster: Path) -> dict[str, Any]:
    done = subprocess.run(
        batch_command(archive, roster), check=True, capture_output=True, encoding="utf-8"
    )
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def acknowledged(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Code and main file of every record that the notebook holds."""
    cabinet = find_cabinet(archive)
    for record in cabinet.records():
        yield record.code, (cabinet.folder / record.path).read_bytes()


def check(archive: Path) -> None:
    cabinet = find_cabinet(archive)
    errors = [one for one in verify(cabinet).findings if one.severity == "error"]
    assert errors == []  # what a killed run leaves is told by warnings


@pytest.mark.slow
def test_a_batch_killed_three_hundred_times_loses_and_doubles_nothing(
    tmp_path: Path, roster: Path
) -> None:
    chance = random.Random(20220901)
    whole = new_cabinet(tmp_path / "whole")
    started = time.perf_counter()
    run_to_end(whole, roster)
    length = time.perf_counter() - started
    kept: dict[str, bytes] = {}
    round_folder = tmp_path / "0"
    archive = new_cabinet(round_folder)
    for kill in range(300):
        killed_at(archive, roster, chance.uniform(0.3 * length, 1.05 * length))
        present = dict(acknowledged(archive))
        assert kept.items() <= present.items(), f"kill {kill}: an acknowledged record is gone"
        check(archive)
        kept = present
        if len(present) == ROWS or kill % 4 == 3:
            done = run_to_end(archive, roster)
            assert done["filed"] + done["already_filed"] == ROWS
            numbers = [ReferenceCode.parse(code).number for code, _ in acknowledged(archive)]
            assert numbers == list(range(1, ROWS + 1))
            assert verify(find_cabinet(archive)).ok
            archive, kept = new_cabinet(tmp_path / str(kill + 1)), {}


LARGE = 5_000


@pytest.fixture
def large_roster(tmp_path: Path) -> Path:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("名册")
    sheet.append(("姓名", "班级", "学生人数", "手机号"))
    for n in range(LARGE):
        name = "李样" + "".join(DIGITS[int(digit)] for digit in f"{n:04d}")
        sheet.append((name, f"一（{n + 1}）班", 40, f"1380000{n:04d}"))
    path = tmp_path / "大名册.xlsx"
    book.save(path)
    return path


@pytest.mark.slow
def test_a_batch_of_5000_killed_at_any_moment_and_run_again_is_as_if_never_killed(
    tmp_path: Path, large_roster: Path
) -> None:
    chance = random.Random(20220902)
    empty = new_cabinet(tmp_path / "empty")
    whole = tmp_path / "whole"
    shutil.copytree(empty, whole)
    started = time.perf_counter()
    assert run_to_end(whole, large_roster)["filed"] == LARGE
    length = time.perf_counter() - started
    expected = dict(acknowledged(whole))
    for kill in range(10):
        archive = tmp_path / f"killed-{kill}"
        shutil.copytree(empty, archive)
        moments = [chance.uniform(0.05, 1.0) * length for _ in range(1 + kill % 2)]
        for moment in moments:
            killed_at(archive, large_roster, moment)
        before = dict(acknowledged(archive))
        assert before.items() <= expected.items(), f"kill {kill} at {moments}"
        run_to_end(archive, large_roster)
        assert dict(acknowledged(archive)) == expected, f"kill {kill} at {moments}"
        check(archive)
        shutil.rmtree(archive)
