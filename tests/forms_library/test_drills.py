"""The papers of a drill: one number, dates in order, scores that add up, each at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from safety_docs.forms import Form, Library

FOUR = ("drills/plan", "drills/summary", "drills/evaluation", "drills/photos")
SIX = (*FOUR, "drills/sign-in", "drills/archive-index")
INDEX = {
    "方案档号": "drills/plan",
    "总结档号": "drills/summary",
    "评估档号": "drills/evaluation",
    "照片档号": "drills/photos",
    "签到档号": "drills/sign-in",
}
WEIGHTS = {
    "准备": 10,
    "报告": 8,
    "指挥": 10,
    "秩序": 20,
    "用时": 15,
    "清点": 12,
    "避险": 8,
    "救护": 7,
    "照料": 4,
    "讲评": 6,
}


def _raw(form: Form, **changes: object) -> dict[str, object]:
    return {field.name: form.sample()[field.name] for field in form.fields} | changes


def _problems(form: Form, **changes: object) -> set[str | None]:
    """Labels of the columns that are refused."""
    checked = form.check(_raw(form, **changes))
    return {problem.column for problem in checked.problems if problem.severity == "error"}


def _row(form: Form, table: str, number: int, **changes: object) -> list[Any]:
    """The sample's rows of `table`, one of them changed."""
    rows = [dict(row) for row in form.sample()[table]]
    rows[number] |= changes
    return rows


def _is_link_refused(form: Form, field: str, there: Form, **other: object) -> bool:
    """Whether a reference is refused when the record that it names holds `other`."""
    link = next(one for one in form.links if one.field == field)
    assert link.form == there.id
    page = there.to_json(there.sample()) | other
    return form.link_problem(link, form.sample(), page) is not None


def test_all_papers_of_a_drill_carry_the_same_number(library: Library) -> None:
    assert len({library.find(name).sample()["演练编号"] for name in SIX}) == 1


@pytest.mark.parametrize("name", SIX[1:])
@pytest.mark.parametrize(
    "other",
    [{"演练编号": "YL-202209-2"}, {"批准日期": "2022-09-16"}],
    ids=["another drill's plan", "a plan approved too late"],
)
def test_a_paper_refers_to_the_plan_of_its_drill(
    library: Library, name: str, other: dict[str, object]
) -> None:
    form, plan = library.find(name), library.find("drills/plan")
    assert not _is_link_refused(form, "方案档号", plan)
    assert _is_link_refused(form, "方案档号", plan, **other)


@pytest.mark.parametrize("field", INDEX)
def test_the_index_refers_to_all_papers_of_its_drill(library: Library, field: str) -> None:
    index, there = library.find("drills/archive-index"), library.find(INDEX[field])
    assert not _is_link_refused(index, field, there)
    assert _is_link_refused(index, field, there, 演练编号="YL-202209-2")


@pytest.mark.parametrize("field", list(INDEX)[:4])
def test_the_index_lacks_none_of_the_four(library: Library, field: str) -> None:
    form = library.find("drills/archive-index")
    assert _problems(form, **{field: ""})


def test_the_observation_refers_to_the_plan_of_the_drill_that_was_watched(
    library: Library,
) -> None:
    form, plan = library.find("drills/observation"), library.find("drills/plan")
    watched = {"演练编号": "YL-202211-1", "演练日期": "2022-11-09"}
    assert not _is_link_refused(form, "方案档号", plan, **watched)
    assert _is_link_refused(form, "方案档号", plan)


def test_the_sign_in_counts_those_who_came(library: Library) -> None:
    sign_in, summary = (
        library.find(name).sample() for name in ("drills/sign-in", "drills/summary")
    )
    plan = library.find("drills/plan").sample()
    assert sign_in["应到合计"] == plan["在册学生"]
    assert sign_in["实到合计"] + plan["教职工人数"] == summary["实到人数"]


def test_the_samples_tell_one_story(library: Library) -> None:
    plan, summary, evaluation, photos = (library.find(name).sample() for name in FOUR)
    assert plan["批准日期"] < plan["演练日期"] <= summary["成文日期"]
    assert {x["演练日期"] for x in (summary, evaluation, photos)} == {plan["演练日期"]}
    slowest = max(row["秒数"] for row in summary["各楼用时"])
    assert slowest == evaluation["最慢用时"]
    assert sum(row["人数"] for row in summary["各楼用时"]) == summary["实到人数"]
    assert summary["应到人数"] == plan["总人数"]


@pytest.mark.parametrize(
    ("form", "changes", "label"),
    [
        ("drills/plan", {"批准日期": "2022-09-16"}, "批准日期"),
        ("drills/plan", {"编制日期": "2022-09-10"}, "编制日期"),
        ("drills/plan", {"学生人数": 492}, "参演学生人数"),
        ("drills/plan", {"结束信号": "广播播报“演练开始”"}, "启动信号"),
        ("drills/plan", {"总指挥": "吕示例"}, "评估人员"),
        ("drills/plan", {"演练编号": "2022-1"}, "演练编号"),
        ("drills/summary", {"成文日期": "2022-09-15"}, "成文日期"),
        ("drills/summary", {"实到人数": 525}, "实际参演人数（师生合计）"),
        ("drills/summary", {"未参演说明": ""}, "未参演人员及原因"),
        ("drills/summary", {"问题": []}, "存在问题"),
        ("drills/summary", {"实际结束": "10:01"}, "实际结束时间"),
        ("drills/summary", {"受伤人数": 1}, "受伤处置情况"),
        ("drills/evaluation", {"评估日期": "2022-09-15"}, "评估日期"),
        ("drills/evaluation", {"总指挥": "何示例"}, "评估人员"),
        ("drills/evaluation", {"改进措施": []}, "改进措施"),
        ("drills/evaluation", {"目标用时": ""}, "最慢一处疏散用时（秒）"),
        ("drills/photos", {"演练日期": "2022-09-17"}, "照片"),
        ("drills/photos", {"照片": []}, "照片"),
        ("drills/archive-index", {"检查人": "李某某"}, "检查人"),
        ("drills/archive-index", {"归档日期": "2022-09-15"}, "归档日期"),
        ("drills/archive-index", {"超期说明": ""}, "超期说明"),
        ("drills/archive-index", {"签到页数": ""}, "签到页数"),
        ("drills/archive-index", {"照片档号": "Z109-WS·2022-D10-A05-0002"}, "演练总结的档号"),
        ("drills/evacuation-training", {"月份": 10}, "疏散训练"),
        ("drills/evacuation-training", {"建表日期": "2022-10-08"}, "建表日期"),
        ("drills/observation", {"结束": "14:00"}, "结束时间"),
    ],
)
def test_a_contradiction_is_refused_where_it_stands(
    library: Library, form: str, changes: dict[str, object], label: str
) -> None:
    assert label in _problems(library.find(form), **changes)


def test_a_class_has_one_route(library: Library) -> None:
    form = library.find("drills/plan")
    assert "疏散路线" in _problems(form, 疏散路线=_row(form, "疏散路线", 1, 班级="一（1）班"))


def test_steps_are_in_the_order_of_time(library: Library) -> None:
    form = library.find("drills/plan")
    assert "实施步骤" in _problems(form, 步骤=_row(form, "步骤", 1, 时刻="00:50"))


def test_an_evaluator_leads_no_group(library: Library) -> None:
    form = library.find("drills/plan")
    assert "评估人员" in _problems(form, 评估组=_row(form, "评估组", 0, 姓名="韩示例"))


def test_all_seven_groups_are_named(library: Library) -> None:
    form = library.find("drills/plan")
    assert "工作组" in _problems(form, 工作组=_row(form, "工作组", 6, 组别="观察组"))


def test_preparation_is_over_before_the_drill(library: Library) -> None:
    form = library.find("drills/plan")
    late = _row(form, "准备", 0, 完成日期="2022-09-17")
    assert "准备工作" in _problems(form, 准备=late)


def test_no_problem_found_must_be_said_and_agreed(library: Library) -> None:
    form = library.find("drills/summary")
    assert _problems(form, 问题=[], 无问题说明="无。评估人员吕示例、何示例同意。") == set()


@pytest.mark.parametrize("indicator", WEIGHTS)
def test_a_score_is_at_most_its_weight(library: Library, indicator: str) -> None:
    form = library.find("drills/evaluation")
    label = next(field.label for field in form.fields if field.name == f"{indicator}得分")
    assert label.endswith(f"（满分{WEIGHTS[indicator]}）")
    assert _problems(form, **{f"{indicator}得分": WEIGHTS[indicator]}) == set()
    assert label in _problems(form, **{f"{indicator}得分": WEIGHTS[indicator] + 1})


def test_the_weights_add_up_to_a_hundred() -> None:
    assert sum(WEIGHTS.values()) == 100


@pytest.mark.parametrize(
    ("lost", "verdict"), [(10, "优秀"), (10.5, "良好"), (20, "良好"), (21, "合格"), (40, "合格")]
)
def test_the_verdict_follows_the_sum(library: Library, lost: float, verdict: str) -> None:
    form = library.find("drills/evaluation")
    scores = {}
    for name, weight in WEIGHTS.items():
        taken = min(lost, weight)
        scores[f"{name}得分"] = weight - taken
        lost -= taken
    values = form.check(_raw(form, **scores)).values
    assert values is not None
    assert values["结论"] == verdict


def test_a_failed_drill_names_the_day_of_the_next(library: Library) -> None:
    form = library.find("drills/evaluation")
    poor: dict[str, object] = {"秩序得分": 0, "用时得分": 0}
    assert "再演练日期" in _problems(form, **poor)
    assert "再演练日期" in _problems(form, **poor, 再演练日期="2022-09-16")
    values = form.check(_raw(form, **poor, 再演练日期="2022-09-23")).values
    assert values is not None
    assert values["结论"] == "不合格"
