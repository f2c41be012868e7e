from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from safety_docs.core.photo import PhotoFile

if TYPE_CHECKING:
    from pathlib import Path

    from safety_docs.forms import Form

GOOD = {"姓名": "张某某", "日期": "2022-09-01"}


def test_a_photo_is_found_beside_the_input_file(form: Form, tmp_path: Path) -> None:
    (tmp_path / "照片").mkdir()
    (tmp_path / "照片" / "一.JPG").write_bytes(b"\xff\xd8\xff")
    row = {"文件": "照片\\一.JPG", "说明": "疏散", "时间": "2022-09-01 09:00"}
    values = form.check({**GOOD, "照片": ["照片/一.JPG", row]}, base=tmp_path).values
    assert values is not None
    photos = values["照片"]
    assert [photo["文件"] for photo in photos] == [PhotoFile(tmp_path / "照片" / "一.JPG")] * 2
    assert (photos[0]["说明"], photos[0]["时间"], photos[1]["说明"]) == ("", None, "疏散")
    assert form.to_json(values)["照片"][1]["文件"] == "一.JPG"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("一.heic", b"x", "另存为 JPEG"),
        ("一.gif", b"x", "不是 .jpg"),
        ("一.png", None, "找不到照片“一.png”"),
        ("一.png", b"", "是空的"),
        ("一" * 300 + ".png", None, "照片|不能读取"),
    ],
)
def test_a_photo_that_cannot_be_used_says_why(
    form: Form, tmp_path: Path, name: str, content: bytes | None, words: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    (problem,) = form.check({**GOOD, "照片": [name]}, base=tmp_path).problems
    assert (problem.code, problem.place) == ("D217", "第 1 张“文件”")
    assert any(word in problem.message for word in words.split("|"))


def test_a_folder_is_no_photo(form: Form, tmp_path: Path) -> None:
    (tmp_path / "夹.jpg").mkdir()
    (problem,) = form.check({**GOOD, "照片": ["夹.jpg"]}, base=tmp_path).problems
    assert problem.code == "D217"


def test_without_a_folder_only_a_whole_path_counts(form: Form) -> None:
    (problem,) = form.check({**GOOD, "照片": ["一.png"]}).problems
    assert "完整的位置" in problem.message


def test_a_photo_needs_its_file_and_the_number_of_photos_is_bounded(
    form: Form, tmp_path: Path
) -> None:
    (tmp_path / "一.png").write_bytes(b"\x89PNG")
    codes = [one.code for one in form.check({**GOOD, "照片": [{}]}, base=tmp_path).problems]
    assert codes == ["D201"]
    codes = [
        one.code for one in form.check({**GOOD, "照片": ["一.png"] * 3}, base=tmp_path).problems
    ]
    assert codes == ["D218"]
