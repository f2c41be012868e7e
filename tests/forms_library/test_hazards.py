"""Hazards from the first check to the last signature: persons, dates, photos, references."""

from __future__ import annotations

import functools
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from tests.forms_library.conftest import TEMPLATES

from safety_docs.forms import load_form

if TYPE_CHECKING:
    from safety_docs.forms import Form

FOLDERS = sorted(
    path.parent
    for family in ("hazards", "supervision")
    for path in TEMPLATES.glob(f"forms/{family}/*/form.toml")
)
SCHOOL = {f"M3.3.2-{letter}" for letter in "abcdfghijklm"} | {"M3.1.5-k", "M3.1.5-l"}
ABOVE = {f"M3.3.1-{letter}" for letter in "abcdef"} | {"M3.8-a", "M3.8-c"}
BOTH = {f"M3.7-{letter}" for letter in "defg"}
THREE = ("整改责任人", "监管责任人", "督查人")
CHECKS = {
    "hazards/daily-check": "检查",
    "hazards/weekly-check": "检查情况",
    "hazards/monthly-check": "分项检查情况",
    "hazards/weather-check": "检查情况",
    "supervision/central-survey": "排查情况",
    "supervision/quarterly-inspection": "督查情况",
    "supervision/term-start-inspection": "检查情况",
}


@functools.cache
def form_of(form_id: str) -> Form:
    return load_form(TEMPLATES / "forms" / form_id)


@functools.cache
def sample_of(form_id: str) -> dict[str, Any]:
    return form_of(form_id).sample()


def raw(form_id: str, **changes: object) -> dict[str, object]:
    sample = sample_of(form_id)
    return {field.name: sample[field.name] for field in form_of(form_id).fields} | changes


def problems(form_id: str, **changes: object) -> set[str | None]:
    """Labels of the fields that are refused."""
    checked = form_of(form_id).check(raw(form_id, **changes))
    return {problem.column for problem in checked.problems if problem.severity == "error"}


def values(form_id: str, **changes: object) -> dict[str, Any]:
    checked = form_of(form_id).check(raw(form_id, **changes))
    assert checked.values is not None, [str(one) for one in checked.problems]
    return checked.values


def rows(form_id: str, table: str, number: int, **changes: object) -> list[Any]:
    """The sample's rows of `table`, one of them changed."""
    found = [dict(row) for row in sample_of(form_id)[table]]
    found[number] |= changes
    return found


def agrees(form_id: str, field: str, other: str, here: dict[str, object], **there: object) -> bool:
    """Whether the link of `field` accepts the sample of `other` with `there` changed."""
    form = form_of(form_id)
    (link,) = [one for one in form.links if one.field == field]
    assert link.form == other
    page = form_of(other).to_json(sample_of(other)) | there
    return form.link_problem(link, values(form_id, **here), page) is None


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_every_form_is_complete_and_filed_long_enough(folder: Any) -> None:
    form = load_form(folder)
    form.sample()
    assert form.sample_pages
    assert form.obligations
    assert form.aliases
    assert form.retention in {"10年", "30年", "永久"}
    assert form.family == {"hazards": "隐患排查治理", "supervision": "督查考核"}[folder.parent.name]


def test_every_obligation_of_the_chapter_has_a_form() -> None:
    found = {row for folder in FOLDERS for row in load_form(folder).obligations}
    assert found >= SCHOOL | ABOVE | BOTH


def test_codes_run_without_a_gap() -> None:
    codes = sorted(load_form(folder).code for folder in FOLDERS)
    assert codes == [f"DC-{n:02}" for n in range(1, 12)] + [f"HZ-{n:02}" for n in range(16)]


@pytest.mark.parametrize("form_id", CHECKS)
def test_ready_made_items_wait_for_a_result(form_id: str) -> None:
    """Items are printed for the clerk; no result is ever taken for granted."""
    form, label = form_of(form_id), CHECKS[form_id]
    field = next(one for one in form.fields if one.shown_name == label)
    assert field.default
    given = raw(form_id)
    del given[field.name]
    assert label in {problem.column for problem in form.check(given).problems}


@pytest.mark.parametrize(
    "form_id",
    [
        "hazards/hazard-registration",
        "hazards/rectification-notice",
        "hazards/major-plan",
        "hazards/extension-approval",
        "hazards/hazard-closure",
    ],
)
@pytest.mark.parametrize("other", THREE[1:])
def test_who_rectifies_neither_oversees_nor_supervises(form_id: str, other: str) -> None:
    label = next(one.shown_name for one in form_of(form_id).fields if one.name == other)
    rectifier = sample_of(form_id)["整改责任人"]
    assert problems(form_id, **{other: rectifier}) & {label, "整改责任人"}


@pytest.mark.parametrize("table", ["supervision/central-ledger", "supervision/district-base"])
def test_persons_differ_in_every_row_of_a_register(table: str) -> None:
    first = sample_of(table)["隐患"][0]["整改责任人"]
    label = next(one.shown_name for one in form_of(table).fields if one.name == "隐患")
    assert problems(table, 隐患=rows(table, "隐患", 0, 监管责任人=first)) == {label}


@pytest.mark.parametrize(
    ("form_id", "changes", "label"),
    [
        ("daily-check", {"隐患编号": ""}, "登记的隐患编号"),
        ("daily-check", {"隐患编号": "37"}, "登记的隐患编号"),
        ("weekly-check", {"结束时间": "14:00"}, "结束时间"),
        ("monthly-check", {"检查日期": "2022-11-01"}, "检查日期"),
        ("monthly-check", {"分管副校长": "周示范"}, "分管副校（园）长"),
        ("weather-check", {"检查日期": "2022-10-09"}, "检查日期"),
        ("weather-check", {"报告": []}, "向上级报告情况"),
        ("weather-check", {"隐患编号": ""}, "登记的隐患编号"),
        ("round-disposal", {"复核人": "蒋示例"}, "复核人"),
        ("round-disposal", {"隐患编号": ""}, "隐患编号"),
        ("round-disposal", {"办结期限": "2022-09-26"}, "办结期限"),
        ("hazard-registration", {"整改时限": "2022-09-15"}, "整改时限"),
        ("hazard-registration", {"级别": "重大"}, "定级依据"),
        ("hazard-registration", {"防范措施": ""}, "防范措施"),
        ("hazard-registration", {"难以整改": "是"}, "整改方式"),
        ("hazard-registration", {"状态": "已销号"}, "整改跟踪"),
        ("hazard-registration", {"复查人": "蒋示例"}, "复查人"),
        ("hazard-registration", {"隐患描述": "灯不亮"}, "隐患描述"),
        ("hazard-registration", {"照片": []}, "整改前照片"),
        ("rectification-notice", {"整改期限": "2022-09-15"}, "整改期限"),
        ("major-plan", {"级别": "较大"}, "隐患级别"),
        ("major-plan", {"开工日期": "2022-10-10"}, "开工日期"),
        ("major-plan", {"完工期限": "2022-11-01"}, "治理的方法和步骤"),
        ("extension-approval", {"新时限": "2022-10-19"}, "申请延至"),
        ("extension-approval", {"新级别": "一般"}, "调整后的级别"),
        ("extension-approval", {"批准人": "蒋示例"}, "申请人"),
        ("hazard-closure", {"验收人": "蒋示例"}, "验收人"),
        ("hazard-closure", {"销号批准人": "蒋示例"}, "销号批准人"),
        ("hazard-closure", {"销号日期": "2022-11-08"}, "销号日期"),
        ("hazard-closure", {"销号日期": None}, "销号日期"),
        ("hazard-closure", {"验收结论": "退回整改"}, "销号日期"),
        ("hazard-closure", {"监测天数": None}, "日监测天数"),
        ("hazard-closure", {"监测天数": 30, "缺测说明": ""}, "日监测天数"),
        ("hazard-closure", {"发现日期": "2022-11-09"}, "整改完成时间"),
        ("hazard-escalation", {"资金缺口": "90000"}, "学校无力承担的部分（元）"),
        ("hazard-escalation", {"成文日期": "2022-10-09"}, "成文日期"),
        ("hazard-escalation", {"文号": "示校安[2022]21号"}, "文号"),
        ("danger-report", {"是否重大": "是"}, "报告情况"),
        ("danger-report", {"隐患编号": ""}, "登记的隐患编号"),
        ("danger-report", {"排除时间": "2022-11-08 06:00"}, "排除时间"),
    ],
)
def test_a_contradiction_is_refused_where_it_stands(
    form_id: str, changes: dict[str, object], label: str
) -> None:
    assert label in problems(f"hazards/{form_id}", **changes)


@pytest.mark.parametrize(
    ("form_id", "changes", "label"),
    [
        ("central-survey", {"排查日期": "2022-11-01"}, "排查日期"),
        ("central-survey", {"受检负责人": "朱示例"}, "受检单位负责人"),
        ("central-hazard-file", {"建档日期": "2022-12-01"}, "检查记录"),
        ("supervision-order", {"督办期限": "2022-10-12"}, "督办期限"),
        ("supervision-order", {"级别": "一般"}, "隐患级别"),
        ("supervision-closure", {"整改责任人": "吕示例"}, "核查人"),
        ("supervision-closure", {"结论": "继续督办"}, "继续督办的期限"),
        ("quarterly-inspection", {"季度": 3}, "督查日期"),
        ("quarterly-inspection", {"问题": []}, "发现的问题"),
        ("inspection-feedback", {"报送期限": "2022-12-01"}, "整改情况报送期限"),
        ("term-start-inspection", {"整改期限": None}, "整改期限"),
        ("liaison-roster", {"全区校数": 10}, "挂点安排"),
        ("accountability-decision", {"决定日期": "2022-11-10"}, "决定日期"),
        ("accountability-decision", {"送达": []}, "送达情况"),
        ("district-base", {"已报学校": 33}, "已报学校数"),
        ("district-base", {"未报说明": ""}, "未报学校及原因"),
    ],
)
def test_the_offices_above_are_held_to_the_same(
    form_id: str, changes: dict[str, object], label: str
) -> None:
    assert label in problems(f"supervision/{form_id}", **changes)


@pytest.mark.parametrize(
    "kind", ["校舍", "消防", "电气", "体育器材", "食堂", "周边", "心理", "应急"]
)
def test_the_monthly_check_leaves_no_kind_out(kind: str) -> None:
    form_id = "hazards/monthly-check"
    kept = [row for row in sample_of(form_id)["检查"] if row["类别"] != kind]
    assert "分项检查情况" in problems(form_id, 检查=kept)


def test_a_hazard_found_is_described_and_numbered() -> None:
    assert problems(
        "hazards/daily-check", 检查=rows("hazards/daily-check", "检查", 4, 措施="")
    ) == {"检查"}
    for form_id, label in (("weekly-check", "检查情况"), ("monthly-check", "分项检查情况")):
        name = f"hazards/{form_id}"
        at = [row["结果"] for row in sample_of(name)["检查"]].index("有隐患")
        assert problems(name, 检查=rows(name, "检查", at, 隐患编号="")) == {label}


def test_photos_show_before_and_after() -> None:
    form_id = "hazards/hazard-closure"
    for stage in ("整改前", "整改后"):
        kept = [row for row in sample_of(form_id)["照片"] if row["阶段"] != stage]
        assert "整改前后照片" in problems(form_id, 照片=kept)


def test_monitoring_is_twice_a_day_and_a_gap_is_explained() -> None:
    form_id, table = "hazards/major-monitoring", "日监测"
    every = sample_of(form_id)[table]
    assert values(form_id)["不足天数"] == 0
    once = [row for row in every if not (row["日期"].day == 13 and row["次数"] == 2)]
    nothing = [row for row in every if row["日期"].day != 15]
    for kept in (once, nothing):
        assert "缺测说明" in problems(form_id, 日监测=kept)
        assert problems(form_id, 日监测=kept, 缺测说明="大雾，看不清标尺。") == set()
    assert values(form_id, 日监测=once, 缺测说明="13日大雾。")["不足天数"] == 1
    assert values(form_id, 日监测=nothing, 缺测说明="15日。")["不足天数"] == 1


def test_first_afternoon_and_last_morning_need_one_reading() -> None:
    form_id = "hazards/major-monitoring"
    every = sample_of(form_id)["日监测"]
    late = [row for row in every if not (row["日期"].day == 10 and row["次数"] == 1)]
    assert "缺测说明" in problems(form_id, 日监测=late)
    assert problems(form_id, 日监测=late, 登记时间="2022-10-10 14:00") == set()
    early = [row for row in every if not (row["日期"].day == 16 and row["次数"] == 2)]
    assert "缺测说明" in problems(form_id, 日监测=early)
    assert problems(form_id, 日监测=early, 销号时间="2022-10-16 10:00") == set()


def test_who_rectifies_does_not_monitor() -> None:
    form_id = "hazards/major-monitoring"
    own = rows(form_id, "日监测", 0, 监测人="蒋示例")
    assert problems(form_id, 日监测=own) == {"日监测"}


@pytest.mark.parametrize("missing", ["当地政府", "区教育局"])
def test_what_a_school_cannot_fix_goes_to_both(missing: str) -> None:
    form_id = "hazards/hazard-escalation"
    kept = [row for row in sample_of(form_id)["报送"] if row["类别"] != missing]
    doubled = [*kept, *kept]
    assert "报送记录" in problems(form_id, 报送=doubled)


def test_minutes_to_the_first_report_are_counted() -> None:
    assert values("hazards/danger-report")["首报分钟"] == 2


def test_key_sites_are_checked_on_every_day_of_use() -> None:
    form_id = "hazards/key-site-check"
    assert "每日检查" in problems(form_id, 使用天数=22)
    at = [row["问题"] != "" for row in sample_of(form_id)["日检"]].index(True)
    assert "每日检查" in problems(form_id, 日检=rows(form_id, "日检", at, 问题=""))


def test_the_notice_refers_to_the_registration_of_the_same_hazard() -> None:
    link = functools.partial(
        agrees, "hazards/rectification-notice", "登记单档号", "hazards/hazard-registration"
    )
    assert link({})
    assert not link({}, 隐患编号="YH-2022-0038")
    assert not link({}, 整改责任人="冯示例")
    assert not link({}, 发现时间="2022-09-17T08:00:00")


def test_the_closure_refers_to_registration_and_notice() -> None:
    form_id = "hazards/hazard-closure"
    same = {"隐患编号": "YH-2022-0041", "整改责任人": "蒋示例"}
    found = "2022-10-10T06:30:00"
    register = functools.partial(agrees, form_id, "登记单档号", "hazards/hazard-registration", {})
    assert register(**same, 发现时间=found)
    assert not register(发现时间=found)
    assert not register(**same)
    notice = functools.partial(agrees, form_id, "通知单档号", "hazards/rectification-notice", {})
    assert notice(**same, 通知单号="ZG-2022-035")
    assert not notice(**same)


def test_only_a_major_hazard_has_plan_monitoring_and_order() -> None:
    other = "hazards/hazard-registration"
    same = {"隐患编号": "YH-2022-0041", "发现时间": "2022-10-10T06:30:00"}
    for form_id in ("hazards/major-plan", "hazards/major-monitoring"):
        assert agrees(form_id, "登记单档号", other, {}, **same, 级别="重大")
        assert not agrees(form_id, "登记单档号", other, {}, **same, 级别="较大")
    escalated = {**same, "难以整改": "是"}
    assert agrees("hazards/hazard-escalation", "登记单档号", other, {}, **escalated)
    assert not agrees("hazards/hazard-escalation", "登记单档号", other, {}, **same)


def test_order_and_closure_of_the_bureau_are_one_case() -> None:
    link = functools.partial(
        agrees,
        "supervision/supervision-closure",
        "督办档号",
        "supervision/supervision-order",
        {},
    )
    assert link()
    assert not link(受督办学校="示例村小学")
    assert not link(签发日期="2022-11-10")


def test_a_disposal_refers_to_the_round_of_the_day() -> None:
    link = functools.partial(
        agrees, "hazards/round-disposal", "巡查档号", "hazards/leader-round", {}
    )
    assert link()
    assert not link(巡查领导="周示范")


def test_a_feedback_refers_to_the_inspection_of_the_day() -> None:
    link = functools.partial(
        agrees,
        "supervision/inspection-feedback",
        "督查档号",
        "supervision/quarterly-inspection",
        {},
    )
    assert link()
    assert not link(督查日期="2022-11-23")


def test_the_samples_of_one_hazard_tell_one_story() -> None:
    told = [
        sample
        for folder in FOLDERS
        if (sample := sample_of(f"{folder.parent.name}/{folder.name}")).get("隐患编号")
        == "YH-2022-0041"
        and "隐患描述" in sample
    ]
    assert len(told) >= 6
    for name in ("隐患描述", "部位", "级别", "类别"):
        assert len({sample[name] for sample in told}) == 1
    assert len({sample["登记单档号"] for sample in told if "登记单档号" in sample}) == 1


def test_shared_hazard_fields_have_one_source() -> None:
    """Kinds and levels are the same in the ledger, the forms and the base of the district."""
    choices = {
        tuple(column.choices)
        for form_id in ("hazards/ledger", "supervision/district-base")
        for field in form_of(form_id).fields
        if field.name == "隐患"
        for column in field.columns
        if column.name == "类别"
    }
    shared = tomllib.loads(
        (TEMPLATES / "forms/shared/hazards/hazard.toml").read_text(encoding="utf-8")
    )
    kinds = next(one["choices"] for one in shared["field"] if one["name"] == "类别")
    assert choices == {tuple(kinds)}
