"""How single values are printed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from markupsafe import Markup, escape

from safety_docs.documents.blank import Blank
from safety_docs.documents.missing import Missing, RenderLog, current
from safety_docs.documents.press import CONTROL, fill, make_press, written
from safety_docs.documents.sandbox import make_sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def log() -> Iterator[RenderLog]:
    log = RenderLog(part="正文")
    token = current.set(log)
    yield log
    current.reset(token)


@given(st.text())
def test_text_comes_back_from_character_data_and_from_an_attribute(text: str) -> None:
    current.set(RenderLog())
    printed = written(text).decode()
    if CONTROL.search(text):
        assert current.get().is_forbidden
        return
    assert not current.get().doubts
    assert printed == str(escape(text))
    shown = text.replace("\r\n", "\n").replace("\r", "\n")
    assert (etree.fromstring(f"<a>{printed}</a>").text or "") == shown
    root = etree.fromstring(f"<a b=\"{printed}\" c='{printed}'/>".encode())
    assert root.get("b") == root.get("c") == shown.replace("\n", " ").replace("\t", " ")


@pytest.mark.parametrize("code", [*range(0x20), 0xD800, 0xDFFF, 0xFFFE, 0xFFFF])
def test_no_character_that_xml_forbids_is_printable(code: int) -> None:
    assert not chr(code).isprintable()


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (None, ""),
        (True, "是"),
        (12, "12"),
        (Decimal("1E+3"), "1000"),
        (dt.date(2022, 9, 1), "2022-09-01"),
        ("　全角空格", "　全角空格"),
        (Blank("number", 3), str(Blank("number", 3))),
        (Missing(name="甲"), ""),
    ],
)
def test_plain_values_need_no_parser(log: RenderLog, value: object, printed: str) -> None:
    assert written(value).decode() == printed
    assert not log.doubts


def test_markup_is_printed_as_it_is_and_doubted(log: RenderLog) -> None:
    assert written(Markup("<w:r/>")) == b"<w:r/>"
    assert list(log.doubts) == ["正文"]


ROWS: dict[str, Any] = {"行": {"名": "甲", "items": "乙"}, "清单": [{"名": "<丙>"}], "数": 3}


@pytest.mark.parametrize(
    "source",
    [
        "{{ 行.名 }}{{ 行['items'] }}{{ 行['名'] }}{{ 行.无|default('无') }}{{ 无|default('无') }}",
        "{% for 子 in 清单 %}{{ 子.名 }}{{ loop.index }}{% else %}空{% endfor %}",
        "{{ 'a' ~ 数 }}{{ 数 + 1 }}{{ '<' }}{{ 1 + 1 }}",
        "{% set 丁 = 行.名 %}{{ 丁 }}{{ 丁.upper|default('无') if 丁.无 is defined else '没有' }}",
        "{% if 行.名 == '甲' %}是{% else %}否{% endif %}{{ 清单|map(attribute='名')|join('、') }}",
    ],
)
def test_the_press_prints_what_the_sandbox_prints(source: str) -> None:
    printed = fill(make_press({}).from_string(source), ROWS).decode()
    assert printed == make_sandbox().from_string(source).render(ROWS)
