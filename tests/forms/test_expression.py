from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from safety_docs.forms.expression import Expression, ExpressionError, Title

VALUES: dict[str, Any] = {
    "起日": dt.date(2022, 9, 1),
    "止日": dt.date(2023, 8, 31),
    "得分": Decimal("7.5"),
    "人数": 3,
    "甲": "甲" * 10,
    "表": [{"姓名": "张某某", "分": 1}, {"姓名": "李某某", "分": None}],
    "空": None,
    "开始": dt.time(8, 5),
}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("起日|日期 ~ '至' ~ 止日|日期", "2022年9月1日至2023年8月31日"),
        ("起日|学年", "2022—2023学年"),
        ("起日|学期", "第一学期"),
        ("起日|年月", "2022年9月"),
        ("起日|星期", "星期四"),
        ("起日|中文日期", "二〇二二年九月一日"),
        ("空|日期", ""),
        ("开始|时刻", "08:05"),
        ("人数|中文数字", "三"),
        ("起日.year|文号(5, '示校发')", "示校发〔2022〕5号"),
        ("(止日 - 起日).days", 364),
        ("止日 - 起日", 364),
        ("得分 * 人数", Decimal("22.5")),
        ("人数 / 2", Decimal("1.5")),
        ("表|map(attribute='姓名')|顿号", "张某某和李某某"),
        ("表|map(attribute='姓名')", ["张某某", "李某某"]),
        ("'优' if 得分 > 7 else '良'", "优"),
        ("'%.1f%%'|format(人数 * 100 / 7)", "42.9%"),
        ("甲[-2:]", "甲甲"),
    ],
)
def test_an_expression_is_computed(source: str, value: object) -> None:
    assert Expression(source)(VALUES) == value


@pytest.mark.parametrize(
    "source",
    [
        "甲.__class__",
        "甲._x",
        "甲()",
        "甲.encode()",
        "range(9)",
        "10 ** 99",
        "甲|attr('x')",
        "甲|center(999999999)",
        "甲|replace('甲', '乙')",
        "甲 is callable",
        "{{ 甲 }}",
        "甲) }}{% for x in 甲 %}{{ (x",
        "1 +",
        "lipsum.__globals__",
    ],
)
def test_what_is_not_allowed_is_refused_when_the_form_is_loaded(source: str) -> None:
    with pytest.raises(ExpressionError):
        Expression(source)


@pytest.mark.parametrize(
    "source",
    [
        "'甲' * 人数",
        "'%99999999d'|format(人数)",
        "'%*d'|format(999999999, 1)",
        "表|map('attr', '姓名')|list",
        "表|map(attribute='__class__')|list",
        "甲['__class__']",
        "空.year",
        "人数|日期",
        "空 < 人数",
        "人数 / (人数 - 人数)",
    ],
)
def test_what_cannot_be_computed_is_our_error_and_nothing_else(source: str) -> None:
    with pytest.raises(ExpressionError):
        Expression(source)(VALUES)


def test_an_expression_knows_the_names_it_uses() -> None:
    assert Expression("止日 > 起日 and 人数").names == ("人数", "止日", "起日")


def test_new_values_give_a_new_result() -> None:
    twice = Expression("人数 * 2")
    assert [twice({"人数": 1}), twice({"人数": 1}), twice({"人数": 4})] == [2, 2, 8]


def test_a_title_is_one_line_of_bounded_length() -> None:
    assert Title("{{ 起日|日期 }}\n {{ 人数 }}人")(VALUES) == "2022年9月1日 3人"
    assert len(Title("{{ 甲 }}" * 90)(VALUES)) == 200


@pytest.mark.parametrize(
    "source", ["{% for a in 甲 %}{% endfor %}", "{{ 甲() }}", "{% set a = 1 %}"]
)
def test_a_title_can_only_print(source: str) -> None:
    with pytest.raises(ExpressionError):
        Title(source)
