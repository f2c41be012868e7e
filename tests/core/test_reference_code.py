from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safety_docs.core.reference_code import (
    ReferenceCode,
    ReferenceCodeError,
    Series,
    is_canonical,
)

series = st.builds(
    Series,
    fonds=st.from_regex(r"[A-Z][0-9]{3}", fullmatch=True),
    kind=st.sampled_from(["WS", "ZP", "SW"]),
    year=st.integers(1949, 2199),
    retention=st.sampled_from(["Y", "D10", "D30"]),
    topic=st.sampled_from(["", "A02", "BGS", "办公室"]),
)


@given(series, st.integers(1, 999_999), st.sampled_from(["DA/T 22-2015", "DA/T 13-2022"]))
def test_a_code_is_read_back_from_either_profile(row: Series, number: int, style: str) -> None:
    code = row.code(number)
    rendered = code.render(style)  # type: ignore[arg-type]  # sampled_from widens the literal
    assert ReferenceCode.parse(rendered) == code


@pytest.mark.parametrize(
    "typed",
    [
        "Z109-WS·2022-D30-A02-0001",
        "z109-ws·2022-d30-a02-0001",
        "Ｚ１０９－ＷＳ・２０２２－Ｄ３０－Ａ０２－０００１",
        " Z109 - WS•2022 — D30 - A02 - 0001 ",
        "Z109-WS·2022·D30·A02-0001",
        "Z109-WS-2022-D30-A02-0001",
        "Z109-WS.2022-D30-A02-0001",
    ],
)
def test_look_alike_separators_and_full_width_forms_are_accepted(typed: str) -> None:
    assert ReferenceCode.parse(typed).render("DA/T 22-2015") == "Z109-WS·2022-D30-A02-0001"


@pytest.mark.parametrize("typed", ["", "0001", "Z109/WS·2022-D30-0001", "Z109-WS·20２2-D30", "a/b"])
def test_anything_else_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(ReferenceCodeError, match="Z109-WS·2022-D30-A02-0001"):
        ReferenceCode.parse(typed)


def test_only_the_canonical_form_is_canonical() -> None:
    assert is_canonical("Z109-WS·2022-D30-A02-0001", "DA/T 22-2015")
    assert not is_canonical("Z109-WS・2022-D30-A02-0001", "DA/T 22-2015")
    assert not is_canonical("Z109-WS·2022-D30-A02-0001", "DA/T 13-2022")
    assert not is_canonical("没有", "DA/T 22-2015")


def test_a_four_segment_code_without_a_topic_is_read() -> None:
    assert ReferenceCode.parse("Z109-WS·2011-Y-0001").series == Series("Z109", "WS", 2011, "Y", "")
    assert ReferenceCode.parse("Z109-WS·2011-Y-0001").retention.label == "永久"
