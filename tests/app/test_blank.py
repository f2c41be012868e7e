"""The paper version of a form: what is known is printed, everything else is room to write."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from docx import Document
from openpyxl import load_workbook

from safety_docs.app.blank import blank_document
from safety_docs.core.errors import ProblemsError
from safety_docs.documents import typeset
from safety_docs.documents.blank import CLOSE, OPEN
from safety_docs.forms import load_form, load_library

if TYPE_CHECKING:
    from collections.abc import Callable

    from safety_docs.forms import Form

TEMPLATES = Path(__file__).parents[2] / "templates"
LIBRARY = load_library([TEMPLATES / "forms"])
SCHOOL = {"学校名称": "示范学校", "学段": "小学", "全宗号": "Z109"}
FORM = """
title = "检查记录"
code = "JC-01"
family = "检查"
purpose = "每天检查。"
category = "02"
retention = "30年"
output = "docx"
profile = "form"
record_title = "{{ 日期 }}检查"
record_date = "日期"
filled_by = "保卫主任"

[[field]]
name = "日期"
type = "date"
required = true

[[field]]
name = "依据"
type = "text"
default = "安全检查制度"

[[field]]
name = "人数"
type = "integer"
default = 3

[[field]]
name = "方式"
type = "choice"
choices = ["查看", "询问"]
default = "查看"

[[field]]
name = "项目"
type = "table"
default = [
  { "项目" = "消火栓", "结果" = "正常", "处数" = 0, "合格" = true },
  { "项目" = "灭火器", "结果" = "正常", "处数" = 0, "合格" = true },
  { "项目" = "应急灯", "结果" = "正常", "处数" = 0, "合格" = true },
]
[[field.column]]
name = "项目"
type = "text"
[[field.column]]
name = "结果"
type = "text"
[[field.column]]
name = "处数"
type = "integer"
[[field.column]]
name = "合格"
type = "boolean"

[[field]]
name = "问题"
type = "table"
max_rows = 4
[[field.column]]
name = "问题"
type = "text"

[[derived]]
name = "方式说明"
value = "方式 ~ '、记录'"
"""
WORDING = """
日期{{ 日期|日期 }}，依据{{ 依据 }}，人数{{ 人数 }}，方式{{ 方式 }}，{{ 方式说明 }}。

::: 表格 列宽=25,25,25,25
| 项目 | 结果 | 处数 | 合格 |
{%tr for 项 in 项目 %}
| {{ 项.项目 }} | {{ 项.结果 }} | {{ 项.处数 }} | {{ 项.合格 }} |
{%tr endfor %}
:::

::: 表格 列宽=100
| 问题 |
{%tr for 项 in 问题 %}
| {{ 项.问题 }} |
{%tr endfor %}
:::
"""
LINE = "\uff3f"


@pytest.fixture
def form(tmp_path: Path) -> Form:
    folder = tmp_path / "forms" / "checks" / "daily"
    folder.mkdir(parents=True)
    (folder / "form.toml").write_text(FORM, "utf-8")
    (folder / "text.md").write_text(WORDING, "utf-8")
    (folder / "template.docx").write_bytes(typeset(WORDING, "form"))
    return load_form(folder)


@pytest.fixture
def blank(form: Form) -> Callable[..., Any]:
    def printed(**known: object) -> Any:
        return Document(io.BytesIO(blank_document(form, known, facts=SCHOOL)))

    return printed


def test_wording_of_the_form_is_printed_and_answers_are_not(blank: Callable[..., Any]) -> None:
    text = blank().paragraphs[0].text
    assert text.startswith(f"日期{LINE * 4}年{LINE * 2}月{LINE * 2}日，依据安全检查制度，")
    assert f"人数{LINE * 3}，方式查看／询问，{LINE * 4}。" in text


def test_what_is_given_is_printed_with_what_follows_from_it(blank: Callable[..., Any]) -> None:
    text = blank(日期="2022-09-16", 人数="5", 方式="询问").paragraphs[0].text
    assert text == "日期2022年9月16日，依据安全检查制度，人数5，方式询问，询问、记录。"


def test_ready_made_rows_print_what_they_ask_and_not_what_they_answer(
    blank: Callable[..., Any],
) -> None:
    rows = [[cell.text for cell in row.cells] for row in blank().tables[0].rows]
    assert rows[1:] == [[name, "", "", ""] for name in ("消火栓", "灭火器", "应急灯")]


def test_an_open_table_has_a_few_rows_but_no_more_than_allowed(blank: Callable[..., Any]) -> None:
    assert len(blank().tables[1].rows) == 1 + 4


def test_given_rows_are_printed(blank: Callable[..., Any]) -> None:
    rows = blank(问题=[{"问题": "通道堆物"}]).tables[1].rows
    assert [row.cells[0].text for row in rows] == ["问题", "通道堆物"]


def test_what_does_not_fit_the_form_is_refused_and_all_of_it_named(form: Form) -> None:
    with pytest.raises(ProblemsError) as caught:
        blank_document(form, {"人数": "很多", "没有": "1"}, facts={})
    assert {problem.column for problem in caught.value.problems} == {"人数", "没有"}


@pytest.mark.parametrize("form_id", [head.id for head in LIBRARY.heads])
def test_every_form_of_the_library_prints_blank(form_id: str) -> None:
    form = LIBRARY.form(form_id)
    data = blank_document(form, {}, facts=SCHOOL)
    text = _text_of_word(data) if form.output == "docx" else _text_of_excel(data)
    for leftover in (OPEN, CLOSE, "{{", "{%", "None", "Undefined", "☑", "T301"):
        assert leftover not in text, leftover


def _text_of_word(data: bytes) -> str:
    body = Document(io.BytesIO(data)).element.body
    return "\n".join("".join(p.xpath(".//w:t/text()")) for p in body.iter() if p.tag.endswith("}p"))


def _text_of_excel(data: bytes) -> str:
    book = load_workbook(io.BytesIO(data))
    return "\n".join(
        str(cell.value) for sheet in book for row in sheet for cell in row if cell.value is not None
    )


def test_a_blank_letter_has_the_duties_of_its_post() -> None:
    text = _text_of_word(
        blank_document(LIBRARY.find("responsibility-letters/homeroom-teacher"), {}, facts=SCHOOL)
    )
    assert "事故原因未查明不放过" in text or "防溺水" in text
    assert "示范学校" in text
