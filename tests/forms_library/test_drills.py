"""The four documents of a drill: one number, dates in order, scores that add up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from safety_docs.forms import Form, Library

FOUR = ("drills/plan", "drills/summary", "drills/evaluation", "drills/photos")
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


def test_the_four_documents_carry_the_same_number(library: Library) -> None:
    assert len({library.find(name).sample()["演练编号"] for name in FOUR}) == 1


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
        ("drills/evaluation", {"评估日期": "2022-09-15"}, "评估日期"),
        ("drills/evaluation", {"总指挥": "何示例"}, "评估人员"),
        ("drills/evaluation", {"改进措施": []}, "改进措施"),
        ("drills/evaluation", {"目标用时": ""}, "最慢一处疏散用时（秒）"),
        ("drills/photos", {"演练日期": "2022-09-17"}, "照片"),
        ("drills/photos", {"照片": []}, "照片"),
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
