"""The two responsibility letters: what the law and the plan want in them, and their switches."""

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


def test_the_homeroom_letter_needs_no_filter_and_no_function(wordings: dict[str, str]) -> None:
    text = wordings[HOMEROOM].replace("{%p", "{%").replace("{%tr", "{%")
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
    wordings: dict[str, str], name: str, ban: str
) -> None:
    assert ban in wordings[name]


def test_both_letters_name_the_four_no_passes_or_the_law_of_liability(
    wordings: dict[str, str],
) -> None:
    for words in ("事故原因未查明不放过", "责任人未处理不放过", "整改措施未落实不放过"):
        assert words in wordings[HOMEROOM]
    assert "有关人员未受到教育不放过" in wordings[HOMEROOM]
    assert "第一千一百九十九条至第一千二百零一条" in wordings[PARENTS]
    assert "不因签订本责任书而减轻或者免除" in wordings[PARENTS]


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
