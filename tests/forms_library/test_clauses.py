"""The clause library: sound in itself, used by the letters, founded on the plan and on the law."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from safety_docs.forms.clauses import load_clauses

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from safety_docs.forms import Form, Library
    from safety_docs.forms.clauses import Clause, ClauseLibrary

DUTIES = "management/post-duties"
OFFICIAL_TEXTS = {
    "中小学幼儿园安全管理办法",
    "中小学幼儿园应急疏散演练指南",
    "中小学校岗位安全工作指南",
    "中小学公共安全教育指导纲要",
    "中华人民共和国未成年人保护法",
    "中华人民共和国义务教育法",
    "中华人民共和国突发事件应对法",
    "中华人民共和国消防法",
    "中华人民共和国安全生产法",
    "中华人民共和国特种设备安全法",
    "中华人民共和国食品安全法",
    "中华人民共和国道路交通安全法实施条例",
    "生产安全事故应急条例",
    "校车安全管理条例",
    "特种设备安全监察条例",
    "危险化学品安全管理条例",
    "突发公共卫生事件应急条例",
    "学校食品安全与营养健康管理规定",
    "企业事业单位内部治安保卫条例",
    "保安服务管理条例",
    "学生伤害事故处理办法",
    "加强中小学生欺凌综合治理方案",
}
"""Texts that a duty may rest on; the official titles, in full."""
_POSTS = (
    "安全工作领导小组 校长 党支部书记 分管安全副校长 分管教学副校长 分管后勤副校长 法治副校长 "
    "工会主席 保卫主任 办公室主任 德育主任 教务主任 总务主任 少先队辅导员 团委书记 "
    "教科研室主任 教研组长 年级组长 班主任 任课教师 体育教师 电教教师 心理教师 财务人员 "
    "财产管理员 图书管理员 档案管理员 体育器材保管员 实验室管理员 食堂管理员 宿舍管理员 校医 "
    "文印室人员 水电工 门卫 保卫人员 学校保安 学生安全员 保洁员 校车管理员 校车随车照管人员"
)
POSTS = frozenset(_POSTS.split())
"""The posts of the guide to safety work by post (中小学校岗位安全工作指南)."""
OUTSIDERS = {"校长", "园长", "村小（教学点、幼儿园）负责人", "监护人", "校车服务提供者"}
"""Parties that are not a post of the staff; heads of schools have a page of duties all the same."""


@pytest.fixture(scope="module")
def clauses(templates: Path) -> ClauseLibrary:
    return load_clauses([templates / "clauses"])


@pytest.fixture(scope="module")
def rows_of_the_plan(templates: Path) -> set[str]:
    plan = tomllib.loads((templates / "plans" / "2022.toml").read_text(encoding="utf-8"))
    return {row["id"] for row in plan["obligation"]}


@pytest.fixture(scope="module")
def offered(library: Library) -> dict[str, set[str]]:
    """Posts that each form can ask the library for, by form id and party."""
    found: dict[str, set[str]] = {}
    for form in library.forms:
        for choice in form.clauses:
            key = f"{form.id}|{choice.party}"
            found.setdefault(key, set()).update(choice.roles, _choices(form, choice.roles_from))
    return found


def _choices(form: Form, names: Iterable[str]) -> set[str]:
    return {one for field in form.fields if field.name in names for one in field.choices}


def _doubles(items: Iterable[str]) -> list[str]:
    return [item for item, count in Counter(items).items() if count > 1]


def test_ids_and_texts_are_unique(clauses: ClauseLibrary) -> None:
    assert _doubles(clause.spec.id for clause in clauses.clauses) == []
    assert _doubles(clause.spec.text for clause in clauses.clauses) == []


def test_a_post_never_has_two_clauses_on_one_topic(clauses: ClauseLibrary) -> None:
    for party in ("甲方", "乙方"):
        for role in clauses.roles:
            mine = [c.spec.topic for c in clauses.clauses if _is_of(c, role, party)]
            assert _doubles(mine) == [], role


def _is_of(clause: Clause, role: str, party: str) -> bool:
    return role in clause.spec.roles and clause.spec.party == party


def test_every_clause_is_used(clauses: ClauseLibrary, offered: dict[str, set[str]]) -> None:
    used = {(role, key.rpartition("|")[2]) for key, roles in offered.items() for role in roles}
    idle = [
        clause.spec.id
        for clause in clauses.clauses
        if not any((role, clause.spec.party) in used for role in clause.spec.roles)
    ]
    assert idle == []


def test_every_post_of_the_library_can_be_chosen_somewhere(
    clauses: ClauseLibrary, offered: dict[str, set[str]]
) -> None:
    chosen = {role for key, roles in offered.items() if key.endswith("乙方") for role in roles}
    carrying = {r for c in clauses.clauses if c.spec.party == "乙方" for r in c.spec.roles}
    assert carrying == chosen


def test_every_post_of_the_staff_has_a_page_of_duties(
    clauses: ClauseLibrary, offered: dict[str, set[str]]
) -> None:
    staff = set(clauses.roles) - OUTSIDERS
    assert staff <= offered[f"{DUTIES}|乙方"]


def test_every_post_of_the_guide_has_a_page_of_duties(offered: dict[str, set[str]]) -> None:
    assert offered[f"{DUTIES}|乙方"] >= POSTS


def test_every_duty_rests_on_the_plan_or_on_an_official_text(
    clauses: ClauseLibrary, rows_of_the_plan: set[str]
) -> None:
    known = rows_of_the_plan | OFFICIAL_TEXTS
    for clause in clauses.clauses:
        assert clause.spec.basis, clause.spec.id
        assert set(clause.spec.basis) <= known, clause.spec.id
        assert _doubles(clause.spec.basis) == []


def test_a_task_of_the_plan_comes_from_a_clause_that_rests_on_the_plan(
    clauses: ClauseLibrary,
) -> None:
    for clause in clauses.clauses:
        if any(task.from_plan for task in clause.spec.tasks):
            assert any(re.match(r"M\d", row) for row in clause.spec.basis), clause.spec.id


def test_what_is_only_advised_is_not_marked_as_the_plans_own(clauses: ClauseLibrary) -> None:
    """A frequency that is advice may stand beside a task of the plan only as its term."""
    for clause in clauses.clauses:
        for task in clause.spec.tasks:
            advised = re.search(r"\d.*（建议）", task.how_often)
            if task.from_plan and advised:
                assert task.how_often.startswith("每学年1次，"), clause.spec.id


def test_clauses_use_only_names_that_some_form_has(
    library: Library, clauses: ClauseLibrary
) -> None:
    names = {name for form in library.forms if form.clauses for name in form.names}
    for clause in clauses.clauses:
        assert set(clause.names) <= names, clause.spec.id


def test_a_clause_reads_well_for_a_form_without_the_fields_it_names(
    clauses: ClauseLibrary,
) -> None:
    for clause in clauses.clauses:
        text = clause.item(1, {})["条文"]
        assert not re.search(r"[{}%]|（）|：）|与名|  ", text.replace("100%", "")), clause.spec.id
        assert text.endswith(("。", "：")), clause.spec.id


def test_no_clause_uses_a_waiver_or_a_wrong_name(clauses: ClauseLibrary, templates: Path) -> None:
    table = tomllib.loads((templates / "wording.toml").read_text(encoding="utf-8"))
    words = [word for phrase in table["phrase"] for word in phrase.get("find", [])]
    for clause in clauses.clauses:
        text = f"{clause.spec.topic}{clause.spec.text}{'《'.join(clause.spec.basis)}"
        assert [word for word in words if word in text] == [], clause.spec.id


def test_a_switch_takes_a_clause_and_its_task_away(clauses: ClauseLibrary) -> None:
    switched = {c.spec.id: c for c in clauses.clauses if c.condition}
    assert set(switched) == {"HT-10", "HT-11"}
    assert not switched["HT-10"].applies({})
    assert switched["HT-10"].applies({"寄宿": True})


def test_the_page_of_duties_prints_post_basis_and_people(library: Library, printed: Any) -> None:
    form = library.find(DUTIES)
    text = "\n".join(printed(form, form.sample()))
    assert "收集与归档" in text
    assert "计划三（七）" in text
    assert "《中华人民共和国未成年人保护法》" in text
    assert not re.search(r"M\d\.", text)
    lines = text.splitlines()
    for line in lines:
        assert not re.search(r"(计划三（.）\d?)\1", line)


def test_every_post_has_a_page_of_duties_that_prints(library: Library, printed: Any) -> None:
    form = library.find(DUTIES)
    sample = {field.name: form.sample()[field.name] for field in form.fields}
    posts = next(field.choices for field in form.fields if field.name == "岗位")
    for post in posts:
        checked = form.check(sample | {"岗位": post, "合并岗位": []})
        assert checked.values is not None, (post, checked.problems)
        assert 3 <= len(checked.values["职责"]) <= 12, post
        text = "".join(printed(form, checked.values | {"档号": "", "件号": ""}))
        assert f"{post}安全职责" in text


def test_an_acknowledgement_before_the_paper_was_given_out_is_refused(library: Library) -> None:
    form = library.find("management/duty-acknowledgement")
    sample = {field.name: form.sample()[field.name] for field in form.fields}
    early = [dict(row, 签收日期="2022-09-01") for row in sample["人员"]]
    checked = form.check(sample | {"人员": early})
    assert [problem.message for problem in checked.problems] == [
        "有的签收日期早于发放日期，请核对。"
    ]
