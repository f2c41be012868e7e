"""The emergency plans: one skeleton, each complete, and clean without what a school has not."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from tests.forms_library.pages import proofs

if TYPE_CHECKING:
    from pathlib import Path

    from safety_docs.forms import Form, Library

PLANS = {
    "YA-00": "general-plan",
    "YA-01": "fire",
    "YA-02": "earthquake",
    "YA-03": "drowning",
    "YA-04": "traffic-accident",
    "YA-05": "food-poisoning",
    "YA-06": "violence-and-bullying",
    "YA-07": "stampede",
    "YA-08": "geological-disaster",
    "YA-09": "carbon-monoxide",
    "YA-10": "infectious-disease",
    "YA-11": "hazardous-chemicals",
    "YA-12": "special-equipment",
    "YA-13": "mass-incident",
    "YA-14": "extreme-weather",
}
CHAPTERS = [
    "一、总则",
    "二、风险分析与响应分级",
    "三、组织机构与职责",
    "四、预防与预警",
    "五、应急响应",
    "六、后期处置",
    "七、应急保障",
    "八、培训与演练",
    "九、附则",
]
BASIS = {
    "中华人民共和国突发事件应对法",
    "中华人民共和国未成年人保护法",
    "中华人民共和国义务教育法",
    "中华人民共和国消防法",
    "中华人民共和国安全生产法",
    "中华人民共和国食品安全法",
    "中华人民共和国特种设备安全法",
    "中华人民共和国反恐怖主义法",
    "中华人民共和国民法典",
    "中华人民共和国道路交通安全法实施条例",
    "中小学幼儿园安全管理办法",
    "中小学幼儿园应急疏散演练指南",
    "中小学公共安全教育指导纲要",
    "学校食品安全与营养健康管理规定",
    "学生伤害事故处理办法",
    "加强中小学生欺凌综合治理方案",
    "校车安全管理条例",
    "特种设备安全监察条例",
    "危险化学品安全管理条例",
    "大型群众性活动安全管理条例",
    "突发公共卫生事件应急条例",
    "企业事业单位内部治安保卫条例",
    "保安服务管理条例",
    "中小学、幼儿园安全防范要求",
    "生产安全事故报告和调查处理条例",
    "生产安全事故应急条例",
    "生产经营单位生产安全事故应急预案编制导则",
}
NUMERALS = "一二三四五六七八九十"
every_plan = pytest.mark.parametrize("name", PLANS.values())


def _form(library: Library, name: str) -> Form:
    return library.find(f"emergency-plans/{name}")


def _raw(form: Form, **changes: object) -> dict[str, object]:
    return {field.name: form.sample()[field.name] for field in form.fields} | changes


def _problems(form: Form, **changes: object) -> set[str | None]:
    return {problem.column for problem in form.check(_raw(form, **changes)).problems}


def _without(form: Form, table: str, column: str, value: str) -> list[Any]:
    return [row for row in form.sample()[table] if value not in row[column]]


def _print(printed: Any, form: Form, **changes: object) -> list[str]:
    values = form.check(_raw(form, **changes)).values
    assert values is not None
    lines: list[str] = printed(form, values | {"档号": "Z109-WS·2022-D30-A04-0001", "件号": "0001"})
    return lines


def _body(lines: list[str]) -> list[str]:
    """What follows the list of contents."""
    return lines[lines.index("（一）编制目的") :]


def _sections(lines: list[str], chapter: int) -> list[str]:
    """Headings （一）… of a chapter."""
    body = _body(lines)
    ends = [body.index(title) for title in CHAPTERS[1:]] + [body.index("附件1")]
    start = ends[chapter - 2] if chapter > 1 else 0
    return [
        line
        for line in body[start : ends[chapter - 1]]
        if re.match(r"（[一二三四五六七八九十]+）\S{1,16}$", line)
    ]


def _numbers(headings: list[str]) -> list[str]:
    return [heading[1 : heading.index("）")] for heading in headings]


def _switches(form: Form) -> list[str]:
    return [field.name for field in form.fields if field.type == "boolean"]


@every_plan
def test_every_plan_has_the_shared_outline(library: Library, printed: Any, name: str) -> None:
    form = _form(library, name)
    lines = _print(printed, form)
    contents = lines[lines.index("目　　录") + 1 :]
    assert contents[:9] == CHAPTERS
    body = _body(lines)
    assert [line for line in body if line in CHAPTERS] == CHAPTERS[1:]
    for title in ("批　准　页", "修订记录表", "发放签收表"):
        assert title in lines, title


@every_plan
def test_a_plan_is_based_on_listed_texts_only(library: Library, printed: Any, name: str) -> None:
    body = _body(_print(printed, _form(library, name)))
    start = next(i for i, line in enumerate(body) if line.endswith("编制依据"))
    end = next(i for i, line in enumerate(body) if line.endswith("适用范围"))
    cited = set(re.findall(r"《(.+?)》", "".join(body[start:end])))
    assert len(cited) >= 6
    assert cited <= BASIS, cited - BASIS


@every_plan
def test_every_plan_has_groups_steps_levels_and_risks(library: Library, name: str) -> None:
    sample = _form(library, name).sample()
    assert len({row["组别"] for row in sample["工作组"]}) >= 5
    assert len(sample["程序"]) >= 5
    assert len(sample["分级"]) == 3
    assert sample["风险"]
    minutes = [row["时限"] for row in sample["程序"]]
    assert minutes == sorted(minutes)
    assert minutes[0] <= 1
    assert {60, 120} <= set(minutes)


@every_plan
def test_the_clerk_need_not_write_the_plan(library: Library, name: str) -> None:
    form = _form(library, name)
    ready = {field.name for field in form.fields if field.default is not None}
    assert {"风险", "分级", "程序", "报告链", "专用物资", "风险描述", "注意事项"} <= ready


@every_plan
def test_every_group_has_its_duty_printed(library: Library, printed: Any, name: str) -> None:
    form = _form(library, name)
    duties = {row["组"]: row["职责"] for row in form.sample()["组职责"]}
    lines = _print(printed, form)
    for row in form.sample()["工作组"]:
        assert duties[row["组别"]] in lines, row["组别"]


@every_plan
def test_government_and_bureau_are_told_in_time(library: Library, name: str) -> None:
    form = _form(library, name)
    for whom in ("当地党委政府", "区教育局"):
        late = [dict(row) for row in form.sample()["报告链"]]
        next(row for row in late if row["对象"] == whom)["时限"] = 61
        assert "信息报告" in _problems(form, 报告链=late), whom
    chain = _without(form, "报告链", "方式", "书面")
    assert "信息报告" in _problems(form, 报告链=chain)


@every_plan
def test_every_report_has_a_number_to_call(library: Library, name: str) -> None:
    form = _form(library, name)
    book = {row["键"] for row in form.sample()["电话簿"]}
    chain = form.sample()["报告次序"]
    assert [row["对象"] for row in chain if not row["电话"] and row["对象"] not in book] == []
    assert [row["时限"] for row in chain] == sorted(row["时限"] for row in chain)


@every_plan
def test_the_contacts_have_the_emergency_numbers(library: Library, printed: Any, name: str) -> None:
    lines = _body(_print(printed, _form(library, name)))
    contacts = lines[lines.index("应急通讯录") : lines.index("应急物资表")]
    assert {"110", "119", "120", "122", "区教育局政策法规安全股"} <= set(contacts)
    numbers = [line for line in contacts if re.fullmatch(r"[0-9-]{3,20}", line)]
    assert len([line for line in numbers if len(line) == 3 or len(line) > 6]) >= 10


@every_plan
def test_the_last_annex_is_the_card(library: Library, printed: Any, name: str) -> None:
    form = _form(library, name)
    lines = _body(_print(printed, form))
    sample = form.sample()
    start = lines.index(f"{sample['卡名']}现场处置卡")
    assert not any(re.fullmatch(r"附件\d+", line) for line in lines[start:])
    card = "".join(lines[start:])
    for word in ("风险描述", "前1分钟", "前5分钟", "前30分钟", "报告电话", "注意事项"):
        assert word in card, word
    for step in sample["程序"]:
        assert (step["行动"] in card) == (step["时限"] <= 30), step["行动"]


@every_plan
def test_annexes_are_numbered_without_a_gap(library: Library, printed: Any, name: str) -> None:
    form = _form(library, name)
    for switch in [None, *_switches(form)]:
        changes = {switch: not form.sample()[switch]} if switch else {}
        lines = _print(printed, form, **changes)
        begin = lines.index("（一）编制目的")
        listed = [line for line in lines[:begin] if re.match(r"附件\d+　", line)]
        numbers = [int(re.match(r"附件(\d+)", line)[1]) for line in listed]  # type: ignore[index]
        assert numbers == list(range(1, len(listed) + 1)), switch
        body = lines[begin:]
        placed = [line for line in body if re.match(r"附件\d+(　|$)", line) and "张贴" not in line]
        assert [f"附件{n}" for n in numbers[:-1]] == [line.strip("　") for line in placed], switch
        for line in listed[:-1]:
            assert line.split("　")[1] in body, line


@every_plan
def test_a_switch_removes_a_section_and_the_numbers_stay_right(
    library: Library, printed: Any, name: str
) -> None:
    form = _form(library, name)
    first = _print(printed, form)
    for chapter in (1, 2, 4, 5, 9):
        found = _numbers(_sections(first, chapter))
        assert found == list(NUMERALS[: len(found)]) or chapter == 1, chapter
    for switch in _switches(form):
        lines = _print(printed, form, **{switch: not form.sample()[switch]})
        before, after = _sections(first, 5), _sections(lines, 5)
        assert _numbers(after) == list(NUMERALS[: len(after)]), switch
        assert abs(len(before) - len(after)) <= 1, switch
        assert lines != first, switch


@every_plan
def test_a_kindergarten_has_a_head_of_its_own(library: Library, printed: Any, name: str) -> None:
    lines = _print(printed, _form(library, name), 学段="幼儿园")
    assert "园长签名" in lines
    assert not any("校长得知时间" in line for line in lines)
    assert any("每季度至少开展1次" in line for line in lines)


@every_plan
def test_supplies_out_of_date_are_not_listed(library: Library, name: str) -> None:
    form = _form(library, name)
    for table in ("物资", "专用物资"):
        supplies = [dict(row) for row in form.sample()[table]]
        supplies[0]["有效期"] = "2022-08-31"
        assert _problems(form, **{table: supplies}), table


def test_the_plans_are_fifteen_and_the_epidemic_is_off(library: Library) -> None:
    codes = {form.code: form.id for form in library.forms if form.code in PLANS}
    assert codes == {code: f"emergency-plans/{name}" for code, name in PLANS.items()}
    plan = _form(library, "infectious-disease")
    assert next(field for field in plan.fields if field.name == "疫情防控").default is False


def test_the_general_plan_names_all_the_specific_ones(library: Library) -> None:
    plans = [row["名称"] for row in _form(library, "general-plan").sample()["专项"]]
    titles = [_form(library, name).title for code, name in PLANS.items() if code != "YA-00"]
    assert plans == titles


def test_two_keepers_of_chemicals_are_two_people(library: Library) -> None:
    form = _form(library, "hazardous-chemicals")
    goods = [dict(row) for row in form.sample()["危化品"]]
    goods[0]["保管人乙"] = goods[0]["保管人甲"]
    assert "危险化学品存量" in _problems(form, 危化品=goods)


def test_equipment_past_its_inspection_is_refused(library: Library) -> None:
    form = _form(library, "special-equipment")
    machines = [dict(row) for row in form.sample()["设备"]]
    machines[0]["检验"] = "2022-08-31"
    assert "特种设备登记" in _problems(form, 设备=machines)
    assert _problems(form, 锅炉=False, 电梯=False, 压力容器=False)


def test_a_school_with_buses_lists_them(library: Library) -> None:
    form = _form(library, "traffic-accident")
    assert "校车和随车人员" in _problems(form, 车辆=[])
    assert "校车和随车人员" not in _problems(form, 车辆=[], 校车=False)


def test_bullying_is_settled_within_ten_days(library: Library, printed: Any) -> None:
    lines = _print(printed, _form(library, "violence-and-bullying"))
    assert "10日内" in lines
    assert any("10日内完成调查" in line for line in lines)


def test_the_six_rules_against_drowning_are_printed(library: Library, printed: Any) -> None:
    text = "".join(_print(printed, _form(library, "drowning")))
    for rule in (
        "不私自下水游泳",
        "不擅自与他人结伴游泳",
        "不在无家长或教师带领的情况下游泳",
        "不到无安全设施、无救援人员的水域游泳",
        "不到不熟悉的水域游泳",
        "不熟悉水性的学生不擅自下水施救",
    ):
        assert rule in text, rule


def test_the_team_has_a_leader_in_every_group(library: Library) -> None:
    form = _form(library, "response-team")
    team = [dict(row) for row in form.sample()["队员"]]
    team[0]["队内"] = "队员"
    assert "队员" in _problems(form, 队员=team)
    assert "队员" in _problems(form, 队员=[row for row in team if row["组别"] == "保卫组"] * 4)


def test_supplies_are_checked_before_they_are_listed(library: Library) -> None:
    form = _form(library, "contacts-and-supplies")
    supplies = [dict(row) for row in form.sample()["物资"]]
    supplies[0]["检查"] = "2022-09-02"
    assert "救助物资" in _problems(form, 物资=supplies)
    assert "审核人" in _problems(form, 审核人="尤示例")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_the_card_to_hang_on_a_wall_is_one_page(library: Library, tmp_path: Path) -> None:
    forms = [_form(library, name) for name in PLANS.values()]
    for form_id, proof in proofs(forms, tmp_path).items():
        *before, last = [page.text for page in proof.pages]
        for word in ("现场处置卡", "风险描述", "前1分钟", "前30分钟", "报告电话", "注意事项"):
            assert word in last, (form_id, word)
        assert not any("风险描述" in text for text in before), form_id
