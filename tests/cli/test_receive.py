from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Outcome

PLAN = "各学校每月至少开展一次应急演练，幼儿园每季度至少一次。"


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "2022年安全工作计划.txt"
    path.write_text(PLAN, "utf-8")
    return path


def test_a_received_file_is_numbered_kept_as_it_is_and_found(
    school: Callable[..., Outcome], plan: Path, tmp_path: Path
) -> None:
    received = school("--json", "receive", plan, "--category", "01", "--date", "2022-03-01")
    assert received.status == 0
    assert received.json["code"] == "Z109-WS·2022-D30-A01-0001"
    kept = tmp_path / "archive" / "Z109-示范学校" / received.json["path"]
    assert kept.read_text("utf-8") == PLAN
    assert kept.name == "0001-2022年安全工作计划.txt"

    found = school("--json", "search", "幼儿园每季度").json
    assert found["total"] == 1
    (hit,) = found["hits"]
    assert hit["title"] == "2022年安全工作计划"
    assert hit["category"] == "01"
    assert [hit["snippet"][a:b] for a, b in hit["marks"]] == ["幼儿园每季度"]
    assert found["facets"]["category"] == {"01": 1}


def test_the_same_file_is_filed_once(school: Callable[..., Outcome], plan: Path) -> None:
    first = school("--json", "receive", plan, "--category", "01").json
    second = school("--json", "receive", plan, "--category", "综合管理").json
    assert second["code"] == first["code"]
    assert second["already_filed"]
    assert school("--json", "verify").json["records"] == 1


def test_a_folder_stands_for_its_files(school: Callable[..., Outcome], tmp_path: Path) -> None:
    folder = tmp_path / "要收的"
    folder.mkdir()
    for name in ("乙.txt", "甲.txt", "Thumbs.db", "desktop.ini", ".DS_Store", "~$甲.docx"):
        (folder / name).write_text(name, "utf-8")
    received = school("--json", "receive", folder, "--category", "08", "--date", "20220512").json
    assert [item["path"].rpartition("/")[2] for item in received["items"]] == [
        "0001-乙.txt",
        "0002-甲.txt",
    ]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda _path: None, "找不到"),
        (lambda path: path.write_bytes(b""), "空文件"),
        (lambda path: path.write_bytes(b"not a pdf at all"), "不是真正的 .pdf"),
        (lambda path: path.mkdir(), "空文件夹"),
    ],
)
def test_a_file_that_cannot_be_received_leaves_no_trace(
    school: Callable[..., Outcome], tmp_path: Path, make: Callable[[Path], object], words: str
) -> None:
    path = tmp_path / "x.pdf"
    make(path)
    before = school("--json", "notebook").json["size"]
    refused = school("--json", "receive", path, "--category", "01")
    assert refused.status == 1
    assert words in refused.error["message"]
    assert school("--json", "notebook").json["size"] == before


def test_one_bad_file_among_several_files_nothing(
    school: Callable[..., Outcome], plan: Path, tmp_path: Path
) -> None:
    refused = school("receive", plan, tmp_path / "没有.pdf", "--category", "01")
    assert refused.status == 1
    assert "没有.pdf" in refused.err
    assert school("--json", "search", "演练").json["total"] == 0


def test_a_correction_supersedes_and_hides_the_old_record(
    school: Callable[..., Outcome], plan: Path
) -> None:
    old = school("--json", "receive", plan, "--category", "01").json["code"]
    plan.write_text(PLAN.replace("一次应急演练", "两次应急演练"), "utf-8")
    new = school(
        "--json", "receive", plan, "--category", "01", "--corrects", old, "--reason", "次数写错"
    ).json["code"]
    assert new != old
    assert [hit["code"] for hit in school("--json", "search", "演练").json["hits"]] == [new]
    every = school("--json", "search", "演练", "--all").json["hits"]
    assert {hit["code"] for hit in every} == {old, new}
    assert school("--json", "show", old).json["superseded_by"] == new
    again = school("receive", plan, "--category", "02", "--corrects", old, "--reason", "再改")
    assert again.status == 20
    assert new in again.err


def test_a_term_shorter_than_the_category_asks_is_refused(
    school: Callable[..., Outcome], plan: Path
) -> None:
    refused = school("receive", plan, "--category", "01", "--retention", "10年")
    assert refused.status == 20
    assert "30年" in refused.err
