"""Pieces of a parsed part, cut and joined."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from safety_docs.documents.story import W
from safety_docs.documents.surgery import grid_span, insert_run, replace, set_property, wrap

if TYPE_CHECKING:
    from collections.abc import Callable

    from lxml.etree import _Element

WORDS = st.text("甲乙 丙", max_size=3)


def parsed(body: str) -> _Element:
    return etree.fromstring(f'<w:x xmlns:w="{W[1:-1]}">{body}</w:x>')


def inside(root: _Element) -> str:
    text = etree.tostring(root, encoding="unicode")
    return text[text.index(">") + 1 : text.rindex("<")]


@given(WORDS, WORDS, WORDS, st.booleans())
def test_no_text_beside_an_element_is_lost(
    before: str,
    inner: str,
    after: str,
    has_sibling: bool,  # noqa: FBT001
) -> None:
    start = f"{'<w:a/>' if has_sibling else ''}{before}"
    changes: list[tuple[Callable[[_Element], None], str]] = [
        (lambda element: replace(element, "换"), f"{start}换{after}"),
        (lambda element: wrap(element, "前", "后"), f"{start}前<w:p>{inner}|</w:p>后{after}"),
    ]
    for change, expected in changes:
        root = parsed(f"{start}<w:p>{inner}|</w:p>{after}")
        change(next(root.iter(f"{W}p")))
        assert inside(root) == expected


@pytest.mark.parametrize(
    ("cell", "span"),
    [
        ("<w:tc/>", 1),
        ("<w:tc><w:tcPr><w:gridSpan w:val='3'/></w:tcPr></w:tc>", 3),
        ("<w:tc><w:tcPr><w:gridSpan/></w:tcPr></w:tc>", 1),
        ("<w:tc><w:tcPr><w:gridSpan w:val='{{ 数 }}'/></w:tcPr></w:tc>", 1),
    ],
)
def test_the_columns_of_a_cell(cell: str, span: int) -> None:
    assert grid_span(parsed(cell)[0]) == span


def test_a_property_takes_its_place_in_the_schema_and_replaces_the_old_one() -> None:
    root = parsed("<w:tc><w:tcPr><w:tcW/><w:shd w:fill='1'/><w:vAlign/></w:tcPr></w:tc>")
    set_property(root[0], "shd", fill="2")
    set_property(root[0], "gridSpan", val="3")
    names = [str(child.tag).removeprefix(W) for child in root[0][0]]
    assert names == ["tcW", "gridSpan", "shd", "vAlign"]
    assert root[0][0][2].get(f"{W}fill") == "2"


def test_a_new_run_has_the_font_of_the_old_one_only_if_it_has_words() -> None:
    root = parsed("<w:r><w:rPr><w:b/></w:rPr><w:t>甲</w:t></w:r>")
    insert_run(root[0], "乙", like=root[0])
    insert_run(root[1], "", like=root[0])
    assert [run.find(f"{W}rPr") is not None for run in root] == [True, True, False]
