"""Forms share fields, samples and wording; a district's own file comes before the shipped one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from safety_docs.forms import FormError, InputError, load_form, load_library
from safety_docs.forms.sources import Sources, merged

if TYPE_CHECKING:
    from pathlib import Path

FORM = """
title = "演练方案"
code = "YL-01"
family = "演练"
purpose = "测试用。"
category = "05"
retention = "10年"
output = "docx"
profile = "form"
record_title = "{{ 主题 }}"
record_date = "日期"
filled_by = "保卫主任"
include = ["shared/school.toml", "shared/dates.toml"]

[[field]]
name = "主题"
type = "text"
required = true

[[field]]
name = "学校"
label = "办学单位"
type = "text"
"""
SCHOOL = """
[[field]]
name = "学校"
type = "text"
required = true

[[rule]]
check = "学校 != '无'"
message = "学校不能写“无”。"
fields = ["学校"]
"""
DATES = """
[[field]]
name = "日期"
type = "date"
required = true
"""


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "forms"
    write(root / "drills/plan/form.toml", FORM)
    write(root / "shared/school.toml", SCHOOL)
    write(root / "shared/dates.toml", DATES)
    return root


def test_included_fields_come_first_and_an_own_one_takes_the_place(root: Path) -> None:
    form = load_form(root / "drills/plan")
    assert [field.name for field in form.fields] == ["学校", "日期", "主题"]
    assert form.fields[0].shown_name == "办学单位"
    assert not form.fields[0].required
    assert len(form.rules) == 1


def test_an_own_shared_file_comes_before_the_shipped_one(root: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    write(own / "shared/dates.toml", DATES + '[[field]]\nname = "地点"\ntype = "text"\n')
    form = load_library([root, own]).find("YL-01")
    assert "地点" in form.names


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("shared/none.toml", "找不到"),
        ("../secret.toml", "应在 templates/forms/shared/ 里"),
        ("shared/../../secret.toml", "应在 templates/forms/shared/ 里"),
        ("drills/plan/form.toml", "应在 templates/forms/shared/ 里"),
    ],
)
def test_only_shared_files_are_included(root: Path, name: str, words: str) -> None:
    write(root / "drills/plan/form.toml", FORM.replace("shared/dates.toml", name))
    with pytest.raises(FormError, match=words):
        load_form(root / "drills/plan")


def test_a_shared_file_includes_no_other(root: Path) -> None:
    write(root / "shared/dates.toml", 'include = ["shared/school.toml"]\n' + DATES)
    with pytest.raises(FormError, match="不能再用 include"):
        load_form(root / "drills/plan")


def test_a_sample_takes_in_shared_facts_and_its_own_win(root: Path) -> None:
    write(root / "shared/facts.toml", '"学校" = "示范学校"\n"主题" = "无"\n')
    sample = 'include = ["shared/facts.toml"]\n"主题" = "消防演练"\n"日期" = 2022-09-16\n'
    write(root / "drills/plan/sample.toml", sample)
    form = load_form(root / "drills/plan")
    assert form.sample_input() == form.sample_input() | {"学校": "示范学校", "主题": "消防演练"}
    assert form.title_of(form.sample()) == "消防演练"


def test_wording_quotes_a_shared_text_in_its_place(root: Path) -> None:
    write(root / "drills/plan/text.md", "# 方案\n\n::: 引用 shared/end.md\n\n末段。\n")
    write(root / "shared/end.md", "共用的一段。\n")
    assert load_form(root / "drills/plan").wording() == "# 方案\n\n共用的一段。\n\n末段。\n"


@pytest.mark.parametrize("quoted", ["::: 引用 shared/end.md", None])
def test_a_quoted_text_that_is_missing_or_quotes_is_refused(root: Path, quoted: str | None) -> None:
    write(root / "drills/plan/text.md", "::: 引用 shared/end.md\n")
    if quoted:
        write(root / "shared/end.md", quoted)
    with pytest.raises(InputError, match=r"end\.md"):
        load_form(root / "drills/plan").wording()


def test_a_missing_file_would_be_in_the_first_root(tmp_path: Path) -> None:
    sources = Sources((tmp_path / "a", tmp_path / "b"), "drills/plan")
    assert sources.file("text.md") == tmp_path / "a/drills/plan/text.md"


def test_lists_are_joined_and_named_tables_replaced() -> None:
    first = {"field": [{"name": "甲"}, {"name": "乙"}], "rule": [{"check": "1"}]}
    own = {"field": [{"name": "乙", "type": "date"}, {"name": "丙"}], "rule": [{"check": "2"}]}
    assert merged([first], own) == {
        "field": [{"name": "甲"}, {"name": "乙", "type": "date"}, {"name": "丙"}],
        "rule": [{"check": "1"}, {"check": "2"}],
    }
