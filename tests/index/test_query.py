from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety_docs.index import QueryError, literal, parse_query
from safety_docs.index.lexer import pieces
from safety_docs.index.normalise import normalise
from safety_docs.index.query import _with_whoosh
from safety_docs.index.tree import (
    ANY_ONE,
    And,
    DateRange,
    Equals,
    Everything,
    Not,
    Or,
    Phrase,
    Wild,
    YearRange,
)

if TYPE_CHECKING:
    from safety_docs.index.tree import (
        Tree,
    )

A, B, C, D = (Phrase("", letter) for letter in "甲乙丙丁")


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ("", Everything()),
        ("*", Everything()),
        ("甲", A),
        ("*甲*", A),
        ("甲?", A),
        ("甲 乙", And((A, B))),
        ("甲　乙", And((A, B))),
        ("甲 AND 乙", And((A, B))),
        ("甲 OR 乙", Or((A, B))),
        ("甲 OR 乙 AND 丙", Or((A, And((B, C))))),
        ("甲 乙 OR 丙 丁", And((A, Or((B, C)), D))),
        ("NOT 甲", Not(A)),
        ("甲 NOT 乙", And((A, Not(B)))),
        ("甲 NOT (乙 OR 丙)", And((A, Not(Or((B, C)))))),
        ("（甲 OR 乙）NOT 丙", And((Or((A, B)), Not(C)))),
        ("(甲)AND(乙)", And((A, B))),
        ("“甲 AND 乙”", Phrase("", "甲and乙")),
        ('"甲（乙"', Phrase("", "甲(乙")),
        ("题名:甲", Phrase("title", "甲")),
        ("题名： 甲", Phrase("title", "甲")),
        ("title:甲", Phrase("title", "甲")),
        ("TITLE:“甲 乙”", Phrase("title", "甲乙")),
        ("题名:(甲 OR 乙) 丙", And((Or((Phrase("title", "甲"), Phrase("title", "乙"))), C))),
        ("正文:甲", Phrase("body", "甲")),
        ("姓名:甲 人员:乙", And((Phrase("people", "甲"), Phrase("people", "乙")))),
        ("类目:2", Equals("category", "02")),
        ("类目:责任", Phrase("category", "责任")),
        ("期限:30年", Equals("retention", "D30")),
        ("期限:永久", Equals("retention", "Y")),
        ("表单:甲", Or((Phrase("form", "甲"), Equals("form", "甲")))),
        ("档号:A02－0001", Phrase("code", "a02·0001")),
        ("A02-0001", Or((Phrase("", "a02-0001"), Phrase("code", "a02·0001")))),
        ("甲*乙", Wild("", ("甲", "乙"))),
        ("甲?乙", Wild("", (f"甲{ANY_ONE}乙",))),
        ("题名:甲**乙", Wild("title", ("甲", "乙"))),
        ("年度:2022", YearRange(2022, 2022)),
        ("年度:[2021 TO 2023]", YearRange(2021, 2023)),
        ("日期:20220901", DateRange(dt.date(2022, 9, 1), dt.date(2022, 9, 1))),
        ("日期:2022-02", DateRange(dt.date(2022, 2, 1), dt.date(2022, 2, 28))),
        ("日期:2022年9月1日", DateRange(dt.date(2022, 9, 1), dt.date(2022, 9, 1))),
        (
            "date:[20220901 TO 20221231]",
            DateRange(dt.date(2022, 9, 1), dt.date(2022, 12, 31)),
        ),
        ("日期：{2022-09-01 TO 2022-09-30}", DateRange(dt.date(2022, 9, 2), dt.date(2022, 9, 29))),
        ("日期:[2022 TO]", DateRange(dt.date(2022, 1, 1), None)),
        ("(日期:[TO 2022-09])", DateRange(None, dt.date(2022, 9, 30))),
    ],
)
def test_a_query_means(query: str, tree: Tree) -> None:
    assert parse_query(query) == tree


@pytest.mark.parametrize(
    "text",
    [
        "关于（试行）的通知",
        "一、总则：安全",
        "他说“好”的",
        "未知：甲",
        "（一",
        "一）",
        "“",
        "AND",
        "甲ANDY",
        "a:b",
        "[1 TO 2]",
        "题名:",
        "R&D",
        "()",
        "NOT",
        "题名",
        "^~+-!\\'",
    ],
)
def test_signs_inside_words_are_text(text: str) -> None:
    wanted = [piece for piece in text.split() if normalise(piece)]
    tree = parse_query(text)
    found = (
        [tree] if isinstance(tree, Phrase) else list(tree.branches) if isinstance(tree, And) else []
    )
    assert found == [Phrase("", normalise(piece)) for piece in wanted]


def test_operators_without_operands_are_words() -> None:
    assert parse_query("甲 AND") == And((A, Phrase("", "and")))
    assert parse_query("OR 甲") == And((Phrase("", "or"), A))
    assert parse_query("甲 AND OR 乙") == And((A, Or((Phrase("", "and"), B))))


WORDS = st.lists(
    st.sampled_from(
        ["甲", "乙", "“甲 乙”", "题名:丙", "年度:2022", "甲*乙", "类目:02", "日期:[2022 TO]"]
    ),
    min_size=1,
    max_size=8,
)


@given(WORDS)
def test_reading_without_the_parser_gives_what_the_parser_gives(words: list[str]) -> None:
    query = " ".join(words)
    assert parse_query(query) == _with_whoosh(pieces(query))


@given(st.text(alphabet='甲乙（）()“”"：: *?[]ANDORTO 题名日期年度2019', max_size=60))
def test_any_text_is_a_query_or_refused_in_our_words(text: str) -> None:
    with suppress(QueryError):
        parse_query(text)


@given(st.text(alphabet='甲乙（）()“”"：: *?[]AND 题名OR', min_size=1, max_size=12))
def test_a_literal_is_one_phrase(text: str) -> None:
    wanted = normalise(text)
    tree = parse_query(literal(text))
    assert tree == (Phrase("", wanted) if wanted else Everything())


@pytest.mark.parametrize(
    "query",
    [
        "甲" * 257,
        " ".join("甲" * 17),
        "(甲 " * 17 + ")" * 17,
        "日期:昨天",
        "日期:2022-13",
        "年度:二二",
        "期限:很久",
    ],
)
def test_a_query_that_cannot_be_answered_is_refused(query: str) -> None:
    with pytest.raises(QueryError):
        parse_query(query)
