from __future__ import annotations

from typing import TYPE_CHECKING

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from safety_docs.documents import TemplateError, compile_template, lint_template

if TYPE_CHECKING:
    from pathlib import Path

    from tests.documents.conftest import MakeTemplate

LETTER = (
    "{{ 学校 }}安全责任书",
    "甲方：{{ 学校 }}",
    "{%p for 条 in 职责 %}",
    "{{ loop.index }}. {{ 条 }}",
    "{%p endfor %}",
    "{%p if 住校 %}",
    "住校生管理：{{ 人数 }}人{# 注 #}",
    "{%p endif %}",
    "签字：{{ 姓名 }}",
)


def findings(path: Path, **options: object) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.place) for problem in lint_template(path, **options)]  # type: ignore[arg-type] # keyword arguments of one function


def test_a_sound_template_has_no_findings(make_template: MakeTemplate) -> None:
    assert findings(make_template(*LETTER)) == []


@pytest.mark.parametrize(
    ("paragraph", "brace"),
    [
        (number, position)
        for number, text in enumerate(LETTER)
        for position, character in enumerate(text)
        if character in "{}"
    ],
)
def test_one_brace_less_is_always_t101_at_that_paragraph(
    make_template: MakeTemplate, paragraph: int, brace: int
) -> None:
    text = LETTER[paragraph]
    broken = text[:brace] + text[brace + 1 :]
    blocks = (*LETTER[:paragraph], broken, *LETTER[paragraph + 1 :])
    assert ("T101", f"第 {paragraph + 1} 段") in findings(make_template(*blocks))


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        (["{%p for 甲 in 乙 %}", "文"], [("T103", "第 1 段")]),
        (["文", "{%p endfor %}"], [("T103", "第 2 段")]),
        (["{%p if 甲 %}", "{%p for 子 in 乙 %}", "{%p endif %}", "{%p endfor %}"], None),
        (["{%p if 甲 %} 尾巴", "{%p endif %}"], [("T104", "第 1 段")]),
        (["{#p 注释 #} 尾巴"], [("T104", "第 1 段")]),
        (["{#tr 注释 #}"], [("T105", "第 1 段")]),
        (
            [[["{%tr for 甲 in 乙 %}", "合计"], ["{{ 甲 }}", ""], ["{%tr endfor %}", ""]]],
            [("T104", "表 1 第 1 行第 1 列")],
        ),
        (["{%tr for 甲 in 乙 %}", "{%tr endfor %}"], None),
        ([[["{%p for 甲 in 乙 %}", "{%p endfor %}"]]], [("T105", "表 1 第 1 行第 1 列")]),
        (["{%p if 甲 %}", "文{% endif %}"], [("T105", "第 1 段")]),
        (["{% colspan 2 %}文"], [("T105", "第 1 段")]),
        (["{% p for 甲 in 乙 %}"], None),
        (["{{ 甲|日其 }}"], [("T107", "第 1 段")]),
        (["{{ 甲|default（1） }}"], None),
        (["{{ 甲 乙 }}"], [("T120", "第 1 段")]),
        (["{% endif 甲 %}"], None),
        (["{% for loop in 甲 %}{% endfor %}"], [("T109", "第 1 段")]),
        (["{% for 子 in 甲 %}" * 13 + "{% endfor %}" * 13], [("T109", "第 1 段")]),
        (["甲{%- if 乙 %}丙{% endif %}"], [("T111", "第 1 段")]),
    ],
)
def test_each_fault_is_found_at_its_place(
    make_template: MakeTemplate,
    blocks: list[str | list[str] | list[list[str]]],
    expected: list[tuple[str, str]] | None,
) -> None:
    found = findings(make_template(*blocks))
    assert found
    if expected is not None:
        assert found == expected


def test_all_findings_come_at_once(make_template: MakeTemplate) -> None:
    path = make_template(
        "{{ 性名 }}", "{{ 甲", "｛｛乙｝｝", header="{{ cycler.__init__ }}", footer="{{ 丙|safe }}"
    )
    with pytest.raises(TemplateError) as caught:
        compile_template(path, names=["姓名", "甲", "乙", "丙"])
    assert {(problem.code, problem.place) for problem in caught.value.problems} >= {
        ("T101", "第 2 段"),
        ("T102", "第 3 段"),
        ("T109", "页眉第 1 段"),
        ("T109", "页脚第 1 段"),
    }


def test_an_unknown_field_names_the_nearest(make_template: MakeTemplate) -> None:
    (problem,) = lint_template(make_template("甲方{{ 性名 }}"), names=["姓名"])[:1]
    assert problem.code == "T107"
    assert "是不是“姓名”" in problem.message
    assert "甲方{{ 性名 }}" in problem.message


def test_loop_variables_are_known_inside_their_loop_only(make_template: MakeTemplate) -> None:
    path = make_template(
        "{%p for 人 in 名单 %}", "{{ 人.名 }}{{ loop.index }}", "{%p endfor %}", "{{ 人 }}"
    )
    assert findings(path, names=["名单"]) == [("T107", "第 4 段")]


def test_a_field_that_is_never_printed_is_a_warning(make_template: MakeTemplate) -> None:
    path = make_template("{{ 姓名 }}")
    (problem,) = lint_template(path, names=["姓名", "电话", "档号"])
    assert (problem.code, problem.severity) == ("T110", "warning")
    assert compile_template(path, names=["姓名", "电话"]).warnings[0].code == "T110"


def test_a_personal_field_in_a_header_is_a_warning(make_template: MakeTemplate) -> None:
    path = make_template("{{ 姓名 }}", header="{{ 姓名 }}")
    assert findings(path, personal=["姓名"]) == [("T112", "页眉第 1 段")]


def test_a_font_without_east_asian_name_is_a_warning(make_template: MakeTemplate) -> None:
    path = make_template("标题")
    document = docx.Document(str(path))
    document.paragraphs[0].runs[0].font.name = "Arial"
    document.save(str(path))
    assert findings(path) == [("T113", "第 1 段")]


def test_automatic_numbers_in_a_loop_are_a_warning(make_template: MakeTemplate) -> None:
    path = make_template("{%p for 甲 in 乙 %}", "{{ 甲 }}", "{%p endfor %}", "后")
    document = docx.Document(str(path))
    for paragraph in document.paragraphs[1], document.paragraphs[3]:
        paragraph._p.get_or_add_pPr().append(OxmlElement("w:numPr"))
    document.save(str(path))
    assert findings(path) == [("T114", "第 2 段")]


def test_a_tag_in_a_text_box_is_a_warning(make_template: MakeTemplate) -> None:
    path = make_template("前", "框")
    document = docx.Document(str(path))
    box = OxmlElement("w:txbxContent")
    paragraph = OxmlElement("w:p")
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "{{ 甲 }}"
    for outer, inner in ((run, text), (paragraph, run), (box, paragraph)):
        outer.append(inner)
    document.paragraphs[1].runs[0]._r.append(box)
    document.save(str(path))
    assert [code for code, _ in findings(path)] == ["T115"]


def test_a_tag_in_an_attribute_is_checked_too(make_template: MakeTemplate) -> None:
    path = make_template("前")
    document = docx.Document(str(path))
    mark = OxmlElement("w:bookmarkStart")
    mark.set(qn("w:name"), "{{ 甲.__class__ }}")
    document.paragraphs[0]._p.append(mark)
    document.save(str(path))
    assert ("T109", "第 1 段") in findings(path)
