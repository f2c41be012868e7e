from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from safety_docs.documents import compile_template, fix_template, lint_template

if TYPE_CHECKING:
    from tests.documents.conftest import MakeTemplate, Reader


@pytest.mark.parametrize(
    ("blocks", "printed"),
    [
        (["甲方｛｛ 姓名 ｝｝。"], ["甲方张示例。"]),
        ([["甲方｛", "｛　姓", "名 ｝}", "。"]], ["甲方张示例。"]),
        (["{％ if 姓名 ％｝有{% endif %}"], ["有"]),
        (["{% p if 姓名 %}", "有", "{%pendif %}"], ["有"]),
        ([["{%", " p if 姓名 %}"], "有", ["{%p", "endif %}"]], ["有"]),
        (["{{ 无｜default（“（无）”） }}"], ["（无）"]),
        (["{{ 姓名 }}100％，“好”（对）"], ["张示例100％，“好”（对）"]),
    ],
)
def test_slips_inside_tags_are_mended_and_nothing_else(
    make_template: MakeTemplate,
    read: type[Reader],
    blocks: list[str | list[str] | list[list[str]]],
    printed: list[str],
) -> None:
    path = make_template(*blocks)
    path.write_bytes(fix_template(path))
    assert lint_template(path) == ()
    data = compile_template(path).render({"姓名": "张示例"})
    assert read.paragraphs(data) == printed


def test_what_cannot_be_mended_stays_as_it_is(
    make_template: MakeTemplate, read: type[Reader]
) -> None:
    path = make_template("｛｛ 姓名 ｝", "完好", title="｛｛ 姓名 ｝｝")
    data = fix_template(path)
    assert read.paragraphs(data) == ["｛｛ 姓名 ｝", "完好"]
    assert read.title(data) == "{{ 姓名 }}"
