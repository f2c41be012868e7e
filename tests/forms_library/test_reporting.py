"""Papers that go up to the bureau: monthly report, incident reports, approvals of events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from safety_docs.forms import Form, Library

MONTHLY = "reporting/monthly-report"
FIRST = "reporting/first-report"
WRITTEN = "reporting/written-report"
CLOSING = "reporting/four-no-passes"
HEALTH = "reporting/public-health-report"
OUTING = "events/outing-approval"
EVENT = "events/event-plan"
INCIDENT = (FIRST, WRITTEN, "reporting/follow-up", CLOSING)
EVENT_PAPERS = (OUTING, EVENT, "events/rehearsal", "events/event-summary")
CHANNELS = ("纸质报送时间", "邮件发送时间")


def _raw(form: Form, **changes: object) -> dict[str, object]:
    return {field.name: form.sample()[field.name] for field in form.fields} | changes


def _problems(form: Form, **changes: object) -> set[str | None]:
    """Labels of the columns that are refused."""
    checked = form.check(_raw(form, **changes))
    return {problem.column for problem in checked.problems if problem.severity == "error"}


def _values(form: Form, **changes: object) -> Mapping[str, Any]:
    checked = form.check(_raw(form, **changes))
    assert checked.values is not None, checked.problems
    return {**checked.values, "档号": "", "件号": ""}


def _row(form: Form, table: str, number: int, **changes: object) -> list[Any]:
    """The sample's rows of `table`, one of them changed."""
    rows = [dict(row) for row in form.sample()[table]]
    rows[number] |= changes
    return rows


def _is_link_refused(library: Library, name: str, field: str, **other: object) -> bool:
    """Whether a reference is refused when the record that it names holds `other`."""
    form = library.find(name)
    link = next(one for one in form.links if one.field == field)
    there = library.find(link.form)
    page = there.to_json(there.sample()) | other
    return form.link_problem(link, form.sample(), page) is not None


# ---- the monthly report ----


@pytest.mark.parametrize(
    ("year", "month", "deadline"),
    [(2022, 9, "2022年10月5日"), (2022, 12, "2023年1月5日"), (2022, 1, "2022年2月5日")],
)
def test_the_report_is_due_on_the_fifth_of_the_next_month(
    library: Library, year: int, month: int, deadline: str
) -> None:
    quiet = dict.fromkeys((*CHANNELS, "纸质签收时间", "审阅日期"), "")
    changed = {"年度": year, "月份": month, "演练": [], "事故": [], "填表日期": "2023-01-03"}
    values = _values(library.find(MONTHLY), **quiet, **changed)
    assert values["报送截止"] == deadline


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_fifth_is_in_time_and_the_sixth_wants_a_reason(library: Library, channel: str) -> None:
    form = library.find(MONTHLY)
    sent = {"纸质签收时间": "2022-10-07 09:00"}
    assert _problems(form, **sent, **{channel: "2022-10-05 23:59"}) == set()
    assert "迟报原因" in _problems(form, **sent, **{channel: "2022-10-06 00:01"})
    late = {channel: "2022-10-06 00:01", "迟报原因": "停电"}
    assert _problems(form, **sent, **late) == set()


@pytest.mark.parametrize("channel", CHANNELS)
def test_nothing_is_sent_before_a_leader_has_read_it(library: Library, channel: str) -> None:
    form = library.find(MONTHLY)
    assert "审阅日期" in _problems(form, 审阅日期="")
    assert "审阅日期" in _problems(form, **{"审阅日期": "2022-10-02", channel: "2022-10-01 10:00"})


def test_nil_and_not_done_are_printed_differently(
    library: Library, printed: Callable[[Form, Mapping[str, Any]], list[str]]
) -> None:
    form = library.find(MONTHLY)
    nil = printed(form, _values(form, 例会次数=0, 矛盾排查次数=0))
    none = printed(form, _values(form, 例会次数="", 矛盾排查次数=0))
    assert "未开展" not in nil
    assert none.count("未开展") == 1


def test_what_was_not_done_wants_a_reason(library: Library) -> None:
    form = library.find(MONTHLY)
    assert "未开展事项和原因" in _problems(form, 未开展说明="")
    assert _problems(form, 未开展说明="", 矛盾排查次数=0) == set()
    assert "未开展事项和原因" in _problems(form, 未开展说明="", 矛盾排查次数=0, 演练=[])


def test_a_month_without_incidents_is_a_nil_report(
    library: Library, printed: Callable[[Form, Mapping[str, Any]], list[str]]
) -> None:
    form = library.find(MONTHLY)
    assert "本月未发生，起数0，死亡0人，受伤0人。" in printed(form, _values(form, 事故=[]))


def test_all_ten_kinds_of_hazard_and_seven_campaigns_are_reported(library: Library) -> None:
    form = library.find(MONTHLY)
    sample = form.sample()
    assert "隐患排查治理（分类）" in _problems(form, 隐患=sample["隐患"][:9])
    assert "七项专项整治" in _problems(form, 整治=sample["整治"][:6])
    twice = _row(form, "隐患", 1, 类别="校舍")
    assert "隐患排查治理（分类）" in _problems(form, 隐患=twice)


def test_figures_of_hazards_add_up(library: Library) -> None:
    form = library.find(MONTHLY)
    hazards = form.sample()["隐患"]
    values = _values(form)
    assert values["发现合计"] == sum(row["发现"] for row in hazards)
    assert values["发现合计"] == values["整改合计"] + values["未整改合计"]
    assert "隐患排查治理（分类）" in _problems(form, 隐患=_row(form, "隐患", 0, 未整改=1))
    assert "其中本月已整改" in _problems(form, 结转整改=2)
    assert "重大隐患明细和日监测" in _problems(form, 重大隐患=[])


@pytest.mark.parametrize(
    ("changes", "label"),
    [
        ({"受教育人数": 492}, "接受安全教育的学生人数"),
        ({"住校生人数": 492}, "住校生人数"),
        ({"学习人次": ""}, "学习人次"),
        ({"填表日期": "2022-08-31"}, "填表日期"),
        ({"周边报告数": 3}, "已向有关部门报告数"),
        ({"专本总值": "abc"}, "专本总校验值"),
        ({"收件邮箱": ""}, "收件邮箱"),
    ],
)
def test_a_figure_that_cannot_be_is_refused(
    library: Library, changes: dict[str, object], label: str
) -> None:
    assert label in _problems(library.find(MONTHLY), **changes)


# ---- incidents ----


def test_all_reports_of_an_incident_tell_the_same(library: Library) -> None:
    samples = [library.find(name).sample() for name in INCIDENT]
    same = ("事件编号", "事件名称", "事件类别", "发生时间", "发现时间", "获知时间", "事发地点")
    assert all(len({sample[name] for sample in samples}) == 1 for name in same)


def test_the_clock_starts_when_it_happened_or_else_when_it_was_found(library: Library) -> None:
    form = library.find(FIRST)
    assert _values(form)["政府用时"] == 26
    unknown = _values(form, 发生时间="")
    assert (unknown["起算依据"], unknown["政府用时"]) == ("发现时间", 25)


@pytest.mark.parametrize("recipient", ["政府接报时间", "教育局接报时间"])
def test_each_first_report_has_an_hour(library: Library, recipient: str) -> None:
    form = library.find(FIRST)
    assert _problems(form, **{recipient: "2022-11-15 10:52"}) == set()
    assert "超过1小时的原因" in _problems(form, **{recipient: "2022-11-15 10:53"})
    assert "超过1小时的原因" in _problems(form, **{recipient: "2022-11-16 10:00"})
    late = {recipient: "2022-11-15 10:53", "迟报原因": "通信中断"}
    assert _problems(form, **late) == set()


@pytest.mark.parametrize(
    "name",
    ["政府接报人", "政府接报时间", "教育局接报人", "教育局接报时间", "批准人"],
)
def test_a_first_report_names_both_receivers(library: Library, name: str) -> None:
    form = library.find(FIRST)
    assert len(_problems(form, **{name: ""})) == 1


def test_the_written_report_has_two_hours(library: Library) -> None:
    form = library.find(WRITTEN)
    signed = {"签收时间": "2022-11-15 12:30"}
    assert _problems(form, **signed, 报送时间="2022-11-15 11:52") == set()
    assert "超过2小时的原因" in _problems(form, **signed, 报送时间="2022-11-15 11:53")


@pytest.mark.parametrize(
    ("name", "changes", "label"),
    [
        (FIRST, {"发现时间": "2022-11-15 09:51"}, "发现时间"),
        (FIRST, {"获知时间": "2022-11-15 09:52"}, "校长获知时间"),
        (FIRST, {"事件编号": "SJ-20221116-1"}, "事件编号"),
        (FIRST, {"政府接报人": "尤示例"}, "接报人"),
        (WRITTEN, {"签收时间": "2022-11-15 11:00"}, "签收时间"),
        ("reporting/follow-up", {"事件原因": ""}, "事件原因"),
        ("reporting/follow-up", {"报告种类": "续报", "下步安排": ""}, "下步安排"),
        (HEALTH, {"学生病例": 492}, "累计发病学生数"),
        (HEALTH, {"事件原因": ""}, "事件原因"),
        (HEALTH, {"阶段": "首次"}, "迟报原因"),
    ],
)
def test_a_contradiction_in_a_report_is_refused(
    library: Library, name: str, changes: dict[str, object], label: str
) -> None:
    labels = {one or "" for one in _problems(library.find(name), **changes)}
    assert any(label in one for one in labels), labels


@pytest.mark.parametrize("block", ["直接原因", "处理", "整改", "教育", "原因证据", "教育证据"])
def test_an_incident_closes_only_with_all_four_blocks(library: Library, block: str) -> None:
    form = library.find(CLOSING)
    assert _problems(form, **{block: [] if isinstance(form.sample()[block], list) else ""})


@pytest.mark.parametrize(
    ("table", "changes"),
    [
        ("整改", {"完成日期": "2022-12-09"}),
        ("教育", {"日期": "2022-12-09"}),
        ("处理", {"决定日期": "2022-12-09"}),
        ("整改", {"验收人": "蒋示例"}),
    ],
)
def test_nothing_is_left_open_when_an_incident_is_closed(
    library: Library, table: str, changes: dict[str, object]
) -> None:
    form = library.find(CLOSING)
    assert _problems(form, **{table: _row(form, table, 0, **changes)})


@pytest.mark.parametrize("name", [WRITTEN, "reporting/follow-up", CLOSING])
def test_a_report_refers_to_the_first_report_of_its_own_incident(
    library: Library, name: str
) -> None:
    assert not _is_link_refused(library, name, "首报档号")
    assert _is_link_refused(library, name, "首报档号", 事件编号="SJ-20221115-2")


# ---- outings and large events ----


def test_the_papers_of_an_event_name_the_same_event(library: Library) -> None:
    assert len({library.find(name).sample()["活动名称"] for name in EVENT_PAPERS}) == 1


@pytest.mark.parametrize(
    ("name", "changes", "label"),
    [
        (OUTING, {"报批日期": "2022-10-28"}, "报批日期"),
        (OUTING, {"家长同意数": 79}, "监护人书面同意人数"),
        (OUTING, {"车辆": []}, "车辆"),
        (OUTING, {"教职工人数": 9}, "车辆"),
        (EVENT, {"来宾人数": 213}, "预计来宾、家长人数"),
        (EVENT, {"编制日期": "2022-10-28"}, "编制日期"),
        (EVENT, {"审核人": "秦示例"}, "审核人（分管副校长）"),
        ("events/rehearsal", {"推演日期": "2022-10-28"}, "推演（演练）日期"),
        ("events/rehearsal", {"问题": []}, "发现的问题和修订"),
        ("events/event-summary", {"批准日期": ""}, "外出活动审批表的档号"),
        ("events/event-summary", {"批准日期": "2022-10-29"}, "区教育局批准日期"),
        ("events/event-summary", {"推演档号": ""}, "安全方案的档号"),
        ("events/event-summary", {"人数不符说明": ""}, "人数不符说明"),
    ],
)
def test_an_event_that_is_not_in_order_is_refused(
    library: Library, name: str, changes: dict[str, object], label: str
) -> None:
    assert label in _problems(library.find(name), **changes)


def test_a_public_event_of_a_thousand_asks_the_police_twenty_days_before(library: Library) -> None:
    form = library.find(EVENT)
    public = {"对外开放": True, "核定容量": 2000, "师生人数": 600}
    assert _problems(form, **public, 来宾人数=399) == set()
    assert "公安许可申请日期" in _problems(form, **public, 来宾人数=400)
    public |= {"来宾人数": 400}
    assert _problems(form, **public, 许可申请日期="2022-10-08") == set()
    assert "公安许可申请日期" in _problems(form, **public, 许可申请日期="2022-10-09")


@pytest.mark.parametrize(
    ("name", "field", "other"),
    [
        (OUTING, "方案档号", {"活动名称": "秋季校运会"}),
        ("events/rehearsal", "方案档号", {"编制日期": "2022-10-22"}),
        ("events/rehearsal", "方案档号", {"总指挥": "周示范"}),
        ("events/event-summary", "推演档号", {"结论": "修订后重新推演"}),
        ("events/event-summary", "审批档号", {"活动名称": "秋季校运会"}),
    ],
)
def test_papers_of_an_event_refer_to_one_another(
    library: Library, name: str, field: str, other: dict[str, object]
) -> None:
    assert not _is_link_refused(library, name, field)
    assert _is_link_refused(library, name, field, **other)
