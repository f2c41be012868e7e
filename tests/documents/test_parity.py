"""The compiled path prints what docxtpl prints: equal parts after canonicalisation."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

import docx
import pytest
from docxtpl import DocxTemplate

from safety_docs.documents import compile_template

if TYPE_CHECKING:
    from pathlib import Path

    from tests.documents.conftest import MakeTemplate, Reader, Table

VALUES: dict[str, Any] = {
    "学校": "示范<小学> & “附属”园",
    "姓名": "阿卜杜拉·买买提",
    "日期": dt.date(2022, 9, 1),
    "人数": 45,
    "住校": True,
    "走读": False,
    "职责": ["巡查教室", "点名", "家访"],
    "名单": [{"名": "张示例", "岗": "班主任"}, {"名": "周示范", "岗": "𠮷野"}],
    "空单": [],
    "多行": "第一行\n第二行",
}

TEMPLATES: dict[str, tuple[str | list[str] | Table, ...]] = {
    "plain": ("{{ 学校 }}", "甲方：{{ 学校 }}　乙方：{{ 姓名 }}", "不含标签  两个空格"),
    "split": (
        ["甲{", "{ 学", "校 }", "}乙{{", " 姓名 }} 丙"],
        ["{% if 住校", " %}住校{% endif %}"],
    ),
    "paragraph loop": (
        "{%p for 条 in 职责 %}",
        "{{ loop.index }}. {{ 条 }}",
        "{%p endfor %}",
        "完",
    ),
    "empty loop": ("{%p for 条 in 空单 %}", "{{ 条 }}", "{%p endfor %}", "完"),
    "condition": (
        "{%p if 走读 %}",
        "走读",
        "{%p elif 住校 %}",
        "住校",
        "{%p else %}",
        "其他",
        "{%p endif %}",
    ),
    "nested": (
        "{%p for 人 in 名单 %}",
        "{%p if 人.名 != '周示范' %}",
        "{{ 人.名 }}：{% for 条 in 职责 %}{{ 条 }}{% if not loop.last %}；{% endif %}{% endfor %}",
        "{%p endif %}",
        "{%p endfor %}",
    ),
    "rows": (
        [
            ["序号", "姓名"],
            ["{%tr for 人 in 名单 %}", ""],
            ["{{ loop.index }}", "{{ 人.名 }}（{{ 人.岗 }}）"],
            ["{%tr endfor %}", ""],
        ],
    ),
    "row condition": (
        [["甲", "乙"], ["{%tr if 走读 %}", ""], ["丙", "丁"], ["{%tr endif %}", ""], ["戊", "己"]],
    ),
    "cells": ([["月", "{%tc for 条 in 职责 %}", "{{ 条 }}", "{%tc endfor %}"]],),
    "more cells": ([["{%tc for 条 in 职责 + 职责 %}", "{{ 条 }}", "{%tc endfor %}"]],),
    "merged cells": ([["{%tc for 条 in 职责 %}", "{% hm %}{{ 条 }}", "{%tc endfor %}"]],),
    "filters": ("{{ 姓名|length }}{{ 职责|join('、') }}{{ 人数 + 1 }}{{ 日期.year }}{{ 日期 }}",),
    "quotes": (
        "{{ \"引号\" }}{{ 'a<b' }}{% if 人数 > 40 and 人数 < 50 %}中{% endif %}",
        "“{{ 姓名 }}”",
    ),
    "set": ("{% set 数 = 职责|length %}共{{ 数 }}条{# 注释 #}", "{{ 数 }}"),
    "braces": ("{_{ 学校 }_}{{ 学校 }}", "{_% if %_}{{ 姓名 }}"),
    "line breaks": ("多{{ 多行 }}终", [["{{ 多行 }}"]]),
    "run loop": (["头", "{%r for 条 in 职责 %}", "{{ 条 }}", "{%r endfor %}", "尾"],),
    "loop over paragraphs": ("{% for 条 in 职责 %}{{ 条 }}", "次段{% endfor %}终"),
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_body_equals_that_of_docxtpl(
    make_template: MakeTemplate, read: type[Reader], name: str
) -> None:
    path = make_template(*TEMPLATES[name])
    ours = compile_template(path).render(VALUES)
    assert read.canonical(ours) == read.canonical(_by_docxtpl(path))


def test_headers_and_footers_equal_those_of_docxtpl(
    make_template: MakeTemplate, read: type[Reader]
) -> None:
    path = make_template("{{ 学校 }}", header="{{ 学校 }}安全文档", footer="{{ 姓名 }}")
    ours, theirs = compile_template(path).render(VALUES), _by_docxtpl(path)
    for name in ("word/document.xml", "word/header1.xml", "word/footer1.xml"):
        assert read.canonical(ours, name) == read.canonical(theirs, name)


def test_drawings_are_numbered_as_by_docxtpl(
    make_template: MakeTemplate, read: type[Reader], tmp_path: Path
) -> None:
    from PIL import Image

    Image.new("RGB", (4, 4)).save(tmp_path / "图.png")
    path = make_template("图", "{%p for 条 in 职责 %}", "{{ 条 }}", "{%p endfor %}")
    document = docx.Document(str(path))
    for paragraph in document.paragraphs[0], document.paragraphs[2]:
        paragraph.add_run().add_picture(str(tmp_path / "图.png"))
    document.save(str(path))
    ours = compile_template(path).render(VALUES)
    assert read.canonical(ours) == read.canonical(_by_docxtpl(path))


def _by_docxtpl(path: Path) -> bytes:
    template = DocxTemplate(str(path))
    template.render(VALUES, autoescape=True)
    buffer = io.BytesIO()
    template.save(buffer)
    return buffer.getvalue()
