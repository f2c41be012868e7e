"""Education and training: counts, windows, coverage, and what the plan asks of each record."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from docx import Document
from openpyxl import load_workbook
from tests.forms_library.conftest import TEMPLATES

from safety_docs.documents import compile_template

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from safety_docs.forms import Form, Library

    Printed = Callable[[Form, Mapping[str, Any]], list[str]]

OBLIGATIONS = {
    *("M3.1.2-a", "M3.1.2-b", "M3.1.2-c", "M3.1.2-d", "M3.1.2-d2", "M3.1.2-i", "M3.1.3-d"),
    *("M3.1.5-c", "M3.1.5-m", "M3.1.5-n", "M3.2.1-g1", "M3.2.1-g2", "M3.3.3-d", "M3.7-c"),
    *(f"M3.2.1-{letter}" for letter in "abcdefhijm"),
    *(f"M3.2.3-{letter}" for letter in "abcd"),
}
FORMS = sorted(
    str(path.parent.relative_to(TEMPLATES / "forms"))
    for family in ("records", "education", "training")
    for path in TEMPLATES.glob(f"forms/{family}/*/form.toml")
)
SIX_RULES = (
    "不私自下水游泳",
    "不擅自与他人结伴游泳",
    "不在无家长或教师带领的情况下游泳",
    "不到无安全设施、无救援人员的水域游泳",
    "不到不熟悉的水域游泳",
    "不熟悉水性的学生不擅自下水施救",
)
SIX_ANCHORS = {
    "安全教育活动月（3月）": "2022-03-28",
    "全国防灾减灾日（5月12日）": "2022-05-12",
    "安全生产月（6月）": "2022-06-01",
    "国际禁毒日（6月26日）": "2022-07-01",
    "全国消防日（11月9日）": "2022-11-09",
    "全国交通安全日（12月2日）": "2022-11-30",
}
LETTER = "education/holiday-letter"
SOLVED = [{"问题": "无", "改进": "下次提前布置", "责任人": "施示例", "期限": "2022-12-30"}]


def _raw(form: Form, **changes: object) -> dict[str, Any]:
    return {field.name: form.sample()[field.name] for field in form.fields} | changes


def _problems(form: Form, **changes: object) -> set[str | None]:
    return {problem.column for problem in form.check(_raw(form, **changes)).problems}


def _values(form: Form, **changes: object) -> dict[str, Any]:
    checked = form.check(_raw(form, **changes))
    assert checked.values is not None, [str(problem) for problem in checked.problems]
    return {**checked.values, "档号": "", "件号": ""}


def _cells(form: Form, values: Mapping[str, Any], sheet: str) -> list[object]:
    data = compile_template(form.template_path).render(values)
    rows: Iterable[tuple[Any, ...]] = load_workbook(io.BytesIO(data))[sheet].values
    return [cell for row in rows for cell in row if cell is not None]


def test_every_demand_of_these_families_has_its_form(library: Library) -> None:
    served = {one for form in FORMS for one in library.find(form).obligations}
    assert served == OBLIGATIONS


@pytest.mark.parametrize("form_id", FORMS)
def test_a_record_with_only_what_is_required_prints_or_says_what_else_it_needs(
    library: Library, form_id: str
) -> None:
    form = library.find(form_id)
    sample = form.sample()
    raw = {
        field.name: [
            {column.name: row[column.name] for column in field.columns if column.required}
            for row in sample[field.name]
        ]
        if field.type == "table"
        else sample[field.name]
        for field in form.fields
        if field.required
    }
    checked = form.check(raw)
    if checked.values is None:
        labels = {field.shown_name for field in form.fields}
        assert {problem.column for problem in checked.problems} <= labels
        return
    data = compile_template(form.template_path).render({**checked.values, "档号": "", "件号": ""})
    if form.output == "docx":
        body = Document(io.BytesIO(data)).element.body
        text = "\n".join("".join(p.xpath(".//w:t/text()")) for p in body.iter("{*}p"))
        assert "None" not in text
        assert "{" not in text


@pytest.mark.parametrize("form_id", ["education/first-lesson", "education/safety-lesson"])
def test_everyone_enrolled_is_present_or_named_as_absent(library: Library, form_id: str) -> None:
    form = library.find(form_id)
    assert "在册人数" in _problems(form, 缺课=[])
    too_early = [{**row, "补课日期": dt.date(2022, 8, 31)} for row in form.sample()["缺课"]]
    assert "缺课学生" in _problems(form, 缺课=too_early)


def test_a_lesson_is_as_long_as_its_steps(library: Library) -> None:
    assert "教学过程" in _problems(library.find("education/safety-lesson"), 课时长=45)


def test_a_lesson_not_yet_made_up_is_said_to_be_open(library: Library, printed: Printed) -> None:
    form = library.find("education/safety-lesson")
    absent = [{**row, "补课日期": None} for row in form.sample()["缺课"]]
    text = "".join(printed(form, _values(form, 缺课=absent)))
    assert "还有2人没有补课" in text
    assert "已全部补课" in "".join(printed(form, form.sample()))


@pytest.mark.parametrize(
    ("day", "is_in_time"), [("2022-09-01", True), ("2022-09-07", True), ("2022-09-08", False)]
)
def test_the_first_lesson_is_in_the_first_week(
    library: Library, day: str, *, is_in_time: bool
) -> None:
    form = library.find("education/first-lesson")
    absent = [{**row, "补课日期": dt.date(2022, 9, 9)} for row in form.sample()["缺课"]]
    assert (_problems(form, 日期=day, 缺课=absent, 照片=[]) == set()) is is_in_time


@pytest.mark.parametrize(
    ("changes", "label"),
    [
        ({"日期": "2022-10-01"}, "日期"),
        ({"日期": "2022-09-15"}, "日期"),
        ({"节假日": ""}, "节假日"),
        ({"时机": "开学第一周", "节假日": ""}, "日期"),
    ],
)
def test_education_before_a_holiday_is_shortly_before_it(
    library: Library, changes: dict[str, object], label: str
) -> None:
    assert label in _problems(library.find("education/assembly-education"), 照片=[], **changes)


@pytest.mark.parametrize(
    ("changes", "is_fine"),
    [
        ({"发布时间": "2022-11-29 15:30", "迟延原因": ""}, True),
        ({"迟延原因": ""}, False),
        ({"级别": "蓝色", "迟延原因": ""}, True),
        ({"级别": "蓝色", "发布时间": "2022-11-30 15:06", "迟延原因": ""}, False),
        ({"发布时间": "2022-11-29 15:00"}, False),
        ({"审核人": "冯示例"}, False),
    ],
)
def test_a_warning_goes_out_in_time_or_says_why_not(
    library: Library, changes: dict[str, object], *, is_fine: bool
) -> None:
    assert (_problems(library.find("education/warning-post"), **changes) == set()) is is_fine


def test_a_warning_tells_how_long_it_took(library: Library) -> None:
    form = library.find("education/warning-post")
    values = _values(form, 发布时间="2022-11-30 16:07")
    assert values["用时分钟"] == 25 * 60 + 2


def test_a_flag_talk_is_on_monday_or_says_why_not(library: Library) -> None:
    form = library.find("education/flag-talk")
    assert _problems(form, 顺延说明="") == {"非周一的说明"}
    assert _problems(form, 顺延说明="", 日期="2022-09-19", 照片=[]) == set()
    assert "讲话稿全文" in _problems(form, 讲稿="老师们、同学们：注意安全。")


@pytest.mark.parametrize(
    ("talks", "mondays", "missing", "is_short"),
    [(14, 3, 1, False), (14, 0, 1, True), (11, 3, 4, True)],
)
def test_the_ledger_warns_when_the_mondays_left_do_not_suffice(
    library: Library, talks: int, mondays: int, missing: int, *, is_short: bool
) -> None:
    form = library.find("education/flag-talk-ledger")
    values = _values(form, 台账=form.sample()["台账"][:talks], 剩余升旗=mondays)
    assert values["尚缺次数"] == missing
    cells = _cells(form, values, "国旗下讲话")
    assert any("次数不够" in str(cell) for cell in cells) is is_short


def test_every_class_has_at_least_six_lessons_in_the_timetable(library: Library) -> None:
    form = library.find("education/teaching-schedule")
    rows = [dict(row) for row in form.sample()["课时安排"]]
    rows[0]["课时"] = 5
    assert len(form.check(_raw(form, 课时安排=rows)).problems) == 1
    assert _problems(form, 教学计划=form.sample()["教学计划"][:5]) == {"教学计划"}
    assert "课时安排" in _problems(form, 师资=form.sample()["师资"][:11])


def test_the_weeks_of_each_class_are_computed_from_the_plan(library: Library) -> None:
    form = library.find("education/teaching-schedule")
    plan = [row for row in form.sample()["教学计划"] if row["年级"] in {"全校", "低年级"}]
    data = compile_template(form.template_path).render(_values(form, 教学计划=plan))
    rows = [list(row) for row in load_workbook(io.BytesIO(data))["三 周次安排"].values]
    low = next(row for row in rows if row[0] == "一（1）班")
    high = next(row for row in rows if row[0] == "六（2）班")
    assert [row[24] for row in (low, high)] == [10, 9]
    assert [row[2:25].index(1) for row in (low, high)] == [0, 0]
    assert [bool(row[11]) for row in (low, high)] == [True, False]


def test_five_proofs_are_complete_only_when_the_whole_class_was_tested(library: Library) -> None:
    form = library.find("education/five-checks")
    sample = form.sample()
    assert (sample["班级数"], sample["落实班数"]) == (12, 11)
    cells = _cells(form, sample, "五落实核对")
    assert (cells.count("落实"), cells.count("未落实")) == (11, 1)
    without_plan = [{**row, "计划": "无"} for row in sample["核对"]]
    assert _values(form, 核对=without_plan)["落实班数"] == 0


def test_a_class_that_was_not_tested_has_no_marks_and_one_that_was_has_them(
    library: Library,
) -> None:
    form = library.find("education/five-checks")
    first, *rest = form.sample()["核对"]
    untested = {**first, "测评日期": None, "平均分": None, "不合格": None}
    assert _values(form, 核对=[untested, *rest])["落实班数"] == 10
    for row in (
        {**first, "测评日期": None},
        {**first, "平均分": None},
        {**first, "不合格": None},
        {**first, "平均分": 101},
    ):
        assert "核对" in _problems(form, 核对=[row, *rest])
    assert "核对" in _problems(form, 核对=[{**first, "不合格": first["应测"] + 1}])


def test_only_education_before_holidays_speaks_of_letters_and_checks(
    library: Library, printed: Any
) -> None:
    form = library.find("education/assembly-education")
    assert "告家长书发放和回执" in _problems(form, 检查="")
    opening = {"时机": "开学第一周", "日期": "2022-09-01", "起日": "2022-09-01", "照片": []}
    lines = printed(form, _values(form, 告家长书="", 检查="", **opening))
    assert not any("假前检查" in line or line == "告家长书" for line in lines)


def test_coverage_is_full_only_when_nobody_is_left(library: Library) -> None:
    form = library.find("education/coverage")
    sample = form.sample()
    assert (sample["在册合计"], sample["受教育率"]) == (491, Decimal("99.7"))
    everyone = [
        {**row, "受教育": row["受教育"] + row["未受教育"], "未受教育": 0} for row in sample["统计"]
    ]
    assert "补课登记" in _problems(form, 统计=everyone)
    made_up = [row for row in sample["补课"] if row["补课日期"]]
    values = _values(form, 统计=everyone, 补课=made_up)
    assert values["受教育率"] == 100
    assert not any("未达到" in str(cell) for cell in _cells(form, values, "受教育统计"))


def test_the_holiday_letter_has_the_six_rules_and_a_section_for_each_topic(
    library: Library, printed: Printed
) -> None:
    form = library.find(LETTER)
    text = "".join(printed(form, form.sample()))
    assert all(rule in text for rule in SIX_RULES)
    winter = _values(
        form,
        假期="寒假",
        重点=["取暖防一氧化碳中毒", "交通安全", "烟花爆竹"],
        成文日期="2023-01-10",
        放假日期="2023-01-14",
        返校日期="2023-02-12",
        回执日期="2023-01-12",
    )
    text = "".join(printed(form, winter))
    assert "六不准" not in text
    assert "炭火不进卧室" in text
    assert "二、本次特别要注意" in text
    assert "三、遇事怎样联系" in text


@pytest.mark.parametrize(
    ("changes", "label"),
    [
        ({"重点": ["交通安全", "食品卫生"]}, "提示内容"),
        ({"成文日期": "2022-10-01"}, "成文日期"),
        ({"返校日期": "2022-10-01"}, "返校日期"),
        ({"回执日期": "2022-10-08"}, "回执收回日期"),
    ],
)
def test_a_holiday_letter_goes_out_and_comes_back_before_the_holiday(
    library: Library, changes: dict[str, object], label: str
) -> None:
    assert label in _problems(library.find(LETTER), **changes)


@pytest.mark.parametrize(("anchor", "day"), SIX_ANCHORS.items())
def test_a_theme_day_is_in_its_month(library: Library, anchor: str, day: str) -> None:
    form = library.find("education/theme-day-summary")
    acts = [{**form.sample()["活动"][0], "日期": day}]
    changes = {"契机": anchor, "活动": acts, "成文日期": "2022-12-05", "问题": SOLVED}
    assert _problems(form, 开始日期=day, 结束日期=day, **changes) == set()
    january = {"开始日期": "2022-01-10", "结束日期": "2022-01-11"}
    assert "活动契机" in _problems(form, **changes, **january)


def test_a_theme_day_summary_has_photos_and_follows_its_plan(library: Library) -> None:
    form = library.find("education/theme-day-summary")
    assert _problems(form, 照片=[]) == {"照片"}
    (link,) = form.links
    assert (link.field, link.form) == ("方案档号", "education/theme-day-plan")


def test_a_theme_day_plan_is_approved_before_it_begins(library: Library) -> None:
    form = library.find("education/theme-day-plan")
    assert "批准日期" in _problems(form, 批准日期="2022-11-08")
    assert "批准人" in _problems(form, 批准人="施示例")


def test_publicity_is_recorded_month_by_month(library: Library) -> None:
    form = library.find("education/publicity")
    assert form.sample()["年月"] == "2022年11月"
    assert "宣传登记" in _problems(form, 统计日期="2022-12-01")


@pytest.mark.parametrize(
    ("changes", "is_fine"),
    [
        ({"考核说明": ""}, False),
        ({"参考人数": 41, "合格人数": 41}, False),
        ({"合格人数": 41}, False),
        ({"考核方式": "不考核", "参考人数": 0, "合格人数": 0, "考核说明": ""}, True),
        ({"参考人数": 0, "合格人数": 0}, False),
    ],
)
def test_whoever_was_not_examined_or_failed_is_accounted_for(
    library: Library, changes: dict[str, object], *, is_fine: bool
) -> None:
    assert (_problems(library.find("training/training-record"), **changes) == set()) is is_fine


def test_training_held_by_the_bureau_is_signed_by_its_leader(
    library: Library, printed: Printed
) -> None:
    form = library.find("training/training-record")
    assert "局领导" not in "".join(printed(form, form.sample()))
    assert "局领导（签字）" in "".join(printed(form, _values(form, 组织单位="区教育局")))


def test_certificates_that_run_out_are_marked(library: Library) -> None:
    form = library.find("training/training-register")
    cells = _cells(form, form.sample(), "证书登记")
    assert (cells.count("半年内到期"), cells.count("已过期")) == (1, 0)
    later = _values(form, 统计日期="2023-06-01")
    cells = _cells(form, later, "证书登记")
    assert (cells.count("半年内到期"), cells.count("已过期")) == (1, 1)
    assert later["过期证书"] == 1


def test_a_lesson_ledger_counts_up_to_six(library: Library) -> None:
    form = library.find("education/lesson-ledger")
    values = _values(form, 授课=form.sample()["授课"][:4])
    assert (values["已上课时"], values["尚缺课时"], values["未补人次"]) == (4, 2, 0)
    assert form.sample()["未补人次"] == 1
