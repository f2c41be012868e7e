"""Daily registers and facilities: what the forms refuse, compute and print."""

from __future__ import annotations

import copy
import datetime as dt
import io
from typing import TYPE_CHECKING, Any

import pytest
from openpyxl import load_workbook
from tests.forms_library.conftest import TEMPLATES

from safety_docs.documents import compile_template

if TYPE_CHECKING:
    from safety_docs.forms import Form, Library

FAMILIES = {
    "gate-duty": ("MW", "三防与门卫值班", "10", 13),
    "traffic": ("JT", "交通与校车", "13", 5),
    "fire-safety": ("XF", "消防安全", "11", 4),
    "food-water": ("SP", "食品与饮用水", "12", 4),
    "facilities": ("SS", "校舍设施·特种设备·危化品", "14", 4),
    "boarding-health": ("ZS", "住宿与卫生防疫", "15", 3),
}
OBLIGATIONS = {
    *("M3.1.4-a", "M3.1.4-b", "M3.1.4-c", "M3.2.1-k", "M3.4-a", "M3.4-b", "M3.6-a", "M3.6-b"),
    *(f"M3.1.5-{letter}" for letter in "abdefghij"),
    *(f"M3.3.4-{row}" for row in ("2a", "2b", "2c", "2d", "3a", "3b", "6a", "6b", "6c")),
}
WITHOUT_OBLIGATION = {"traffic/school-bus-log", "facilities/chemicals-register"}
ONLY_IN_AN_EPIDEMIC = {"boarding-health/entry-approval", "boarding-health/epidemic-entry"}


IDS = sorted(
    f"{path.parent.parent.name}/{path.parent.name}"
    for folder in FAMILIES
    for path in TEMPLATES.glob(f"forms/{folder}/*/form.toml")
)


def _forms(library: Library) -> list[Form]:
    return [library.find(form_id) for form_id in IDS]


def _values(form: Form) -> dict[str, Any]:
    return copy.deepcopy({field.name: form.sample()[field.name] for field in form.fields})


def _problems(form: Form, values: dict[str, Any]) -> set[str | None]:
    return {problem.column for problem in form.check(values, base=form.folder).problems}


def _cells(form: Form, values: dict[str, Any]) -> list[Any]:
    book = compile_template(form.template_path, names=form.names).render(values)
    sheets = load_workbook(io.BytesIO(book)).worksheets
    return [cell.value for sheet in sheets for row in sheet.iter_rows() for cell in row]


@pytest.mark.parametrize(("folder", "expected"), FAMILIES.items())
def test_a_family_has_its_forms_codes_and_category(
    library: Library, folder: str, expected: tuple[str, str, str, int]
) -> None:
    letters, family, category, count = expected
    forms = [form for form in _forms(library) if form.id.startswith(f"{folder}/")]
    assert len(forms) == count
    assert {(form.code[:2], form.family, form.category) for form in forms} == {
        (letters, family, category)
    }


def test_every_obligation_of_these_families_has_a_form(library: Library) -> None:
    assert {row for form in _forms(library) for row in form.obligations} == OBLIGATIONS


def test_a_form_without_an_obligation_says_why(library: Library) -> None:
    silent = {form.id for form in _forms(library) if not form.obligations}
    assert silent == WITHOUT_OBLIGATION
    for name in silent:
        assert "没有单列" in library.find(name).no_obligation


def test_epidemic_forms_are_out_of_use_unless_asked_for(library: Library) -> None:
    assert {form.id for form in _forms(library) if form.default_off} == ONLY_IN_AN_EPIDEMIC


def test_no_form_asks_for_a_full_identity_number_or_a_health_code(library: Library) -> None:
    for form in _forms(library):
        columns = [column for field in form.fields for column in (field, *field.columns)]
        assert "id-number" not in {column.type for column in columns}, form.id
        codes = [column for column in columns if column.name in {"健康核验", "扫码"}]
        assert {column.type for column in codes} <= {"boolean"}, form.id


@pytest.mark.parametrize(
    ("name", "table", "row", "changes", "refused"),
    [
        ("gate-duty/visitors", "来访", 0, {"离校时间": "08:00"}, "来访登记"),
        ("gate-duty/visitors", "来访", 0, {"日期": "2022-09-30"}, "来访登记"),
        ("gate-duty/visitors", "来访", 0, {"车辆类型": ""}, "来访登记"),
        ("gate-duty/gate-log", "值班", 0, {"其余关闭": False}, "例外开门登记"),
        ("gate-duty/gate-log", "值班", 0, {"早入校关": "07:00"}, "校门开闭和值班记录"),
        ("gate-duty/escort", "执勤", 1, {"处理": ""}, "护学岗执勤记录"),
        ("gate-duty/escort", "执勤", 0, {"时段": "下午放学"}, "护学岗执勤记录"),
        ("gate-duty/roll-call", "点名", 0, {"实到": 42}, "课堂点名"),
        ("gate-duty/roll-call", "点名", 0, {"实到": 40}, "课堂点名"),
        ("gate-duty/roll-call", "点名", 1, {"节次": 1}, "课堂点名"),
        ("gate-duty/pe-roll-call", "点名", 0, {"下课实到": 40}, "两点名记录"),
        ("gate-duty/absence-tracking", "追踪", 0, {"通知时间": "07:59"}, "缺课追踪"),
        ("gate-duty/absence-tracking", "追踪", 0, {"落实时间": None}, "缺课追踪"),
        ("gate-duty/duty-handover", "交接", 0, {"接班人": "尤示例"}, "交接班记录"),
        ("gate-duty/duty-handover", "值班", 0, {"日期": "2022-09-30"}, "值班安排"),
        ("gate-duty/patrol", "巡逻", 0, {"情况": "围墙有缺口"}, "巡逻记录"),
        ("gate-duty/confiscation", "收缴", 2, {"处置": "监护人领回"}, "收缴登记"),
        ("gate-duty/confiscation", "收缴", 0, {"见证人": "施示例"}, "收缴登记"),
        ("gate-duty/confiscation", "检查", 0, {"件数": 9}, "收缴登记"),
        ("gate-duty/pick-up", "交接", 0, {"留园": ""}, "班级交接"),
        ("gate-duty/pick-up", "交接", 1, {"已接": 42}, "班级交接"),
        ("gate-duty/security-devices", "技防", 0, {"保存天数": 29}, "技防设备登记"),
        ("gate-duty/security-devices", "技防", 0, {"保存天数": None}, "技防设备登记"),
        ("traffic/illegal-vehicles", "举报", 0, {"举报时间": "2022-09-19 16:00"}, "举报登记"),
        ("traffic/illegal-vehicles", "劝阻", 2, {"已举报": True}, "劝阻登记"),
        ("traffic/pickup-survey", "乘车", 0, {"车牌号": "示A·D9999"}, "乘车学生名册"),
        ("traffic/pickup-survey", "车辆", 2, {"学生数": 20}, "接送车辆台账"),
        ("traffic/pickup-survey", "车辆", 0, {"处理": ""}, "接送车辆台账"),
        ("traffic/school-bus-log", "交接", 0, {"下车": 15}, "随车照管交接"),
        ("traffic/school-bus-log", "交接", 0, {"上车": 19, "下车": 19}, "随车照管交接"),
        ("traffic/school-bus-log", "检查", 0, {"灯光": "×"}, "行前检查"),
        ("fire-safety/inspection", "器材", 0, {"有效期": "2022-10-01"}, "器材抽查"),
        ("fire-safety/inspection", "项目", 0, {"结果": "×"}, "检查项目"),
        ("fire-safety/self-assessment", "指标", 0, {"得分": 6}, "自评指标"),
        ("fire-safety/self-assessment", "指标", 0, {"得分": None}, "自评指标"),
        ("fire-safety/self-assessment", "指标", 0, {"分值": 6}, "自评指标"),
        ("fire-safety/equipment", "月检", 0, {"压力": "偏低"}, "器材月度检查"),
        ("fire-safety/equipment", "器材", 2, {"有效期": "2022-12-01"}, "消防器材台账"),
        ("fire-safety/fire-patrol", "巡查", 0, {"通道": "×"}, "防火巡查"),
        ("food-water/canteen-check", "色标", 0, {"执行": ""}, "色标管理"),
        ("food-water/canteen-ledger", "留样", 0, {"重量": 120}, "食品留样"),
        ("food-water/canteen-ledger", "进货", 0, {"复核人": "许某某"}, "进货查验"),
        ("food-water/canteen-ledger", "进货", 0, {"保质期": "2022-09-18"}, "进货查验"),
        ("food-water/canteen-ledger", "晨检", 0, {"腹泻": "异常"}, "从业人员晨检"),
        ("food-water/suppliers", "供货", 0, {"许可至": "2022-12-01"}, "供货者台账"),
        ("food-water/suppliers", "人员", 0, {"有效期": "2022-12-01"}, "从业人员台账"),
        ("food-water/drinking-water", "检测", 0, {"报告日期": "2022-09-19"}, "水质检测登记"),
        ("food-water/drinking-water", "清洗", 0, {"监督人": "沈某某"}, "清洗消毒记录"),
        ("facilities/maintenance", "维修", 0, {"完成日期": "2022-09-01"}, "维修登记"),
        ("facilities/maintenance", "维修", 1, {"验收日期": "2022-09-08"}, "维修登记"),
        ("facilities/safety-equipment", "更新", 0, {"验收人": "韩示例"}, "更新登记"),
        ("SS-03", "自检", 0, {"编号": "TZ-09"}, "自行检查记录"),
        ("SS-03", "设备", 0, {"申报": "2023-10-12"}, "特种设备登记"),
        ("facilities/chemicals-register", "出入库", 0, {"保管人乙": "姜示例"}, "出入库登记"),
        ("boarding-health/dorm-roll-call", "点名", 0, {"时段": "晚寝"}, "宿舍点名"),
        ("boarding-health/dorm-roll-call", "点名", 0, {"实到": 7}, "宿舍点名"),
        ("boarding-health/epidemic-entry", "登记", 0, {"体温": 37.5}, "入校登记"),
        ("boarding-health/epidemic-entry", "登记", 2, {"审批单": ""}, "入校登记"),
    ],
)
def test_a_row_that_contradicts_itself_or_the_rest_is_refused(
    library: Library, name: str, table: str, row: int, changes: dict[str, Any], refused: str
) -> None:
    form = library.find(name)
    values = _values(form)
    assert _problems(form, values) == set()
    values[table][row] |= changes
    assert refused in _problems(form, values)


@pytest.mark.parametrize(
    ("name", "changes", "refused"),
    [
        ("gate-duty/visitors", {"截止日期": "2022-09-18"}, "登记截止日期"),
        ("gate-duty/gate-rules", {"施行日期": "2022-08-28"}, "施行日期"),
        ("gate-duty/patrol", {"每日次数": 3}, "巡逻记录"),
        ("gate-duty/roll-call", {"在册人数": 40}, "课堂点名"),
        ("gate-duty/duty-handover", {"截止日期": "2022-10-05"}, "值班安排"),
        ("traffic/traffic-activity", {"学生数": 492}, "参加学生人数"),
        ("traffic/traffic-activity", {"缺席补学": ""}, "缺席学生补学安排"),
        ("fire-safety/self-assessment", {"问题": []}, "问题和整改"),
        ("fire-safety/inspection", {"隐患": []}, "火灾隐患和整改"),
        ("food-water/canteen-check", {"明厨说明": ""}, "运行说明"),
        ("food-water/canteen-ledger", {"陪餐": []}, "陪餐记录"),
        ("boarding-health/dorm-roll-call", {"寄宿人数": 23}, "宿舍点名"),
        ("boarding-health/entry-approval", {"审批时间": "2022-11-08 14:10"}, "审批时间"),
        ("boarding-health/entry-approval", {"审批人": "秦示例"}, "审批人（领导小组）"),
    ],
)
def test_a_record_that_contradicts_itself_is_refused(
    library: Library, name: str, changes: dict[str, Any], refused: str
) -> None:
    form = library.find(name)
    assert refused in _problems(form, _values(form) | changes)


def test_patrols_that_always_begin_at_the_same_time_are_refused(library: Library) -> None:
    form = library.find("gate-duty/patrol")
    values = _values(form)
    for row in values["巡逻"]:
        row |= {"开始": dt.time(9), "结束": dt.time(9, 30)}
    assert _problems(form, values) == {"巡逻记录"}


@pytest.mark.parametrize(
    ("vehicle", "birth", "is_old_enough"),
    [
        ("自行车", "2010-09-06", True),
        ("自行车", "2010-09-07", False),
        ("自行车", "2010-10-01", False),
        ("自行车", "2011-01-01", False),
        ("电动自行车", "2006-09-06", True),
        ("电动自行车", "2006-09-07", False),
        ("电动自行车", "2010-09-06", False),
    ],
)
def test_a_rider_below_the_age_must_have_been_stopped_and_the_guardian_told(
    library: Library, vehicle: str, birth: str, *, is_old_enough: bool
) -> None:
    """12 years for a bicycle, 16 for an e-bike, counted to the day of registration."""
    form = library.find("traffic/riders")
    values = _values(form)
    rider = values["骑行"][0] | {"车型": vehicle, "出生日期": birth, "处理": "", "告知日期": None}
    values["骑行"] = [rider]
    assert _problems(form, values) == (set() if is_old_enough else {"骑行登记"})
    rider |= {"处理": "劝止，改由家长接送", "告知日期": "2022-09-06"}
    checked = form.check(values)
    assert checked.values is not None
    assert checked.values["未达人数"] == (0 if is_old_enough else 1)


def test_the_printed_rider_list_gives_the_age_and_only_the_month_of_birth(
    library: Library,
) -> None:
    form = library.find("traffic/riders")
    cells = _cells(form, form.sample())
    assert {"2010年6月", 12, 11, "达到", "未达到"} <= set(cells)
    assert not [cell for cell in cells if isinstance(cell, dt.datetime) and cell.year == 2010]


def test_phones_of_guardians_are_printed_masked(library: Library) -> None:
    form = library.find("traffic/pickup-survey")
    cells = _cells(form, form.sample())
    assert "138****2101" in cells
    assert "13800002101" not in cells


def test_registers_compute_what_a_reader_would_count(library: Library) -> None:
    minutes = _cells(library.find("gate-duty/absence-tracking"), _sample(library, "MW-08"))
    assert {6, 7, 13} <= set(minutes)
    hours = _cells(library.find("traffic/illegal-vehicles"), _sample(library, "JT-01"))
    assert 16.7 in hours
    kept = _cells(library.find("food-water/canteen-ledger"), _sample(library, "SP-02"))
    assert 48.7 in kept
    for code in ("XF-03", "SS-01", "SS-02", "SS-03", "SP-04"):
        assert "30天内到期" in _cells(library.find(code), _sample(library, code)), code
    assert _sample(library, "SS-01")["费用合计"] == "1329.50"
    assert _sample(library, "XF-01")["等次"] == "优秀"
    assert _sample(library, "JT-04")["参加率"] == "99.0%"


def _sample(library: Library, code: str) -> dict[str, Any]:
    return library.find(code).sample()


def test_a_balance_of_chemicals_follows_from_the_movements(library: Library) -> None:
    form = library.find("SS-04")
    values = _values(form)
    values["库存"][0]["实存"] = 4
    values["库存"][3]["备注"] = ""
    assert _problems(form, values) == {"库存台账"}


def test_a_week_without_anything_to_report_is_a_valid_record(library: Library) -> None:
    empty: dict[str, dict[str, Any]] = {
        "gate-duty/confiscation": {"收缴": []},
        "traffic/illegal-vehicles": {"举报": []},
        "facilities/maintenance": {"保养": []},
        "facilities/safety-equipment": {"更新": []},
        "fire-safety/equipment": {"检测": []},
    }
    for name, changes in empty.items():
        form = library.find(name)
        values = _values(form) | changes
        for row in values.get("检查", []):
            row["件数"] = 0
        for row in values.get("劝阻", []):
            row["已举报"] = False
        assert _problems(form, values) == set(), name


def test_ready_made_check_items_are_there_when_the_clerk_gives_none(library: Library) -> None:
    counts = {"MW-02": ("职责", 7), "XF-01": ("指标", 16), "XF-02": ("项目", 13)}
    for code, (table, count) in counts.items():
        form = library.find(code)
        field = next(field for field in form.fields if field.name == table)
        assert len(field.default) == count, code
    colours = next(field for field in library.find("SP-01").fields if field.name == "色标")
    assert [row["颜色"] for row in colours.default] == ["红色", "蓝色", "绿色", "白色", "黄色"]
