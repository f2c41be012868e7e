from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from safety_docs.forms import FormError, UnknownFormError, load_library

if TYPE_CHECKING:
    from pathlib import Path

BODY = """
family = "安全责任书"
purpose = "测试用。"
category = "02"
retention = "30年"
output = "docx"
profile = "letter"
record_title = "{{ 姓名 }}"
record_date = "日期"
filled_by = "管理员"
[[field]]
name = "姓名"
type = "person"
[[field]]
name = "日期"
type = "date"
required = true
"""


def add(root: Path, form_id: str, code: str, title: str, aliases: str = "[]") -> Path:
    folder = root / form_id
    folder.mkdir(parents=True)
    head = f'code = "{code}"\ntitle = "{title}"\naliases = {aliases}\n'
    (folder / "form.toml").write_text(head + BODY, encoding="utf-8")
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "forms"
    add(root, "letters/homeroom", "RL-05", "班主任安全责任书", '["班主任责任书"]')
    add(root, "letters/parents", "RL-09", "家长安全责任书")
    add(root, "drills/plan", "YL-01", "应急演练方案", '["演练方案"]')
    return root


@pytest.mark.parametrize(
    "name", ["drills/plan", "plan", "YL-01", "yl-01", "应急演练方案", " 应急演练方案 ", "演练方案"]
)
def test_a_form_is_found_by_any_of_its_names(root: Path, name: str) -> None:
    assert load_library([root]).find(name).id == "drills/plan"


def test_forms_are_sorted_by_code(root: Path) -> None:
    assert [form.code for form in load_library([root]).forms] == ["RL-05", "RL-09", "YL-01"]


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("班主任安全责仼书", ("班主任安全责任书", "家长安全责任书")),
        ("责任书", ("班主任安全责任书", "家长安全责任书")),
        ("xyz", ()),
    ],
)
def test_an_unknown_form_names_the_nearest(root: Path, name: str, nearest: tuple[str, ...]) -> None:
    with pytest.raises(UnknownFormError) as caught:
        load_library([root]).find(name)
    assert caught.value.nearest == nearest


def test_a_name_of_two_forms_is_not_guessed(root: Path) -> None:
    add(root, "plans/plan", "YA-01", "火灾应急预案")
    with pytest.raises(UnknownFormError) as caught:
        load_library([root]).find("plan")
    assert caught.value.nearest == ("火灾应急预案", "应急演练方案")


def test_a_later_folder_overrides_file_by_file(root: Path, tmp_path: Path) -> None:
    (root / "drills/plan/template.docx").write_bytes(b"shipped")
    (root / "drills/plan/text.md").write_text("shipped", "utf-8")
    own = tmp_path / "own"
    (own / "drills/plan").mkdir(parents=True)
    (own / "drills/plan/template.docx").write_bytes(b"own")
    form = load_library([root, own, tmp_path / "none"]).find("plan")
    assert form.template_path.read_bytes() == b"own"
    assert form.file("text.md").read_text("utf-8") == "shipped"
    assert form.folder == root / "drills/plan"


def test_a_later_folder_can_change_and_add_forms(root: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    add(own, "drills/plan", "YL-01", "本区演练方案")
    add(own, "local/duty", "ZB-01", "值班表")
    library = load_library([root, own])
    assert library.find("YL-01").title == "本区演练方案"
    assert library.find("duty").folder == own / "local/duty"


def test_two_forms_of_one_code_are_refused(root: Path) -> None:
    add(root, "letters/other", "RL-05", "另一份")
    with pytest.raises(FormError, match="RL-05"):
        load_library([root])
