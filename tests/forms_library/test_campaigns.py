"""Special campaigns and the school's surroundings: exact lists, switches, dates, references."""

from __future__ import annotations

import functools
import io
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from tests.forms_library.conftest import TEMPLATES

from safety_docs.documents import compile_template
from safety_docs.forms import load_form

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from safety_docs.forms import Form

CAMPAIGNS = (
    "防溺水",
    "交通安全",
    "消防安全",
    "校园欺凌",
    "地质灾害",
    "食品及饮用水安全",
    "冬季非职业性一氧化碳中毒预防",
)
SIX_RULES = (
    "不私自下水游泳",
    "不擅自与他人结伴游泳",
    "不在无家长或教师带领的情况下游泳",
    "不到无安全设施、无救援人员的水域游泳",
    "不到不熟悉的水域游泳",
    "不熟悉水性的学生不擅自下水施救",
)
DEPARTMENTS = ["综治", "公安", "应急", "交通", "住建", "卫生", "工商", "市容", "文化"]
OWN_WORDS = {
    "防溺水": "六不准",
    "交通安全": "未满12周岁的学生不骑自行车、未满16周岁的学生不骑电动自行车",
    "消防安全": "检查消除火灾隐患、组织扑救初起火灾、组织人员疏散逃生、消防宣传教育培训“四个能力”",
    "校园欺凌": "十日内完成",
    "地质灾害": "强降雨前后",
    "食品及饮用水安全": "“明厨亮灶”",
    "冬季非职业性一氧化碳中毒预防": "一氧化碳无色无味",
}
OBLIGATIONS = {
    *("M3.3.3-a", "M3.3.3-b", "M3.3.3-c", "M3.3.4-0", "M3.3.4-5a", "M3.3.4-7a"),
    *(f"M3.3.4-1{letter}" for letter in "abcd"),
}
FOLDERS = sorted(
    path.parent
    for family in ("campaigns", "surroundings")
    for path in TEMPLATES.glob(f"forms/{family}/*/form.toml")
)


@functools.cache
def form_of(form_id: str) -> Form:
    return load_form(TEMPLATES / "forms" / form_id)


def raw(form_id: str, **changes: object) -> dict[str, object]:
    form = form_of(form_id)
    sample = form.sample()
    return {field.name: sample[field.name] for field in form.fields} | changes


def problems(form_id: str, **changes: object) -> set[str | None]:
    """Labels of the fields that are refused."""
    checked = form_of(form_id).check(raw(form_id, **changes), base=form_of(form_id).folder)
    return {problem.column for problem in checked.problems if problem.severity == "error"}


def filled(form_id: str, **changes: object) -> dict[str, Any]:
    checked = form_of(form_id).check(raw(form_id, **changes), base=form_of(form_id).folder)
    assert checked.values is not None, [str(one) for one in checked.problems]
    return {**form_of(form_id).sample(), **checked.values}


def rows(form_id: str, table: str, number: int, **changes: object) -> list[dict[str, Any]]:
    """The sample's rows of `table`, one of them changed."""
    found = [dict(row) for row in form_of(form_id).sample()[table]]
    found[number] |= changes
    return found


def link_holds(form_id: str, **there: object) -> bool:
    """Whether the form's link accepts the sample of the other form, with `there` changed."""
    form = form_of(form_id)
    (link,) = form.links
    other = form_of(link.form)
    page = other.to_json(other.sample()) | there
    return form.link_problem(link, form.sample(), page) is None


def test_the_demands_of_campaigns_and_surroundings_are_all_served() -> None:
    forms = [form_of(f"{folder.parent.name}/{folder.name}") for folder in FOLDERS]
    assert {one for form in forms for one in form.obligations} >= OBLIGATIONS
    assert {form.category for form in forms} == {"16"}
    assert all(form.sample_pages for form in forms)


@pytest.mark.parametrize("name", ["campaign-plan", "campaign-ledger", "campaign-summary"])
def test_the_seven_campaigns_are_those_of_the_plan(name: str) -> None:
    form = form_of(f"campaigns/{name}")
    assert next(field.choices for field in form.fields if field.name == "专项") == CAMPAIGNS


def _another_campaign(number: int) -> dict[str, object]:
    return {"专项": CAMPAIGNS[number - 1], "方案编号": f"ZX-2022-{number}"}


@pytest.mark.parametrize("number", range(1, 8))
def test_a_plan_has_the_measures_of_its_own_campaign_only(
    number: int, printed: Callable[[Form, Mapping[str, Any]], list[str]]
) -> None:
    form = form_of("campaigns/campaign-plan")
    values = filled("campaigns/campaign-plan", **_another_campaign(number))
    text = "\n".join(printed(form, values)).partition("四、排查要点")[2].partition("六、")[0]
    found = {name for name, words in OWN_WORDS.items() if words in text}
    assert found == {CAMPAIGNS[number - 1]}
    assert text.count("（五）") == 1
    assert all(point in text for point in values["排查要点"])


@pytest.mark.parametrize("number", range(1, 8))
def test_a_ledger_lists_what_its_campaign_looks_at(number: int) -> None:
    form = form_of("campaigns/campaign-ledger")
    values = filled(form.id, **_another_campaign(number))
    book = compile_template(form.template_path, names=form.names).render(values)
    sheet = load_workbook(io.BytesIO(book))["排查要点"]
    cells = [cell.value for row in sheet.iter_rows() for cell in row]
    assert len(values["排查要点"]) == 5
    assert set(values["排查要点"]) <= set(cells)


def test_plan_ledger_and_summary_of_a_campaign_carry_one_number() -> None:
    numbers = {
        form_of(f"campaigns/campaign-{part}").sample()["方案编号"]
        for part in ("plan", "ledger", "summary")
    }
    assert len(numbers) == 1


def test_the_number_of_a_campaign_ends_in_its_place_among_the_seven() -> None:
    assert problems("campaigns/campaign-plan", 方案编号="ZX-2022-2") == {"专项编号"}


@pytest.mark.parametrize("name", ["drowning-education", "drowning-pledge", "drowning-parents"])
def test_the_six_rules_are_printed_in_the_plan_s_words_and_order(
    name: str, printed: Callable[[Form, Mapping[str, Any]], list[str]]
) -> None:
    form = form_of(f"campaigns/{name}")
    paragraphs = printed(form, form.sample())
    rules = [text for text in paragraphs if text[:3] in {f"{n}. " for n in range(1, 7)}][:6]
    assert rules == [
        f"{n}. {rule}{'。' if n == len(SIX_RULES) else '；'}" for n, rule in enumerate(SIX_RULES, 1)
    ]


def test_the_nine_departments_are_those_of_the_plan() -> None:
    form = form_of("surroundings/perimeter-check")
    (table,) = [field for field in form.fields if field.name == "联系"]
    (column,) = [column for column in table.columns if column.name == "部门"]
    assert list(column.choices) == DEPARTMENTS
    assert form.sample()["九部门"] == DEPARTMENTS


@pytest.mark.parametrize(
    ("form_id", "changes", "label"),
    [
        ("campaigns/campaign-plan", {"批准日期": "2022-03-08"}, "批准日期"),
        ("campaigns/campaign-plan", {"编制人": "周示范"}, "编制人"),
        ("campaigns/campaign-plan", {"结束日期": "2022-09-01"}, "任务安排"),
        ("campaigns/campaign-summary", {"已改数": 6}, "已整改数"),
        ("campaigns/campaign-summary", {"已改数": 2}, "未整改完成的问题"),
        ("campaigns/campaign-summary", {"成文日期": "2022-10-30"}, "成文日期"),
        ("campaigns/drowning-education", {"六不准": False}, "逐条讲解“六不准”"),
        ("campaigns/drowning-education", {"缺席补课": []}, "实到人数"),
        ("campaigns/drowning-education", {"实到人数": 42}, "实到人数"),
        ("campaigns/drowning-parents", {"回执期限": "2022-04-21"}, "交回执的期限"),
        ("campaigns/drowning-parents", {"发出日期": "2022-05-01"}, "发出日期"),
        ("campaigns/geological-check", {"隐患编号": ""}, "登记的隐患编号"),
        ("campaigns/warning-signs", {"照片": []}, "照片"),
        ("surroundings/liaison-letter", {"文号": "示校函(2022)07号"}, "文号"),
        ("surroundings/liaison-letter", {"回复期限": "2022-10-10"}, "请求回复的日期"),
        ("surroundings/perimeter-check", {"月份": "2022-11-30"}, "排查情况"),
        ("surroundings/joint-meeting", {"结束": "15:00"}, "结束时间"),
    ],
)
def test_a_contradiction_is_refused_where_it_stands(
    form_id: str, changes: dict[str, object], label: str
) -> None:
    assert label in problems(form_id, **changes)


@pytest.mark.parametrize(
    ("form_id", "table", "changes"),
    [
        ("campaigns/campaign-ledger", "排查整治", {"措施": ""}),
        ("campaigns/campaign-ledger", "排查整治", {"完成日期": ""}),
        ("campaigns/geological-check", "项目", {"结果": "异常"}),
        ("campaigns/water-survey", "水域", {"期限": ""}),
        ("campaigns/water-survey", "水域", {"期限": "2022-04-01"}),
        ("campaigns/warning-signs", "标牌", {"编号": "JS-02"}),
        ("campaigns/heating-survey", "场所", {"问题": "电线老化"}),
        ("campaigns/family-contact", "提醒", {"发出": 42}),
        ("surroundings/radius-200", "场所", {"距离": 201}),
        ("surroundings/radius-200", "场所", {"核查日期": "2022-09-17"}),
        ("surroundings/joint-meeting", "问题", {"期限": "2022-10-26"}),
    ],
)
def test_a_row_that_is_wrong_or_incomplete_is_refused(
    form_id: str, table: str, changes: dict[str, object]
) -> None:
    assert problems(form_id, **{table: rows(form_id, table, 0, **changes)})


def test_lessons_that_were_made_up_count_as_taught() -> None:
    form_id = "campaigns/drowning-education"
    assert form_of(form_id).sample()["教育率"] == 100
    absent = rows(form_id, "缺席补课", 0, 补课日期="")
    assert float(filled(form_id, 缺席补课=absent)["教育率"]) == pytest.approx(97.6)


def test_the_eight_standard_places_wait_for_what_is_found_there() -> None:
    form = form_of("campaigns/geological-check")
    given = {key: value for key, value in raw(form.id).items() if key != "项目"}
    checked = form.check(given | {"隐患编号": ""})
    assert checked.values is None
    assert [problem.column for problem in checked.problems] == ["排查项目"]
    (places,) = [field.default for field in form.fields if field.name == "项目"]
    assert len(places) == 8
    seen = [{**place, "结果": "正常"} for place in places]
    assert form.check(given | {"项目": seen, "隐患编号": ""}).values is not None


def test_a_summary_belongs_to_the_plan_of_the_same_campaign() -> None:
    assert link_holds("campaigns/campaign-summary")
    assert not link_holds("campaigns/campaign-summary", 专项="消防安全")
    assert not link_holds("campaigns/campaign-summary", 批准日期="2022-11-08")


def test_signs_are_checked_after_the_survey_they_refer_to() -> None:
    assert link_holds("campaigns/warning-signs")
    assert not link_holds("campaigns/warning-signs", 排查日期="2022-09-15")


@pytest.mark.parametrize(
    ("form_id", "signature"),
    [("campaigns/drowning-parents", "监护人签字："), ("campaigns/co-parents", "监护人签字：")],
)
def test_parents_letters_end_in_a_receipt_to_be_signed_by_hand(
    form_id: str, signature: str, printed: Callable[[Form, Mapping[str, Any]], list[str]]
) -> None:
    paragraphs = printed(form_of(form_id), form_of(form_id).sample())
    start = paragraphs.index("回　　执")
    slip = "".join(paragraphs[start:])
    assert signature in slip
    assert form_of(form_id).sample()["信号"] in slip


def test_a_liaison_letter_brings_its_reply_slip(
    printed: Callable[[Form, Mapping[str, Any]], list[str]],
) -> None:
    form = form_of("surroundings/liaison-letter")
    text = "\n".join(printed(form, form.sample()))
    assert "函件回执" in text
    assert text.count("示校函〔2022〕7号") == 2


def test_a_letter_without_copies_and_annexes_says_nothing_of_them(
    printed: Callable[[Form, Mapping[str, Any]], list[str]],
) -> None:
    form_id = "surroundings/liaison-letter"
    text = "\n".join(printed(form_of(form_id), filled(form_id, 抄送="", 附件=[])))
    assert "抄送" not in text
    assert "附件：" not in text


def test_the_samples_of_school_days_are_school_days() -> None:
    for form_id, field in (
        ("campaigns/drowning-education", "日期"),
        ("campaigns/co-education", "日期"),
        ("surroundings/joint-meeting", "日期"),
    ):
        day: dt.date = form_of(form_id).sample()[field]
        assert day.weekday() < 5, form_id
