from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Outcome

TEXTS = {
    "计划": "关于印发（试行）的通知。值班日期：星期三，期限：自下周起。集合点在操场。",
    "总结": "演练总结：集合点秩序良好。",
    "通知": "年度：待定。",
}


@pytest.fixture
def filled(school: Callable[..., Outcome], tmp_path: Path) -> Callable[..., Outcome]:
    """A school with three texts in its cabinet."""
    for name, text in TEXTS.items():
        (tmp_path / f"{name}.txt").write_text(text, "utf-8")
        filed = school("receive", f"{name}.txt", "--category", "01", "--date", "2022-03-01")
        assert filed.status == 0, filed.err
    return school


def titles(outcome: Outcome) -> set[str]:
    assert outcome.status == 0, outcome.err
    return {hit["title"] for hit in outcome.json["hits"]}


def test_words_need_no_quotes_around_them(filled: Callable[..., Outcome]) -> None:
    assert titles(filled("--json", "search", "集合点", "秩序")) == {"总结"}
    assert titles(filled("--json", "search", "星期三", "OR", "秩序")) == {"计划", "总结"}
    assert titles(filled("--json", "search", "集合点", "--category", "01")) == {"计划", "总结"}


@pytest.mark.parametrize("text", ["日期：星期三", "期限：自下周起", "年度：待定"])
def test_a_field_name_before_other_text_is_refused_with_the_way_out(
    filled: Callable[..., Outcome], text: str
) -> None:
    refused = filled("--json", "search", text)
    assert refused.status == 2
    assert "引号" in refused.error["message"]
    found = titles(filled("--json", "search", f"“{text}”"))
    assert found == {name for name, content in TEXTS.items() if text in content}


def test_a_field_name_with_a_printed_colon_is_pointed_out(filled: Callable[..., Outcome]) -> None:
    outcome = filled("search", "姓名：张示例")
    assert outcome.status == 0
    assert "引号" in outcome.out
    assert "引号" not in filled("search", "张示例").out


def test_a_query_that_the_system_could_not_read_is_refused(filled: Callable[..., Outcome]) -> None:
    outcome = filled("--json", "search", "疏散".encode().decode("ascii", "surrogateescape"))
    assert outcome.status == 2
    assert "UTF-8" in outcome.error["message"]
