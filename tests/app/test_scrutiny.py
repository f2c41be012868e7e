"""Before filing: references hold, waivers are refused, wrong names are pointed out."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from safety_docs.app.fill import fill
from safety_docs.app.find import find, request_of
from safety_docs.app.projection import rebuild
from safety_docs.core.errors import ProblemsError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from safety_docs.app.house import House
    from safety_docs.core.problem import Problem

HEAD = """
family = "演练"
purpose = "测试用。"
category = "05"
retention = "10年"
output = "docx"
profile = "form"
record_title = "{{ 编号 }}-{{ 日期|日期 }}"
record_date = "日期"
filled_by = "保卫主任"
[[field]]
name = "编号"
type = "text"
required = true
[[field]]
name = "日期"
type = "date"
required = true
[[field]]
name = "说明"
type = "paragraph"
[[field]]
name = "负责人"
type = "person"
"""
LINKED = """
[[field]]
name = "方案档号"
type = "reference"
[[link]]
field = "方案档号"
form = "own/scheme"
check = "对方.编号 == 编号 and 对方.日期 < 日期"
message = "方案与总结的编号应相同，方案应早于总结。"
"""
WORDING = "# {{ 编号 }}\n\n{{ 日期|日期 }}　{{ 负责人 }}\n\n{{ 说明|分段 }}\n"


@pytest.fixture
def own(open_school: Callable[..., House], tmp_path: Path) -> House:
    """A school with two forms of its own, one of which refers to the other, and a secret one."""
    from safety_docs.documents import typeset

    folder = tmp_path / "own"
    for name, code, more in (
        ("scheme", "ZZ-01", ""),
        ("report", "ZZ-02", LINKED),
        ("case", "ZZ-03", ""),
    ):
        place = folder / "forms/own" / name
        place.mkdir(parents=True)
        secret = 'confidentiality = "保密"\n' if name == "case" else ""
        head = f'title = "自制{name}"\ncode = "{code}"\n{secret}'
        (place / "form.toml").write_text(head + HEAD + more, "utf-8")
        (place / "template.docx").write_bytes(typeset(WORDING, "form"))
    return open_school(folder)


def page(number: str, day: int, **more: object) -> dict[str, Any]:
    return {"编号": number, "日期": dt.date(2022, 9, day), **more}


def filed(house: House, form: str, raw: dict[str, Any], **more: Any) -> str:
    return fill(house, form, raw, base=house.archive, **more).record.code


def refused(house: House, form: str, raw: dict[str, Any]) -> list[tuple[str, str | None]]:
    with pytest.raises(ProblemsError) as caught:
        filed(house, form, raw)
    return [(problem.code, problem.column) for problem in caught.value.problems]


def test_a_reference_to_the_right_record_is_filed(own: House) -> None:
    scheme = filed(own, "ZZ-01", page("甲", 8))
    assert filed(own, "ZZ-02", page("甲", 16, 方案档号=scheme))


@pytest.mark.parametrize(
    ("number", "day"), [("乙", 16), ("甲", 8), ("甲", 7)], ids=["other", "same day", "before"]
)
def test_a_reference_that_does_not_fit_is_refused(own: House, number: str, day: int) -> None:
    scheme = filed(own, "ZZ-01", page("甲", 8))
    assert refused(own, "ZZ-02", page(number, day, 方案档号=scheme)) == [("D225", "方案档号")]


def test_a_reference_to_nothing_or_to_another_form_is_refused(own: House) -> None:
    case = filed(own, "ZZ-03", page("甲", 8))
    for code in (case, "Z109-WS·2022-D10-A05-0099", "方案一"):
        assert refused(own, "ZZ-02", page("甲", 16, 方案档号=code)) == [("D225", "方案档号")]


def test_an_empty_reference_is_not_looked_for(own: House) -> None:
    assert filed(own, "ZZ-02", page("甲", 16))


def test_a_waiver_is_refused_and_nothing_is_filed(own: House) -> None:
    assert refused(own, "ZZ-01", page("甲", 8, 说明="擅自离校的，后果自负。")) == [("D226", "说明")]
    assert own.cabinet.position().seq == 0


def test_a_wrong_name_is_pointed_out_and_filed(own: House) -> None:
    warnings: list[Problem] = []
    raw = page("甲", 8, 说明="依据《中小学校岗位工作指南》。")
    assert filed(own, "ZZ-01", raw, warn=warnings.append)
    assert [(one.code, one.severity) for one in warnings] == [("D227", "warning")]
    assert "《中小学校岗位安全工作指南》" in warnings[0].message


def test_text_and_people_of_a_confidential_record_are_not_found(own: House) -> None:
    raw = page("个案一", 8, 说明="谈话经过如下", 负责人="张示例")
    filed(own, "ZZ-03", raw)
    filed(own, "ZZ-01", {**raw, "编号": "方案一"})
    for _ in range(2):
        assert find(own, request_of(own, "谈话经过")).total == 1
        assert find(own, request_of(own, "", person="张示例")).total == 1
        assert find(own, request_of(own, "个案一")).total == 1
        rebuild(own, "sqlite")
