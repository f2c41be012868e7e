from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Outcome

QUERIES = ("演练", "年", "题名:总结 OR 甲·乙", "date:[20220201 TO 20221231]", "NOT 演练", "类目:08")
TEXTS = {
    "一月演练.txt": "一月组织应急演练，甲·乙参加。",
    "二月总结.txt": "二月未组织，年底补。",
    "三月培训.txt": "安全培训 12 课时，𠮷野老师主讲。",
}


@pytest.fixture
def filled(school: Callable[..., Outcome], tmp_path: Path) -> Callable[..., Outcome]:
    for number, (name, text) in enumerate(TEXTS.items(), start=1):
        path = tmp_path / name
        path.write_text(text, "utf-8")
        category = "08" if "培训" in name else "05"
        done = school("receive", path, "--category", category, "--date", f"2022-0{number}-15")
        assert done.status == 0, done.err
    return school


def answers(shell: Callable[..., Outcome], engine: str) -> list[Any]:
    return [shell("--json", "search", query, "--engine", engine).json for query in QUERIES]


@pytest.mark.parametrize("engine", ["sqlite", "whoosh"])
def test_deleting_the_projections_and_rebuilding_gives_the_same_answers(
    filled: Callable[..., Outcome], tmp_path: Path, engine: str
) -> None:
    before = answers(filled, engine)
    listing = filled("--json", "notebook").json
    assert [answer["total"] for answer in before] == [1, 1, 2, 2, 2, 1]
    shutil.rmtree(tmp_path / "archive" / ".safety-docs")
    rebuilt = filled("--json", "rebuild", "--engine", engine).json
    assert (rebuilt["records"], rebuilt["unreadable"]) == (3, [])
    assert answers(filled, engine) == before
    assert filled("--json", "notebook").json == listing


def test_both_engines_find_the_same(filled: Callable[..., Outcome]) -> None:
    def codes(engine: str) -> list[set[str]]:
        return [{hit["code"] for hit in one["hits"]} for one in answers(filled, engine)]

    assert codes("sqlite") == codes("whoosh")


def test_a_projection_left_behind_catches_up_by_itself(
    filled: Callable[..., Outcome], tmp_path: Path
) -> None:
    projections = tmp_path / "archive" / ".safety-docs"
    old = tmp_path / "old"
    shutil.copytree(projections / "sqlite", old)
    late = tmp_path / "四月演练.txt"
    late.write_text("四月演练按方案进行。", "utf-8")
    filled("receive", late, "--category", "05")
    shutil.rmtree(projections / "sqlite")
    shutil.copytree(old, projections / "sqlite")
    assert filled("verify").status == 5
    assert filled("--json", "search", "按方案进行").json["total"] == 1
    assert filled("verify").status == 0


def test_a_foreign_projection_is_dropped_and_rebuilt(
    filled: Callable[..., Outcome], tmp_path: Path
) -> None:
    ours = tmp_path / "archive" / ".safety-docs" / "sqlite"
    other = tmp_path / "别处"
    words = ("--fonds", "Z200", "--name", "别的学校", "--custodian", "王某某")
    assert filled("--archive", other, "init", *words).status == 0
    secret = tmp_path / "外校.txt"
    secret.write_text("外校机密文字", "utf-8")
    for _ in range(5):
        secret.write_text(secret.read_text("utf-8") + "一", "utf-8")
        filled("--archive", other, "receive", secret, "--category", "05")
    shutil.rmtree(ours)
    shutil.copytree(other / ".safety-docs" / "sqlite", ours)
    assert filled("--json", "search", "外校机密").json["total"] == 0
    assert filled("--json", "search", "演练").json["total"] == 1


def test_a_file_without_text_is_reported_by_name(
    filled: Callable[..., Outcome], tmp_path: Path
) -> None:
    from PIL import Image

    picture = tmp_path / "巡查照片.png"
    Image.new("RGB", (4, 4)).save(picture)
    filled("receive", picture, "--category", "09")
    assert filled("--json", "search", "巡查照片").json["total"] == 1
    (entry,) = filled("--json", "rebuild").json["unreadable"]
    assert entry["path"].endswith("巡查照片.png")
    assert "图片" in entry["problem"]
