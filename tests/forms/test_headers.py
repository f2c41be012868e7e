from __future__ import annotations

import pytest

from safety_docs.forms.headers import find_header
from safety_docs.forms.spec import FieldSpec

FIELDS = [
    FieldSpec(name="姓名", label="班主任姓名", type="person", synonyms=("教师姓名", "姓 名")),
    FieldSpec(name="电话", label="班主任电话", type="phone", synonyms=("联系电话", "电话号码")),
    FieldSpec(name="备用", label="备用电话", type="phone", synonyms=("联系电话", "第二电话")),
]


@pytest.mark.parametrize(
    ("headings", "columns"),
    [
        (["姓名", "电话"], {"姓名": 0, "电话": 1}),
        (["*班主任姓名", "班主任电话（必填）"], {"姓名": 0, "电话": 1}),
        (["姓　名", "联系电话：", "第二电话"], {"姓名": 0, "电话": 1, "备用": 2}),
        (["联系电话", "电话"], {"电话": 1, "备用": 0}),
        (["教师姓名", "姓名"], {"姓名": 1}),
        (["ＴＥＬ", 3.0, None], {}),
    ],
)
def test_headings_find_their_fields(headings: list[object], columns: dict[str, int]) -> None:
    header = find_header([headings], FIELDS)
    assert (dict(header.columns) if header else {}) == columns


def test_the_row_with_most_headings_is_the_header() -> None:
    rows = [["电话", "", ""], ["姓名", "电话", "备用"], ["姓名", "电话", "备用"]]
    header = find_header(rows, FIELDS)
    assert header is not None
    assert header.row == 1


def test_only_the_first_ten_rows_are_searched() -> None:
    assert find_header([[""]] * 10 + [["姓名"]], FIELDS) is None
    assert find_header([[""]] * 9 + [["姓名"]], FIELDS) is not None
