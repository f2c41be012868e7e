"""Rule of law, bullying, psychology, disputes: what is kept secret, by when, and who is told."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any

import pytest
from tests.forms_library.conftest import TEMPLATES

from safety_docs.core.retention import Retention
from safety_docs.forms import load_form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from safety_docs.forms import Form

OBLIGATIONS = {
    *("M3.1.7-a", "M3.1.7-b", "M3.2.1-l", "M3.2.4-a", "M3.2.4-b", "M3.2.5-a", "M3.2.5-b"),
    *("M3.3.4-4a", "M3.3.4-4b", "M3.3.5-a", "M3.3.5-b", "M3.3.5-c", "M3.5-a"),
}
CONFIDENTIAL = {
    "disputes/bullying-case",
    "disputes/concern-ledger",
    "disputes/counselling-record",
    "disputes/dispute-ledger",
    "disputes/key-person",
    "rule-of-law/clue-check",
    "rule-of-law/religion-screening",
}
KEPT_30_YEARS = {
    "disputes/bullying-case",
    "disputes/concern-ledger",
    "disputes/counselling-record",
    "disputes/key-person",
}
ZERO_REPORTS = {
    "rule-of-law/religion-screening": ("项目", "事件", "未发现"),
    "rule-of-law/clue-check": ("项目", "线索", "无线索"),
}
IDS = sorted(
    f"{family}/{path.parent.name}"
    for family in ("rule-of-law", "disputes")
    for path in TEMPLATES.glob(f"forms/{family}/*/form.toml")
)


@functools.cache
def form_of(form_id: str) -> Form:
    return load_form(TEMPLATES / "forms" / form_id)


def sample_with(form_id: str, **changes: object) -> dict[str, object]:
    form = form_of(form_id)
    values = form.sample()
    return {field.name: values[field.name] for field in form.fields} | changes


def refused(form_id: str, **changes: object) -> set[str | None]:
    """Labels of the fields that are refused."""
    form = form_of(form_id)
    checked = form.check(sample_with(form_id, **changes), base=form.folder)
    return {problem.column for problem in checked.problems if problem.severity == "error"}


def accepted(form_id: str, **changes: object) -> dict[str, Any]:
    form = form_of(form_id)
    checked = form.check(sample_with(form_id, **changes), base=form.folder)
    assert checked.values is not None, [str(one) for one in checked.problems]
    return {**form.sample(), **checked.values}


def with_row(form_id: str, table: str, number: int, **changes: object) -> list[dict[str, Any]]:
    """The sample's rows of `table`, one of them changed."""
    found = [dict(row) for row in form_of(form_id).sample()[table]]
    found[number] |= changes
    return found


def accepts_link(form_id: str, here: Mapping[str, object] | None = None, **there: object) -> bool:
    """Whether the form's link accepts the sample of the other form, with `there` changed."""
    form = form_of(form_id)
    (link,) = form.links
    other = form_of(link.form)
    page = other.to_json(other.sample()) | there
    return form.link_problem(link, accepted(form_id, **(here or {})), page) is None


def texts(value: object) -> Iterator[str]:
    """All texts of a sample, those of its tables included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for one in value.values() for text in texts(one))
    elif isinstance(value, list):
        yield from (text for one in value for text in texts(one))


def test_the_demands_of_law_and_disputes_are_all_served() -> None:
    assert {one for form_id in IDS for one in form_of(form_id).obligations} >= OBLIGATIONS
    assert {form_of(form_id).category for form_id in IDS} == {"17", "18"}
    assert all(form_of(form_id).sample_pages for form_id in IDS)


def test_sensitive_files_are_confidential_and_the_others_are_not() -> None:
    assert {form_id for form_id in IDS if form_of(form_id).is_confidential} == CONFIDENTIAL


def test_files_on_persons_are_kept_for_thirty_years() -> None:
    thirty = Retention.parse("30年")
    kept = {form_id for form_id in IDS if Retention.parse(form_of(form_id).retention) == thirty}
    assert kept == KEPT_30_YEARS


@pytest.mark.parametrize("form_id", sorted(KEPT_30_YEARS | {"disputes/dispute-ledger"}))
def test_a_confidential_file_has_codes_instead_of_names_in_its_title(form_id: str) -> None:
    form = form_of(form_id)
    title = form.title_of(form.sample())
    assert not any(name and name in title for name in form.people_of(form.sample()))


@pytest.mark.parametrize("form_id", sorted(CONFIDENTIAL))
def test_a_confidential_file_asks_for_no_id_number_address_or_phone(form_id: str) -> None:
    fields = form_of(form_id).fields
    columns = [column for field in fields for column in (field, *field.columns)]
    assert not {column.type for column in columns} & {"id-number", "phone"}
    assert not [column.name for column in columns if re.search("住址|民族|信仰|宗教", column.name)]
    assert not [text for text in texts(form_of(form_id).sample()) if re.search(r"\d{11,}", text)]


def test_students_of_a_bullying_file_have_codes_only() -> None:
    form_id = "disputes/bullying-case"
    named = with_row(form_id, "当事人", 0, 代号="张示例")
    assert refused(form_id, 当事人=named)
    twice = with_row(form_id, "当事人", 1, 代号="甲1")
    assert refused(form_id, 当事人=twice) == {"当事人"}


@pytest.mark.parametrize(
    ("changes", "label"),
    [
        ({"应结日期": "2022-11-21"}, "应完成调查认定的日期"),
        ({"认定日期": "2022-11-21", "告知认定": "2022-11-22"}, "调查认定日期"),
        ({"受理时间": "2022-11-11 08:00"}, "受理线索时间"),
        ({"告知认定": "2022-11-16"}, "向双方监护人送达认定的日期"),
        ({"级别": "情节严重"}, "级别"),
        ({"级别": "不属于欺凌"}, "认定"),
        ({"报告时间": ""}, "对外报告"),
    ],
)
def test_a_bullying_case_keeps_its_ten_days_and_its_reports(
    changes: dict[str, object], label: str
) -> None:
    assert label in refused("disputes/bullying-case", **changes)


def test_a_late_finding_is_filed_as_it_was_with_its_reason() -> None:
    late = {"认定日期": "2022-11-21", "告知认定": "2022-11-22"}
    reason = "监护人11月18日方能到校，经委员会主任批准"
    assert accepted("disputes/bullying-case", **late, 超期说明=reason)["用时"] == 11


def test_both_guardians_are_told() -> None:
    form_id = "disputes/bullying-case"
    assert refused(form_id, 当事人=with_row(form_id, "当事人", 0, 告知时间=None)) == {"当事人"}
    assert not refused(form_id, 当事人=with_row(form_id, "当事人", 3, 告知时间=None))


@pytest.mark.parametrize("form_id", sorted(ZERO_REPORTS))
def test_a_zero_report_means_that_nothing_was_found(form_id: str) -> None:
    items, findings, nothing = ZERO_REPORTS[form_id]
    clean = [{**row, "结果": nothing} for row in form_of(form_id).sample()[items]]
    assert "零报告" in str(refused(form_id, 零报告=True))
    assert not refused(form_id, 零报告=True, **{items: clean, findings: []})
    assert refused(form_id, 零报告=False, **{items: clean, findings: []})
    assert refused(form_id, **{findings: []})


def test_a_month_without_disputes_is_a_zero_report() -> None:
    form_id = "disputes/dispute-ledger"
    assert not refused(form_id, 零报告=True, 纠纷=[])
    assert refused(form_id, 纠纷=[])
    assert refused(form_id, 零报告=True)


@pytest.mark.parametrize("form_id", sorted(ZERO_REPORTS))
def test_a_zero_report_says_that_nothing_was_found(
    form_id: str, printed: Callable[[Form, Mapping[str, Any]], list[str]]
) -> None:
    items, findings, nothing = ZERO_REPORTS[form_id]
    clean = [{**row, "结果": nothing} for row in form_of(form_id).sample()[items]]
    values = accepted(form_id, 零报告=True, **{items: clean, findings: []})
    text = "\n".join(printed(form_of(form_id), values))
    assert "☑" in text
    assert "没有" in text


def test_screening_for_proselytizing_registers_events_and_never_beliefs(
    printed: Callable[[Form, Mapping[str, Any]], list[str]],
) -> None:
    form = form_of("rule-of-law/religion-screening")
    text = "".join(printed(form, form.sample()))
    assert "坚持教育与宗教相分离的原则" in text
    assert "不登记、不打探任何人的宗教信仰、民族" in text
    names = {column.name for field in form.fields for column in (field, *field.columns)}
    assert not names & {"姓名", "信仰", "民族", "教派"}


def test_a_key_person_is_reported_to_police_and_bureau_and_reviewed() -> None:
    form_id = "disputes/key-person"
    only_police = with_row(form_id, "报告", 1, 部门="公安机关")
    assert refused(form_id, 报告=only_police) == {"报告情况"}
    assert refused(form_id, 解除日期="") == {"下次复核"}
    assert not refused(form_id, 解除日期="", 下次复核="2022-12-30")
    early = with_row(form_id, "复核", 0, 日期="2022-11-27")
    assert refused(form_id, 复核=early) == {"复核记录"}


def test_a_key_person_file_says_what_is_no_reason_to_open_it(
    printed: Callable[[Form, Mapping[str, Any]], list[str]],
) -> None:
    form = form_of("disputes/key-person")
    text = "".join(printed(form, form.sample()))
    assert "反映诉求、投诉、信访、患病、信仰、民族、家庭情况都不是建档理由" in text
    assert "不跟踪、不限制人身自由" in text


@pytest.mark.parametrize(
    ("form_id", "changes", "label"),
    [
        ("disputes/bullying-survey", {"有效": 325}, "题目和结果"),
        ("disputes/bullying-survey", {"收回": 328}, "收回份数"),
        ("disputes/counselling-record", {"转介": ""}, "危机程度"),
        ("disputes/counselling-record", {"结案": ""}, "结案日期"),
        ("disputes/risk-assessment", {"上报": "无"}, "需要上报的事项"),
        ("disputes/risk-assessment", {"下次": "2022-11-30"}, "下次研判日期"),
        ("disputes/bullying-plan", {"编制日期": "2022-09-01"}, "编制日期"),
        ("rule-of-law/anti-cult-plan", {"报告人": "秦示例"}, "信息报告人"),
        ("rule-of-law/anti-drug-plan", {"编制人": "周示范"}, "编制人"),
        ("rule-of-law/constitution-plan", {"批准日期": "2022-11-28"}, "批准日期"),
        ("rule-of-law/constitution-plan", {"结束日期": "2022-12-08"}, "活动安排"),
        ("rule-of-law/constitution-summary", {"补课": 5}, "实际参加学生数"),
        ("rule-of-law/vice-principal-appointment", {"止": "2022-09-01"}, "聘期起"),
        ("rule-of-law/organized-crime-summary", {"办结数": 2}, "移交后有反馈的数"),
        ("rule-of-law/topic-education", {"实到人数": 82}, "实到人数"),
    ],
)
def test_a_contradiction_is_refused_where_it_stands(
    form_id: str, changes: dict[str, object], label: str
) -> None:
    assert label in refused(form_id, **changes)


@pytest.mark.parametrize(
    ("form_id", "table", "changes"),
    [
        ("disputes/concern-ledger", "学生", {"级别": "高危"}),
        ("disputes/concern-ledger", "学生", {"状态": "已解除"}),
        ("disputes/concern-ledger", "学生", {"代号": "XL-02"}),
        ("disputes/bullying-survey", "题目", {"从不": None}),
        ("disputes/bullying-committee", "委员", {"姓名": "赵某某"}),
        ("disputes/dispute-ledger", "纠纷", {"登记日期": "2022-12-01"}),
        ("rule-of-law/anti-drug-base", "阵地", {"处理": ""}),
        ("rule-of-law/clue-check", "线索", {"日期": "2022-06-17"}),
    ],
)
def test_a_row_that_is_wrong_or_incomplete_is_refused(
    form_id: str, table: str, changes: dict[str, object]
) -> None:
    assert refused(form_id, **{table: with_row(form_id, table, 0, **changes)})


def test_the_committee_has_parents_and_people_from_outside() -> None:
    form_id = "disputes/bullying-committee"
    members = form_of(form_id).sample()["委员"]
    inside = [row for row in members if row["身份"] != "家长代表"]
    assert refused(form_id, 委员=inside) == {"委员"}
    school = [row for row in members if row["身份"] not in {"法治副校长", "社区人员"}]
    assert refused(form_id, 委员=school) == {"委员"}


def test_a_lecture_is_given_by_the_appointed_vice_principal_within_his_term() -> None:
    form_id = "rule-of-law/legal-lecture"
    assert accepts_link(form_id)
    assert not accepts_link(form_id, 姓名="何某某")
    assert not accepts_link(form_id, 止="2022-12-01")
    assert not accepts_link(form_id, 起="2022-12-03")


def test_a_summary_belongs_to_the_plan_of_its_year() -> None:
    for form_id in ("rule-of-law/constitution-summary", "rule-of-law/organized-crime-summary"):
        assert accepts_link(form_id)
        assert not accepts_link(form_id, 年度=2021)
        assert not accepts_link(form_id, 批准日期="2022-12-31")


def test_the_questionnaire_has_the_questions_of_the_survey(
    printed: Callable[[Form, Mapping[str, Any]], list[str]],
) -> None:
    form = form_of("disputes/bullying-survey")
    paragraphs = printed(form, form.sample())
    for row in form.sample()["题目"]:
        assert paragraphs.count(row["题"]) == 2
