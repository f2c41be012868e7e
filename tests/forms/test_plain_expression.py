"""What is computed without a template engine means what Jinja means by it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety_docs.forms.expression import _compiled, _plainly

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES = ("甲", "乙", "丙")
ATOMS = st.sampled_from([*NAMES, "1", "2", "0", "''", "'一班'", "true", "none"])
COMPARISONS = st.builds(
    lambda left, sign, right: f"{left} {sign} {right}",
    ATOMS,
    st.sampled_from(["==", "!=", "<", "<=", ">", ">="]),
    ATOMS,
)
SOURCES = st.recursive(
    st.one_of(ATOMS, COMPARISONS),
    lambda inner: st.one_of(
        st.builds("not ({})".format, inner),
        st.builds("({}) and ({})".format, inner, inner),
        st.builds("({}) or ({})".format, inner, inner),
        st.builds("({}) == ({})".format, inner, inner),
    ),
    max_leaves=6,
)
VALUES = st.sampled_from(
    ["", "一班", "二班", 0, 1, 2, None, True, False, Decimal("2.50"), dt.date(2022, 9, 1)]
)


def outcome(compute: Any, values: Mapping[str, Any]) -> tuple[str, Any]:
    try:
        result = compute(dict(values))
    except TypeError as error:
        return "TypeError", str(error)
    return type(result).__name__, result


@given(source=SOURCES, values=st.fixed_dictionaries(dict.fromkeys(NAMES, VALUES)))
def test_every_plain_expression_gives_what_jinja_gives(source: str, values: dict[str, Any]) -> None:
    plain = _plainly(source)
    assert plain is not None, source
    assert outcome(plain, values) == outcome(_compiled(source), values)


@pytest.mark.parametrize(
    "source", ["甲 + 乙", "甲|join('、')", "1 < 甲 < 3", "甲.year", "甲[1]", "甲 is none"]
)
def test_what_is_not_plain_is_left_to_jinja(source: str) -> None:
    assert _plainly(source) is None


@pytest.mark.parametrize("source", ["甲[-4:]", "甲[:2]", "甲[1:5:2]", "甲[:]", "甲[-4:] == '0123'"])
@given(text=st.text(max_size=8))
def test_a_part_of_a_text_is_what_jinja_takes(source: str, text: str) -> None:
    plain = _plainly(source)
    assert plain is not None
    assert outcome(plain, {"甲": text}) == outcome(_compiled(source), {"甲": text})


def test_a_part_of_a_list_is_taken_by_jinja() -> None:
    plain = _plainly("甲[1:]")
    assert plain is not None
    assert plain({"甲": ["一", "二"]}) == ["二"]
