"""The fire plan: complete chain of reports, contacts, switches for what a school has not."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from safety_docs.forms import Form, Library

FIRE = "emergency-plans/fire"


def _raw(form: Form, **changes: object) -> dict[str, object]:
    return {field.name: form.sample()[field.name] for field in form.fields} | changes


def _problems(form: Form, **changes: object) -> set[str | None]:
    return {problem.column for problem in form.check(_raw(form, **changes)).problems}


def _without(form: Form, table: str, column: str, value: str) -> list[Any]:
    return [row for row in form.sample()[table] if value not in row[column]]


@pytest.mark.parametrize("number", ["110", "119", "120", "122"])
def test_the_contacts_name_every_emergency_number(library: Library, number: str) -> None:
    form = library.find(FIRE)
    contacts = [row for row in form.sample()["通讯录"] if row["电话"] != number]
    assert "应急通讯录" in _problems(form, 通讯录=contacts)


def test_the_contacts_name_the_bureau(library: Library) -> None:
    form = library.find(FIRE)
    assert "应急通讯录" in _problems(form, 通讯录=_without(form, "通讯录", "名称", "区教育局"))


@pytest.mark.parametrize("whom", ["当地党委政府", "区教育局"])
def test_government_and_bureau_are_told_within_the_hour(library: Library, whom: str) -> None:
    form = library.find(FIRE)
    chain = [dict(row) for row in form.sample()["报告链"]]
    next(row for row in chain if row["对象"] == whom)["时限"] = 61
    assert "信息报告" in _problems(form, 报告链=chain)


def test_a_written_report_follows_within_two_hours(library: Library) -> None:
    form = library.find(FIRE)
    assert "信息报告" in _problems(form, 报告链=_without(form, "报告链", "方式", "书面"))


def test_supplies_out_of_date_are_not_listed(library: Library) -> None:
    form = library.find(FIRE)
    supplies = [dict(row) for row in form.sample()["物资"]]
    supplies[0]["有效期"] = "2022-08-31"
    assert "应急物资" in _problems(form, 物资=supplies)


@pytest.mark.parametrize(("canteen", "boarding"), list(itertools.product([True, False], repeat=2)))
def test_a_switch_removes_a_section_and_the_numbers_stay_right(
    library: Library, printed: Any, *, canteen: bool, boarding: bool
) -> None:
    form = library.find(FIRE)
    values = form.check(_raw(form, 食堂=canteen, 寄宿=boarding)).values
    assert values is not None
    text = printed(form, values | {"档号": "Z109-WS·2022-D30-A04-0001", "件号": "0001"})
    body = text.index("（一）编制目的")  # after the list of contents
    start, end = text.index("五、应急响应", body), text.index("六、后期处置", body)
    headings = [line for line in text[start:end] if line.startswith("（") and len(line) < 20]
    expected = ["信息报告", "响应启动", "处置程序", "疏散", "现场救护", "特殊人群照料"]
    expected += ["食堂和燃气火灾"] if canteen else []
    expected += ["宿舍夜间疏散"] if boarding else []
    expected += ["响应终止"]
    numbers = "一二三四五六七八九"
    assert headings == [f"（{numbers[i]}）{name}" for i, name in enumerate(expected)]


def test_the_plan_has_all_its_chapters_and_annexes(library: Library, printed: Any) -> None:
    form = library.find(FIRE)
    text = printed(form, form.sample())
    contents = text[text.index("目　　录") + 1 :][:15]
    for title in contents:
        heading = title.split("　")[-1]
        assert text.count(heading) + text.count(title) >= 2, title
