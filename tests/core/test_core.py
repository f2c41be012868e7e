"""What holds for the whole core package."""

from __future__ import annotations

import ast
import datetime as dt
import sys
from pathlib import Path

import pytest

import safety_docs.core
from safety_docs.core.chinese import (
    date_numerals,
    date_text,
    listing,
    month_text,
    numeral,
    school_year_text,
    term_text,
    weekday_text,
)
from safety_docs.core.digest import Digest
from safety_docs.core.errors import ProblemsError
from safety_docs.core.problem import Problem


def test_core_imports_the_standard_library_only() -> None:
    folder = Path(safety_docs.core.__file__).parent
    for module in folder.glob("*.py"):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            names = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            for name in names:
                top = name.partition(".")[0]
                assert top in sys.stdlib_module_names or name.startswith("safety_docs.core"), module


def test_dates_are_written_as_chinese_papers_write_them() -> None:
    day = dt.date(2024, 9, 1)
    assert (date_text(day), month_text(day)) == ("2024年9月1日", "2024年9月")
    assert weekday_text(day) == "星期日"
    assert date_numerals(dt.date(2024, 11, 20)) == "二〇二四年十一月二十日"
    assert (school_year_text(day), term_text(day)) == ("2024—2025学年", "第一学期")
    assert (school_year_text(dt.date(2024, 8, 31)), term_text(dt.date(2024, 3, 1))) == (
        "2023—2024学年",
        "第二学期",
    )


@pytest.mark.parametrize(
    ("number", "text"),
    [(10, "十"), (11, "十一"), (110, "一百一十"), (1001, "一千零一"), (1010, "一千零一十")],
)
def test_numerals_put_their_zeros_right(number: int, text: str) -> None:
    assert numeral(number) == text


def test_numerals_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="out of range"):
        numeral(10_000)


def test_lists_are_joined_with_and() -> None:
    assert [listing(items) for items in ([], ["甲"], ["甲", "乙"])] == ["", "甲", "甲和乙"]


def test_a_problem_names_its_place_first() -> None:
    problem = Problem("D201", "是空的。", sheet="教师", row=15, column="姓名")
    assert str(problem) == "“教师”表第 15 行“姓名”：是空的。"
    assert str(Problem("D201", "是空的。")) == "是空的。"
    assert "发现 1 处问题" in ProblemsError([problem]).message


@pytest.mark.parametrize("text", ["md5:" + "0" * 32, "0" * 64, "sha256:xyz", "sha256:" + "A" * 64])
def test_weak_or_unnamed_digests_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="digest"):
        Digest.parse(text)
