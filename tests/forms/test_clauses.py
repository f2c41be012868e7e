"""Duties come from the clause library: by post, each once, with ids that the page keeps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from safety_docs.forms import FormError, load_form

if TYPE_CHECKING:
    from pathlib import Path

    from safety_docs.forms import Form

CLAUSES = """
area = "班级"

[[clause]]
id = "HT-01"
roles = ["班主任", "任课教师"]
topic = "点名"
text = "每节课点名。"
basis = ["M3.1.5-e"]
[[clause.task]]
what = "点名"
how_often = "每节课"
record = "点名册"
from_plan = true

[[clause]]
id = "HT-02"
roles = ["班主任"]
topic = "家校联系"
text = "与{{ 人数 }}名学生的家长联系{% if 学科 %}，兼教{{ 学科 }}{% endif %}。"

[[clause]]
id = "HT-03"
roles = ["班主任"]
topic = "寄宿"
text = "核对晚寝点名。"
when = "寄宿"

[[clause]]
id = "ST-01"
roles = ["任课教师"]
topic = "课堂"
text = "课间交接清楚。"
[[clause.task]]
what = "点名"
how_often = "每节课"
record = "点名册"
from_plan = true

[[clause]]
id = "SC-01"
roles = ["学校"]
party = "甲方"
topic = "培训"
text = "每学期培训两次。"
"""
FORM = """
title = "责任书"
code = "RL-05"
family = "责任书"
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
required = true
[[field]]
name = "日期"
type = "date"
required = true
[[field]]
name = "人数"
type = "integer"
[[field]]
name = "寄宿"
type = "boolean"
[[field]]
name = "兼任"
type = "text"
[[clauses]]
name = "乙方责任"
tasks = "定期工作"
roles = ["班主任"]
roles_from = ["兼任"]
[[clauses]]
name = "甲方责任"
party = "甲方"
roles = ["学校"]
"""
VALUES = {"姓名": "李示例", "日期": "2022-09-01", "人数": 42}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "forms/letters/homeroom"
    folder.mkdir(parents=True)
    (folder / "form.toml").write_text(FORM, "utf-8")
    (tmp_path / "clauses").mkdir()
    (tmp_path / "clauses/homeroom.toml").write_text(CLAUSES, "utf-8")
    return folder


@pytest.fixture
def form(folder: Path) -> Form:
    return load_form(folder)


def checked(form: Form, **more: object) -> dict[str, Any]:
    outcome = form.check({**VALUES, **more})
    assert outcome.values is not None, outcome.problems
    return outcome.values


def ids(values: dict[str, Any], name: str = "乙方责任") -> list[str]:
    return [clause["编号"] for clause in values[name]]


def test_a_post_brings_its_clauses_numbered(form: Form) -> None:
    values = checked(form)
    assert ids(values) == ["HT-01", "HT-02"]
    assert [clause["序号"] for clause in values["乙方责任"]] == [1, 2]
    assert values["乙方责任"][1]["条文"] == "与42名学生的家长联系。"
    assert ids(values, "甲方责任") == ["SC-01"]


def test_two_posts_give_the_union_each_clause_and_task_once(form: Form) -> None:
    values = checked(form, 兼任="任课教师、班主任")
    assert ids(values) == ["HT-01", "HT-02", "ST-01"]
    assert values["定期工作"] == [
        {"工作": "点名", "频次": "每节课", "记录": "点名册", "计划要求": True}
    ]


def test_a_clause_comes_only_when_its_condition_holds(form: Form) -> None:
    assert ids(checked(form, 寄宿="是")) == ["HT-01", "HT-02", "HT-03"]


def test_a_post_without_duties_is_a_problem_that_names_it(form: Form) -> None:
    outcome = form.check({**VALUES, "兼任": "园丁"})
    assert outcome.values is None
    assert [(p.code, p.column) for p in outcome.problems] == [("D224", "兼任")]
    assert "园丁" in outcome.problems[0].message


def test_the_page_keeps_ids_with_the_version_of_their_wording(folder: Path, form: Form) -> None:
    kept = form.to_json(checked(form))
    assert all(re.fullmatch(r"[A-Z]{2}-\d\d@[0-9a-f]{8}", one) for one in kept["乙方责任"])
    assert "定期工作" not in kept
    library = folder.parents[2] / "clauses/homeroom.toml"
    library.write_text(CLAUSES.replace("每节课点名。", "每节课上课时点名。"), "utf-8")
    again = load_form(folder)
    changed = again.to_json(checked(again))
    assert changed["乙方责任"][0] != kept["乙方责任"][0]
    assert changed["乙方责任"][1] == kept["乙方责任"][1]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('roles = ["班主任"]\nroles_from', 'roles = ["园丁"]\nroles_from', "园丁"),
        ('roles_from = ["兼任"]', 'roles_from = ["人数"]', "应是文字或可选项"),
        ('tasks = "定期工作"', 'tasks = "姓名"', "用了两次"),
        ('type = "text"', 'type = "choice"\nchoices = ["园丁"]', "园丁"),
    ],
)
def test_a_form_that_asks_for_what_is_not_there_is_refused(
    folder: Path, old: str, new: str, words: str
) -> None:
    (folder / "form.toml").write_text(FORM.replace(old, new), "utf-8")
    with pytest.raises(FormError, match=words):
        load_form(folder)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('id = "HT-02"', 'id = "HT-01"'),
        ('topic = "课堂"', ""),
        ("{{ 人数 }}", "{{ 人数("),
        ("{{ 人数 }}", "{{ 人数.__class__ }}"),
        ('when = "寄宿"', 'when = "寄宿 +"'),
        ('area = "班级"', ""),
    ],
)
def test_a_faulty_clause_file_is_named(folder: Path, old: str, new: str) -> None:
    library = folder.parents[2] / "clauses/homeroom.toml"
    library.write_text(CLAUSES.replace(old, new), "utf-8")
    with pytest.raises(FormError, match=r"homeroom\.toml"):
        load_form(folder)
