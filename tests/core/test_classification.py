from __future__ import annotations

import pytest

from safety_docs.core.classification import (
    Classification,
    ClassificationError,
    UnknownCategoryError,
)

SCHEME = """
name = "两类"
source = "测试"
[[category]]
code = "01"
name = "综合管理"
retention = "永久"
basis = "测试"
[[category]]
code = "02"
name = "安全责任书"
retention = "30年"
basis = "测试"
"""


@pytest.mark.parametrize("wanted", ["02", "2", "安全责任书", "02-安全责任书", " 02 "])
def test_a_category_is_found_by_code_or_name(wanted: str) -> None:
    category = Classification.from_toml(SCHEME).category(wanted)
    assert (category.code, category.folder) == ("02", "02-安全责任书")
    assert category.retention.code == "D30"


def test_an_unknown_category_names_the_nearest() -> None:
    scheme = Classification.from_toml(SCHEME)
    with pytest.raises(UnknownCategoryError, match="是不是“安全责任书”"):
        scheme.category("安全责认书")
    with pytest.raises(UnknownCategoryError, match="没有“99”"):
        scheme.category("99")


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (SCHEME.replace('code = "02"', 'code = "01"'), "出现了两次"),
        (SCHEME.replace('code = "02"', 'code = "2"'), "不能用作文件夹名"),
        (SCHEME.replace('name = "安全责任书"', 'name = "a/b"'), "不能用作文件夹名"),
        (SCHEME.replace('basis = "测试"', "", 1), "缺少 basis"),
        ("name = 'x'", "没有"),
        ("[[category", "TOML"),
        ("category = [1]", "不是一张表"),
    ],
)
def test_a_faulty_scheme_is_refused_with_its_fault(damage: str, sentence: str) -> None:
    with pytest.raises(ClassificationError, match=sentence):
        Classification.from_toml(damage)
