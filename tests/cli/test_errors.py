from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Outcome


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["serch", "责任书"], "没有“serch”这个命令"),
        (["search"], "缺少 检索词"),
        (["search", "责任书", "--limt", "3"], "--limit"),
        (["search", "责任书", "--limit", "很多"], "整数"),
        (["search", "责任书", "--engine", "lucene"], "sqlite、whoosh"),
        (["search", "责任书", "--from", "去年"], "不是日期"),
        (["init", "--fonds", "Z109"], "缺少 --name"),
        (["show", "一", "二"], "多写了内容"),
        (["fill", "表单"], "缺少 内容文件"),
    ],
)
def test_wrong_usage_is_explained_in_chinese(
    shell: Callable[..., Outcome], arguments: list[str], words: str
) -> None:
    outcome = shell(*arguments)
    assert outcome.status == 2
    assert words in outcome.err
    assert "Traceback" not in outcome.err
    assert shell("--json", *arguments).error["code"] == "C001"


def test_without_a_cabinet_every_command_says_so(shell: Callable[..., Outcome]) -> None:
    for arguments in (["search", "责任书"], ["verify"], ["notebook"], ["rebuild"]):
        outcome = shell("--json", *arguments)
        assert outcome.status == 10, arguments
        assert "init" in outcome.error["message"]


def test_a_second_cabinet_in_one_folder_is_refused(school: Callable[..., Outcome]) -> None:
    again = school("init", "--fonds", "Z110", "--name", "另一学校", "--custodian", "王某某")
    assert again.status != 0
    assert "示范学校" in again.err


def test_an_unknown_form_names_the_nearest(school: Callable[..., Outcome], tmp_path: Path) -> None:
    data = tmp_path / "x.toml"
    data.write_text("", "utf-8")
    outcome = school("fill", "班主任安全责认书", data)
    assert outcome.status == 1
    assert "班主任安全责任书" in outcome.err


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("没有.xlsx", None),
        ("坏的.xlsx", b"this is no workbook"),
        ("图片.png", b"\x89PNG\r\n\x1a\n0000"),
        ("空的.xlsx", b""),
        ("旧的.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512),
    ],
)
def test_an_unusable_roster_is_refused_without_a_trace(
    school: Callable[..., Outcome], tmp_path: Path, name: str, content: bytes | None
) -> None:
    roster = tmp_path / name
    if content is not None:
        roster.write_bytes(content)
    outcome = school("--json", "batch", "班主任安全责任书", roster)
    assert outcome.status == 1
    assert name in outcome.error["message"]
    assert school("--json", "notebook").json["size"] == 1


def test_a_locked_cabinet_says_who_holds_it(school: Callable[..., Outcome], tmp_path: Path) -> None:
    import os

    from safety_docs.archive import find_cabinet
    from safety_docs.cli.settings import SystemClock

    text = tmp_path / "x.txt"
    text.write_text("内容", "utf-8")
    holder = find_cabinet(tmp_path / "archive")
    with holder.writer(clock=SystemClock(), entropy=os.urandom):
        outcome = school("receive", text, "--category", "01")
    assert outcome.status == 11
    assert str(os.getpid()) in outcome.err
    assert school("receive", text, "--category", "01").status == 0


def test_a_number_in_a_read_only_folder_is_not_taken(
    school: Callable[..., Outcome], tmp_path: Path
) -> None:
    bad = tmp_path / "archive" / "Z109-示范学校" / "boxes"
    text = tmp_path / "x.txt"
    text.write_text("内容", "utf-8")
    if bad.exists():
        bad.rmdir()
    bad.write_bytes(b"a file where a folder belongs")
    outcome = school("receive", text, "--category", "01")
    assert outcome.status != 0
    assert "Traceback" not in outcome.err
    bad.unlink()
    filed = school("--json", "receive", text, "--category", "01", "--date", "2022-01-01")
    assert filed.json["code"].endswith("-0001")


def test_a_closed_pipe_shows_no_traceback(school: Callable[..., Outcome], tmp_path: Path) -> None:
    import subprocess
    import sys

    school("notebook")
    process = subprocess.Popen(
        [sys.executable, "-m", "safety_docs.cli", "forms", "list"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.wait()
    process.stderr.close()
