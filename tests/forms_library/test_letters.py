"""The responsibility letters: what the law and the plan want in them, and their switches."""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from docxtpl import DocxTemplate
from jinja2 import Environment, nodes
from lxml import etree

from safety_docs.documents import compile_template

if TYPE_CHECKING:
    from safety_docs.forms import Form, Library

HOMEROOM, PARENTS = "responsibility-letters/homeroom-teacher", "responsibility-letters/parents"
FAMILY = "responsibility-letters/"
INTERNAL = {
    "RL-03": ("岗位", "RL03"),
    "RL-04": ("岗位", "RL04"),
    "RL-06": ("岗位", "RL06"),
    "RL-07": ("责任领域", "RL07"),
    "RL-08": ("岗位", "RL08"),
}
"""Letters of which one text serves several posts: the field that chooses, and the letter's mark."""
ZERO_TARGETS = (
    "不发生重大校园安全责任事故",
    "不发生影响国家政治安全和社会稳定的重大事件",
    "不发生造成重大影响的群体性事件和舆情事件",
    "不发生校园暴力恐怖事件",
)
SIX_BANS = (
    "不私自下水游泳",
    "不擅自与他人结伴游泳",
    "不在无家长或教师带领的情况下游泳",
    "不到无安全设施、无救援人员的水域游泳",
    "不到不熟悉的水域游泳",
    "不熟悉水性的学生不擅自下水施救",
)


def _raw(form: Form, **changes: object) -> dict[str, object]:
    """The sample's own fields, changed."""
    return {field.name: form.sample()[field.name] for field in form.fields} | changes


def _values(form: Form, **changes: object) -> dict[str, Any]:
    checked = form.check(_raw(form, **changes))
    assert checked.values is not None, checked.problems
    return checked.values | {"档号": "Z109-WS·2022-D30-A02-0001", "件号": "0001"}


def _section(paragraphs: list[str], start: str, end: str) -> list[str]:
    first, last = paragraphs.index(start), paragraphs.index(end)
    return paragraphs[first + 1 : last]


def _numbers(paragraphs: list[str]) -> list[int]:
    found = (re.match(r"(\d+)\. ?", text) for text in paragraphs)
    return [int(match[1]) for match in found if match]


def test_plain_docxtpl_renders_the_homeroom_letter_the_same(library: Library) -> None:
    form = library.find(HOMEROOM)
    ours = compile_template(form.template_path).render_parts(form.sample())
    oracle, file = DocxTemplate(form.template_path), io.BytesIO()
    oracle.render(form.sample(), autoescape=True)
    oracle.save(file)
    with zipfile.ZipFile(file) as package:
        theirs = package.read("word/document.xml")
    assert _canonical(ours.parts["word/document.xml"]) == _canonical(theirs)


def _canonical(xml: bytes) -> bytes:
    return etree.tostring(etree.fromstring(xml), method="c14n")


def test_the_homeroom_letter_needs_no_filter_and_no_function(library: Library) -> None:
    text = library.find(HOMEROOM).wording().replace("{%p", "{%").replace("{%tr", "{%")
    tree = Environment(autoescape=True).parse(text)
    assert list(tree.find_all((nodes.Filter, nodes.Call))) == []


@pytest.mark.parametrize(
    ("boarding", "bus", "juniors"), list(itertools.product([True, False], repeat=3))
)
def test_a_switch_removes_a_whole_item_and_the_numbers_stay_right(
    library: Library, printed: Any, *, boarding: bool, bus: bool, juniors: bool
) -> None:
    form = library.find(HOMEROOM)
    text = printed(form, _values(form, 寄宿=boarding, 校车=bus, 低年级=juniors))
    duties = _section(text, "三、乙方责任", "四、定期工作与记录")
    count = 10 + boarding + bus
    assert _numbers(duties) == list(range(1, count + 1))
    assert len(duties) == count
    assert ("寄宿学生管理" in "".join(duties)) is boarding
    assert ("校车乘坐" in "".join(duties)) is bus
    assert ("当面交给监护人" in "".join(duties)) is juniors
    table = _section(text, "四、定期工作与记录", "五、检查考核")
    assert ("宿舍点名册" in table) is boarding
    assert ("乘车交接签字表" in table) is bus


@pytest.mark.parametrize(
    ("name", "start", "end", "least"),
    [
        (HOMEROOM, "二、甲方责任", "三、乙方责任", 3),
        (HOMEROOM, "三、乙方责任", "四、定期工作与记录", 4),
        (PARENTS, "二、学校责任", "三、监护人责任", 5),
        (PARENTS, "三、监护人责任", "四、健康情况告知（限制查阅）", 8),
    ],
)
def test_a_letter_binds_both_sides(
    library: Library, printed: Any, name: str, start: str, end: str, least: int
) -> None:
    form = library.find(name)
    numbers = _numbers(_section(printed(form, form.sample()), start, end))
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= least


@pytest.mark.parametrize("name", [HOMEROOM, PARENTS])
@pytest.mark.parametrize("ban", SIX_BANS)
def test_the_six_bans_on_swimming_are_the_plans_own(
    library: Library, printed: Any, name: str, ban: str
) -> None:
    form = library.find(name)
    assert ban in "".join(printed(form, form.sample()))


def test_every_letter_names_the_four_no_passes_or_the_law_of_liability(library: Library) -> None:
    for form in _letters(library):
        wording = form.wording()
        if form.id == PARENTS:
            assert "第一千一百九十九条至第一千二百零一条" in wording
            assert "不因签订本责任书而减轻或者免除" in wording
            continue
        for words in ("事故原因未查明", "责任人未处理", "整改措施未落实", "有关人员未受到教育"):
            assert f"{words}不放过" in wording, form.id


def _letters(library: Library) -> list[Form]:
    """RL-01 to RL-10."""
    return [
        form
        for form in library.forms
        if form.id.startswith(FAMILY) and form.id != f"{FAMILY}signing-status"
    ]


def test_the_ten_letters_of_the_plan_are_there(library: Library) -> None:
    assert [form.code for form in _letters(library)] == [f"RL-{n:02}" for n in range(1, 11)]


@pytest.mark.parametrize("target", ZERO_TARGETS)
def test_every_letter_has_the_four_zero_targets(library: Library, target: str) -> None:
    assert [form.id for form in _letters(library) if target not in form.wording()] == []


def test_every_letter_prints_what_identifies_it_and_when_it_takes_effect(
    library: Library, printed: Any
) -> None:
    for form in _letters(library):
        text = "".join(printed(form, form.sample()))
        assert re.search(rf"〔20\d\d〕{form.code.replace('-', '')}-0001", text), form.id
        assert re.search(r"本责任书自.{4,14}之日起生效，一式[两三]份", text), form.id
        assert re.search(r"20\d\d年\d+月\d+日至20\d\d年\d+月\d+日", text), form.id


def _choices(form: Form, name: str) -> tuple[str, ...]:
    return next(field.choices for field in form.fields if field.name == name)


def _of_posts(library: Library) -> list[tuple[Form, str, str]]:
    """Each letter with each post that it may be written for: form, field, post."""
    return [
        (form, INTERNAL[form.code][0], post)
        for form in _letters(library)
        if form.code in INTERNAL
        for post in _choices(form, INTERNAL[form.code][0])
    ]


def _for_post(form: Form, field: str, post: str) -> dict[str, Any]:
    """The sample's values, with `post` and no other."""
    single: dict[str, Any] = {"兼任岗位": []} if "兼任岗位" in form.names else {}
    value = [post] if field == "责任领域" else post
    return _values(form, **{field: value}, **single)


def test_every_single_post_has_four_to_twelve_duties_and_the_school_three_or_more(
    library: Library,
) -> None:
    for form, field, post in _of_posts(library):
        values = _for_post(form, field, post)
        assert 4 <= len(values["乙方责任"]) <= 12, (form.id, post)
        assert len(values["甲方责任"]) >= 3, (form.id, post)
        assert len(values["定期工作"]) >= 3, (form.id, post)
        for side in ("甲方责任", "乙方责任"):
            numbers = [item["序号"] for item in values[side]]
            assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("name", ["bureau-school", "central-village", "school-bus"])
def test_letters_between_institutions_bind_both_sides_too(library: Library, name: str) -> None:
    values = library.find(f"{FAMILY}{name}").sample()
    assert len(values["甲方责任"]) >= 5
    assert 4 <= len(values["乙方责任"]) <= 12


def test_every_post_prints_a_letter_with_its_own_duties(library: Library, printed: Any) -> None:
    for form, field, post in _of_posts(library):
        values = _for_post(form, field, post)
        lines = printed(form, values)
        duties = _section(lines, "三、乙方责任", "四、定期工作与记录")
        assert len(duties) == len(values["乙方责任"]), (form.id, post)
        assert _numbers(duties) == list(range(1, len(duties) + 1))


def test_two_posts_of_one_person_make_one_letter_without_doubles(library: Library) -> None:
    form = library.find(HOMEROOM)
    alone = [item["编号"] for item in _values(form)["乙方责任"]]
    both = [item["编号"] for item in _values(form, 兼任岗位="体育教师")["乙方责任"]]
    teacher = library.find(f"{FAMILY}subject-teacher")
    sports = [item["编号"] for item in _for_post(teacher, "岗位", "体育教师")["乙方责任"]]
    assert both[: len(alone)] == alone
    assert set(both) == set(alone) | set(sports)
    assert len(both) == len(set(both))
    assert set(alone) & set(sports)


def test_two_areas_of_one_manager_share_what_is_common(library: Library) -> None:
    form = library.find(f"{FAMILY}area-manager")
    one = _values(form, 责任领域=["消防安全管理员"])
    two = _values(form, 责任领域=["消防安全管理员", "校舍安全管理员"])
    assert len(two["乙方责任"]) == len(one["乙方责任"]) + 4
    names = [task["工作"] for task in two["定期工作"]]
    assert len(names) == len(set(names))


def test_a_page_keeps_which_version_of_which_clause_was_signed(library: Library) -> None:
    form = library.find(HOMEROOM)
    kept = form.to_json(form.sample())["乙方责任"]
    assert kept[0].startswith("HT-01@")
    assert all(re.fullmatch(r"[A-Z]{2}-\d{2}@[0-9a-f]{8}", one) for one in kept)


def test_letters_of_the_bureau_run_from_january_to_december_unless_told(
    library: Library, printed: Any
) -> None:
    for name in ("bureau-school", "central-village"):
        form = library.find(f"{FAMILY}{name}")
        text = "".join(printed(form, _values(form, 起日="", 止日="", 年度=2023)))
        assert "2023年1月1日至2023年12月31日" in text


def test_a_kindergarten_gets_its_own_numbers(library: Library, printed: Any) -> None:
    form = library.find(f"{FAMILY}bureau-school")
    text = "".join(printed(form, _values(form, 单位类型="幼儿园", 负责人职务="园长")))
    assert "每季度至少开展1次应急演练" in text
    assert "国旗下讲话" not in text


@pytest.mark.parametrize(("boarding", "bus"), list(itertools.product([True, False], repeat=2)))
def test_what_a_school_does_not_have_is_not_asked_of_it(
    library: Library, printed: Any, *, boarding: bool, bus: bool
) -> None:
    form = library.find(f"{FAMILY}bureau-school")
    text = "".join(printed(form, _values(form, 寄宿=boarding, 校车=bus)))
    assert ("24小时领导带班值班" in text) is boarding
    assert ("校车逐趟检查" in text) is bus


@pytest.mark.parametrize("side", ["甲方", "乙方"])
def test_the_attendant_of_the_bus_is_the_business_of_one_side(
    library: Library, printed: Any, side: str
) -> None:
    form = library.find(f"{FAMILY}school-bus")
    text = "".join(printed(form, _values(form, 照管方=side)))
    assert ("每车每趟配备1名以上经过培训的随车照管人员" in text) is (side == "乙方")
    assert ("由甲方指派随车照管人员" in text) is (side == "甲方")


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("area-manager", {"替班人": "蒋示例"}),
        ("area-manager", {"责任领域": ["锅炉安全管理员"], "证书": ""}),
        ("staff", {"证件": ""}),
        ("staff", {"兼任岗位": ["学校保安"]}),
        ("staff", {"姓名": "周示范"}),
        ("middle-leaders", {"份数": 2}),
        ("subject-teacher", {"岗位": "厨师"}),
        ("bureau-school", {"负责人职务": "园长"}),
        ("bureau-school", {"起日": "2021-09-01"}),
        ("school-bus", {"止日": "2022-01-01"}),
        ("school-bus", {"份数": 2}),
    ],
)
def test_a_letter_that_contradicts_itself_is_refused(
    library: Library, name: str, changes: dict[str, object]
) -> None:
    form = library.find(f"{FAMILY}{name}")
    assert form.check(_raw(form, **changes)).values is None


def test_a_bus_may_not_carry_more_than_it_is_licensed_for(library: Library) -> None:
    form = library.find(f"{FAMILY}school-bus")
    buses = [dict(row, 乘车人数=60) for row in form.sample()["车辆"]]
    problems = form.check(_raw(form, 车辆=buses)).problems
    assert [problem.message for problem in problems] == [
        "乘车人数超过了核载人数，校车不得超员，请核对。"
    ]


def test_a_parents_letter_shows_only_the_end_of_the_pupils_number(
    library: Library, printed: Any
) -> None:
    form = library.find(PARENTS)
    text = "".join(printed(form, _values(form, 学号="20209876")))
    assert "尾号9876" in text
    assert "20209876" not in text


def test_a_parents_letter_without_disclosure_leaves_room_to_write_it(
    library: Library, printed: Any
) -> None:
    form = library.find(PARENTS)
    text = "".join(printed(form, _values(form, 健康告知="")))
    assert "☐ 没有" in text


def test_a_parents_letter_has_a_slip_to_tear_off(library: Library, printed: Any) -> None:
    form = library.find(PARENTS)
    text = printed(form, form.sample())
    cut = next(number for number, line in enumerate(text) if "沿此线剪下" in line)
    assert "吴某某" in "".join(text[cut:])


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"止日": "2022-08-31"}, "止日"),
        ({"备用电话": "13800000021"}, "备用电话"),
        ({"上下学方式": "骑行"}, "骑行情况"),
        ({"骑行情况": "已满12周岁骑自行车"}, "骑行情况"),
        ({"上下学方式": "骑行", "骑行情况": "已满12周岁骑自行车"}, "骑行情况"),
        (
            {"上下学方式": "骑行", "骑行情况": "已满16周岁骑电动自行车", "出生日期": "2006-09-06"},
            "骑行情况",
        ),
        ({"备用电话": ""}, "备用电话"),
        ({"学号": "三年级7号"}, "学号"),
    ],
)
def test_a_parents_letter_is_refused_when_it_contradicts_itself(
    library: Library, changes: dict[str, object], column: str
) -> None:
    form = library.find(PARENTS)
    checked = form.check(_raw(form, **changes))
    assert checked.values is None
    labels = {field.name: field.label for field in form.fields}
    assert {column, labels[column]} & {problem.column for problem in checked.problems}


def test_a_pupil_of_exactly_twelve_may_ride(library: Library) -> None:
    form = library.find(PARENTS)
    riding = {"上下学方式": "骑行", "骑行情况": "已满12周岁骑自行车"}
    assert form.check(_raw(form, **riding, 出生日期="2010-09-05")).values is not None
    assert form.check(_raw(form, **riding, 出生日期="2010-09-06")).values is None


ONE = {"类型": "RL-05 班主任", "应签份数": 1}
LETTER = {
    "类型": "RL-05 班主任",
    "乙方": "李示例",
    "收回日期": "2022-09-02",
    "收回方式": "扫描",
}


def test_a_letter_counts_without_handwritten_dates(library: Library) -> None:
    form = library.find(f"{FAMILY}signing-status")
    values = _values(form, 应签=[ONE], 班级回收=[], 签订=[LETTER])
    assert (values["总回收率"], values["家长回收率"], values["未收回"]) == ("100.0%", "—", [])
    signed = dict(LETTER, 收回日期="", 收回方式="", 签订日期="2022-09-01", 乙方日期="2022-09-01")
    assert _values(form, 应签=[ONE], 班级回收=[], 签订=[signed])["总回收率"] == "0.0%"


def test_the_summary_counts_what_has_come_back(library: Library) -> None:
    form = library.find(f"{FAMILY}signing-status")
    values = form.sample()
    assert values["总回收率"] == "99.0%"
    assert values["家长回收率"] == "99.3%"
    assert [row["乙方"] for row in values["未收回"]] == ["喻示例", "奚示例"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"统计日期": "2022-09-01"}, "有的签订日期或收回日期晚于统计日期"),
        ({"签订": [LETTER]}, "除家长外的应签份数与明细的行数不一致"),
        ({"应签": [ONE], "签订": [LETTER | {"收回方式": ""}]}, "收回日期和收回方式要一起填"),
        ({"应签": [ONE], "签订": [LETTER | {"收回日期": ""}]}, "收回日期和收回方式要一起填"),
        ({"班级回收": []}, "应签份数与各班学生数之和不一致"),
    ],
)
def test_a_summary_that_does_not_add_up_is_refused(
    library: Library, changes: dict[str, object], words: str
) -> None:
    form = library.find(f"{FAMILY}signing-status")
    checked = form.check(_raw(form, **changes))
    assert checked.values is None
    assert any(words in problem.message for problem in checked.problems)


def test_all_letters_carry_page_codes_and_nothing_else_does(library: Library) -> None:
    family = {form.id for form in library.forms if form.id.startswith("responsibility-letters/")}
    coded = {form.id for form in library.forms if form.page_codes}
    assert coded == family - {"responsibility-letters/signing-status"}
